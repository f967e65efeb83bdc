"""Benchmark instances are recognised by their content and read by their literature's conventions."""

import gzip
from pathlib import Path

import pytest

from benchmarks.best_known import BestKnown, lists_near
from benchmarks.document import Document
from benchmarks.readers import instance_paths, read_benchmark
from benchmarks.textbook import LARGEST_PENALTY, Textbook
from scheduler.documents import to_bytes, write_problem
from scheduler.domain.errors import InvalidInput
from tests.benchmark_files import PCVRPTW, SOLOMON, VRPRDL, VRPTW, written
from tests.builders import a_problem, a_visit
from tests.parts import require_bench_files


def read(folder: Path, name: str, text: str) -> Textbook:
    found = read_benchmark(written(folder, name, text))
    assert isinstance(found, Textbook)
    return found


@pytest.mark.parametrize(
    ("text", "family"),
    [(SOLOMON, "solomon"), (VRPTW, "gehring-homberger"), (PCVRPTW, "pcvrptw"), (VRPRDL, "vrprdl")],
)
@pytest.mark.parametrize("name", ["a.txt", "a.vrp", "a.json", "a"])
def test_the_content_tells_the_format_whatever_the_name(tmp_path: Path, text: str, family: str, name: str) -> None:
    found = read(tmp_path, name, text)
    assert (found.family, found.name) == (family, "a")


def test_a_gzipped_file_is_read_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "VRPHRDL-1.vrp.gz"
    path.write_bytes(gzip.compress(VRPRDL.encode()))
    found = read_benchmark(path)
    assert (found.family, found.name, found.size) == ("vrphrdl", "VRPHRDL-1", 2)


def test_a_problem_document_is_an_instance(tmp_path: Path) -> None:
    path = tmp_path / "day.json.gz"
    path.write_bytes(gzip.compress(to_bytes(write_problem(a_problem([a_visit("v")])))))
    found = read_benchmark(path)
    assert isinstance(found, Document)
    assert (found.name, found.family, found.size) == ("day", "visits", 1)


def test_solomons_distances_are_double_precision_and_planned_in_ten_thousandths(tmp_path: Path) -> None:
    found = read(tmp_path, "a.txt", SOLOMON.replace("3         4        10", "1         1        10"))
    assert found.times[0][2] == 2**0.5
    assert found.times[0][1] == 3.0
    instance = found.case().instance
    assert instance.travel[0][2] == 14142
    assert instance.options[0].call.starts == ((0, 100_000),)
    assert instance.options[0].call.service == 20_000
    assert (found.vehicles, found.capacity, found.loads) == (2, 20, (10, 10, 5))


def test_distances_of_gehring_and_homberger_are_cut_off_after_one_decimal(tmp_path: Path) -> None:
    found = read(tmp_path, "a.vrp", VRPTW)
    assert found.times[0] == (0.0, 1.4, 5.0)
    assert found.case().instance.travel[0] == (0, 14, 50)
    assert found.case().instance.options[1].call.service == 50
    assert found.case().mandatory


def test_a_prize_is_the_penalty_of_leaving_a_customer_out(tmp_path: Path) -> None:
    case = read(tmp_path, "a.vrp", PCVRPTW).case()
    assert case.instance.penalties == (40, 250)
    assert not case.mandatory


def test_a_roaming_customer_has_one_option_a_node_and_legs_have_two_measures(tmp_path: Path) -> None:
    found = read(tmp_path, "a.vrp", VRPRDL)
    instance = found.case().instance
    assert instance.options_of == ((0, 1), (2,))
    assert instance.options[1].call.starts == ((100, 300),)
    assert instance.travel[0] == (0, 21, 41, 61)
    assert instance.leg_costs[0] == (0, 10, 20, 30)
    assert found.vehicles == found.size


def test_leaving_out_a_mandatory_customer_costs_more_than_any_detour_and_fits_into_32_bits(tmp_path: Path) -> None:
    instance = read(tmp_path, "a.txt", SOLOMON).case().instance
    assert all(10 * max(map(max, instance.travel)) < penalty <= LARGEST_PENALTY for penalty in instance.penalties)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "neither"),
        (SOLOMON.replace("100        0", "100"), "count from 0"),
        (VRPTW.replace("TYPE : VRPTW", "TYPE : CVRP"), "CVRP"),
        (VRPTW.replace("CAPACITY : 20\n", ""), "CAPACITY"),
        (VRPTW.replace("2 0 50\n", ""), "TIME_WINDOW_SECTION"),
        (PCVRPTW.replace("PRIZE_SECTION", "PRICE_SECTION"), "PRIZE_SECTION"),
        (VRPRDL.replace("30\t20\t10\t0\n", ""), "EDGE_WEIGHT_SECTION"),
        (VRPRDL.replace("2\t2\t3\t", "2\t2\t2\t"), "clusters"),
        (VRPRDL.replace("2\t60", "2\tmany"), "many"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, "broken.vrp", text)
    with pytest.raises(InvalidInput) as refused:
        read_benchmark(path)
    (fault,) = refused.value.faults
    assert fault.where == str(path)
    assert said in fault.message


def test_a_folder_gives_its_instances_and_nothing_else(tmp_path: Path) -> None:
    written(tmp_path, "b.vrp", VRPTW)
    written(tmp_path, "a.txt", SOLOMON)
    written(tmp_path, "format.txt", "The first line is the name.")
    written(tmp_path, "best_known.csv", "instance,cost_seconds\n")
    (tmp_path / "more").mkdir()
    assert [path.name for path in instance_paths([tmp_path])] == ["a.txt", "b.vrp"]


@pytest.mark.parametrize(
    ("folder", "count", "pattern"),
    [
        ("solomon", 56, "*.txt"),
        ("gh1000", 6, "*.vrp"),
        ("pcvrptw", 6, "*.vrp"),
        ("vrprdl", 5, "*.vrp.gz"),
        ("visits", 6, "*.json.gz"),
    ],
)
def test_the_literatures_own_files_are_found_and_each_has_a_best_known_cost(
    folder: str, count: int, pattern: str
) -> None:
    files = require_bench_files(folder, pattern)
    paths = instance_paths([files[0].parent])
    assert len(paths) == count == len(files)
    smallest = read_benchmark(paths[-1])
    known = BestKnown.read(lists_near(paths[-1]))
    assert (known.of(smallest.family, smallest.name) or 0) > 0
