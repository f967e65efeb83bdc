"""Rules go by the clock of the place visited; shifts, limits and written times stay in the problem's zone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.checker import decisions, violations
from scheduler.domain.case import Notice
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.eligibility import decide
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import ADDRESS_ZONE, RuleSet
from scheduler.solver.instance import build_instance
from tests.builders import MINUTE, a_case, a_collector, a_problem, a_shift, a_visit, at
from tests.plans import a_plan, line_matrix

PACKS = ("us-federal",)
RULES = load_rule_set(PACKS)
NEW_YORK, CHICAGO, PHOENIX = (ZoneInfo(f"America/{city}") for city in ("New_York", "Chicago", "Phoenix"))
ZONES = {1: NEW_YORK, 2: CHICAGO, 3: PHOENIX}
SPRING, WINTER, AUTUMN = date(2026, 3, 8), date(2026, 12, 1), date(2026, 11, 1)
# When it strikes 08:00 there, in UTC; on two of the days the clock of New York and Chicago has changed, Phoenix's not.
OPENINGS = {
    (SPRING, 1): 12,
    (SPRING, 2): 13,
    (SPRING, 3): 15,
    (AUTUMN, 1): 13,
    (AUTUMN, 2): 14,
    (AUTUMN, 3): 15,
    (WINTER, 1): 13,
    (WINTER, 2): 14,
    (WINTER, 3): 15,
}
each_opening = pytest.mark.parametrize(
    ("day", "position", "hour"), [(*where, hour) for where, hour in OPENINGS.items()], ids=str
)


def lawful(day: date, hour: int) -> TimeWindow:
    """From 08:00 to 21:00, when it strikes eight at that hour in UTC."""
    opens = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return TimeWindow(earliest_start=opens, latest_end=opens + timedelta(hours=13))


def a_visit_between(first: datetime, last: datetime, position: int, name: str = "v", **facts: object) -> object:
    """A visit of half an hour in a window of its own."""
    return a_visit(name, position, TimeWindow(earliest_start=first, latest_end=last), **facts)  # type: ignore[arg-type]


def in_america(day: date, *visits: object, people: tuple[str, ...] = ("ann", "bo")) -> Problem:
    """A shift of 24 hours from 06:00 in UTC, in New York; three minutes away is Phoenix, two minutes away Chicago."""
    begin = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    shift = replace(a_shift("s1", *people), earliest_start=begin, latest_end=begin + timedelta(hours=24))
    problem = a_problem(visits, [shift], rule_packs=PACKS)  # type: ignore[arg-type]
    zones = {at(position): zone for position, zone in ZONES.items() if zone != NEW_YORK}
    return replace(
        problem,
        time_zone=NEW_YORK,
        locations=tuple(replace(one, time_zone=zones.get(one.id)) for one in problem.locations),
    )


def broken_rules(problem: Problem) -> list[str | None]:
    """The rules that the checker names for a plan that makes each visit as soon as its window opens."""
    plan = a_plan(problem, {"s1": [visit.id for visit in problem.visits]})
    return [one.rule_id for one in violations(problem, plan, travel=line_matrix(), rules=RULES)]


def of_the_address(pack_name: str, rule_id: str, **params: object) -> RuleSet:
    """One rule of a pack as if its days were those of the place."""
    pack = next(pack for pack in load_rule_set((pack_name,)).packs if pack.name == pack_name)
    rule = next(rule for rule in pack.rules if rule.id == rule_id)
    changed = replace(rule, params=replace(rule.params, **params))  # type: ignore[type-var]  # its kind is known
    return RuleSet.of((replace(pack, time_zone=ADDRESS_ZONE, rules=(changed,)),))


@each_opening
def test_each_place_is_open_from_eight_to_nine_in_the_evening_by_its_own_clock(
    day: date, position: int, hour: int
) -> None:
    problem = in_america(day, a_visit("v", position))
    windows = decide(problem, RULES)["v"]["v-home"].windows
    assert windows is not None
    opened = [(window.earliest_start.astimezone(UTC), window.latest_end.astimezone(UTC)) for window in windows]
    expected = lawful(day, hour)
    assert (expected.earliest_start, expected.latest_end) in opened


@each_opening
@pytest.mark.parametrize("minutes_past", [0, 1])
def test_the_checker_refuses_a_visit_one_minute_past_the_hours_of_its_place(
    day: date, position: int, hour: int, minutes_past: int
) -> None:
    hours, past, half_hour = lawful(day, hour), minutes_past * MINUTE, 30 * MINUTE
    early = a_visit_between(hours.earliest_start - past, hours.latest_end, position)
    late = a_visit_between(hours.latest_end - half_hour + past, hours.latest_end + past, position)
    for visit in (early, late):
        assert broken_rules(in_america(day, visit)) == ["US-HRS-1"] * minutes_past


def test_the_decision_of_an_evening_visit_is_that_of_the_day_of_its_place() -> None:
    # Half past seven in New York, when it is tomorrow already in UTC.
    begin = datetime(2026, 12, 2, 0, 30, tzinfo=UTC)
    problem = in_america(WINTER, a_visit_between(begin, begin + 30 * MINUTE, 1))
    (decision,) = decisions(problem, a_plan(problem, {"s1": ["v"]}), travel=line_matrix(), rules=RULES)
    hours = lawful(WINTER, 13)
    assert (decision.lawful_from, decision.lawful_until) == (hours.earliest_start, hours.latest_end)


def test_visits_without_a_case_share_one_decision_in_each_zone() -> None:
    visits = [a_visit(f"v{position}-{number}", position) for position in ZONES for number in range(3)]
    decisions = decide(in_america(WINTER, *visits), RULES)
    assert len({id(decision) for places in decisions.values() for decision in places.values()}) == len(ZONES)


def test_a_notice_is_told_and_announces_days_by_the_clock_of_the_place() -> None:
    # Half past midnight in New York is the evening before in Chicago, and one day of lead is enough there alone.
    sent = datetime(2026, 11, 30, 5, 30, tzinfo=UTC)
    notice = Notice(sent_at=sent, delivered_at=sent, first_day=date(2026, 11, 30), last_day=date(2026, 11, 30))
    rules = of_the_address("cn-house", "CN-NOTE-2", min_lead_days=1)
    case = a_case(notices=(notice,))
    problem = in_america(date(2026, 11, 30), *(a_visit(f"v{position}", position, case=case) for position in (1, 2)))
    decisions = decide(replace(problem, as_of=None), rules)
    assert [decisions[f"v{position}"][f"v{position}-home"].allowed for position in (1, 2)] == [False, True]


def test_people_are_qualified_for_the_days_of_the_place() -> None:
    # The shift ends after midnight in New York and before midnight in Phoenix.
    begin, end = datetime(2026, 12, 1, 16, tzinfo=UTC), datetime(2026, 12, 2, 6, tzinfo=UTC)
    problem = in_america(WINTER, *(a_visit_between(begin, end, position, f"v{position}") for position in (1, 3)))
    shift = replace(problem.shifts[0], earliest_start=begin, latest_end=end)
    trained = tuple(a_collector(name, trained_until=WINTER) for name in ("ann", "bo"))
    problem = replace(problem, shifts=(shift,), collectors=trained)
    decisions = decide(problem, of_the_address("cn-base", "CN-STAFF-1"))
    instance = build_instance(problem, decisions, line_matrix())
    assert [len(options) for options in instance.options_of] == [0, 1]


@given(
    st.datetimes(datetime(2026, 2, 2), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 120),
    st.sampled_from((NEW_YORK, CHICAGO, PHOENIX, ZoneInfo("Pacific/Honolulu"), ZoneInfo("America/St_Johns"))),
)
def test_the_zone_of_the_place_decides_about_one_and_the_same_instant(
    start: datetime, minutes: int, zone: ZoneInfo
) -> None:
    planned = TimeWindow(earliest_start=start, latest_end=start + minutes * MINUTE)
    local, end = (moment.astimezone(zone) for moment in (planned.earliest_start, planned.latest_end))
    question = Question(place_kind=PlaceKind.HOME, time_zone=zone, days=(local.date(),), case=None, planned=planned)
    is_lawful = (
        local.date() == end.date()
        and local.hour >= 8
        and (end.hour < 21 or (end.hour, end.minute, end.second, end.microsecond) == (21, 0, 0, 0))
    )
    assert evaluate(RULES, question).allowed is is_lawful
