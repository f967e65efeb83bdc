"""Best-known costs are found by file name in lists of different layouts."""

from pathlib import Path

from benchmarks.best_known import BestKnown, lists_near
from tests.benchmark_files import SOLOMON, written

OWN = "instance,cost_seconds\nday,100\n"
SOLOMONS = "instance,hier_dist(double),dimacs_trunc1_dist,ref_double_dist\nC1,9.5,8.1,8.25\nC2,9.5,8.1,\n"
GEHRING = "set,instance,bks_cost_file\nVRPTW,R1,400.5\nPCVRPTW,R1,300.5\n"
ROAMING = 'instance,customers,"best_known(HGS,ICAPS2022)"\nVRPRDL-1,120,4000\n'
OTHER = "instance,vehicles\nX,4\n"


def known(folder: Path) -> BestKnown:
    texts = {"own": OWN, "solomon": SOLOMONS, "gehring": GEHRING, "roaming": ROAMING, "other": OTHER}
    return BestKnown.read([written(folder, f"{name}.csv", text) for name, text in texts.items()])


def test_each_layout_has_its_column_of_costs(tmp_path: Path) -> None:
    lists = known(tmp_path)
    assert lists.of("visits", "day") == 100
    assert lists.of("solomon", "C1") == 8.25
    assert lists.of("vrprdl", "VRPRDL-1") == 4000


def test_equal_names_of_different_sets_are_told_apart(tmp_path: Path) -> None:
    lists = known(tmp_path)
    assert lists.of("gehring-homberger", "R1") == 400.5
    assert lists.of("pcvrptw", "R1") == 300.5
    assert lists.of("solomon", "R1") is None


def test_an_empty_entry_and_a_list_without_costs_say_nothing(tmp_path: Path) -> None:
    lists = known(tmp_path)
    assert lists.of("solomon", "C2") is None
    assert lists.of("solomon", "X") is None


def test_the_lists_beside_an_instance_are_its_folders_own_and_those_of_the_neighbouring_folder(tmp_path: Path) -> None:
    folder = tmp_path / "solomon"
    folder.mkdir()
    (tmp_path / "best_known").mkdir()
    instance = written(folder, "C1.txt", SOLOMON)
    neighbour = written(tmp_path / "best_known", "solomon.csv", SOLOMONS)
    own = written(folder, "best_known.csv", "instance,cost_seconds\nC1,7\n")
    assert lists_near(instance) == [neighbour, own]
    assert BestKnown.read(lists_near(instance)).of("solomon", "C1") == 7
