"""What holds for every case: more rules and more facts against a visit never allow more."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.case import Block, Case, Channel, Consent, Contact
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from tests.builders import ZONE, a_collector, time

BASE = load_rule_set(("cn-base",))
HOUSE = load_rule_set(("cn-base", "cn-house"))
CODES = ("disputed", "hardship", "court_case", "harmless")

days = st.dates(date(2026, 2, 1), date(2026, 12, 31))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
blocks = st.builds(Block, code=st.sampled_from(CODES), until=st.none() | days)
cases = st.builds(
    Case,
    days_past_due=st.none() | st.integers(0, 90),
    subject=st.sampled_from([None, "debtor", "guarantor", "relative"]),
    blocks=st.none() | st.lists(blocks, max_size=2).map(tuple),
    contacts=st.none()
    | st.lists(st.builds(Contact, channel=st.sampled_from(Channel), at=moments), max_size=12).map(tuple),
    consents=st.lists(
        st.builds(Consent, place_kind=st.sampled_from(PlaceKind), given=st.booleans(), at=moments),
        max_size=3,
        unique_by=lambda consent: consent.at,
    ).map(tuple),
)
questions = st.builds(
    Question,
    place_kind=st.sampled_from(PlaceKind),
    time_zone=st.just(ZONE),
    days=st.lists(days, min_size=1, max_size=3, unique=True).map(lambda found: tuple(sorted(found))),
    case=st.none() | cases,
)


def is_within(narrow: Decision, wide: Decision) -> bool:
    if not narrow.allowed or wide.windows is None:
        return wide.allowed or not narrow.allowed
    return wide.allowed and all(any(one.holds(window) for one in wide.windows) for window in narrow.windows or ())


@settings(max_examples=300)
@given(questions)
def test_adding_the_house_pack_never_allows_more(question: Question) -> None:
    assert is_within(evaluate(HOUSE, question), evaluate(BASE, question))


@settings(max_examples=300)
@given(questions, cases, blocks)
def test_adding_a_block_never_allows_more(question: Question, case: Case, block: Block) -> None:
    free = replace(question, case=case)
    blocked = replace(question, case=replace(case, blocks=(*(case.blocks or ()), block)))
    if case.blocks is not None:
        assert is_within(evaluate(HOUSE, blocked), evaluate(HOUSE, free))


@settings(max_examples=300)
@given(questions, cases, st.randoms(use_true_random=False))
def test_the_order_of_records_never_matters(question: Question, case: Case, random: object) -> None:
    shuffled = replace(
        case,
        blocks=None if case.blocks is None else tuple(reversed(case.blocks)),
        contacts=None if case.contacts is None else tuple(sorted(case.contacts, key=lambda contact: contact.at)),
        consents=tuple(reversed(case.consents)),
    )
    one, other = (evaluate(HOUSE, replace(question, case=each)) for each in (case, shuffled))
    assert (one.allowed, one.windows, {reason.rule_id for reason in one.reasons}) == (
        other.allowed,
        other.windows,
        {reason.rule_id for reason in other.reasons},
    )


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


DIGEST = """
from datetime import date
from scheduler.domain.visit import PlaceKind
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from tests.builders import ZONE, a_case
rules = load_rule_set(("cn-house",))
for month in range(2, 13):
    for day in (1, 8, 15):
        question = Question(place_kind=PlaceKind.HOME, time_zone=ZONE, days=(date(2026, month, day),), case=a_case())
        print(evaluate(rules, question))
"""


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_the_verdict_does_not_depend_on_the_machines_time_zone(zone: str) -> None:
    outputs = {
        subprocess.run(  # our own interpreter and our own words
            [sys.executable, "-c", DIGEST], env={**os.environ, "TZ": name}, capture_output=True, text=True, check=True
        ).stdout
        for name in ("UTC", zone)
    }
    assert len(outputs) == 1
    assert "TimeWindow" in outputs.pop()
