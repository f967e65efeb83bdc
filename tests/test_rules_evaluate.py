"""What the committed rule packs answer, from both sides of every threshold."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scheduler.domain.case import Block, Case, Channel, Consent, Contact, Notice
from scheduler.domain.collector import Collector
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.kinds.crew import CrewParams
from scheduler.rules.kinds.document import DocumentParams
from scheduler.rules.kinds.kind import Params
from scheduler.rules.kinds.qualification import QualificationParams
from scheduler.rules.kinds.requirement import Moment, PromptParams, RecordingMode, RecordingParams
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.builders import DAY, ZONE, a_case, a_collector, time, window

BASE = ("cn-base",)
HOUSE = ("cn-base", "cn-house")
CREW = (a_collector("ann"), a_collector("bo"))


def judged(
    *packs: str,
    day: date = DAY,
    place: PlaceKind = PlaceKind.HOME,
    case: Case | None = None,
    planned: TimeWindow | None = None,
    crew: tuple[Collector, ...] | None = None,
) -> Decision:
    question = Question(
        place_kind=place,
        time_zone=ZONE,
        days=(day,),
        case=case,
        planned=planned,
        crew=crew,
        notices_from=day - timedelta(days=10),
    )
    return evaluate(load_rule_set(packs), question)


def needing(*params: Params) -> Decision:
    """What the rules `a`, `b` and so on ask of everybody, each with parameters of its own."""
    (base,) = load_rule_set(BASE).packs
    rules = tuple(replace(base.rules[0], id=name, params=own) for name, own in zip("abc", params, strict=False))
    question = Question(place_kind=PlaceKind.HOME, time_zone=ZONE, days=(DAY,), case=None)
    return evaluate(RuleSet.of((replace(base, rules=rules),)), question)


def rule_ids(decision: Decision) -> list[str]:
    return [reason.rule_id for reason in decision.reasons]


def planned(start: str, minutes: int, day: date = DAY) -> TimeWindow:
    begin = time(start, day)
    return TimeWindow(earliest_start=begin, latest_end=begin + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("packs", "start", "minutes", "broken"),
    [
        (BASE, "07:59", 30, ["CN-HRS-1"]),
        (BASE, "08:00", 30, []),
        (BASE, "21:30", 30, []),
        (BASE, "21:30", 31, ["CN-HRS-1"]),
        (BASE, "21:59", 10, ["CN-HRS-1"]),
        (BASE, "22:05", 10, ["CN-HRS-1"]),
        (HOUSE, "08:59", 30, ["CN-HRS-3"]),
        (HOUSE, "09:00", 30, []),
        (HOUSE, "19:30", 30, []),
        (HOUSE, "19:30", 31, ["CN-HRS-3"]),
        (HOUSE, "07:00", 30, ["CN-HRS-1", "CN-HRS-3"]),
    ],
)
def test_the_whole_visit_lies_inside_lawful_hours(
    packs: tuple[str, ...], start: str, minutes: int, broken: list[str]
) -> None:
    decision = judged(*packs, planned=planned(start, minutes))
    assert rule_ids(decision) == broken
    assert decision.allowed == (not broken)


def test_the_hours_of_a_day_are_the_intersection_of_the_packs() -> None:
    assert judged(*BASE).windows == (window("08:00", "22:00"),)
    assert judged(*HOUSE).windows == (window("09:00", "20:00"),)
    assert judged(*HOUSE).hours_rule_ids == ("CN-HRS-1", "CN-HRS-3")


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a make-up workday
        (date(2026, 12, 31), True),
    ],
)
def test_the_house_does_not_visit_on_statutory_holidays(day: date, is_open: bool) -> None:
    assert judged(*HOUSE, day=day).allowed is is_open
    assert judged(*BASE, day=day).allowed


def test_a_year_without_an_official_calendar_is_denied_where_a_rule_needs_it() -> None:
    decision = judged(*HOUSE, day=date(2027, 3, 2))
    assert rule_ids(decision) == ["CN-HRS-3"]
    assert "2027" in decision.reasons[0].en
    assert "2027" in decision.reasons[0].zh


def test_a_day_before_the_pack_is_in_force_is_denied_because_nobody_knows_its_law() -> None:
    assert not judged(*BASE, day=date(2026, 1, 31)).allowed
    assert judged(*BASE, day=date(2026, 2, 1)).allowed


@pytest.mark.parametrize(("people", "broken"), [(CREW[:1], ["CN-CREW-1"]), (CREW, [])])
def test_at_least_two_collectors_visit(people: tuple[Collector, ...], broken: list[str]) -> None:
    assert rule_ids(judged(*BASE, crew=people)) == broken


@pytest.mark.parametrize(
    ("valid_until", "broken"), [(DAY, []), (DAY - timedelta(days=1), ["CN-STAFF-1"]), (None, ["CN-STAFF-1"])]
)
def test_each_member_needs_training_valid_on_the_day(valid_until: date | None, broken: list[str]) -> None:
    decision = judged(*BASE, crew=(CREW[0], a_collector("cy", trained_until=valid_until)))
    assert rule_ids(decision) == broken
    assert all("cy" in reason.en and "ann" not in reason.en for reason in decision.reasons)


def test_a_block_without_end_says_no_and_leaves_the_hours_as_they_are() -> None:
    decision = judged(*BASE, case=a_case(blocks=(Block(code="disputed"),)))
    assert rule_ids(decision) == ["CN-CARD-69"]
    assert decision.windows == (window("08:00", "22:00"),)
    assert decision.hours_rule_ids == ("CN-HRS-1",)
    assert decision.day_reasons == ()


def test_a_reason_tells_the_kind_of_its_rule_and_its_last_day() -> None:
    (reason,) = judged(*BASE, case=a_case(blocks=(Block(code="disputed", until=DAY),))).reasons
    assert (reason.rule_id, reason.kind, reason.until) == ("CN-CARD-69", "subject_block", DAY)


def test_a_crew_that_is_too_small_is_told_beside_a_block() -> None:
    decision = judged(*BASE, case=a_case(blocks=(Block(code="disputed"),)), crew=CREW[:1])
    assert rule_ids(decision) == ["CN-CREW-1", "CN-CARD-69"]


def test_without_a_crew_the_decision_says_what_a_crew_needs() -> None:
    decision = judged(*BASE)
    assert (decision.crew_minimum, decision.crew_rule_id) == (2, "CN-CREW-1")
    assert [needed.code for needed in decision.qualifications] == ["pre-job-training"]


@pytest.mark.parametrize(("packs", "mode"), [(BASE, None), (HOUSE, "audio")])
def test_a_decision_says_what_the_crew_is_asked_and_whether_the_visit_is_recorded(
    packs: tuple[str, ...], mode: str | None
) -> None:
    decision = judged(*packs)
    asked = {placed.rule.id: placed.rule.params for placed in load_rule_set(packs).rules}
    assert [prompt.rule_id for prompt in decision.prompts] == ["CN-HOME-1", "CN-PUB-1"]
    for prompt in decision.prompts:
        assert asked[prompt.rule_id] == PromptParams(moment=Moment(prompt.moment), zh=prompt.zh, en=prompt.en)
    assert decision.recording == mode


@pytest.mark.parametrize(
    ("counts", "minimum", "rule_id"),
    [((), 1, None), ((1,), 1, "a"), ((2, 3), 3, "b"), ((3, 2), 3, "a"), ((2, 2), 2, "a")],
)
def test_the_first_rule_that_asks_for_the_largest_crew_is_named(
    counts: tuple[int, ...], minimum: int, rule_id: str | None
) -> None:
    decision = needing(*(CrewParams(crew_min_count=count) for count in counts))
    assert (decision.crew_minimum, decision.crew_rule_id) == (minimum, rule_id)


def test_what_several_rules_ask_of_a_crew_is_asked_once_by_the_first_of_them() -> None:
    decision = needing(*(QualificationParams(certificate=code) for code in ("law", "first-aid", "law")))
    assert [(needed.code, needed.rule_id) for needed in decision.qualifications] == [("law", "a"), ("first-aid", "b")]
    decision = needing(*(DocumentParams(names=names) for names in (("card", "letter"), ("letter", "badge"))))
    carried = [("card", "a"), ("letter", "a"), ("badge", "b")]
    assert [(paper.name, paper.rule_id) for paper in decision.documents] == carried


@pytest.mark.parametrize("modes", [("audio", "video"), ("video", "audio")], ids=str)
def test_of_two_rules_about_recording_the_one_that_asks_for_more_holds(modes: tuple[str, ...]) -> None:
    assert needing(*(RecordingParams(mode=RecordingMode(mode)) for mode in modes)).recording == "video"


def contacts(*phone_days: int, sms: int = 1, push: int = 1) -> tuple[Contact, ...]:
    log = [(Channel.PHONE, day) for day in phone_days] + [(Channel.SMS, 11)] * sms + [(Channel.PUSH, 11)] * push
    return tuple(Contact(channel=channel, at=datetime(2026, 11, day, 4, tzinfo=UTC)) for channel, day in log)


@pytest.mark.parametrize(
    ("facts", "broken"),
    [
        ({"contacts": contacts(10, 11, 12)}, []),
        ({"contacts": contacts(10, 10, 12)}, []),
        ({"contacts": contacts(10, 12)}, ["CN-LADDER-1"]),
        ({"contacts": contacts(10, 10, 10)}, ["CN-LADDER-1"]),
        ({"contacts": contacts(10, 11, 12, sms=0)}, ["CN-LADDER-1"]),
        ({"contacts": contacts(10, 11, 12, push=0)}, ["CN-LADDER-1"]),
        ({"contacts": None}, ["CN-LADDER-1", "CN-VIS-CAP", "CN-VIS-CAP-30", "CN-VIS-CAP-TRY", "CN-OUT-1"]),
        ({"days_past_due": 1}, []),
        ({"days_past_due": 0}, ["CN-LADDER-1"]),
        ({"days_past_due": None}, ["CN-LADDER-1"]),
        ({"blocks": (Block(code="disputed"),)}, ["CN-CARD-69"]),
        ({"blocks": (Block(code="disputed", until=DAY),)}, ["CN-CARD-69"]),
        ({"blocks": (Block(code="disputed", until=DAY - timedelta(days=1)),)}, []),
        ({"blocks": (Block(code="hardship"),)}, ["CN-BLK-1"]),
        ({"blocks": None}, ["CN-CARD-69", "CN-CRIM-1", "CN-BLK-1"]),
        ({"subject": "guarantor"}, []),
        ({"subject": "relative"}, ["CN-3P-1"]),
        ({"subject": None}, ["CN-3P-1"]),
    ],
)
def test_the_facts_of_the_case_are_judged_from_both_sides(facts: dict[str, object], broken: list[str]) -> None:
    decision = judged(*HOUSE, case=a_case(**facts))
    assert list(dict.fromkeys(rule_ids(decision))) == broken
    assert decision.allowed == (not broken)


def test_a_contact_counts_until_the_day_before_in_local_time() -> None:
    day = date(2026, 11, 13)
    late = Contact(channel=Channel.PHONE, at=datetime(2026, 11, 12, 15, 59, tzinfo=UTC))  # 23:59 local, the 12th
    same_day = replace(late, at=datetime(2026, 11, 12, 16, 0, tzinfo=UTC))  # 00:00 local, the 13th
    log = contacts(10, 11)
    assert judged(*BASE, day=day, case=a_case(contacts=(*log, late))).allowed
    assert not judged(*BASE, day=day, case=a_case(contacts=(*log, same_day))).allowed


YES = Consent(place_kind="workplace", given=True, at=datetime(2026, 11, 1, tzinfo=UTC))
NO = Consent(place_kind="workplace", given=False, at=datetime(2026, 11, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("place", "consents", "allowed"),
    [
        (PlaceKind.WORKPLACE, (YES,), True),
        (PlaceKind.WORKPLACE, (), False),
        (PlaceKind.WORKPLACE, (YES, NO), False),
        (PlaceKind.WORKPLACE, (NO, YES), False),  # the newest counts, whatever the order of the records
        (PlaceKind.HOME, (), True),
        (PlaceKind.HOME, (replace(NO, place_kind="home"),), False),
        (PlaceKind.OTHER, (replace(NO, place_kind="other"),), False),
    ],
)
def test_the_workplace_needs_consent_and_no_place_is_visited_against_a_refusal(
    place: PlaceKind, consents: tuple[Consent, ...], allowed: bool
) -> None:
    decision = judged(*BASE, place=place, case=a_case(consents=consents))
    assert decision.allowed is allowed
    assert set(rule_ids(decision)) <= {"CN-PLACE-1"}


def test_without_a_case_only_the_planning_rules_judge() -> None:
    assert judged(*HOUSE, place=PlaceKind.WORKPLACE, planned=planned("10:00", 30), crew=CREW).allowed


def test_without_packs_everything_is_allowed_at_any_hour() -> None:
    decision = judged(planned=planned("03:00", 30), crew=CREW[:1], case=Case())
    assert decision.allowed
    assert decision.windows is None


def test_every_reason_speaks_both_languages_and_carries_its_numbers() -> None:
    bad = Case(blocks=(Block(code="disputed"),))
    decision = judged(*HOUSE, place=PlaceKind.WORKPLACE, case=bad, planned=planned("23:00", 30), crew=CREW[:1])
    assert len(set(rule_ids(decision))) >= 6
    for reason in decision.reasons:
        assert reason.en.isascii()
        assert not reason.zh.isascii()
        assert reason.facts


def test_of_two_rules_about_notices_both_must_allow_who_comes() -> None:
    def told(days_before: int, *people: str) -> Notice:
        at = time("12:00", DAY - timedelta(days=days_before))
        return Notice(sent_at=at, delivered_at=at, first_day=DAY, last_day=DAY, collector_ids=frozenset({*people}))

    case = a_case(product="digital_lending", notices=(told(4, "ann", "bo"), told(1, "cy")))
    assert judged("in-rbi", case=case).collector_ids == frozenset({"ann", "bo", "cy"})
    both = judged("cn-house", "in-rbi", case=case)
    assert both.collector_ids == frozenset({"ann", "bo"})
    assert both.collectors_rule_id == "CN-NOTE-2"
