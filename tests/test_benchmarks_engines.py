"""What engines are given and answer: vehicle types, objections, curves, and one run from file to judged solution."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.case import Case
from benchmarks.document import Document
from benchmarks.engines import ENGINES
from benchmarks.engines.answer import falling
from benchmarks.engines.fleet import orders_of_types, vehicle_types
from benchmarks.engines.objections import pyvrp_objection, vroom_objection
from benchmarks.engines.own import run_search
from benchmarks.measure import measure
from benchmarks.readers import read_benchmark
from benchmarks.textbook import Textbook
from benchmarks.verify import textbook_cost, textbook_faults
from scheduler.documents import to_bytes, write_problem
from scheduler.domain.plan import Engine
from scheduler.domain.problem import Problem
from scheduler.planning import SearchLimits, check_plan
from scheduler.solver import ruin_recreate
from scheduler.solver.instance import CollectorLimit
from tests.benchmark_files import PCVRPTW, SOLOMON, VRPRDL, VRPTW, written
from tests.builders import a_break, a_collector, a_place, a_problem, a_shift, a_visit


def case_of(problem: Problem) -> Case:
    return Document(name="day", problem=problem).case()


def a_textbook(folder: Path, text: str) -> Textbook:
    found = read_benchmark(written(folder, "a.txt", text))
    assert isinstance(found, Textbook)
    return found


def test_pyvrp_takes_alternatives_but_no_breaks() -> None:
    two_places = a_visit("v", places=(a_place("home", 1), a_place("work", 2)))
    assert pyvrp_objection(case_of(a_problem([two_places]))) is None
    resting = a_shift("s", breaks=(a_break("12:00", "14:00"),))
    assert pyvrp_objection(case_of(a_problem([two_places], [resting]))) == "no breaks"


def test_no_peer_is_asked_for_what_it_cannot_express(tmp_path: Path) -> None:
    case = a_textbook(tmp_path, VRPTW).case()
    pinned = replace(case.instance, positions=(1, None))
    shared = CollectorLimit(collector_id="ann", most=1, shifts=(0, 1))
    for instance, said in (
        (pinned, "no pinned positions"),
        (replace(case.instance, limits=(shared,)), "no limits across routes"),
    ):
        for objection in (pyvrp_objection, vroom_objection):
            assert objection(Case(instance=instance, mandatory=True)) == said
    assert pyvrp_objection(Case(instance=case.instance, mandatory=True, extras=("waiting weight",))) == (
        "no waiting weight"
    )


@pytest.mark.parametrize(
    ("text", "said"), [(SOLOMON, None), (PCVRPTW, "no prizes or penalties"), (VRPRDL, "no alternatives")]
)
def test_vroom_takes_one_place_a_customer_and_no_prizes(tmp_path: Path, text: str, said: str | None) -> None:
    assert vroom_objection(a_textbook(tmp_path, text).case()) == said


def test_shifts_that_are_alike_are_one_vehicle_type() -> None:
    problem = a_problem(
        [a_visit("v", skills={"x"}), a_visit("w")],
        [a_shift("s1"), a_shift("s2", "bob"), a_shift("s3"), a_shift("s4", max_visits=1)],
        [a_collector("bob", skills={"x"})],
    )
    types = vehicle_types(case_of(problem).instance)
    assert [kind.shifts for kind in types] == [(0, 2), (1,), (3,)]
    assert [kind.most_visits for kind in types] == [None, None, 1]
    assert [kind.crew.options for kind in types] == [{1}, {0, 1}, {1}]
    assert orders_of_types(types, [(0, [5]), (1, [6]), (0, [7])], 4) == [[5], [6], [7], []]
    with pytest.raises(ValueError, match="more routes"):
        orders_of_types(types, [(1, [5]), (1, [6])], 4)


@pytest.mark.parametrize("engine", ["ours", "ortools"])
def test_an_engine_stops_at_a_cost_that_is_enough(tmp_path: Path, engine: str) -> None:
    path = written(tmp_path, "a.txt", SOLOMON)
    measured = measure(path, read_benchmark(path), ENGINES[engine], seed=0, seconds=600.0, enough=20.0)
    assert measured.cost is not None
    assert measured.cost <= 20.0


def test_a_constant_of_the_search_can_be_tried_and_makes_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruin_recreate, "ROUNDS", ruin_recreate.ROUNDS)
    tried = replace(ENGINES["ours"], trial=(("ROUNDS", 3.0),))
    assert tried.code_version == f"{ENGINES['ours'].code_version}+ROUNDS=3"
    tried.load()
    assert ruin_recreate.ROUNDS == 3
    with pytest.raises(KeyError):
        replace(tried, trial=(("MAGIC", 1.0),)).load()


def test_a_curve_keeps_its_ends_and_only_falls() -> None:
    points = [(0.1 * number, 1000.0 - number) for number in range(1, 500)]
    kept = falling([*points, (2.05, 5000.0)], most=20)
    assert len(kept) <= 20
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    costs = [cost for _, cost in kept]
    assert costs == sorted(costs, reverse=True)
    assert falling([(2.0, 5.0), (1.0, 7.0), (3.0, 6.0)]) == ((1.0, 7.0), (2.0, 5.0))


@pytest.mark.parametrize("engine", ["auto", "ortools"])
@pytest.mark.parametrize(
    ("text", "cost"), [(SOLOMON, 6 + 5 + 3 + 4), (VRPTW, 2.8 + 10), (PCVRPTW, 2.8 + 10), (VRPRDL, 20 + 10 + 30)]
)
def test_the_planner_solves_every_layout_and_the_proof_holds(
    tmp_path: Path, text: str, cost: float, engine: str
) -> None:
    textbook = a_textbook(tmp_path, text)
    case = textbook.case()
    told: list[object] = []
    found = run_search(case.instance, SearchLimits(seconds=None, iterations=200), engine, told.append)
    routes = textbook.routes(case.instance, found.orders)
    assert textbook_faults(textbook, routes) == ()
    assert textbook_cost(textbook, routes) == pytest.approx(cost)
    assert told


def test_another_engines_orders_become_a_plan_that_the_checker_judges() -> None:
    problem = a_problem([a_visit("v"), a_visit("w")], [a_shift("s1"), a_shift("s2")])
    document = Document(name="day", problem=problem)
    instance = document.case().instance
    made_by = Engine(name="peer", version="1", seed=0, seconds=1.0)
    assert check_plan(problem, document.plan(instance, [[0], []], made_by)) == ()
    assert check_plan(problem, document.plan(instance, [[0], [0]], made_by)) != ()


def test_a_run_in_a_fresh_process_is_measured_and_judged(tmp_path: Path) -> None:
    path = written(tmp_path, "TINY.txt", SOLOMON)
    found = measure(path, read_benchmark(path), ENGINES["ortools"], seed=0, seconds=1.0)
    assert (found.faults, found.left_out, found.reason) == ((), 0, "")
    assert found.cost == pytest.approx(18.0)
    assert found.points[-1][1] == pytest.approx(18.0)
    assert found.seconds > 0


def test_a_document_is_planned_in_a_fresh_process_and_its_plan_checked(tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    path.write_bytes(to_bytes(write_problem(a_problem([a_visit("v")]))))
    found = measure(path, read_benchmark(path), ENGINES["ortools"], seed=0, seconds=1.0)
    assert found.faults == ()
    assert found.cost is not None


def test_an_engine_whose_process_dies_is_told_from_one_that_answers(tmp_path: Path) -> None:
    path = written(tmp_path, "TINY.txt", SOLOMON)
    dying = replace(ENGINES["vroom"], module="no.such.module")
    found = measure(path, read_benchmark(path), dying, seed=0, seconds=1.0)
    assert (found.cost, found.reason) == (None, "its process died")
