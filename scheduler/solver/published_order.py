"""Another order than the published one, where it is no cheaper, goes back to it.

A visit is changed as well when one that keeps its crew and time, as it does, is made before it instead of after it.
No engine knows that price while it searches, for it hardly ever arises: of two visits the first ends before the second
begins, in either order, so both stay within a quarter of an hour of their times only where they take half an hour
together or less. Pricing times therefore prices the order of all others. What is left is looked at once, at the end.
"""

from collections.abc import Iterator, Sequence

from scheduler.domain.plan import Route
from scheduler.domain.problem import Problem
from scheduler.domain.travel import TravelMatrix
from scheduler.solver.instance import Instance
from scheduler.solver.precedents import in_time, overtaken, published_visits
from scheduler.solver.routes import Routes
from scheduler.solver.schedule import TOLERANCE
from scheduler.solver.solution import to_cost, to_routes


def in_published_order(
    problem: Problem,
    instance: Instance,
    travel: TravelMatrix,
    orders: Sequence[Sequence[int]],
    out: frozenset[str] = frozenset(),
) -> list[list[int]]:
    """The orders with routes in which visits changed places as they were published, where that is no dearer.

    Args:
        problem: The problem.
        instance: Of it.
        travel: Between its locations.
        orders: By shift, options in order; feasible.
        out: Shifts of crews that are out already, as of `to_routes`.
    """
    best = [list(order) for order in orders]
    if not _can_change_places(problem, instance, best):
        return best
    routes = to_routes(problem, instance, travel, best, out)
    cost = to_cost(problem, instance, best, routes).total_seconds
    feasible = Routes(instance)
    for shift, order in _reordered(problem, instance, best, routes):
        if not feasible.can_all_follow(shift, order):
            continue
        others = [*best[:shift], order, *best[shift + 1 :]]
        price = to_cost(problem, instance, others, to_routes(problem, instance, travel, others, out)).total_seconds
        if price <= cost:
            best, cost = others, price
    return best


def _can_change_places(problem: Problem, instance: Instance, orders: Sequence[Sequence[int]]) -> bool:
    """Whether any two visits of a route are short enough for both to keep their published times in another order."""
    published = published_visits(problem)
    for shift_id, order in zip(instance.shift_ids, orders, strict=True):
        chosen = [instance.options[option] for option in order]
        on_it = (one for one in chosen if instance.visit_ids[one.visit] in published)
        shortest = sorted(
            one.call.service for one in on_it if published[instance.visit_ids[one.visit]].shift_id == shift_id
        )[:2]
        if len(shortest) > 1 and sum(shortest) <= 2 * TOLERANCE:
            return True
    return False


def _reordered(
    problem: Problem, instance: Instance, orders: Sequence[Sequence[int]], routes: Sequence[Route]
) -> Iterator[tuple[int, list[int]]]:
    """Each shift with changed places, and its options with those visits in the published order that keep their time."""
    published = published_visits(problem)
    ranks = {visit_id: rank for rank, visit_id in enumerate(published)}
    for route in routes:
        if not overtaken(published, [route]):
            continue
        shift, kept = instance.shift_ids.index(route.shift_id), set(in_time(published, route))
        known = [(option, instance.visit_ids[instance.options[option].visit]) for option in orders[shift]]
        back = iter(sorted((one for one in known if one[1] in kept), key=lambda one: ranks[one[1]]))
        yield shift, [next(back)[0] if visit_id in kept else option for option, visit_id in known]
