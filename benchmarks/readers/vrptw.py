"""VRPTW in VRPLIB layout, with prizes or without: Gehring and Homberger's instances and the prize-collecting ones.

The convention of the best-known list (DIMACS): distances are cut off after one decimal, so the planner works on tenths;
a customer left out costs its prize.
"""

from math import sqrt

from benchmarks.readers.sections import Sections
from benchmarks.textbook import DEPOT, Node, Textbook

FAMILIES = {"VRPTW": "gehring-homberger", "PCVRPTW": "pcvrptw"}


def read_vrptw(sections: Sections, name: str) -> Textbook:
    """Read an instance.

    Raises:
        ValueError: The file is not such an instance.
    """
    kind = sections.keys["TYPE"]
    count = sections.number("DIMENSION")
    points = sections.numbered("NODE_COORD", count)
    windows = sections.numbered("TIME_WINDOW", count)
    service = sections.number("SERVICE_TIME")
    times = tuple(tuple(_distance(here, there) for there in points) for here in points)
    loads = sections.numbered("DEMAND", count)
    return Textbook(
        name=name,
        family=FAMILIES[kind],
        capacity=sections.number("CAPACITY"),
        vehicles=sections.number("VEHICLES"),
        nodes=tuple(
            Node(customer=number - 1, opens=opens, closes=closes, service=0 if number == DEPOT else service)
            for number, (opens, closes) in enumerate(windows)
        ),
        loads=tuple(int(load) for (load,) in loads[DEPOT + 1 :]),
        prizes=_prizes(sections, count) if kind == "PCVRPTW" else (),
        times=times,
        costs=times,
        scale=10,
    )


def _prizes(sections: Sections, count: int) -> tuple[float, ...]:
    return tuple(prize for (prize,) in sections.numbered("PRIZE", count)[DEPOT + 1 :])


def _distance(here: tuple[float, ...], there: tuple[float, ...]) -> float:
    """Cut off after one decimal; the square root of a square number is exact."""
    across, along = here[0] - there[0], here[1] - there[1]
    return int(10 * sqrt(across * across + along * along)) / 10
