"""`evaluate()` and a second judge that shares no code with it say no by the same rules."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.case import Block, Case, Channel, Consent, Contact, Override
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.applies import Applies
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.builders import ZONE
from tests.law_oracle import JUDGED, Visit, says_no

PACKS = ("cn-base", "cn-house")
# Packs that go by the clock of the place, wherever it is.
OF_THE_PLACE = ("id-base", "ru-base")
RULES: dict[tuple[str, ...], RuleSet] = {packs: load_rule_set(packs) for packs in (PACKS, OF_THE_PLACE)}
ZONES = (ZONE, *map(ZoneInfo, ("Asia/Jakarta", "Asia/Jayapura", "Europe/Kaliningrad", "America/New_York")))
EXCEPTED = ("CN-HRS-1", "CN-HRS-3", "CN-VIS-CAP", "CN-VIS-CAP-TRY", "CN-BLK-1", "CN-CREW-1", "RU-VIS-1", "XX-1")
CODES = ("disputed", "hardship", "unlawful_debt", "vulnerable", "harmless")

# Near the thresholds, where two readings of a rule would differ.
begins = st.datetimes(datetime(2026, 9, 20), datetime(2026, 12, 31)) | st.builds(  # noqa: DTZ001
    lambda day, hour, minute: datetime(2026, 11, day, hour, minute),  # noqa: DTZ001
    st.integers(10, 30),
    st.sampled_from((7, 8, 9, 19, 20, 21, 22)),
    st.sampled_from((0, 1, 29, 30, 31, 59)),
)


@st.composite
def visits(draw: st.DrawFn, zones: tuple[ZoneInfo, ...]) -> Visit:
    zone = draw(st.sampled_from(zones))
    begin = draw(begins).replace(microsecond=0, tzinfo=zone).astimezone(draw(st.sampled_from(zones)))
    day = begin.date()
    near = st.integers(0, 40).map(lambda days: day - timedelta(days=days))
    moments = st.builds(
        lambda on, hour: datetime(on.year, on.month, on.day, hour, tzinfo=UTC), near, st.integers(0, 23)
    )
    contacts = st.builds(
        Contact,
        channel=st.sampled_from((*Channel, *(3 * (Channel.PHONE, Channel.VISIT)))),
        at=moments,
        reached=st.sampled_from((True, False, None)),
        person=st.sampled_from((None, "p1", "p2")),
        record=st.sampled_from((None, "r1", "r2")),
        corrects=st.sampled_from((None, None, None, "r1")),
    )
    last_days = st.none() | st.integers(-2, 2).map(lambda days: day + timedelta(days=days))
    people = st.builds(
        Collector,
        id=st.sampled_from(("ann", "bo", "cy")),
        qualifications=st.lists(
            st.builds(
                Qualification,
                code=st.sampled_from(("pre-job-training", "other")),
                valid_until=st.integers(-2, 30).map(lambda days: day + timedelta(days=days)),
            ),
            max_size=2,
        ).map(tuple),
    )
    case = Case(
        days_past_due=draw(st.none() | st.integers(-1, 60)),
        subject=draw(st.sampled_from((None, "debtor", "debtor", "guarantor", "relative"))),
        person=draw(st.sampled_from((None, "p1"))),
        blocks=draw(
            st.none() | st.lists(st.builds(Block, code=st.sampled_from(CODES), until=last_days), max_size=2).map(tuple)
        ),
        contacts=draw(st.none() | st.lists(contacts, max_size=14).map(tuple)),
        consents=draw(
            st.lists(
                st.builds(Consent, place_kind=st.sampled_from(PlaceKind), given=st.booleans(), at=moments), max_size=3
            ).map(tuple)
        ),
        notices=(),
        overrides=draw(
            st.lists(
                st.builds(
                    Override,
                    rule_id=st.sampled_from(EXCEPTED),
                    valid_until=st.integers(-2, 2).map(lambda days: day + timedelta(days=days)),
                ),
                max_size=3,
            ).map(tuple)
        ),
    )
    planned = TimeWindow(earliest_start=begin, latest_end=begin + timedelta(minutes=draw(st.integers(1, 90))))
    crew = tuple(draw(st.lists(people, min_size=1, max_size=3, unique_by=lambda member: member.id)))
    kind = draw(st.sampled_from(PlaceKind))
    return Visit(planned, kind, "place", crew, case, zone)


@settings(max_examples=5_000)
@given(visits((ZONE,)))
def test_two_judges_forbid_by_the_same_rules(visit: Visit) -> None:
    assert forbidden(PACKS, visit) == says_no(PACKS, visit)


@settings(max_examples=2_000)
@given(visits(ZONES))
def test_two_judges_forbid_by_the_clock_of_the_place(visit: Visit) -> None:
    assert forbidden(OF_THE_PLACE, visit) == says_no(OF_THE_PLACE, visit)


@settings(max_examples=2_000)
@given(visits(ZONES))
def test_two_judges_keep_to_the_clock_that_a_pack_names_wherever_the_place_is(visit: Visit) -> None:
    assert forbidden(PACKS, visit) == says_no(PACKS, visit)


def forbidden(packs: tuple[str, ...], visit: Visit) -> set[str]:
    """The rules of the kinds that both judge by which `evaluate()` says no."""
    rules = RULES[packs]
    compared = {
        placed.rule.id
        for placed in rules.rules
        if placed.rule.kind.value in JUDGED and placed.rule.applies == Applies()
    }
    question = Question(
        place_kind=PlaceKind(visit.place_kind),
        place_id=visit.place_id,
        time_zone=visit.zone,
        days=(visit.day(visit.zone),),
        planned=visit.planned,
        crew=tuple(visit.crew),
        case=visit.case,
        notices_from=date(2026, 1, 1),
    )
    return compared & {reason.rule_id for reason in evaluate(rules, question).reasons}
