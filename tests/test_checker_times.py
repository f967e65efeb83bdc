"""A plan's times follow from its legs, services, windows and breaks, to the second."""

from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.checker import violations
from scheduler.domain.plan import Plan, Route, Stop
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import TravelMatrix
from scheduler.rules.load import load_rule_set
from tests.builders import MINUTE, a_break, a_problem, a_shift, a_visit, time, window
from tests.plans import REST, a_plan, change_route, change_stop, later, line_matrix

SECOND = timedelta(seconds=1)
PROBLEM = a_problem(
    visits=[
        a_visit("v1", 3),
        a_visit("v2", 7, window("09:30", "10:00"), window("11:00", "16:00")),
        a_visit("v3", 10, window("12:30", "14:00")),
    ],
    shifts=[a_shift("s1", breaks=(a_break("12:00", "13:00"), a_break("15:00", "16:00", 15)))],
)
START, V1, V2, LUNCH, V3, TEA, END = range(7)


def a_sound_plan() -> Plan:
    """Out at 9, wait for v2 until 11, lunch 12:00-12:45 on the way to v3, tea 15:00-15:15 on the way back."""
    return a_plan(PROBLEM, {"s1": ["v1", "v2", REST, "v3", REST]})


def stop(index: int) -> Stop:
    """A stop of the sound plan."""
    return a_sound_plan().routes[0].stops[index]


def codes(plan: Plan, problem: Problem = PROBLEM, travel: TravelMatrix | None = None) -> list[str]:
    """The kinds of violations in the order in which they are found, each once."""
    found = violations(problem, plan, travel=travel or line_matrix(), rules=load_rule_set(()))
    return list(dict.fromkeys(violation.code for violation in found))


def _tail_later(by: timedelta, first: int = V2) -> Callable[[Plan], Plan]:
    """Everything from one stop on happens later; only its waiting and windows can object."""

    def shifted(plan: Plan) -> Plan:
        stops = plan.routes[0].stops
        moved = [replace(each, **later(each, by)) for each in stops[first:]]
        return change_route(plan, stops=(*stops[:first], *moved))

    return shifted


def _service_later(index: int, by: timedelta) -> Callable[[Plan], Plan]:
    """One visit begins and ends later and waits for it."""

    def shifted(plan: Plan) -> Plan:
        old = plan.routes[0].stops[index]
        return change_stop(
            plan,
            index,
            service_start_time=old.service_start_time + by,
            departure_time=old.departure_time + by,
            waiting=old.waiting + by,
        )

    return shifted


def _rests(*times: tuple[str, str]) -> Callable[[Plan], Plan]:
    """The two breaks at other clock times."""

    def moved(plan: Plan) -> Plan:
        for index, (start, end) in zip((LUNCH, TEA), times, strict=True):
            plan = change_stop(
                plan, index, arrival_time=time(start), service_start_time=time(start), departure_time=time(end)
            )
        return plan

    return moved


def _without(index: int) -> Callable[[Plan], Plan]:
    def dropped(plan: Plan) -> Plan:
        stops = plan.routes[0].stops
        return change_route(plan, stops=stops[:index] + stops[index + 1 :])

    return dropped


def _one_more_rest(plan: Plan) -> Plan:
    stops = plan.routes[0].stops
    moment = stops[TEA].departure_time
    nap = replace(stops[TEA], arrival_time=moment, service_start_time=moment, departure_time=moment)
    return change_route(plan, stops=(*stops[: TEA + 1], nap, stops[END]))


def _swap(one: int, other: int) -> Callable[[Plan], Plan]:
    def swapped(plan: Plan) -> Plan:
        stops = list(plan.routes[0].stops)
        stops[one], stops[other] = stops[other], stops[one]
        return change_route(plan, stops=tuple(stops))

    return swapped


BROKEN: dict[str, tuple[Callable[[Plan], Plan], list[str]]] = {
    "leaving before the shift": (
        lambda plan: change_stop(plan, START, **later(stop(START), -SECOND)),
        ["leaves_before_shift", "wrong_arrival"],
    ),
    "coming back after the shift": (
        lambda plan: change_stop(plan, END, **later(stop(END), timedelta(hours=4))),
        ["ends_after_shift", "wrong_arrival"],
    ),
    "arriving early": (
        lambda plan: change_stop(plan, V1, arrival_time=stop(V1).arrival_time - SECOND, waiting=SECOND),
        ["wrong_arrival"],
    ),
    "arriving late": (
        lambda plan: change_stop(
            plan, V2, arrival_time=stop(V2).arrival_time + SECOND, waiting=stop(V2).waiting - SECOND
        ),
        ["wrong_arrival"],
    ),
    "arriving before the break on the way ends": (
        lambda plan: change_stop(plan, V3, arrival_time=time("12:44"), waiting=MINUTE),
        ["wrong_arrival"],
    ),
    "arriving at the end late": (
        lambda plan: change_stop(plan, END, **later(stop(END), SECOND)),
        ["wrong_arrival"],
    ),
    "being at the end before arriving": (
        lambda plan: change_stop(plan, END, arrival_time=stop(END).arrival_time + SECOND),
        ["service_before_arrival", "waits_outside_visits", "wrong_waiting", "wrong_arrival"],
    ),
    "leaving the end": (
        lambda plan: change_stop(plan, END, departure_time=stop(END).departure_time + SECOND),
        ["wrong_departure"],
    ),
    "lingering at the start": (
        lambda plan: change_stop(plan, START, departure_time=stop(START).departure_time + SECOND),
        ["wrong_departure", "wrong_arrival"],
    ),
    "waiting that is not in the times": (
        lambda plan: change_stop(plan, V2, waiting=stop(V2).waiting + SECOND),
        ["wrong_waiting"],
    ),
    "service before arrival with the waiting negative": (
        _service_later(V3, -SECOND),
        ["service_before_arrival", "wrong_waiting", "break_overlaps_service"],
    ),
    "a longer service": (
        lambda plan: change_stop(plan, V2, departure_time=stop(V2).departure_time + MINUTE),
        ["wrong_departure"],
    ),
    "a visit before its window": (_service_later(V2, -SECOND), ["outside_time_window"]),
    "a visit that ends after its window": (
        _service_later(V3, timedelta(minutes=46)),
        ["outside_time_window"],
    ),
    "a visit between its windows": (
        _service_later(V2, -timedelta(minutes=70)),
        ["outside_time_window"],
    ),
    "less travel than the way": (
        lambda plan: change_stop(plan, V3, travel=stop(V3).travel - SECOND),
        ["wrong_travel"],
    ),
    "travel at the start": (
        lambda plan: change_stop(plan, START, travel=SECOND),
        ["wrong_travel"],
    ),
    "travel at a break": (
        lambda plan: change_stop(plan, LUNCH, travel=SECOND),
        ["wrong_travel"],
    ),
    "other meters than the way": (
        lambda plan: change_stop(plan, END, travel_meters=1),
        ["wrong_meters"],
    ),
    "no meters though they are known": (
        lambda plan: change_stop(plan, V1, travel_meters=None),
        ["wrong_meters"],
    ),
    "meters at a break": (
        lambda plan: change_stop(plan, LUNCH, travel_meters=None),
        ["wrong_meters"],
    ),
    "half a second of waiting": (
        _service_later(V2, timedelta(milliseconds=500)),
        ["not_whole_seconds"],
    ),
    "half a second of travel": (
        lambda plan: change_stop(plan, V2, travel=stop(V2).travel + timedelta(milliseconds=500)),
        ["not_whole_seconds", "wrong_travel"],
    ),
    "a time without a zone": (
        lambda plan: change_stop(plan, V1, arrival_time=datetime(2026, 12, 1, 1, 3)),  # noqa: DTZ001  # that is the fault
        ["unusable_time"],
    ),
    "no lunch": (_without(LUNCH), ["wrong_arrival", "missing_break"]),
    "a break too many": (_one_more_rest, ["extra_break"]),
    "breaks in the wrong order": (
        _rests(("15:00", "15:15"), ("12:00", "12:45")),
        [
            "wrong_arrival",
            "breaks_out_of_order",
            "break_overlaps_service",
            "break_too_early",
        ],
    ),
    "a break before its window": (
        _rests(("11:59", "12:44"), ("15:00", "15:15")),
        ["wrong_arrival", "outside_break_window"],
    ),
    "a break that ends after its window": (
        _rests(("12:00", "12:45"), ("15:46", "16:01")),
        ["wrong_arrival", "outside_break_window", "break_overlaps_service"],
    ),
    "a short break": (
        _rests(("12:00", "12:45"), ("15:00", "15:10")),
        ["wrong_arrival", "wrong_break_duration"],
    ),
    "a long break": (
        _rests(("12:00", "12:46"), ("15:00", "15:15")),
        ["wrong_arrival", "wrong_break_duration", "break_overlaps_service"],
    ),
    "waiting at a break": (
        lambda plan: change_stop(plan, LUNCH, arrival_time=time("11:50"), waiting=10 * MINUTE),
        ["waits_outside_visits"],
    ),
    "waiting said of a break that has none": (
        lambda plan: change_stop(plan, LUNCH, waiting=MINUTE),
        ["wrong_waiting"],
    ),
    "a break during a visit": (
        lambda plan: change_stop(
            plan,
            V2,
            service_start_time=time("11:31"),
            departure_time=time("12:01"),
            waiting=time("11:31") - time("9:37"),
        ),
        ["wrong_arrival", "break_too_early"],
    ),
    "everything late from the second visit on": (_tail_later(MINUTE), ["wrong_arrival"]),
    "two visits in each other's place": (
        _swap(V1, V3),
        [
            "wrong_location",
            "wrong_travel",
            "wrong_meters",
            "wrong_arrival",
            "break_overlaps_service",
        ],
    ),
    "a break and a visit in each other's place": (
        _swap(LUNCH, V3),
        ["wrong_location", "wrong_arrival", "break_too_early"],
    ),
}


def test_a_correct_plan_with_waiting_and_two_breaks_has_no_violations() -> None:
    assert codes(a_sound_plan()) == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_plan_with_impossible_times_is_refused_for_what_is_impossible(name: str) -> None:
    breaking, expected = BROKEN[name]
    assert codes(breaking(a_sound_plan())) == expected


def test_a_break_may_interrupt_the_travel_anywhere() -> None:
    problem = a_problem(
        visits=[a_visit("v1", 30, minutes=10)], shifts=[a_shift("s1", breaks=(a_break("09:00", "10:30", 20),))]
    )
    plan = a_plan(problem, {"s1": [REST, "v1"]})
    assert plan.routes[0].stops[2].arrival_time == time("09:50")
    for minutes in (0, 7, 30):
        rest = plan.routes[0].stops[1]
        assert codes(change_stop(plan, 1, **later(rest, minutes * MINUTE)), problem) == []
    assert codes(change_stop(plan, 1, **later(rest, 31 * MINUTE)), problem) == [
        "wrong_arrival",
        "break_overlaps_service",
    ]


def test_a_break_that_ends_after_the_arrival_delays_the_arrival() -> None:
    problem = a_problem(
        visits=[a_visit("v1", 3, minutes=10)], shifts=[a_shift("s1", breaks=(a_break("10:00", "10:30", 30),))]
    )
    plan = a_plan(problem, {"s1": [REST, "v1"]})
    assert plan.routes[0].stops[2].arrival_time == time("10:30")
    assert codes(plan, problem) == []


def test_two_breaks_in_a_row_do_not_overlap() -> None:
    breaks = (a_break("10:00", "12:00", 30), a_break("10:00", "12:00", 20))
    problem = a_problem(visits=[a_visit("v1", 3)], shifts=[a_shift("s1", breaks=breaks)])
    plan = a_plan(problem, {"s1": ["v1", REST, REST]})
    assert codes(plan, problem) == []
    second = plan.routes[0].stops[3]
    assert "break_too_early" in codes(change_stop(plan, 3, **later(second, -SECOND)), problem)


def test_breaks_of_one_window_are_taken_in_the_order_of_the_shift() -> None:
    breaks = (a_break("10:00", "12:00", 30), a_break("10:00", "12:00", 20))
    problem = a_problem(visits=[a_visit("v1", 3)], shifts=[a_shift("s1", breaks=breaks)])
    the_other_way = replace(problem, shifts=(a_shift("s1", breaks=breaks[::-1]),))
    plan = a_plan(the_other_way, {"s1": ["v1", REST, REST]})
    assert codes(plan, the_other_way) == []
    assert codes(plan, problem) == ["breaks_out_of_order"]


def test_two_locations_are_enough_for_a_plan() -> None:
    problem = a_problem(visits=[a_visit("v1", 1)])
    travel = replace(
        line_matrix(), location_ids=("l0", "l1"), duration_seconds=array("i", [0, 60, 60, 0]), distance_meters=None
    )
    assert codes(a_plan(problem, {"s1": ["v1"]}, with_meters=False), problem, travel) == []


def test_a_leg_without_a_way_is_refused() -> None:
    assert codes(a_sound_plan(), travel=line_matrix(closed=frozenset({10}))) == ["unreachable_leg", "wrong_travel_cost"]


def test_travel_times_that_lack_a_location_are_refused() -> None:
    travel = replace(line_matrix(), location_ids=tuple(f"x{i}" for i in range(31)))
    assert codes(a_sound_plan(), travel=travel) == ["unreachable_leg", "wrong_travel_cost"]


def test_meters_that_are_not_known_are_not_in_a_plan() -> None:
    assert codes(a_sound_plan(), travel=line_matrix(with_meters=False)) == ["wrong_meters"]


def test_a_visit_may_fill_its_window_and_a_route_its_shift_to_the_second() -> None:
    problem = a_problem(
        visits=[a_visit("v1", 3, window("09:03", "09:33"))], shifts=[a_shift("s1", start="09:00", end="09:36")]
    )
    plan = a_plan(problem, {"s1": ["v1"]})
    assert codes(plan, problem) == []


BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = date(2026, 10, 25)


def _in_berlin(moment: datetime) -> datetime:
    return moment.astimezone(UTC).astimezone(BERLIN)


def _problem_over_the_clock_change() -> Problem:
    """A shift from 23:00 to 07:00 UTC; the clocks of Berlin go back at 01:00 UTC."""
    start = datetime(2026, 10, 24, 23, tzinfo=UTC)
    whole = TimeWindow(earliest_start=_in_berlin(start), latest_end=_in_berlin(start + timedelta(hours=8)))
    visit = a_visit("v1", 30, whole, minutes=150)
    shift = replace(a_shift("s1"), earliest_start=whole.earliest_start, latest_end=whole.latest_end)
    return replace(a_problem(visits=[visit], shifts=[shift]), time_zone=BERLIN)


def test_a_night_of_a_clock_change_is_counted_in_elapsed_time() -> None:
    problem = _problem_over_the_clock_change()
    in_utc = replace(
        problem, shifts=(replace(problem.shifts[0], earliest_start=datetime(2026, 10, 24, 23, tzinfo=UTC)),)
    )
    plan = a_plan(in_utc, {"s1": ["v1"]})
    route: Route = plan.routes[0]
    stops = tuple(
        replace(
            each,
            arrival_time=_in_berlin(each.arrival_time),
            service_start_time=_in_berlin(each.service_start_time),
            departure_time=_in_berlin(each.departure_time),
        )
        for each in route.stops
    )
    assert stops[1].departure_time.replace(tzinfo=None) - stops[1].arrival_time.replace(tzinfo=None) == timedelta(
        minutes=90
    )
    assert codes(change_route(plan, stops=stops), problem) == []


def test_times_laid_out_by_wall_clock_over_a_clock_change_are_refused() -> None:
    problem = _problem_over_the_clock_change()
    plan = a_plan(problem, {"s1": ["v1"]})
    assert "wrong_departure" in codes(plan, problem)
