"""Proves a solution of a textbook instance from the instance alone, in double precision; no solver's code is used."""

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.textbook import DEPOT, Textbook

# Sums of a few hundred doubles are off by far less.
SLACK = 1e-6

type Routes = Sequence[Sequence[int]]


def textbook_cost(textbook: Textbook, routes: Routes) -> float:
    """Legs of all routes and prices of customers left out, in the file's units."""
    legs = sum(textbook.costs[here][there] for route in routes for here, there in _legs(route))
    if not textbook.prizes:
        return legs
    visited = {textbook.nodes[node].customer for route in routes for node in route}
    return legs + sum(prize for customer, prize in enumerate(textbook.prizes) if customer not in visited)


def textbook_faults(textbook: Textbook, routes: Routes) -> tuple[str, ...]:
    """Everything that a solution breaks, in words; empty when it holds.

    Args:
        textbook: The instance.
        routes: Nodes in order, without the depot; no route is empty.
    """
    if any(not DEPOT < node < len(textbook.nodes) for route in routes for node in route):
        return ("a route holds a node that is no customer's",)
    return (
        *_fleet_faults(textbook, routes),
        *_customer_faults(textbook, routes),
        *_load_faults(textbook, routes),
        *_time_faults(textbook, routes),
    )


def _fleet_faults(textbook: Textbook, routes: Routes) -> Iterator[str]:
    if len(routes) > textbook.vehicles:
        yield f"{len(routes)} routes for {textbook.vehicles} vehicles"


def _customer_faults(textbook: Textbook, routes: Routes) -> Iterator[str]:
    visits = Counter(textbook.nodes[node].customer for route in routes for node in route)
    for customer in range(textbook.size):
        if visits[customer] > 1:
            yield f"customer {customer + 1} is visited {visits[customer]} times"
        if not visits[customer] and not textbook.prizes:
            yield f"customer {customer + 1} is missing"


def _load_faults(textbook: Textbook, routes: Routes) -> Iterator[str]:
    for number, route in enumerate(routes, start=1):
        load = sum(textbook.loads[textbook.nodes[node].customer] for node in route)
        if load > textbook.capacity:
            yield f"route {number} carries {load} of at most {textbook.capacity}"


def _time_faults(textbook: Textbook, routes: Routes) -> Iterator[str]:
    # The planner rounds every leg and service to 1 / scale, so each may be longer by half of that.
    rounding = 0.5 / textbook.scale
    for number, route in enumerate(routes, start=1):
        clock = textbook.nodes[DEPOT].opens
        tolerance = SLACK
        for here, there in _legs(route):
            node = textbook.nodes[there]
            tolerance += rounding * _is_rounded(textbook, textbook.times[here][there])
            arrival = clock + textbook.times[here][there]
            if arrival > node.closes + tolerance:
                yield f"route {number} is {arrival - node.closes:g} late at node {there}"
                break
            clock = max(arrival, node.opens) + node.service


def _is_rounded(textbook: Textbook, leg: float) -> bool:
    """Whether a leg is no whole number of the planner's units."""
    scaled = leg * textbook.scale
    return abs(scaled - round(scaled)) > SLACK


def _legs(route: Sequence[int]) -> Iterator[tuple[int, int]]:
    yield from zip((DEPOT, *route), (*route, DEPOT), strict=True)
