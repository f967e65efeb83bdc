"""An instance of the literature, in its file's own units, and the same instance as the planner's whole numbers.

A textbook instance has one depot, equal vehicles with a capacity, and customers. A customer is visited at exactly one
of its nodes (most have a single one), or, where it has a prize, may be left out for that price.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks.case import Case
from scheduler.solver.instance import Instance, Option
from scheduler.solver.timing import Call, Frame

DEPOT = 0
# Leaving out a customer who must be visited costs so many of the longest legs: far more than any detour. The planner
# adds up whole numbers of 32 bits, so there is a limit.
LEGS_OF_A_PENALTY = 50
LARGEST_PENALTY = (1 << 27) - 1

type Rows = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place: node 0 is the depot, its `customer` is -1. Service starts between `opens` and `closes`, both included.

    The depot's `closes` is when the last vehicle must be back.
    """

    customer: int
    opens: float
    closes: float
    service: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """An instance of the literature.

    Attributes:
        name: The file's name without its endings.
        family: `solomon`, `gehring-homberger`, `pcvrptw`, `vrprdl` or `vrphrdl`.
        capacity: Of each vehicle.
        vehicles: At most so many routes.
        nodes: The depot first.
        loads: By customer.
        prizes: By customer, the price of leaving it out; empty when all must be visited.
        times: Rows of travel times between nodes.
        costs: Rows of what legs cost.
        scale: Whole numbers of the planner for one unit of the file.
    """

    name: str
    family: str
    capacity: int
    vehicles: int
    nodes: tuple[Node, ...]
    loads: tuple[int, ...]
    prizes: tuple[float, ...] = ()
    times: Rows
    costs: Rows
    scale: int

    @property
    def size(self) -> int:
        """The number of customers."""
        return len(self.loads)

    def case(self) -> Case:
        """The same in whole numbers."""
        return Case(instance=_instance(self), mandatory=not self.prizes)

    def routes(self, instance: Instance, orders: list[list[int]]) -> tuple[tuple[int, ...], ...]:
        """The planner's orders as routes over nodes, without the depot and without unused vehicles."""
        return tuple(tuple(instance.options[option].call.location for option in order) for order in orders if order)


def _instance(textbook: Textbook) -> Instance:
    travel = _scaled(textbook.times, textbook.scale)
    leg_costs = () if textbook.costs is textbook.times else _scaled(textbook.costs, textbook.scale)
    options: list[Option] = []
    options_of: list[list[int]] = [[] for _ in textbook.loads]
    for location, node in enumerate(textbook.nodes):
        if location != DEPOT:
            options_of[node.customer].append(len(options))
            options.append(_option(location, node, textbook.scale))
    depot = textbook.nodes[DEPOT]
    frame = Frame(
        earliest_start=round(depot.opens * textbook.scale),
        latest_end=round(depot.closes * textbook.scale),
        start_location=DEPOT,
        end_location=DEPOT,
        breaks=(),
    )
    vehicles = textbook.vehicles
    every_shift = frozenset(range(vehicles))
    return Instance(
        base=datetime(2000, 1, 1, tzinfo=UTC),
        shift_ids=tuple(f"vehicle-{number}" for number in range(vehicles)),
        frames=(frame,) * vehicles,
        most_visits=(None,) * vehicles,
        visit_ids=tuple(f"customer-{number}" for number in range(textbook.size)),
        penalties=_penalties(textbook, leg_costs or travel),
        positions=(None,) * textbook.size,
        options=tuple(options),
        options_of=tuple(tuple(numbers) for numbers in options_of),
        allowed_shifts=(every_shift,) * len(options),
        shift_penalties=({},) * textbook.size,
        limits=(),
        travel=travel,
        loads=textbook.loads,
        capacities=(textbook.capacity,) * vehicles,
        leg_costs=leg_costs,
    )


def _option(location: int, node: Node, scale: int) -> Option:
    starts = ((round(node.opens * scale), round(node.closes * scale)),)
    call = Call(location, round(node.service * scale), starts)
    return Option(visit=node.customer, place_id=f"node-{location}", call=call, preference_penalty=0)


def _penalties(textbook: Textbook, leg_costs: tuple[tuple[int, ...], ...]) -> tuple[int, ...]:
    if textbook.prizes:
        return tuple(round(prize * textbook.scale) for prize in textbook.prizes)
    longest = max(max(row) for row in leg_costs)
    return (min(LARGEST_PENALTY, LEGS_OF_A_PENALTY * longest),) * textbook.size


def _scaled(rows: Rows, scale: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(round(entry * scale) for entry in row) for row in rows)
