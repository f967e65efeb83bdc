"""A verdict depends on facts and instants alone: not on the order of anything, nor on how or where a time is told."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.case import Case
from scheduler.domain.time_window import TimeWindow
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import available_packs, load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.random_questions import a_random_question

SETS = (
    ("cn-house",),
    ("us-ma", "us-nyc", "us-wa"),
    ("in-rbi-draft",),
    ("uk-house", "ru-base"),
    ("au-base", "id-base", "tw-base"),
)
ORDERS = tuple(
    order
    for names in (
        ("cn-base", "cn-house"),
        ("us-federal", "us-ma", "us-nyc", "us-wa"),
        ("uk-house", "cn-house", "au-base"),
    )
    for order in permutations(names)
)
MACHINES = ("America/New_York", "Pacific/Kiritimati", "Asia/Kolkata")
RULES_OF_MACHINES = {zone: [RuleSet.of(load_rule_set(packs).packs) for packs in SETS] for zone in ("UTC", *MACHINES)}
"""Sets of rules of its own for each machine: what was found in one time zone is not remembered in another."""

seeds = st.integers(0, 2**64)


def verdict(decision: Decision) -> tuple[object, ...]:
    """All that a decision says, but for the order in which it says it."""
    return (
        decision.allowed,
        decision.windows,
        decision.crew_minimum,
        decision.collector_ids,
        decision.recording,
        frozenset(reason.rule_id for reason in decision.reasons),
        frozenset(decision.rule_ids),
        frozenset(decision.hours_rule_ids),
        frozenset(needed.code for needed in decision.qualifications),
        frozenset(paper.name for paper in decision.documents),
        frozenset(decision.prompts),
    )


def shuffled(question: Question, random: Random) -> Question:
    """The same question with every list in another order."""

    def mixed[Record](records: tuple[Record, ...]) -> tuple[Record, ...]:
        return tuple(random.sample(records, len(records)))

    case = question.case
    if case is not None:
        case = replace(
            case,
            blocks=None if case.blocks is None else mixed(case.blocks),
            contacts=None if case.contacts is None else mixed(case.contacts),
            consents=mixed(case.consents),
            notices=None if case.notices is None else mixed(case.notices),
        )
    crew = None if question.crew is None else mixed(question.crew)
    return replace(question, days=mixed(question.days), crew=crew, case=case)


def retold(question: Question, tell: Callable[[datetime], datetime]) -> Question:
    """The same question with every time told in another way."""
    planned = question.planned
    if planned is not None:
        planned = TimeWindow(earliest_start=tell(planned.earliest_start), latest_end=tell(planned.latest_end))
    return replace(question, planned=planned, case=None if question.case is None else _retold(question.case, tell))


def _retold(case: Case, tell: Callable[[datetime], datetime]) -> Case:
    return replace(
        case,
        contacts=None if case.contacts is None else tuple(replace(one, at=tell(one.at)) for one in case.contacts),
        consents=tuple(replace(one, at=tell(one.at)) for one in case.consents),
        notices=None
        if case.notices is None
        else tuple(
            replace(
                one,
                sent_at=tell(one.sent_at),
                delivered_at=one.delivered_at and tell(one.delivered_at),
                consented_at=one.consented_at and tell(one.consented_at),
            )
            for one in case.notices
        ),
    )


@settings(max_examples=5_000)
@given(seeds, st.sampled_from(SETS))
def test_the_order_of_records_days_and_people_never_matters(seed: int, packs: tuple[str, ...]) -> None:
    rules, question = load_rule_set(packs), a_random_question(seed)
    assert verdict(evaluate(rules, shuffled(question, Random(seed)))) == verdict(evaluate(rules, question))


@settings(max_examples=5_000)
@given(seeds, st.sampled_from(ORDERS))
def test_the_order_in_which_packs_are_named_never_matters(seed: int, order: tuple[str, ...]) -> None:
    question = a_random_question(seed)
    one, other = (evaluate(load_rule_set(names), question) for names in (order, tuple(sorted(order))))
    assert verdict(one) == verdict(other)


@settings(max_examples=5_000)
@given(seeds, st.sampled_from(SETS))
def test_the_same_instants_at_other_offsets_get_the_same_answer_word_for_word(
    seed: int, packs: tuple[str, ...]
) -> None:
    rules, question, random = load_rule_set(packs), a_random_question(seed), Random(seed)

    def told_elsewhere(moment: datetime) -> datetime:
        return moment.astimezone(timezone(timedelta(minutes=15 * random.randrange(-48, 57))))

    assert evaluate(rules, retold(question, told_elsewhere)) == evaluate(rules, question)


@contextmanager
def machine_in(zone: str) -> Iterator[None]:
    """The machine's own time zone is this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        time.tzset()
        try:
            yield
        finally:
            patch.undo()
            time.tzset()


def test_the_machine_is_moved_to_another_zone_and_back() -> None:
    noon, before = datetime(2026, 12, 1, 12), time.tzname  # noqa: DTZ001  # the machine's own noon is meant
    with machine_in("Asia/Kolkata"):
        assert noon.astimezone().utcoffset() == timedelta(hours=5, minutes=30)
        assert os.environ["TZ"] == "Asia/Kolkata"
    assert time.tzname == before


@settings(max_examples=5_000)
@given(seeds, st.integers(0, len(SETS) - 1), st.sampled_from(MACHINES))
def test_the_machines_time_zone_never_matters(seed: int, packs: int, zone: str) -> None:
    question, answers = a_random_question(seed), []
    for machine in ("UTC", zone):
        with machine_in(machine):
            answers.append(evaluate(RULES_OF_MACHINES[machine][packs], question))
    assert answers[0] == answers[1]


def test_every_pack_is_asked_whether_order_and_zone_matter() -> None:
    assert {pack.name for packs in SETS for pack in load_rule_set(packs).packs} == set(available_packs())
