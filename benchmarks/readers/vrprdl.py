"""Roaming delivery locations (Reyes, Savelsbergh and Toriello 2017): a customer is one of several nodes, by the hour.

What a leg costs and how long it takes are two matrices. The number of vehicles is not limited, so there is one for each
customer; service takes no time.
"""

from benchmarks.readers.sections import Sections
from benchmarks.textbook import Node, Textbook

# Both families have this TYPE; the files of the one in which everybody is also at home are named so.
KIND = "VRPRDL"
HOME_TOO = "VRPHRDL"


def read_vrprdl(sections: Sections, name: str) -> Textbook:
    """Read an instance.

    Raises:
        ValueError: The file is not such an instance.
    """
    nodes = sections.number("DIMENSION")
    clusters = sections.number("NUM_CUSTOMERS")
    windows = sections.numbered("TIME_WINDOW", nodes)
    customer_of = _customers(sections, nodes, clusters)
    loads = [int(load) for (load,) in sections.numbered("DEMAND", clusters)]
    return Textbook(
        name=name,
        family=(HOME_TOO if name.upper().startswith(HOME_TOO) else KIND).lower(),
        capacity=sections.number("CAPACITY"),
        vehicles=clusters - 1,
        nodes=tuple(
            Node(customer=customer, opens=opens, closes=min(closes, sections.number("TIME_HORIZON")), service=0)
            for customer, (opens, closes) in zip(customer_of, windows, strict=True)
        ),
        loads=tuple(loads[1:]),
        times=sections.matrix("EDGE_TRAVEL_TIME", nodes),
        costs=sections.matrix("EDGE_WEIGHT", nodes),
        scale=1,
    )


def _customers(sections: Sections, nodes: int, clusters: int) -> list[int]:
    """By node, its customer; the depot is cluster 1 and customer -1."""
    members = [[int(node) - 1 for node in row] for row in sections.numbered("CLUSTER", clusters)]
    customer_of = {node: number - 1 for number, row in enumerate(members) for node in row}
    if sorted(customer_of) != list(range(nodes)) or sum(map(len, members)) != nodes or members[0] != [0]:
        raise ValueError("the clusters do not hold each node once, the depot first and alone")
    return [customer_of[node] for node in range(nodes)]
