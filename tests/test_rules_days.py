"""Which days the rules judge: those without law, those that a rule takes away, those of packs with another clock."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.domain.case import Block
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.clock import Clock
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.kinds.time_window import TimeWindowParams
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.builders import DAY, ZONE, a_case, a_collector, time, window

BASE = ("cn-base",)
HOUSE = ("cn-base", "cn-house")
ONE_DAY = timedelta(days=1)
TOMORROW = DAY + ONE_DAY
LONDON = ZoneInfo("Europe/London")


def rule_ids(decision: Decision) -> list[str]:
    return [reason.rule_id for reason in decision.reasons]


def in_london(clock: str, day: date = TOMORROW) -> datetime:
    return time(clock, day).replace(tzinfo=LONDON)


def judged_in_london(*days: date, planned: TimeWindow | None = None) -> Decision:
    """A block that ends on `DAY`, in London, by a rule whose days are those of New York, five hours later."""
    (base,) = load_rule_set(BASE).packs
    blocks = tuple(rule for rule in base.rules if rule.id == "CN-CARD-69")
    rules = RuleSet.of((replace(base, time_zone="America/New_York", rules=blocks),))
    case = a_case(blocks=(Block(code="disputed", until=DAY),))
    return evaluate(rules, Question(place_kind=PlaceKind.HOME, time_zone=LONDON, days=days, case=case, planned=planned))


@pytest.mark.parametrize(("on", "broken"), [(DAY, []), (TOMORROW, ["CN-STAFF-1", "CN-STAFF-1"])])
def test_a_planned_visit_is_judged_on_its_own_day_alone(on: date, broken: list[str]) -> None:
    crew = tuple(a_collector(name, trained_until=DAY) for name in ("ann", "bo"))
    days = (DAY, TOMORROW)
    question = Question(
        place_kind=PlaceKind.HOME, time_zone=ZONE, days=days, case=None, planned=window("10:00", "10:30", on), crew=crew
    )
    decision = evaluate(load_rule_set(BASE), question)
    assert rule_ids(decision) == broken
    assert decision.windows == tuple(window("08:00", "22:00", day) for day in days)


@pytest.mark.parametrize(("first", "span"), [(31, "2026-01-31"), (29, "2026-01-29 - 2026-01-31")])
def test_days_without_law_are_told_with_the_pack_and_the_last_of_them(first: int, span: str) -> None:
    days = tuple(date(2026, 1, day) for day in range(first, 32))
    question = Question(place_kind=PlaceKind.HOME, time_zone=ZONE, days=days, case=None)
    (reason,) = evaluate(load_rule_set(BASE), question).reasons
    assert (reason.rule_id, reason.kind, reason.until) == ("cn-base", "rule_pack", date(2026, 1, 31))
    assert reason.en == f"The rule pack cn-base has no version in force on {span}, so no visit is allowed."
    assert reason.zh == f"规则包cn-base在{span}没有生效的版本，无法判断，故不得上门。"
    assert reason.facts == {"rule_pack": "cn-base", "first_day": str(days[0]), "last_day": "2026-01-31"}


def test_days_after_the_last_version_have_no_law_without_end() -> None:
    (base,) = load_rule_set(BASE).packs
    ended = replace(base, effective=replace(base.effective, last=DAY - ONE_DAY))
    question = Question(place_kind=PlaceKind.HOME, time_zone=ZONE, days=(DAY,), case=None)
    (reason,) = evaluate(RuleSet.of((ended,)), question).reasons
    assert (reason.rule_id, reason.until) == ("cn-base", None)


def test_a_day_without_law_takes_its_own_hours_away_and_names_the_pack() -> None:
    days = (date(2026, 1, 31), date(2026, 2, 1))
    question = Question(place_kind=PlaceKind.HOME, time_zone=ZONE, days=days, case=None)
    decision = evaluate(load_rule_set(BASE), question)
    assert decision.allowed
    assert decision.windows == (window("08:00", "22:00", days[1]),)
    assert decision.hours_rule_ids == ("CN-HRS-1", "cn-base")


def test_hours_of_two_zones_that_never_meet_are_told_with_both_rules() -> None:
    (base,) = load_rule_set(BASE).packs
    (hours,) = (rule for rule in base.rules if isinstance(rule.params, TimeWindowParams))
    assert isinstance(hours.params, TimeWindowParams)
    morning = replace(hours, id="FAR-HRS", params=replace(hours.params, start=Clock(9, 0), end=Clock(10, 0)))
    far = replace(base, name="far", time_zone="America/New_York", rules=(morning, replace(morning, id="FAR-TOO")))
    days = tuple(DAY + timedelta(days=offset) for offset in range(3))
    question = Question(place_kind=PlaceKind.HOME, time_zone=ZONE, days=days, case=None)
    decision = evaluate(RuleSet.of((base, far)), question)
    reason = decision.reasons[0]
    assert decision.windows == ()
    assert [one.rule_id for one in decision.reasons] == ["CN-HRS-1", "FAR-HRS", "FAR-TOO"]
    assert {(one.until, one.zh, one.en) for one in decision.reasons} == {(None, reason.zh, reason.en)}
    assert reason.en == "The rules CN-HRS-1, FAR-HRS, FAR-TOO leave no common hour from 2026-12-01 to 2026-12-03."
    assert reason.zh == "规则CN-HRS-1, FAR-HRS, FAR-TOO在2026-12-01至2026-12-03没有共同的合法时段。"
    ids = "CN-HRS-1, FAR-HRS, FAR-TOO"
    assert reason.facts == {"rule_ids": ids, "first_day": "2026-12-01", "last_day": "2026-12-03"}


def test_a_pack_without_law_is_told_before_the_rules_that_say_no() -> None:
    base, house = load_rule_set(HOUSE).packs
    ended = replace(base, effective=replace(base.effective, last=DAY - ONE_DAY))
    night = Question(
        place_kind=PlaceKind.HOME, time_zone=ZONE, days=(DAY,), case=None, planned=window("23:00", "23:30")
    )
    assert rule_ids(evaluate(RuleSet.of((house, ended)), night)) == ["cn-base", "CN-HRS-3"]


def test_a_block_on_the_planned_day_takes_no_other_day_away_that_is_asked_about() -> None:
    case = a_case(blocks=(Block(code="disputed", until=DAY),))
    question = Question(
        place_kind=PlaceKind.HOME, time_zone=ZONE, days=(TOMORROW,), case=case, planned=window("10:00", "10:30")
    )
    decision = evaluate(load_rule_set(BASE), question)
    assert rule_ids(decision) == ["CN-CARD-69"]
    assert decision.day_reasons == ()
    assert decision.windows == (window("08:00", "22:00", TOMORROW),)


def test_days_of_which_none_is_left_are_told_with_all_that_took_them_away() -> None:
    last_workday = date(2026, 9, 30)
    log = tuple(replace(contact, at=contact.at - timedelta(days=60)) for contact in a_case().contacts or ())
    question = Question(
        place_kind=PlaceKind.HOME,
        time_zone=ZONE,
        days=(last_workday, last_workday + ONE_DAY),
        case=a_case(contacts=log, blocks=(Block(code="disputed", until=last_workday),)),
        crew=(a_collector("ann"),),
        notices_from=last_workday - timedelta(days=10),
    )
    decision = evaluate(load_rule_set(HOUSE), question)
    assert decision.windows == ()
    assert rule_ids(decision) == ["CN-CREW-1", "CN-CARD-69", "CN-HRS-3"]
    assert [reason.rule_id for reason in decision.day_reasons] == ["CN-CARD-69"]


@pytest.mark.parametrize(
    ("start", "broken"), [("02:00", ["CN-CARD-69"]), ("04:59", ["CN-CARD-69"]), ("05:00", []), ("23:30", [])]
)
def test_a_planned_visit_is_on_the_day_on_which_it_begins_by_the_clock_of_the_pack(
    start: str, broken: list[str]
) -> None:
    visit = TimeWindow(earliest_start=in_london(start), latest_end=in_london(start) + timedelta(minutes=10))
    assert rule_ids(judged_in_london(TOMORROW, planned=visit)) == broken


def test_a_day_that_begins_on_a_blocked_day_by_the_clock_of_the_pack_is_taken_away() -> None:
    third = TOMORROW + ONE_DAY
    decision = judged_in_london(DAY, TOMORROW, third)
    assert decision.allowed
    (reason,) = decision.day_reasons
    assert (reason.rule_id, reason.until) == ("CN-CARD-69", DAY)
    assert decision.windows == (
        TimeWindow(earliest_start=in_london("00:00", third), latest_end=in_london("00:00", third + ONE_DAY)),
    )
