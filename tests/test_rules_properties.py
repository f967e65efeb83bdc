"""What holds for every question: more rules and more facts against a visit never allow more."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.kinds.crew import CrewParams
from scheduler.rules.load import available_packs, load_rule_set
from scheduler.rules.rule_pack import RulePack, RuleSet
from tests.builders import ZONE, a_collector, time
from tests.random_questions import a_random_block, a_random_question

BASE = load_rule_set(("cn-base",))
HOUSE = load_rule_set(("cn-base", "cn-house"))
PACKS = available_packs()
SETS = (*((name,) for name in PACKS), *combinations(PACKS, 2), PACKS)


def of_crews(count: int) -> RulePack:
    """A made-up pack: `cn-base` is the only one of ours that asks for more than one person."""
    (pack,) = BASE.packs
    rules = [
        replace(rule, id=f"CREW-{count}", params=replace(rule.params, crew_min_count=count))
        for rule in pack.rules
        if isinstance(rule.params, CrewParams)
    ]
    return replace(pack, name=f"crew-{count}", rules=tuple(rules))


STEPS = (
    *(
        (load_rule_set(fewer), load_rule_set(more))
        for fewer in ((), *SETS)
        for more in SETS
        # One pack more, whose bases come with it; or one against all of them.
        if set(fewer) < set(more) and (len(more) == len(fewer) + 1 or len(fewer) == 1)
    ),
    *((BASE, RuleSet.of((*BASE.packs, of_crews(count)))) for count in (1, 3)),
    *((BASE, RuleSet.of((of_crews(count), *BASE.packs))) for count in (1, 3)),
)
"""Sets of packs, each with a larger one."""

seeds = st.integers(0, 2**64)


def is_within(narrow: Decision, wide: Decision) -> bool:
    """Whether the one allows nothing that the other does not."""
    if narrow.allowed and not (wide.allowed and _hours_are_within(narrow, wide)):
        return False
    asks_as_much = (
        narrow.crew_minimum >= wide.crew_minimum
        and _codes(wide) <= _codes(narrow)
        and set(wide.rule_ids) <= set(narrow.rule_ids)
    )
    bars_as_many = wide.collector_ids is None or (
        narrow.collector_ids is not None and narrow.collector_ids <= wide.collector_ids
    )
    return asks_as_much and bars_as_many


def _hours_are_within(narrow: Decision, wide: Decision) -> bool:
    if wide.windows is None:
        return True
    windows = narrow.windows
    return windows is not None and all(any(one.holds(window) for one in wide.windows) for window in windows)


def _codes(decision: Decision) -> set[str]:
    """The qualifications and documents that it asks for."""
    return {needed.code for needed in decision.qualifications} | {paper.name for paper in decision.documents}


def denying(decision: Decision) -> set[str]:
    return {reason.rule_id for reason in decision.reasons}


@settings(max_examples=5_000)
@given(seeds, st.integers(0, len(STEPS) - 1))
def test_adding_a_pack_never_allows_more(seed: int, step: int) -> None:
    fewer, more = STEPS[step]
    question = a_random_question(seed)
    wide, narrow = evaluate(fewer, question), evaluate(more, question)
    assert is_within(narrow, wide)
    if question.planned is not None:
        assert denying(wide) <= denying(narrow)


@settings(max_examples=5_000)
@given(seeds, st.integers(0, len(SETS) - 1))
def test_adding_a_block_never_allows_more(seed: int, packs: int) -> None:
    question, rules = a_random_question(seed), load_rule_set(SETS[packs])
    case = question.case
    if case is None or case.blocks is None:
        return
    block = a_random_block(Random(seed), min(question.days))
    blocked = replace(question, case=replace(case, blocks=(*case.blocks, block)))
    wide, narrow = evaluate(rules, question), evaluate(rules, blocked)
    assert is_within(narrow, wide)
    if question.planned is not None:
        assert denying(wide) <= denying(narrow)


@given(
    st.integers(1, 600), st.sampled_from([(BASE, "08:00", "22:00", "CN-HRS-1"), (HOUSE, "09:00", "20:00", "CN-HRS-3")])
)
def test_a_visit_moved_a_minute_past_a_bound_is_refused_by_the_right_rule(minutes: int, hours: tuple) -> None:  # type: ignore[type-arg]
    rules, opens, closes, rule_id = hours
    length = timedelta(minutes=minutes)
    crew = (a_collector("ann"), a_collector("bo"))
    minute = timedelta(minutes=1)
    for start, bound_is_kept in (
        (time(opens), True),
        (time(opens) - minute, False),
        (time(closes) - length, True),
        (time(closes) - length + minute, False),
    ):
        planned = TimeWindow(earliest_start=start, latest_end=start + length)
        question = Question(
            place_kind=PlaceKind.HOME, time_zone=ZONE, days=(start.date(),), case=None, planned=planned, crew=crew
        )
        decision = evaluate(rules, question)
        assert decision.allowed is bound_is_kept
        assert bound_is_kept or rule_id in [reason.rule_id for reason in decision.reasons]
