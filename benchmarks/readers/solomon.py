"""Solomon's VRPTW instances (1987), in their text layout.

The convention of the best-known list: distances in double precision, and any number of the file's vehicles. The planner
works on ten-thousandths.
"""

from math import hypot

from benchmarks.textbook import DEPOT, Node, Textbook

FAMILY = "solomon"
HEADINGS = ("VEHICLE", "CUSTOMER")
COLUMNS = 7


def is_solomon(text: str) -> bool:
    """Whether a text is in Solomon's layout."""
    lines = {line.strip() for line in text.splitlines()[:12]}
    return lines.issuperset(HEADINGS)


def read_solomon(text: str, name: str) -> Textbook:
    """Read an instance.

    Raises:
        ValueError: The text is not such an instance.
    """
    numbers = [[float(entry) for entry in line.split()] for line in text.splitlines() if _is_numeric(line)]
    if not numbers or len(numbers[0]) != len(("vehicles", "capacity")):
        raise ValueError("the first row of numbers is not the number of vehicles and their capacity")
    (vehicles, capacity), rows = numbers[0], numbers[1:]
    if any(len(row) != COLUMNS for row in rows) or [row[0] for row in rows] != list(range(len(rows))) or not rows:
        raise ValueError(f"the customers are not rows of {COLUMNS} numbers that count from 0")
    times = tuple(tuple(hypot(here[1] - there[1], here[2] - there[2]) for there in rows) for here in rows)
    return Textbook(
        name=name,
        family=FAMILY,
        capacity=int(capacity),
        vehicles=int(vehicles),
        nodes=tuple(
            Node(customer=number - 1, opens=opens, closes=closes, service=service)
            for number, (_, _, _, _, opens, closes, service) in enumerate(rows)
        ),
        loads=tuple(int(row[3]) for row in rows[DEPOT + 1 :]),
        times=times,
        costs=times,
        scale=10_000,
    )


def _is_numeric(line: str) -> bool:
    entries = line.split()
    return bool(entries) and all(entry.lstrip("-").replace(".", "", 1).isdigit() for entry in entries)
