"""Whatever a week is made of, no cap and no quiet period is broken on any of its days or among them."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.case import Contact
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Visit
from scheduler.planning import SearchLimits, check_plan
from scheduler.week_check import week_violations
from scheduler.week_planning import plan_week, united
from tests.builders import DAY
from tests.weeks import PACKS, a_call, a_visit_made, a_week, with_log

LAWS = (PACKS, ("us-federal", "us-nyc"), ("us-federal", "us-ma"), ("us-federal", "us-wa"))
ENDS = (None, "NOT_HOME", "PTP", "ID_NOT_ACCEPTED", "REFUSED_TALK", "TPC_FAMILY")


def a_random_week(random: Random) -> Problem:
    """Few borrowers with many debts and a past, so that caps bind."""
    calls = [_call(random, f"v{number}") for number in range(random.randrange(2, 9))]
    return replace(a_week(*calls), rule_packs=random.choice(LAWS))


def _call(random: Random, name: str) -> Visit:
    log = [_made(random) for _ in range(random.choice((0, 0, 1, 2, 3)))]
    return a_call(
        name,
        position=random.randrange(1, 6),
        priority=random.randrange(101),
        person=random.choice(("p1", "p2", "p3", None)),
        debt=name,
        contacts=with_log(*log),
    )


def _made(random: Random) -> Contact:
    day = DAY - timedelta(days=random.randrange(1, 35))
    outcome = random.choice(ENDS)
    return a_visit_made(day, reached=outcome not in {"NOT_HOME", "TPC_FAMILY"}, outcome=outcome)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_caps_and_quiet_periods_hold_over_the_whole_week(seed: int) -> None:
    week = united([a_random_week(Random(seed))])
    made = plan_week(week, limits=SearchLimits(seconds=None, iterations=20, seed=1, search_only=True))
    assert week_violations((day.problem, day.plan) for day in made.days) == ()
    assert check_plan(made.problem, made.plan) == ()


@pytest.mark.parametrize("packs", LAWS, ids=["-".join(packs) for packs in LAWS])
def test_two_debts_of_one_person_planned_apart_are_seen_by_the_week_check(packs: tuple[str, ...]) -> None:
    # Each day by itself is lawful; a check that looks at days alone would find nothing.
    days = []
    for at, name in ((0, "one"), (1, "two"), (2, "three"), (3, "four"), (4, "five")):
        week = replace(a_week(a_call(name, person="p1", debt="d1")), rule_packs=packs)
        made = plan_week(
            united([replace(week, shifts=(week.shifts[at],))]),
            limits=SearchLimits(seconds=None, iterations=5, search_only=True),
        )
        days += [(day.problem, day.plan) for day in made.days]
    planned = [len(plan.routes) for _, plan in days]
    found = week_violations(days)
    assert planned == [1] * 5
    assert {one.code for one in found} == {"unlawful_in_the_week"}
