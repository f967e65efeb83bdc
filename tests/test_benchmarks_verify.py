"""Solutions of textbook instances are proven from the instance alone: every kind of wrong one is caught."""

from pathlib import Path

import pytest

from benchmarks.readers import read_benchmark
from benchmarks.textbook import Textbook
from benchmarks.verify import Routes, textbook_cost, textbook_faults
from tests.benchmark_files import PCVRPTW, SOLOMON, VRPRDL, VRPTW, written


def textbook(folder: Path, text: str) -> Textbook:
    found = read_benchmark(written(folder, "a.txt", text))
    assert isinstance(found, Textbook)
    return found


@pytest.mark.parametrize(
    ("text", "routes", "cost"),
    [
        (SOLOMON, ((1, 2), (3,)), 3 + 4 + 5 + 4 + 4),
        (VRPTW, ((1,), (2,)), 2.8 + 10),
        (PCVRPTW, ((2,),), 10 + 4),
        (PCVRPTW, (), 29),
        (VRPRDL, ((2, 3),), 20 + 10 + 30),
    ],
)
def test_a_right_solution_holds_and_costs_what_it_costs(tmp_path: Path, text: str, routes: Routes, cost: float) -> None:
    instance = textbook(tmp_path, text)
    assert textbook_faults(instance, routes) == ()
    assert textbook_cost(instance, routes) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("text", "routes", "said"),
    [
        # Service at 2 until 7, back to 1 at 11: a second after it closes.
        (SOLOMON, ((2, 1), (3,)), "route 1 is 1 late at node 1"),
        (SOLOMON.replace("100        0", "15         0"), ((1, 2), ()), "late at node 0"),
        (SOLOMON, ((1, 2, 3),), "route 1 carries 25 of at most 20"),
        (SOLOMON, ((1, 2),), "customer 3 is missing"),
        (SOLOMON, ((1,), (2,), (3,)), "3 routes for 2 vehicles"),
        (SOLOMON, ((1, 2), (3, 1)), "customer 1 is visited 2 times"),
        (SOLOMON, ((1, 2), (4,)), "no customer's"),
        (SOLOMON, ((1, 0, 2), (3,)), "no customer's"),
        (VRPTW, ((1, 2),), "route 1 carries 25 of at most 20"),
        (VRPRDL, ((2, 3), (1,)), "customer 1 is visited 2 times"),
        (VRPRDL, ((1, 3),), "route 1 is 1 late at node 1"),
        (VRPRDL, ((2,),), "customer 2 is missing"),
    ],
)
def test_a_wrong_solution_is_caught(tmp_path: Path, text: str, routes: Routes, said: str) -> None:
    faults = textbook_faults(textbook(tmp_path, text), routes)
    assert any(said in fault for fault in faults), faults


def test_rounding_of_legs_is_forgiven_and_nothing_more(tmp_path: Path) -> None:
    far = SOLOMON.replace("3         0        10        0          10", "1         1        10        0          {}")
    routes = ((1,), (2,), (3,))
    for closes, holds in (("1.41418", True), ("1.414", False)):
        instance = textbook(tmp_path, far.format(closes).replace("  2          20", "  3          20"))
        assert (textbook_faults(instance, routes) == ()) is holds


def test_distances_cut_off_are_exact_so_nothing_is_forgiven(tmp_path: Path) -> None:
    instance = textbook(tmp_path, VRPTW.replace("2 0 50", "2 0 1.39999"))
    assert textbook_faults(instance, ((1,), (2,))) != ()
