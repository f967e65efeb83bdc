"""The times chosen for an order are the cheapest, and the kindest among these, proven against brute force."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from scheduler.solver.instance import Terms
from scheduler.solver.schedule import MOST_POINTS, Order, Prices, Schedule, Timed, schedule
from scheduler.solver.timing import BreakTimes, Call, Frame, Pace
from tests.walks import HOLD, SPAN, Route, Walk, brute_force_finish, paces, routes, walks

WEIGHTS = st.sampled_from((0, 0, 250, 1000, 3500))
THERE_AND_BACK = [[0, 10], [10, 0]]


@st.composite
def orders(draw: st.DrawFn, prices: bool = True) -> tuple[Route, Order]:
    """A random route, with what its times cost or without; published times lie near the edges of the tolerance."""
    route = draw(routes())
    starts = st.none() | st.builds(
        lambda second, side: second + 900 * side, st.integers(0, SPAN), st.sampled_from((-1, 1))
    )
    published = tuple(draw(starts) for _ in route.calls)
    terms = Terms(draw(WEIGHTS), draw(WEIGHTS), 0, draw(st.sampled_from((0, 3, 20))))
    given_prices = (
        Prices(terms, draw(st.integers(10, SPAN + 10)), published) if prices and draw(st.booleans()) else None
    )
    order = Order(
        frame=route.frame, calls=tuple(route.calls), travel=route.travel, pace=route.pace, prices=given_prices
    )
    return route, order


def brute_force_points(route: Route) -> list[Walk]:
    """For each departure that no later one makes up for, the walk with everything as early as possible."""
    latest_end = route.frame.latest_end
    ends = {
        moment: brute_force_finish(route.leaving(moment)) for moment in range(route.frame.earliest_start, SPAN + 12)
    }
    points = [moment for moment in ends if ends[moment] <= latest_end and ends.get(moment + 1, HOLD) > ends[moment]]
    return [min(walks(route.leaving(moment)), key=as_early_as_possible) for moment in points[:MOST_POINTS]]


def as_early_as_possible(walk: Walk) -> tuple[int, ...]:
    """The end first, then from the last visit back: most breaks before the last, each as early as its breaks allow."""
    key = [walk.finish]
    for at in reversed(range(len(walk.calls))):
        taken = sum(leg <= at for leg in walk.spread)
        key += [-taken if at == len(walk.calls) - 1 else taken, walk.calls[at][2]]
    return tuple(key)


def brute_force_cost(order: Order, route: Route, walk: Walk) -> int:
    cost = walk.driven - route.legs()
    if order.prices is None:
        return cost
    terms, regular_end, published = order.prices
    for (_, start, _), known in zip(walk.calls, published, strict=True):
        if known is not None and not known - 900 <= start <= known + 900:
            cost += terms.change_of_plan
    return cost + max(0, walk.finish - regular_end) * terms.overtime // 1000 + walk.waiting * terms.waiting // 1000


@given(orders())
def test_the_chosen_times_are_the_best_of_all_departures(made: tuple[Route, Order]) -> None:
    route, order = made
    points = brute_force_points(route)
    best = order.best()
    assert (best is not None) == bool(points)
    if best is None:
        return
    walk = min(points, key=lambda one: (brute_force_cost(order, route, one), one.waiting, one.finish))
    assert best.cost == brute_force_cost(order, route, walk)
    assert (best.times.waiting, best.times.finish) == (walk.waiting, walk.finish)
    assert [(call.arrival, call.start, call.departure) for call in best.times.calls] == walk.calls
    assert best.times.driven == walk.driven


@given(orders(), st.integers(0, 12))
def test_every_time_of_a_schedule_is_walked_second_by_second_and_keeps_every_bound(
    made: tuple[Route, Order], margin: int
) -> None:
    route, order = made
    best = order.best()
    if best is None:
        return
    times = order.with_margin(margin, best).times
    assert route.frame.earliest_start <= times.departure
    assert times.finish <= route.frame.latest_end
    # With the hours that its starts leave, only this very walk is left to brute force.
    exact = [
        call._replace(starts=((made.start, made.start),)) for call, made in zip(route.calls, times.calls, strict=True)
    ]
    found = [
        walk for walk in walks(replace(route, calls=exact).leaving(times.departure)) if walk.spread == spread_of(times)
    ]
    assert [(walk.finish, walk.driven, walk.waiting) for walk in found] == [(times.finish, times.driven, times.waiting)]
    for call, made_call in zip(route.calls, times.calls, strict=True):
        assert any(first <= made_call.start <= last for first, last in call.starts)
    for rest, placed in zip(route.frame.breaks, times.breaks, strict=True):
        assert rest.earliest_start <= placed.begin
        assert placed.end - placed.begin == rest.duration
        assert placed.end <= rest.latest_end


def spread_of(times: Schedule) -> tuple[int, ...]:
    counts = [*(call.breaks_before for call in times.calls), times.breaks_at_end]
    return tuple(leg for leg, count in enumerate(counts) for _ in range(count))


@given(orders(), st.integers(0, 12))
def test_a_margin_never_costs_anything(made: tuple[Route, Order], margin: int) -> None:
    _, order = made
    best = order.best()
    if best is not None:
        assert order.with_margin(margin, best).cost <= best.cost


@given(orders(prices=False), st.integers(1, 12))
def test_a_margin_is_kept_for_each_visit_in_turn_where_times_cost_nothing_and_the_route_allows(
    made: tuple[Route, Order], margin: int
) -> None:
    route, order = replace(made[0], pace=None), replace(made[1], pace=None)
    best = order.best()
    if best is None:
        return
    times = order.with_margin(margin, best).times
    calls = list(route.calls)
    for at, call in enumerate(route.calls):
        short = call._replace(starts=tuple((first, max(first, last - margin)) for first, last in call.starts))
        tried = [*calls[:at], short, *calls[at + 1 :]]
        if brute_force_finish(replace(route, calls=tried)) <= route.frame.latest_end:
            calls = tried
            assert any(first <= times.calls[at].start <= last for first, last in short.starts)


@given(orders(), st.integers(0, 12), paces())
def test_where_working_time_counts_a_margin_leaves_it_as_it_is(
    made: tuple[Route, Order], margin: int, pace: Pace
) -> None:
    order = replace(made[1], pace=pace, prices=Prices(Terms(unfairness=1), 0, (None,) * len(made[1].calls)))
    best = order.best()
    if best is not None:
        assert order.with_margin(margin, best).times.span == best.times.span


def chosen(order: Order) -> Timed:
    best = order.best()
    assert best is not None
    return best


def an_order(*calls: Call, end: int = 10_000, prices: Prices | None = None, pace: Pace | None = None) -> Order:
    """Visits ten seconds from each other and from the office."""
    frame = Frame(0, end, 0, 0, ())
    return Order(frame=frame, calls=calls, travel=[[10] * 3 for _ in range(3)], pace=pace, prices=prices)


def test_a_crew_leaves_late_and_does_not_wait_at_the_door() -> None:
    frame = Frame(0, 100, 0, 0, ())
    times = schedule(frame, [Call(1, 5, ((50, 60),))], THERE_AND_BACK)
    assert times is not None
    assert times.departure == 40
    assert times.calls[0].arrival == times.calls[0].start == 50


def test_a_crew_would_rather_leave_and_come_home_later_than_wait_at_a_door() -> None:
    times = chosen(an_order(Call(1, 5, ((10, 20), (58, 60))), Call(2, 5, ((50, 55), (73, 80))))).times
    assert (times.departure, times.waiting, times.finish) == (48, 0, 88)


def test_a_break_may_interrupt_the_travel() -> None:
    frame = Frame(0, 100, 0, 0, (BreakTimes(5, 12, 7),))
    times = schedule(frame, [Call(1, 1, ((17, 17),))], THERE_AND_BACK)
    assert times is not None
    assert times.breaks[0].begin == 5
    assert times.calls[0].arrival == 17


def test_overtime_is_weighed_against_waiting() -> None:
    calls = (Call(1, 5, ((10, 20), (58, 60))), Call(2, 5, ((50, 55), (73, 80))))
    long, short = Terms(overtime=1000, waiting=100), Terms(overtime=1000, waiting=9000)
    # Home at 65 after 15 s at a door, or at 88 without.
    assert chosen(an_order(*calls, prices=Prices(long, 65, (None, None)))).cost == 1
    assert chosen(an_order(*calls, prices=Prices(short, 65, (None, None)))).cost == 23


def test_a_visit_moves_no_farther_from_its_published_time_than_it_must() -> None:
    published = Prices(Terms(change_of_plan=600), 0, (2000,))
    order = an_order(Call(1, 5, ((10, 5000),)), prices=published)
    assert chosen(order).cost == 600
    nearer = order.near_published()
    assert nearer is not None
    assert chosen(nearer).cost == 0
    assert 1100 <= chosen(nearer).times.calls[0].start <= 2900


def test_without_published_visits_nothing_is_near_them() -> None:
    assert an_order(Call(1, 5, ((10, 20),))).near_published() is None
    assert an_order(Call(1, 5, ((10, 20),)), prices=Prices(Terms(waiting=1), 0, (None,))).near_published() is None


def test_a_visit_keeps_the_margin_where_the_crew_can_come_earlier() -> None:
    order = an_order(Call(1, 5, ((0, 1000),)), Call(2, 5, ((1200, 1300),)))
    assert [call.start for call in chosen(order).times.calls] == [1000, 1200]
    assert [call.start for call in order.with_margin(300, chosen(order)).times.calls] == [700, 1200]


def test_only_the_visits_that_can_keep_the_margin_keep_it() -> None:
    order = an_order(Call(1, 950, ((0, 1000),)), Call(2, 5, ((800, 1000),)))
    starts = [call.start for call in order.with_margin(100, chosen(order)).times.calls]
    assert starts[0] <= 900
    assert starts[1] > 900
