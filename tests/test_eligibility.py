"""Every visit of a problem is judged at each of its places, on the days of the shifts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.case import Block, Case, Channel, Contact, Override
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin, PlaceKind, Visit
from scheduler.eligibility import asked_days, decide, decide_stops, hours_at
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.hours import LawfulHours
from scheduler.rules.kinds.frequency_cap import Scope
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.builders import DAY, ZONE, a_case, a_place, a_problem, a_shift, a_visit, time, window
from tests.plans import a_plan
from tests.weeks import PACKS, a_call, a_house_rule, a_week, with_log

RULES = load_rule_set(("cn-base", "cn-house"))
TOMORROW = DAY + timedelta(days=1)


def test_each_place_gets_the_answer_of_the_rules() -> None:
    places = (a_place("v-home", 1), a_place("v-work", 2, kind=PlaceKind.WORKPLACE))
    case = a_case(consents=())
    problem = a_problem([a_visit("v", places=places, case=case)])
    decisions = decide(problem, RULES)["v"]
    for place in places:
        question = Question(
            place_kind=place.kind,
            place_id=place.id,
            time_zone=ZONE,
            days=(DAY,),
            case=case,
            notices_from=problem.notices_from(ZONE),
        )
        assert decisions[place.id] == evaluate(RULES, question)
    assert decisions["v-home"].allowed
    assert not decisions["v-work"].allowed


def hours_on_two_days(case: Case) -> LawfulHours:
    problem = a_problem([a_visit("v", case=case)], [a_shift("s1"), a_shift("s2", day=TOMORROW)])
    visit = problem.visits[0]
    return hours_at(problem, RULES, visit, visit.places[0])


def test_the_hours_of_the_law_at_a_place_are_told_without_those_that_the_case_takes_away() -> None:
    hours = hours_on_two_days(a_case(blocks=(Block(code="disputed", until=DAY),)))
    assert hours.windows == (window("09:00", "20:00"), window("09:00", "20:00", TOMORROW))
    assert hours.rule_ids == ("CN-HRS-1", "CN-HRS-3")


def test_the_hours_of_the_law_are_wider_on_the_days_of_an_exception_and_no_longer() -> None:
    hours = hours_on_two_days(a_case(overrides=(Override(rule_id="CN-HRS-3", valid_until=DAY),)))
    assert hours.windows == (window("08:00", "22:00"), window("09:00", "20:00", TOMORROW))


def test_without_a_day_to_ask_about_the_law_leaves_no_hour() -> None:
    visit = a_visit("v", places=(replace(a_place("p", 1), time_windows=()),))
    assert hours_at(a_problem([visit], []), RULES, visit, visit.places[0]).windows == ()


def test_the_decisions_of_a_plan_are_those_of_each_stop_on_its_own_day() -> None:
    visits = [
        a_visit("v1", 1, window("10:00", "11:00"), case=a_case()),
        a_visit("v2", 2, window("10:00", "11:00", TOMORROW)),
    ]
    problem = a_problem(visits, [a_shift("s1"), a_shift("s2", day=TOMORROW)])
    plan = a_plan(problem, {"s1": ["v1"], "s2": ["v2"]})
    first, second = decide_stops(problem, RULES, plan.routes)
    assert (first.visit_id, first.place_id, first.crew_minimum) == ("v1", "v1-home", 2)
    assert (first.lawful_from, first.lawful_until) == (time("09:00"), time("20:00"))
    assert (second.visit_id, second.lawful_from, second.lawful_until) == (
        "v2",
        time("09:00", TOMORROW),
        time("20:00", TOMORROW),
    )
    assert set(second.rule_ids) < set(first.rule_ids)


def test_a_rule_that_has_ended_is_not_asked_about_a_stop_after_its_last_day() -> None:
    base = load_rule_set(("cn-base",)).packs[0]
    ended = (
        replace(rule, effective=replace(rule.effective, last=DAY)) if rule.id == "CN-CREW-1" else rule
        for rule in base.rules
    )
    rules = RuleSet.of((replace(base, rules=tuple(ended)),))
    visits = [a_visit("v1", 1, window("00:30", "01:30")), a_visit("v2", 2, window("00:30", "01:30", TOMORROW))]
    nights = [a_shift("s1", start="00:00", end="06:00"), a_shift("s2", start="00:00", end="06:00", day=TOMORROW)]
    problem = a_problem(visits, nights)
    first, second = decide_stops(problem, rules, a_plan(problem, {"s1": ["v1"], "s2": ["v2"]}).routes)
    assert (first.crew_minimum, second.crew_minimum) == (2, 1)
    assert set(first.rule_ids) - set(second.rule_ids) == {"CN-CREW-1"}


def test_the_days_of_a_night_shift_are_those_of_the_zone_and_not_of_utc() -> None:
    night = a_shift("s1", start="00:30", end="05:00")
    assert asked_days(a_problem([], [night]), ZONE) == (DAY,)
    decision = decide(a_problem([a_visit("v")], [night], rule_packs=PACKS), RULES)["v"]["v-home"]
    assert decision.windows == (window("09:00", "20:00"),)


@pytest.mark.parametrize(("days_before", "is_allowed"), [(3, True), (2, False)])
def test_notices_can_be_sent_from_the_local_day_on_not_from_the_day_in_utc(days_before: int, is_allowed: bool) -> None:
    as_of = time("00:30", DAY - timedelta(days=days_before))
    problem = replace(a_problem([a_visit("v", case=a_case())], rule_packs=PACKS), as_of=as_of)
    assert decide(problem, RULES)["v"]["v-home"].allowed == is_allowed


def test_the_days_asked_about_are_those_that_the_shifts_touch() -> None:
    shifts = [a_shift("s1", day=TOMORROW), a_shift("s2"), a_shift("s3", "x", end="23:30")]
    assert asked_days(a_problem([], shifts), ZONE) == (DAY, TOMORROW)


def test_without_shifts_the_windows_of_the_visits_name_the_days() -> None:
    visit = a_visit("v", 1, window("10:00", "12:00", date(2026, 12, 9)))
    assert asked_days(a_problem([visit], []), ZONE) == (date(2026, 12, 9),)


def test_a_block_that_ends_in_between_leaves_the_later_day() -> None:
    case = a_case(blocks=(Block(code="disputed", until=DAY),))
    problem = a_problem([a_visit("v", case=case)], [a_shift("s1"), a_shift("s2", day=TOMORROW)])
    decision = decide(problem, RULES)["v"]["v-home"]
    assert decision.allowed
    assert decision.windows == (window("09:00", "20:00", TOMORROW),)


def test_visits_without_a_case_share_one_decision() -> None:
    decisions = decide(a_problem([a_visit(f"v{i}") for i in range(2_000)]), RULES)
    (shared,) = {id(decision): decision for places in decisions.values() for decision in places.values()}.values()
    assert shared.windows == (window("09:00", "20:00"),)


@pytest.mark.parametrize(("position", "allowed"), [(1, [True, False]), (2, [True, True])])
def test_people_at_one_address_share_a_cap_on_the_address(position: int, allowed: list[bool]) -> None:
    calls = [a_call("a", person="p1"), a_call("b", person="p2", position=position)]
    decisions = decide(a_week(*calls), a_house_rule("CN-VIS-CAP", scope=Scope.ADDRESS))
    assert [decisions[name][f"{name}-home"].allowed for name in "ab"] == allowed


def test_a_window_over_midnight_touches_both_days() -> None:
    night = TimeWindow(earliest_start=time("20:00"), latest_end=time("09:00", TOMORROW))
    assert asked_days(a_problem([a_visit("v", 1, night)], []), ZONE) == (DAY, TOMORROW)


@pytest.mark.parametrize("case", [None, a_case()], ids=["without case", "with case"])
def test_where_no_day_is_left_to_ask_about_no_hour_is_lawful(case: Case | None) -> None:
    nowhere = replace(a_place("v-home", 1), time_windows=())
    decision = decide(a_problem([a_visit("v", places=(nowhere,), case=case)], []), RULES)["v"]["v-home"]
    assert (decision.allowed, decision.windows) == (True, ())


def test_a_place_that_the_borrower_has_left_is_closed_and_another_home_is_not() -> None:
    moved = Contact(
        channel=Channel.VISIT,
        at=time("10:00", DAY - timedelta(days=8)),
        outcome="MOVED",
        place_kind=PlaceKind.HOME,
        place_id="old",
    )
    places = (a_place("old", 1), a_place("new", 2))
    decisions = decide(a_problem([a_visit("v", places=places, case=a_case(contacts=with_log(moved)))]), RULES)["v"]
    assert [reason.rule_id for reason in decisions["old"].reasons] == ["CN-OUT-1"]
    assert decisions["new"].allowed


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (a_call("b", person="p1", priority=90), a_call("a", person="p1", priority=10)),
        (replace(a_call("b", person="p1", priority=10), mandatory=True), a_call("a", person="p1", priority=90)),
        (
            replace(a_call("b", person="p1", priority=10), pinned=Pin(shift_id="s0")),
            replace(a_call("a", person="p1", priority=90), mandatory=True),
        ),
        (a_call("a", person="p1"), a_call("b", person="p1")),
    ],
    ids=["priority", "mandatory", "pinned", "id"],
)
def test_of_two_visits_that_a_cap_keeps_apart_the_more_important_one_stays(first: Visit, second: Visit) -> None:
    decisions = decide(a_week(second, first), load_rule_set(PACKS))
    assert decisions[first.id][f"{first.id}-home"].allowed
    barred = decisions[second.id][f"{second.id}-home"]
    assert not barred.allowed
    assert [reason.rule_id for reason in barred.reasons] == ["CN-VIS-CAP"]


def test_a_visit_that_is_barred_by_others_takes_no_room_and_ends_no_search() -> None:
    calls = [
        a_call("a", person="p1", priority=90),
        a_call("b", person="p1", priority=80),
        a_call("c", person="p2", priority=70),
        a_call("d", person="p2", priority=60),
    ]
    decisions = decide(a_week(*calls), load_rule_set(PACKS))
    allowed = [visit_id for visit_id, places in decisions.items() if places[f"{visit_id}-home"].allowed]
    assert sorted(allowed) == ["a", "c"]


def test_a_cap_of_two_leaves_room_for_two_of_three() -> None:
    decisions = decide(a_week(*(a_call(name, person="p1") for name in "abc")), a_house_rule("CN-VIS-CAP-30"))
    assert [decisions[name][f"{name}-home"].allowed for name in "abc"] == [True, True, False]
