"""One simulated day: exactly the plan where nothing is left to chance, and always within the law."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from statistics import fmean, stdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.errors import InternalFault
from scheduler.domain.visit import PlaceKind
from scheduler.planning import plan_visits
from scheduler.simulation.attempts import DayDone, Status
from scheduler.simulation.behaviour import CERTAIN, Behaviour, Distribution, FoundRates, ServiceTimes
from scheduler.simulation.calls import CrewOrder, PlannedDay, planned_day, seconds_of
from scheduler.simulation.crew import Crew
from scheduler.simulation.draws import Draws
from scheduler.simulation.execution import NewOrders, Remaining, carry_out
from scheduler.simulation.figures import is_unlawful
from scheduler.simulation.luck import Luck
from scheduler.simulation.statistics import mean_interval
from scheduler.travel import travel_matrix
from tests.builders import a_problem, a_shift, a_visit, time, window
from tests.simulations import BUDGET, a_busy_day, a_planned_day, exponential_at_doors, simulated

RUSH_HOURS = tuple(1.5 if hour in (9, 12, 17) else 1.0 for hour in range(24))
NOBODY_HOME = FoundRates(by_kind=dict.fromkeys(PlaceKind, 0.0))
SERVED = 18  # half hours in a shift of nine hours
HALF_HOUR = 1800


@cache
def the_day() -> PlannedDay:
    return a_planned_day()


@cache
def the_queue() -> PlannedDay:
    """One crew and a full day of visits of half an hour at the office's own door."""
    visits = [a_visit(f"v{number}", 0) for number in range(SERVED)]
    return a_planned_day(a_problem(visits, [a_shift("s")]))


def times_of(done: DayDone) -> dict[str, tuple[int | None, int | None]]:
    return {one.call.visit.id: (one.start, one.end) for one in done.attempts}


@pytest.mark.parametrize("hour_factors", [(), RUSH_HOURS], ids=["even roads", "rush hours"])
def test_a_day_without_chance_goes_exactly_as_planned(hour_factors: tuple[float, ...]) -> None:
    problem = replace(a_busy_day(), hour_factors=hour_factors)
    plan = plan_visits(problem, limits=BUDGET)
    done = simulated(planned_day(problem, plan, travel_matrix(problem)))

    stops = [stop for route in plan.routes for stop in route.stops if stop.visit_id is not None]
    planned = {stop.visit_id: (seconds_of(stop.service_start_time), seconds_of(stop.departure_time)) for stop in stops}
    homes = {route.shift_id: seconds_of(route.stops[-1].arrival_time) for route in plan.routes}
    assert len(planned) == 10
    assert times_of(done) == planned
    assert {crew.shift_id: crew.finish for crew in done.crews if crew.left} == homes
    assert sum(crew.driven_seconds for crew in done.crews) == plan.cost.travel_seconds


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.floats(0, 1),
    st.floats(1, 6),
    st.floats(1, 3),
    st.floats(0.2, 4),
    st.sampled_from(Distribution),
    st.integers(0, 300),
    st.floats(0, 4),
)
def test_no_simulated_visit_ends_outside_its_hours(
    seed: int,
    found: float,
    high: float,
    roads: float,
    median: float,
    distribution: Distribution,
    early_minutes: int,
    urgent: float,
) -> None:
    behaviour = Behaviour(
        service_times=ServiceTimes(distribution=distribution, median=median, high=high),
        found=FoundRates(by_kind=dict.fromkeys(PlaceKind, found)),
        travel_high=roads,
        leg_high=roads,
        urgent_a_day=urgent,
        may_start_early=timedelta(minutes=early_minutes),
    )
    done = simulated(the_day(), behaviour, seed=seed)

    assert not any(is_unlawful(one) for one in done.attempts)
    assert sorted(one.call.visit.id for one in done.attempts if not one.call.urgent) == sorted(
        call.visit.id for order in the_day().orders for call in order.calls
    )


def test_a_visit_that_takes_too_long_is_broken_off_at_the_limit() -> None:
    behaviour = replace(CERTAIN, service_times=ServiceTimes(distribution=Distribution.FIXED, median=3.0))
    problem = a_problem([a_visit("v", 1, window("09:00", "10:00"))])
    (attempt,) = simulated(a_planned_day(problem), behaviour).attempts

    assert (attempt.broken_off, attempt.near_limit) == (True, True)
    assert attempt.end == attempt.limit == seconds_of(time("10:00"))


def test_a_visit_that_could_not_end_lawfully_is_not_started() -> None:
    behaviour = replace(CERTAIN, service_times=ServiceTimes(distribution=Distribution.FIXED, median=2.0))
    visits = [a_visit(f"v{number}", 1, window("09:00", "10:05")) for number in range(2)]
    done = simulated(a_planned_day(a_problem(visits)), behaviour)

    assert [one.status for one in done.attempts] == [Status.CONTACT, Status.NOT_STARTED_LAWFUL_LIMIT]


@pytest.mark.parametrize("crew_size", [1, 2])
def test_a_crew_of_nobody_stays_in_the_office(crew_size: int) -> None:
    problem = a_problem([a_visit("v", 1, crew_size=crew_size)])
    done = simulated(a_planned_day(problem), replace(CERTAIN, absence=1.0))

    assert [one.status for one in done.attempts] == [Status.CREW_SHORT]
    assert not any(crew.left for crew in done.crews)


def test_who_is_left_of_a_crew_makes_only_what_one_person_may_make() -> None:
    visits = [a_visit("one", 1), a_visit("two", 2, crew_size=2)]
    day = a_planned_day(a_problem(visits))
    days = [simulated(day, replace(CERTAIN, absence=0.5), seed=seed) for seed in range(40)]
    found = {tuple(sorted((one.call.visit.id, one.status) for one in done.attempts)) for done in days}

    assert found == {
        (("one", Status.CONTACT), ("two", Status.CONTACT)),
        (("one", Status.CONTACT), ("two", Status.CREW_SHORT)),
        (("one", Status.CREW_SHORT), ("two", Status.CREW_SHORT)),
    }


def test_doors_that_nobody_opens_take_the_time_of_ringing_only() -> None:
    done = simulated(the_day(), replace(CERTAIN, found=NOBODY_HOME))

    assert {one.status for one in done.attempts} == {Status.NOT_FOUND}
    assert {(one.end or 0) - (one.start or 0) for one in done.attempts} == {CERTAIN.not_found_seconds}


def test_one_crew_with_exponential_visits_serves_what_the_formula_says() -> None:
    """A visit is started when the ones before took no more than the day less half an hour: one and a Poisson number.

    By Wald's identity the crew is home after the mean time of a visit for each visit served.
    """
    behaviour = replace(exponential_at_doors(), most_overtime=timedelta())
    count, draws = 600, Draws(3, 0, 600)
    days = [carry_out(the_queue(), behaviour, Luck(draws, number)) for number in range(count)]
    served = [sum(one.status.is_attempt for one in day.attempts) for day in days]
    worked = [float(day.crews[0].finish - day.crews[0].begin) for day in days]

    mean = SERVED - 1
    expected = fmean_of_capped_poisson(mean)
    assert mean_interval(served, 0.999).holds(expected)
    assert mean_interval(worked, 0.999).holds(expected * HALF_HOUR)


def test_intervals_of_the_exponential_crew_cover_the_formula_as_often_as_they_say() -> None:
    behaviour = replace(exponential_at_doors(), most_overtime=timedelta())
    experiments, each = 100, 10
    draws = Draws(4, 0, experiments * each)
    days = [carry_out(the_queue(), behaviour, Luck(draws, number)) for number in range(experiments * each)]
    served = [sum(one.status.is_attempt for one in day.attempts) for day in days]
    expected = fmean_of_capped_poisson(SERVED - 1)
    covered = sum(mean_interval(served[first : first + each]).holds(expected) for first in range(0, len(served), each))

    assert covered >= 95 - 3 * math.sqrt(100 * 0.95 * 0.05)
    assert stdev(served) > 0


def fmean_of_capped_poisson(mean: float) -> float:
    """The mean of the smaller of `SERVED` and one more than a Poisson number."""
    chances = [math.exp(-mean) * mean**number / math.factorial(number) for number in range(100)]
    return math.fsum(chance * min(SERVED, number + 1) for number, chance in enumerate(chances))


def test_an_urgent_case_is_taken_in_without_losing_another_visit() -> None:
    behaviour = replace(CERTAIN, urgent_a_day=4.0)
    found = [one for seed in range(10) for one in simulated(the_day(), behaviour, seed=seed).attempts]
    urgent = [one for one in found if one.call.urgent]

    assert {one.status for one in found if not one.call.urgent} == {Status.CONTACT}
    assert any(one.status is Status.CONTACT for one in urgent)
    assert all((one.start or one.call.released) >= one.call.released for one in urgent)
    assert fmean([len(urgent) / 10]) == pytest.approx(4.0, abs=2.0)


def noon(day: PlannedDay, replanner: "HandOver | Invention") -> DayDone:
    new_orders = NewOrders(replanner=replanner, at=[seconds_of(time("10:00"))])
    return carry_out(day, CERTAIN, Luck(Draws(1), 0), new_orders=new_orders)


class HandOver:
    """Gives everything that is left to the last crew, but for the first call, which it drops."""

    dropped: str | None = None

    def __call__(self, moment: int, crews: Sequence[Crew], remaining: Remaining) -> Mapping[str, CrewOrder]:
        left = [call for calls in remaining.values() for call in calls]
        self.dropped = left[0].visit.id
        *others, last = crews
        return {**{one.shift.id: one.ordered(()) for one in others}, last.shift.id: last.ordered(left[1:])}


class Invention:
    """Answers with a call that is not of the day."""

    def __call__(self, moment: int, crews: Sequence[Crew], remaining: Remaining) -> Mapping[str, CrewOrder]:
        first, call = crews[0], the_day().orders[0].calls[0]
        new = replace(call, visit=replace(call.visit, id="new"))
        return {first.shift.id: first.ordered([*remaining[first.shift.id], new])}


def test_new_orders_at_midday_change_who_makes_what_is_left() -> None:
    hand_over = HandOver()
    done = noon(the_day(), hand_over)
    later = [one for one in done.attempts if one.start is not None and one.start > seconds_of(time("11:00"))]

    assert [one.call.visit.id for one in done.attempts if one.status is Status.REPLANNED_AWAY] == [hand_over.dropped]
    assert later
    assert {one.shift_id for one in later} == {"s2"}


def test_new_orders_with_calls_that_the_day_does_not_have_are_a_fault_of_our_own() -> None:
    with pytest.raises(InternalFault):
        noon(the_day(), Invention())
