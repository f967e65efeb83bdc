"""Exact times of a route with breaks, at any pace, proven against brute force."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver.timing import (
    TOO_EARLY,
    BreakTimes,
    Pace,
    arrive,
    departures,
    drive,
    finish,
    fits_between,
    is_feasible,
    latest_starts,
    leave,
    leave_by,
    ready_after,
)
from tests.walks import HOLD, SPAN, Route, brute_force_finish, paces, rate_at, routes

MOMENTS = st.integers(-1200, 4500)
LEGS = st.integers(0, 1500)


@st.composite
def breaks(draw: st.DrawFn) -> list[BreakTimes]:
    numbers = draw(st.lists(st.tuples(st.integers(0, SPAN), st.integers(1, 6), st.integers(0, 12)), max_size=2))
    return [BreakTimes(start, start + length + slack, length) for start, length, slack in numbers]


def finish_of(route: Route) -> int:
    return finish(route.frame, route.calls, route.travel, route.pace)


@given(routes())
def test_the_earliest_finish_equals_the_best_of_all_ways_to_spread_the_breaks(route: Route) -> None:
    assert min(finish_of(route), HOLD) == brute_force_finish(route)


@given(routes(), st.integers(0, 4))
def test_an_insertion_fits_exactly_when_the_longer_route_is_feasible(route: Route, at: int) -> None:
    frame, calls, travel, pace = route.frame, route.calls, route.travel, route.pace
    at = min(at, max(0, len(calls) - 1))
    if not calls:
        return
    rest = calls[:at] + calls[at + 1 :]
    before, after = departures(frame, rest, travel, pace), latest_starts(frame, rest, travel, pace)
    here = rest[at - 1].location if at else frame.start_location
    there = rest[at].location if at < len(rest) else frame.end_location
    legs = (travel[here][calls[at].location], travel[calls[at].location][there])
    fits = fits_between(frame, before[at], calls[at], after[at + 1], legs, pace)
    assert fits == is_feasible(frame, calls, travel, pace)


@given(routes())
def test_the_latest_departure_is_the_last_second_that_still_ends_in_time(route: Route) -> None:
    latest = latest_starts(route.frame, route.calls, route.travel, route.pace)[0][0]
    ends_in_time = [
        moment for moment in range(-HOLD, SPAN + 11) if finish_of(route.leaving(moment)) <= route.frame.latest_end
    ]
    assert max(ends_in_time, default=TOO_EARLY) == max(latest, TOO_EARLY)


@given(paces(), MOMENTS, LEGS)
def test_a_leg_is_driven_at_the_first_second_by_which_its_seconds_have_got_so_far(
    pace: Pace, departure: int, leg: int
) -> None:
    clock, progress = departure, 0
    while progress < leg * 1_000_000:
        progress += rate_at(pace, clock)
        clock += 1
    assert arrive(pace, departure, leg) == clock


@given(paces(), MOMENTS, LEGS)
def test_the_latest_departure_of_a_leg_is_the_exact_inverse_of_its_arrival(pace: Pace, arrival: int, leg: int) -> None:
    departure = leave(pace, arrival, leg)
    assert arrive(pace, departure, leg) <= arrival < arrive(pace, departure + 1, leg)


@given(st.none() | paces(), breaks(), st.integers(-5, SPAN), st.integers(0, 20))
def test_leaving_later_never_arrives_earlier(
    pace: Pace | None, rests: list[BreakTimes], departure: int, leg: int
) -> None:
    assert ready_after(rests, departure, leg, pace) <= ready_after(rests, departure + 1, leg, pace)


@given(st.none() | paces(), breaks(), st.integers(-5, 2 * SPAN), st.integers(0, 20))
def test_the_latest_departure_with_breaks_on_the_way_is_the_exact_inverse(
    pace: Pace | None, rests: list[BreakTimes], arrival: int, leg: int
) -> None:
    in_time = [moment for moment in range(-HOLD, arrival + 1) if ready_after(rests, moment, leg, pace) <= arrival]
    assert max(in_time, default=TOO_EARLY) == leave_by(rests, arrival, leg, pace)


@given(breaks(), st.integers(-5, SPAN), st.integers(0, 20))
def test_a_pace_as_the_matrix_says_changes_nothing(rests: list[BreakTimes], departure: int, leg: int) -> None:
    pace = Pace(-900, (1_000_000,) * 3, (0, 900_000_000, 1_800_000_000, 2_700_000_000))
    ready = ready_after(rests, departure, leg)
    assert drive(rests, departure, leg, pace).ready == ready
    assert ready_after(rests, departure, leg, pace) == ready
    assert leave_by(rests, departure, leg, pace) == leave_by(rests, departure, leg)


def test_no_way_stays_no_way_at_the_fastest_pace() -> None:
    fast = Pace(-900, (10_000_000,), (0, 9_000_000_000))
    assert arrive(fast, 0, 1 << 36) > 10 * 365 * 86_400
    assert leave(fast, 0, 1 << 36) < -10 * 365 * 86_400
