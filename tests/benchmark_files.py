"""Tiny instances in every textbook layout, small enough to be judged by hand.

All have the depot at (0, 0) and customers on the corners of 3-4-5 triangles, so that every distance is a whole number
or easily known.
"""

from pathlib import Path

SOLOMON = """\
TINY

VEHICLE
NUMBER     CAPACITY
  2          20

CUSTOMER
CUST NO.  XCOORD.  YCOORD.  DEMAND  READY TIME  DUE DATE  SERVICE TIME

    0      0         0         0        0         100        0
    1      3         0        10        0          10        2
    2      3         4        10        0          20        2
    3      0         4         5       30          40        2
"""

VRPTW = """\
NAME : TINY
TYPE : VRPTW
DIMENSION : 3
VEHICLES : 2
CAPACITY : 20
SERVICE_TIME : 5
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 3 4
DEMAND_SECTION
1 0
2 10
3 15
TIME_WINDOW_SECTION
1 0 100
2 0 50
3 20 60
DEPOT_SECTION
1
-1
EOF
"""

PCVRPTW = VRPTW.replace("TYPE : VRPTW", "TYPE : PCVRPTW").replace(
    "DEPOT_SECTION", "PRIZE_SECTION\n1 0\n2 4\n3 25\nDEPOT_SECTION"
)

# Customer 1 is at node 2 or at node 3, customer 2 at node 4; what a leg costs is not how long it takes.
VRPRDL = """\
NAME:\ttiny-triangle
TYPE:\tVRPRDL
DIMENSION:\t4
CAPACITY:\t100
TIME_HORIZON:\t720
NUM_CUSTOMERS:\t3
NODE_COORD_SECTION
1\t0.0\t0.0
2\t1.0\t0.0
3\t2.0\t0.0
4\t3.0\t0.0
EDGE_WEIGHT_SECTION
0\t10\t20\t30
10\t0\t10\t20
20\t10\t0\t10
30\t20\t10\t0
EDGE_TRAVEL_TIME_SECTION
0\t21\t41\t61
21\t0\t21\t41
41\t21\t0\t21
61\t41\t21\t0
TIME_WINDOW_SECTION
1\t0\t720
2\t0\t20
3\t100\t300
4\t0\t720
CLUSTER_SECTION
1\t1\t
2\t2\t3\t
3\t4\t
DEMAND_SECTION
1\t0
2\t60
3\t40
DEPOT_SECTION
1
EOF
"""


def written(folder: Path, name: str, text: str) -> Path:
    """The text as a file of that name."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
