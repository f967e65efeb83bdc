"""With hour factors a leg takes as long as the clock hours that it is driven in say, to the second."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.checker import violations
from scheduler.domain.collector import Break, Shift
from scheduler.domain.plan import Plan, Route, StopType
from scheduler.domain.problem import Objective, Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.rules.load import load_rule_set
from tests.builders import MINUTE, a_break, a_problem, a_shift, a_visit, time, window
from tests.plans import REST, a_plan, change_stop, later, line_matrix

SECOND = timedelta(seconds=1)
NO_LAW = load_rule_set(())
TRAVEL = line_matrix()
DATES_OF_CLOCKS: Mapping[str, datetime] = {
    "Asia/Shanghai": datetime(2026, 11, 30, 22, tzinfo=UTC),
    "Asia/Kathmandu": datetime(2026, 11, 30, 22, tzinfo=UTC),
    "Europe/Berlin": datetime(2026, 10, 24, 22, tzinfo=UTC),
    "America/New_York": datetime(2026, 3, 8, 4, tzinfo=UTC),
    # The clock changes by half an hour.
    "Australia/Lord_Howe": datetime(2026, 10, 3, 13, tzinfo=UTC),
    # The clock changes at a minute past midnight.
    "America/St_Johns": datetime(2010, 11, 7, 0, tzinfo=UTC),
}


def factors(**by_hour: float) -> tuple[float, ...]:
    """`factors(h9=2)` is twice as long between nine and ten, and 1 in every other hour."""
    return tuple(by_hour.get(f"h{hour}", 1.0) for hour in range(24))


def codes(problem: Problem, plan: Plan) -> list[str]:
    """The kinds of violations in the order in which they are found, each once."""
    found = violations(problem, plan, travel=TRAVEL, rules=NO_LAW)
    return list(dict.fromkeys(violation.code for violation in found))


def out_and_back(minutes: int, *, leaves: str, hour_factors: tuple[float, ...]) -> tuple[Problem, Plan]:
    """A route that leaves at a clock time to a visit so many minutes away."""
    visit = a_visit("v1", minutes, window("08:00", "22:00"))
    problem = a_problem([visit], [a_shift("s1", start=leaves, end="22:00")], hour_factors=hour_factors)
    return problem, a_plan(problem, {"s1": ["v1"]})


def arrives(route: Route, seconds: int, clock: str, more_seconds: int = 0) -> bool:
    """Whether the first visit or end is reached then, after so many seconds on the road."""
    stop = next(stop for stop in route.stops if stop.type in (StopType.VISIT, StopType.END))
    return (stop.travel // SECOND, stop.arrival_time) == (seconds, time(clock) + more_seconds * SECOND)


@pytest.mark.parametrize(
    ("minutes", "leaves", "by_hour", "seconds", "clock", "more_seconds"),
    [
        (10, "09:00", {"h9": 2.0}, 1200, "09:20", 0),
        (10, "10:00", {"h9": 2.0}, 600, "10:10", 0),
        (10, "08:50", {"h9": 2.0}, 600, "09:00", 0),
        (10, "08:55", {"h9": 2.0}, 900, "09:10", 0),
        (10, "09:50", {"h9": 2.0}, 900, "10:05", 0),
        (10, "09:40", {"h9": 2.0}, 1200, "10:00", 0),
        (10, "09:00", {"h9": 0.5}, 300, "09:05", 0),
        # 181 seconds, because 180 times 333,333 is 60 short of 60,000,000.
        (1, "09:00", {"h9": 3.0}, 181, "09:03", 1),
        # By ten 119 of 120 half seconds are driven; what is missing takes a whole second at full speed.
        (1, "09:59", {"h9": 2.0, "h10": 0.1}, 63, "10:00", 3),
        (30, "09:00", {"h9": 10.0}, 3600 + 1440, "10:24", 0),
        (30, "09:30", {"h9": 10.0, "h10": 10.0, "h11": 2.0}, 1800 + 3600 + 2520, "11:42", 0),
    ],
)
def test_a_leg_takes_what_its_hours_say(
    minutes: int, leaves: str, by_hour: dict[str, float], seconds: int, clock: str, more_seconds: int
) -> None:
    problem, plan = out_and_back(minutes, leaves=leaves, hour_factors=factors(**by_hour))
    assert arrives(plan.routes[0], seconds, clock, more_seconds)
    assert codes(problem, plan) == []


@pytest.mark.parametrize("by", [-1, 1])
def test_a_leg_across_an_hour_that_is_a_second_off_is_refused(by: int) -> None:
    problem, plan = out_and_back(10, leaves="09:50", hour_factors=factors(h9=2.0))
    stop = plan.routes[0].stops[1]
    late = change_stop(plan, 1, **later(stop, by * SECOND))
    assert "wrong_arrival" in codes(problem, late)
    assert codes(problem, change_stop(plan, 1, travel=stop.travel + by * SECOND)) == ["wrong_travel"]


def test_the_cost_of_travel_is_the_time_on_the_road() -> None:
    problem, plan = out_and_back(10, leaves="09:00", hour_factors=factors(h9=2.0))
    # Twenty minutes there; back from 09:50 on ten minutes at half speed and five at full.
    assert plan.cost.travel_seconds == 1200 + 900
    assert codes(problem, plan) == []
    even = replace(plan, cost=replace(plan.cost, travel_seconds=1200))
    assert codes(problem, even) == ["wrong_travel_cost"]


def test_a_plan_for_even_roads_is_refused_on_slow_ones_and_the_other_way_round() -> None:
    slow, slow_plan = out_and_back(10, leaves="09:00", hour_factors=factors(h9=2.0))
    even, even_plan = out_and_back(10, leaves="09:00", hour_factors=())
    assert codes(slow, even_plan) == ["wrong_travel", "wrong_arrival", "wrong_travel_cost"]
    assert codes(even, slow_plan) == ["wrong_travel", "wrong_arrival", "wrong_travel_cost"]


def test_no_way_at_all_takes_no_time_in_any_hour() -> None:
    problem, plan = out_and_back(0, leaves="09:00", hour_factors=factors(h9=10.0))
    assert arrives(plan.routes[0], 0, "09:00")
    assert codes(problem, plan) == []


def test_factors_of_1_change_nothing() -> None:
    even, plan = out_and_back(10, leaves="09:50", hour_factors=())
    assert codes(replace(even, hour_factors=factors()), plan) == []


def with_lunch(start: str, end: str, *, leaves: str, minutes: int = 30) -> tuple[Problem, Plan]:
    """A leg of half an hour with half an hour of lunch on it, at half speed between twelve and one."""
    shift = a_shift("s1", start=leaves, end="22:00", breaks=(a_break(start, end, minutes),))
    problem = a_problem([a_visit("v1", 30)], [shift], hour_factors=factors(h12=2.0))
    return problem, a_plan(problem, {"s1": [REST, "v1"]})


@pytest.mark.parametrize(
    ("start", "leaves", "seconds", "clock", "more_seconds"),
    [
        # 300 s until lunch, from 12:25 to one 2,100 s at half speed, 450 s after that.
        ("11:55", "11:50", 300 + 2100 + 450, "13:07", 30),
        # Lunch over the whole slow half hour: 600 s before, from 12:30 on 1,800 s at half speed, 300 s.
        ("12:00", "11:50", 600 + 1800 + 300, "13:05", 0),
        # Lunch across one o'clock: ten minutes at full, thirty at half, lunch 12:30-13:00, five at full.
        ("12:30", "11:50", 600 + 1800 + 300, "13:05", 0),
        # At the door at 12:00 sharp, the very second at which lunch begins.
        ("12:00", "11:30", 1800, "12:30", 0),
        # A second of driving is left when lunch begins: it is driven after lunch.
        ("11:59", "11:30", 1740 + 120, "12:31", 0),
        # At the door long before lunch: the crew arrives when lunch ends.
        ("12:40", "11:00", 1800, "13:10", 0),
        # Lunch before the way begins.
        ("11:50", "11:50", 2400 + 600, "13:10", 0),
    ],
)
def test_a_break_on_the_way_is_no_driving_and_the_way_goes_on_at_the_speed_of_its_hour(
    start: str, leaves: str, seconds: int, clock: str, more_seconds: int
) -> None:
    problem, plan = with_lunch(start, "13:30", leaves=leaves)
    assert arrives(plan.routes[0], seconds, clock, more_seconds)
    assert codes(problem, plan) == []
    for by in (-SECOND, SECOND):
        assert "wrong_arrival" in codes(problem, change_stop(plan, 2, **later(plan.routes[0].stops[2], by)))


def test_moving_a_break_out_of_a_slow_hour_changes_the_arrival() -> None:
    problem, plan = with_lunch("11:55", "13:30", leaves="11:50")
    lunch = plan.routes[0].stops[1]
    assert codes(problem, change_stop(plan, 1, **later(lunch, 5 * MINUTE))) == [
        "wrong_travel",
        "wrong_arrival",
        "wrong_travel_cost",
    ]


def test_two_breaks_on_one_way_are_both_no_driving() -> None:
    breaks = (a_break("12:10", "12:20", 10), a_break("12:30", "12:40", 10))
    shift = a_shift("s1", start="11:50", end="22:00", breaks=breaks)
    problem = a_problem([a_visit("v1", 30)], [shift], hour_factors=factors(h12=2.0))
    plan = a_plan(problem, {"s1": [REST, REST, "v1"]})
    # Ten minutes before noon, 10, 10 and 20 at half speed around the breaks.
    assert arrives(plan.routes[0], 3000, "13:00")
    assert codes(problem, plan) == []


def test_an_hour_of_overtime_has_its_own_speed() -> None:
    visit = a_visit("v1", 30, window("18:00", "22:00"), minutes=10)
    shift = a_shift("s1", start="17:30", end="18:15")
    objective = Objective(max_overtime=timedelta(hours=2))
    problem = replace(a_problem([visit], [shift], hour_factors=factors(h18=2.0)), objective=objective)
    plan = a_plan(problem, {"s1": ["v1"]})
    assert plan.routes[0].stops[-1].travel == timedelta(minutes=55)  # 50 minutes at half speed, 5 after seven
    assert codes(problem, plan) == []


def a_day_long_shift(begins: datetime, breaks: tuple[Break, ...] = ()) -> Shift:
    """A whole day on shift."""
    return replace(a_shift("s1", breaks=breaks), earliest_start=begins, latest_end=begins + timedelta(hours=24))


def a_problem_in(
    zone: str, begins: datetime, positions: list[int], hour_factors: tuple[float, ...], breaks: tuple[Break, ...] = ()
) -> Problem:
    """Short visits that any time of the shift is fine for."""
    shift = a_day_long_shift(begins, breaks)
    visits = [a_visit(f"v{i}", position, shift.window, minutes=7) for i, position in enumerate(positions)]
    return replace(a_problem(visits, [shift], hour_factors=hour_factors), time_zone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("begins", "by_hour", "seconds"),
    [
        # Berlin has the hour from two to three twice, from 00:00 to 02:00 in UTC.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), {"h2": 2.0}, 3600),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), {"h2": 2.0}, 3600),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), {"h2": 2.0}, 1800 + 900),
        (datetime(2026, 10, 25, 0, 50, tzinfo=UTC), {"h3": 2.0}, 1800),
        # In spring it is missing: two o'clock is three o'clock, at 01:00 in UTC.
        (datetime(2026, 3, 29, 0, 45, tzinfo=UTC), {"h2": 2.0}, 1800),
        (datetime(2026, 3, 29, 0, 45, tzinfo=UTC), {"h3": 2.0}, 900 + 1800),
    ],
)
def test_the_hours_of_a_clock_change_in_berlin_are_those_that_the_clock_shows(
    begins: datetime, by_hour: dict[str, float], seconds: int
) -> None:
    problem = a_problem_in("Europe/Berlin", begins, [30], factors(**by_hour))
    plan = a_plan(problem, {"s1": ["v0"]})
    assert plan.routes[0].stops[1].travel == seconds * SECOND
    assert codes(problem, plan) == []


@pytest.mark.parametrize(
    ("zone", "begins", "by_hour", "seconds"),
    [
        # From 02:31 in UTC on the clock of St. John's shows 23:01 again, a minute after midnight.
        ("America/St_Johns", datetime(2010, 11, 7, 2, 30, tzinfo=UTC), {"h23": 2.0}, 60 + 2 * 1740),
        ("America/St_Johns", datetime(2010, 11, 7, 2, 30, tzinfo=UTC), {"h0": 2.0}, 60 + 1770),
        ("America/St_Johns", datetime(2010, 11, 7, 3, 25, tzinfo=UTC), {"h0": 2.0}, 300 + 2 * 1500),
        # At 15:30 in UTC the clock of Lord Howe goes from 02:00 to 02:30, so that this hour has half its length.
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 25, tzinfo=UTC), {"h2": 2.0}, 300 + 1800 + 600),
        ("Asia/Kathmandu", datetime(2026, 12, 1, 0, 10, tzinfo=UTC), {"h6": 2.0}, 300 + 2 * 1500),
    ],
)
def test_hours_of_odd_clocks_are_those_that_the_clock_shows(
    zone: str, begins: datetime, by_hour: dict[str, float], seconds: int
) -> None:
    problem = a_problem_in(zone, begins, [30], factors(**by_hour))
    plan = a_plan(problem, {"s1": ["v0"]})
    assert plan.routes[0].stops[1].travel == seconds * SECOND
    assert codes(problem, plan) == []


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("zone", [None, UTC, timezone(timedelta(hours=23))])
def test_times_far_from_any_shift_are_refused_and_upset_nothing(year: int, zone: timezone | None) -> None:
    problem, plan = out_and_back(10, leaves="09:00", hour_factors=factors(h9=2.0))
    strange = datetime(year, 1, 1, tzinfo=zone)
    for index in range(3):
        moved = change_stop(plan, index, arrival_time=strange, service_start_time=strange, departure_time=strange)
        assert "wrong_arrival" in codes(problem, moved)


def test_routes_of_a_problem_without_shifts_are_refused_and_upset_nothing() -> None:
    problem, plan = out_and_back(10, leaves="09:00", hour_factors=factors(h9=2.0))
    assert "unknown_shift" in codes(replace(problem, shifts=()), plan)


@st.composite
def sound_plans(draw: st.DrawFn) -> tuple[Problem, Plan]:
    """A route of up to three visits and a break, on a day of some zone with any speeds."""
    zone = draw(st.sampled_from(sorted(DATES_OF_CLOCKS)))
    begins = DATES_OF_CLOCKS[zone] + draw(st.integers(0, 4 * 3600)) * SECOND
    speeds = draw(st.lists(st.sampled_from([0.1, 0.77, 1.0, 1.3, 3.0, 10.0]), min_size=24, max_size=24))
    positions = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    opens = begins + draw(st.integers(0, 7200)) * SECOND
    rest = Break(
        window=TimeWindow(earliest_start=opens, latest_end=begins + timedelta(hours=24)),
        duration=draw(st.integers(1, 3600)) * SECOND,
    )
    problem = a_problem_in(zone, begins, positions, tuple(speeds), (rest,))
    order = draw(st.permutations([*(visit.id for visit in problem.visits), REST]))
    return problem, a_plan(problem, {"s1": order})


@settings(max_examples=60, deadline=None)
@given(sound_plans())
def test_a_plan_driven_second_by_second_is_accepted_in_every_zone(made: tuple[Problem, Plan]) -> None:
    assert codes(*made) == []


@settings(max_examples=60, deadline=None)
@given(sound_plans(), st.data(), st.sampled_from([-1, 1]))
def test_a_time_that_is_a_second_off_is_refused_in_every_zone(
    made: tuple[Problem, Plan], data: st.DataObject, seconds: int
) -> None:
    problem, plan = made
    stops = plan.routes[0].stops
    index = data.draw(st.sampled_from([i for i, stop in enumerate(stops) if stop.type is not StopType.BREAK]))
    if data.draw(st.booleans()):
        assert codes(problem, change_stop(plan, index, **later(stops[index], seconds * SECOND)))
    else:
        assert codes(problem, change_stop(plan, index, travel=stops[index].travel + seconds * SECOND))
