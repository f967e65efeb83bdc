"""Exact times of a route with breaks, proven against brute force."""

from itertools import combinations_with_replacement

from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver.schedule import schedule
from scheduler.solver.timing import (
    TOO_LATE,
    BreakTimes,
    Call,
    Frame,
    departures,
    finish,
    fits_between,
    is_feasible,
    latest_starts,
)

SPAN = 40


@st.composite
def intervals(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    bounds = sorted(draw(st.lists(st.integers(0, SPAN), min_size=2, max_size=4, unique=True)))
    return tuple((bounds[i], bounds[i + 1]) for i in range(0, len(bounds) - 1, 2))


@st.composite
def routes(draw: st.DrawFn) -> tuple[Frame, list[Call], list[list[int]]]:
    breaks = tuple(
        BreakTimes(start, start + length + slack, length)
        for start, length, slack in draw(
            st.lists(st.tuples(st.integers(0, SPAN), st.integers(1, 6), st.integers(0, 12)), max_size=2)
        )
    )
    frame = Frame(draw(st.integers(0, 8)), draw(st.integers(20, SPAN + 10)), 0, 0, breaks)
    count = draw(st.integers(0, 4))
    calls = [Call(draw(st.integers(0, 3)), draw(st.integers(0, 5)), draw(intervals())) for _ in range(count)]
    travel = [[draw(st.integers(0, 9)) for _ in range(4)] for _ in range(4)]
    return frame, calls, travel


def brute_force_finish(frame: Frame, calls: list[Call], travel: list[list[int]]) -> int:
    """The earliest end over every way to spread the breaks, second by second."""
    best = TOO_LATE
    for spread in combinations_with_replacement(range(len(calls) + 1), len(frame.breaks)):
        best = min(best, walk(frame, calls, travel, spread))
    return best


def walk(frame: Frame, calls: list[Call], travel: list[list[int]], spread: tuple[int, ...]) -> int:
    clock, here = frame.earliest_start, frame.start_location
    legs = [*calls, Call(frame.end_location, 0, ((0, 10 * SPAN),))]
    for number, call in enumerate(legs):
        driven, left = 0, [rest for leg, rest in zip(spread, frame.breaks, strict=True) if leg == number]
        while driven < travel[here][call.location] or left:
            if left and clock >= left[0].earliest_start:
                clock += left[0].duration
                if clock > left.pop(0).latest_end:
                    return TOO_LATE
            else:
                clock, driven = clock + 1, driven + 1
        starts = [second for first, last in call.starts for second in range(first, last + 1) if second >= clock]
        if not starts:
            return TOO_LATE
        clock, here = min(starts) + call.service, call.location
    return clock


@given(routes())
def test_the_earliest_finish_equals_the_best_of_all_ways_to_spread_the_breaks(
    route: tuple[Frame, list[Call], list[list[int]]],
) -> None:
    frame, calls, travel = route
    assert min(finish(frame, calls, travel), 10 * SPAN) == min(brute_force_finish(frame, calls, travel), 10 * SPAN)


@given(routes(), st.integers(0, 4))
def test_an_insertion_fits_exactly_when_the_longer_route_is_feasible(
    route: tuple[Frame, list[Call], list[list[int]]], at: int
) -> None:
    frame, calls, travel = route
    at = min(at, max(0, len(calls) - 1))
    if not calls:
        return
    rest = calls[:at] + calls[at + 1 :]
    before, after = departures(frame, rest, travel), latest_starts(frame, rest, travel)
    here = rest[at - 1].location if at else frame.start_location
    there = rest[at].location if at < len(rest) else frame.end_location
    legs = (travel[here][calls[at].location], travel[calls[at].location][there])
    assert fits_between(frame, before[at], calls[at], after[at + 1], legs) == is_feasible(frame, calls, travel)


@given(routes())
def test_a_schedule_exists_exactly_when_the_route_is_feasible_and_keeps_every_bound(
    route: tuple[Frame, list[Call], list[list[int]]],
) -> None:
    frame, calls, travel = route
    times = schedule(frame, calls, travel)
    assert (times is not None) == is_feasible(frame, calls, travel)
    if times is None:
        return
    assert frame.earliest_start <= times.departure
    assert times.finish == finish(frame, calls, travel) <= frame.latest_end
    assert [rest.end - rest.begin for rest in times.breaks] == [rest.duration for rest in frame.breaks]
    for rest, given_rest in zip(times.breaks, frame.breaks, strict=True):
        assert given_rest.earliest_start <= rest.begin
        assert rest.end <= given_rest.latest_end
    for call, made in zip(calls, times.calls, strict=True):
        assert any(first <= made.start <= last for first, last in call.starts)
        assert made.departure == made.start + call.service


def test_a_crew_leaves_late_and_does_not_wait_at_the_door() -> None:
    frame = Frame(0, 100, 0, 0, ())
    times = schedule(frame, [Call(1, 5, ((50, 60),))], [[0, 10], [10, 0]])
    assert times is not None
    assert times.departure == 40
    assert times.calls[0].arrival == times.calls[0].start == 50


def test_a_break_may_interrupt_the_travel() -> None:
    frame = Frame(0, 100, 0, 0, (BreakTimes(5, 12, 7),))
    times = schedule(frame, [Call(1, 1, ((17, 17),))], [[0, 10], [10, 0]])
    assert times is not None
    assert times.breaks[0].begin == 5
    assert times.calls[0].arrival == 17
