"""Finished runs are kept and not repeated, and RESULTS.md says what they say together."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import campaign
from benchmarks.__main__ import main
from benchmarks.campaign import Campaign
from benchmarks.curves import gap_by_size, gap_over_time
from benchmarks.engines import ENGINES, Engine
from benchmarks.measure import Measured
from benchmarks.readers import Benchmark
from benchmarks.record import Run, add_run, latest, read_runs
from benchmarks.report import markdown
from benchmarks.summary import duel, outcomes, scores
from tests.benchmark_files import SOLOMON, written

ROOT = Path(__file__).parent.parent


def a_run(
    instance: str = "C1",
    engine: str = "ours",
    cost: float | None = 110.0,
    *,
    seed: int = 0,
    family: str = "solomon",
    faults: int = 0,
    version: str = "1+a",
    points: tuple[tuple[float, float], ...] = ((0.5, 150.0), (2.0, 110.0)),
    reason: str = "",
    gains: tuple[tuple[str, float], ...] = (("search", 40.0), ("routing model", 1.1)),
) -> Run:
    return Run(
        family=family,
        instance=instance,
        size=100,
        engine=engine,
        seed=seed,
        limit_seconds=10.0,
        version=version,
        cores=2,
        cost=cost,
        best_known=100.0,
        faults=faults,
        left_out=0,
        seconds=10.1,
        peak_megabytes=123.4,
        reason=reason,
        points=points,
        gains=gains,
    )


class Measurements:
    """Stands for `measure`: counts its calls, and answers at once."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, int, float]] = []
        self.enough: list[float | None] = []

    def __call__(
        self,
        path: Path,
        benchmark: Benchmark,
        engine: Engine,
        *,
        seed: int,
        seconds: float,
        enough: float | None = None,
    ) -> Measured:
        self.calls.append((path.name, engine.name, seed, seconds))
        self.enough.append(enough)
        return Measured(seconds=1.0, peak_megabytes=50.0, cost=19.0 + seed, points=((0.5, 19.0 + seed),))


@pytest.fixture
def measurements(monkeypatch: pytest.MonkeyPatch) -> Measurements:
    stand_in = Measurements()
    monkeypatch.setattr(campaign, "measure", stand_in)
    return stand_in


def a_campaign(folder: Path, engines: Sequence[Engine] = (ENGINES["ours"],), *, fresh: bool = False) -> Campaign:
    return Campaign(
        paths=[written(folder, "T1.txt", SOLOMON)],
        engines=engines,
        seeds=2,
        seconds=5.0,
        best_known=[written(folder, "known.csv", "instance,cost_seconds\nT1,18\n")],
        record=folder / "runs.csv",
        fresh=fresh,
    )


def test_a_run_comes_back_from_the_table_as_it_was(tmp_path: Path) -> None:
    runs = [
        a_run(),
        a_run("C2", cost=None, points=(), gains=(), reason='died, "of hunger"'),
        replace(a_run(), best_known=None, until_best=True),
    ]
    for run in runs:
        add_run(tmp_path / "runs.csv", run)
    assert read_runs(tmp_path / "runs.csv") == runs
    assert read_runs(tmp_path / "none.csv") == []


def test_a_finished_run_is_not_done_again(tmp_path: Path, measurements: Measurements) -> None:
    first = list(a_campaign(tmp_path).runs())
    assert measurements.calls == [("T1.txt", "ours", 0, 5.0), ("T1.txt", "ours", 1, 5.0)]
    assert list(a_campaign(tmp_path).runs()) == first
    assert len(measurements.calls) == 2
    assert [run.ratio for run in first] == [pytest.approx(19 / 18), pytest.approx(20 / 18)]


def test_a_stopped_campaign_goes_on_where_it_stopped(tmp_path: Path, measurements: Measurements) -> None:
    next(a_campaign(tmp_path).runs())
    list(a_campaign(tmp_path).runs())
    assert [seed for _, _, seed, _ in measurements.calls] == [0, 1]


def test_fresh_does_everything_again_and_the_newest_counts(tmp_path: Path, measurements: Measurements) -> None:
    list(a_campaign(tmp_path).runs())
    list(a_campaign(tmp_path, fresh=True).runs())
    assert len(measurements.calls) == 4
    assert len(read_runs(tmp_path / "runs.csv")) == 4
    assert len(latest(read_runs(tmp_path / "runs.csv"))) == 2


@pytest.mark.parametrize("change", ["seconds", "code"])
def test_another_limit_and_other_code_are_other_runs(tmp_path: Path, measurements: Measurements, change: str) -> None:
    list(a_campaign(tmp_path).runs())
    other = a_campaign(tmp_path)
    if change == "seconds":
        other = replace(other, seconds=6.0)
    else:
        other = replace(other, engines=[replace(ENGINES["ours"], sources=("benchmarks/verify.py",))])
    list(other.runs())
    assert len(measurements.calls) == 4


def test_engines_stop_at_the_best_known_cost_only_when_told_so(tmp_path: Path, measurements: Measurements) -> None:
    list(a_campaign(tmp_path).runs())
    list(replace(a_campaign(tmp_path), until_best=True).runs())
    assert measurements.enough == [None, None, pytest.approx(18, rel=1e-4), pytest.approx(18, rel=1e-4)]


def test_an_engine_that_is_not_installed_is_said_and_not_recorded(tmp_path: Path, measurements: Measurements) -> None:
    absent = replace(ENGINES["pyvrp"], package="no-such-package-anywhere")
    runs = list(a_campaign(tmp_path, [absent]).runs())
    assert [run.cost for run in runs] == [None, None]
    assert "make benchtools" in runs[0].reason
    assert measurements.calls == []
    assert read_runs(tmp_path / "runs.csv") == []


def test_an_instance_counts_with_its_median_over_seeds() -> None:
    costs = (130.0, 110.0, 120.0)
    (outcome,) = outcomes([a_run(cost=cost, seed=seed) for seed, cost in enumerate(costs)])
    assert (outcome.cost, outcome.ratio) == (120.0, 1.2)


def test_a_wrong_solution_counts_as_none() -> None:
    (outcome,) = outcomes([a_run(), a_run(seed=1, faults=2, reason="route 1 is late")])
    assert (outcome.cost, outcome.reason) == (None, "route 1 is late")
    assert scores([outcome]) == []


def test_scores_are_means_over_instances_and_duels_are_on_what_both_solved() -> None:
    found = outcomes(
        [
            a_run("C1", cost=110.0),
            a_run("C2", cost=100.0),
            a_run("C3", cost=120.0),
            a_run("C1", "pyvrp", 100.0),
            a_run("C2", "pyvrp", 125.0),
            a_run("C3", "pyvrp", None, reason="no breaks"),
        ]
    )
    ours, theirs = scores(found)
    assert ours.mean_gap == pytest.approx(0.1)
    assert (ours.worst, ours.failed) == (1.2, 0)
    assert ours.geometric_mean == pytest.approx((1.1 * 1.0 * 1.2) ** (1 / 3))
    assert (theirs.worst, theirs.failed) == (1.25, 1)
    made = duel(found, "ours", "pyvrp")
    assert made is not None
    assert made.ratios == pytest.approx((1.1, 0.8))
    assert duel(found, "ours", "vroom") is None


def test_a_gap_over_time_begins_when_every_instance_has_a_solution() -> None:
    runs = [a_run("C1"), a_run("C2", points=((4.0, 120.0),))]
    points = gap_over_time(runs)
    assert min(point.seconds for point in points) >= 4.0
    assert points[-1].gap == pytest.approx(15.0)
    assert [point.gap for point in gap_by_size(outcomes(runs))] == pytest.approx([10.0, 10.0])


def test_the_page_tells_costs_reasons_and_summaries() -> None:
    page = markdown(
        [
            a_run("C1"),
            a_run("C1", "pyvrp", 104.0),
            a_run("day", family="visits"),
            a_run("day", "pyvrp", None, family="visits", reason="no breaks"),
            a_run("C1", "vroom", faults=1, reason="customer 1 is missing"),
        ],
        [("A plot", Path("plots/a.svg"))],
    )
    assert "| solomon | ours | 1 | 10.00 % | 10.00 % | 0 |" in page
    assert "| visits | ours | 1 | 1.1000 | 1.1000 | 0 |" in page
    assert "| solomon | PyVRP | 1 | 1.0577 | 1.0577 | 1.0577 |" in page
    assert "| C1 | 100 | 110 (10.00 %) | 104 (4.00 %) | invalid |" in page
    assert "| day | 100 | 110 (1.1000) | - |" in page
    assert "- PyVRP on all: no breaks." in page
    assert "- VROOM on all: customer 1 is missing." in page
    assert "![A plot](plots/a.svg)" in page


def test_the_page_tells_what_each_step_took_off_and_how_good_the_first_plans_are() -> None:
    page = markdown(
        [
            a_run("day", family="visits"),
            a_run("day", family="visits", seed=1, gains=(("search", 20.0),), points=((1.0, 121.0), (3.0, 110.0))),
            a_run("night", family="visits", gains=(), points=((4.0, 110.0),)),
        ],
        [],
    )
    assert "| visits | search | 1 of 2 | 13.636 % | 27.273 % |" in page
    assert "| visits | routing model | 1 of 2 | 0.250 % | 0.500 % |" in page
    early = page.partition("Cost after 2 seconds")[2]
    assert "| day | 1.0500 |" in early
    assert "night" not in early


def test_the_command_prints_runs_as_json_lines(tmp_path: Path, measurements: Measurements) -> None:
    path = written(tmp_path, "T1.txt", SOLOMON)
    record = str(tmp_path / "runs.csv")
    arguments = ["run", str(path), "--engines", "ours", "--seconds", "5", "--record", record, "--json"]
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 0
    (line,) = answer.stdout.splitlines()
    assert (json.loads(line)["engine"], json.loads(line)["cost"]) == ("ours", 19.0)


def test_the_command_names_the_engines_there_are(tmp_path: Path) -> None:
    path = written(tmp_path, "T1.txt", SOLOMON)
    answer = CliRunner().invoke(main, ["run", str(path), "--engines", "ours,magic"])
    assert answer.exit_code == 2
    assert "magic" in answer.stderr
    assert "vroom" in answer.stderr


def test_trials_are_kept_apart_from_results(tmp_path: Path) -> None:
    path = written(tmp_path, "T1.txt", SOLOMON)
    answer = CliRunner().invoke(main, ["run", str(path), "--engines", "ours", "--try", "ROUNDS=3"])
    assert answer.exit_code == 2
    assert "--record" in answer.stderr
    answer = CliRunner().invoke(main, ["run", str(path), "--try", "ROUNDS=many"])
    assert answer.exit_code == 2
    assert "NAME=NUMBER" in answer.stderr


def test_the_command_says_which_file_it_cannot_read(tmp_path: Path) -> None:
    path = written(tmp_path, "odd.txt", "hello")
    answer = CliRunner().invoke(main, ["run", str(path), "--engines", "ours", "--record", str(tmp_path / "runs.csv")])
    assert answer.exit_code != 0
    assert "odd.txt" in answer.stderr


def test_results_without_runs_leave_the_page_alone(tmp_path: Path) -> None:
    page = written(tmp_path, "RESULTS.md", "as it was")
    answer = CliRunner().invoke(main, ["results", "--record", str(tmp_path / "none.csv"), "--folder", str(tmp_path)])
    assert answer.exit_code == 1
    assert "make bench" in answer.stderr
    assert page.read_text(encoding="utf-8") == "as it was"


def test_the_benchmarks_lock_agrees_with_the_projects() -> None:
    def pins(path: Path) -> dict[str, str]:
        heads = [line.split()[0] for line in path.read_text(encoding="utf-8").splitlines() if line[:1].isalnum()]
        return dict(head.split("==") for head in heads)

    own, shared = pins(ROOT / "benchmarks/requirements.lock"), pins(ROOT / "requirements.lock")
    assert {"pyvrp", "pyvroom", "altair", "vl-convert-python"} <= own.keys()
    assert {name: own[name] for name in own.keys() & shared.keys()} == {
        name: shared[name] for name in own.keys() & shared.keys()
    }
