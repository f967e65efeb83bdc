"""`visits simulate`."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from api.what_if.change_words import KEY_WORDS, KIND_WORDS
from api.what_if.words import FIGURE_WORDS, REASON_WORDS
from scheduler.domain.plan import ReasonCode
from scheduler.simulation.attempts import Status
from scheduler.simulation.change_reader import KINDS
from scheduler.simulation.figures import FIGURES
from tests.command import Answer, problem_file, visits
from tests.simulations import a_busy_day, files_in

EXPERIMENT = """
format = "visits-experiment/1"
name = "<b>Small</b>"
problem = "problem.json"
[planner]
iterations = 50
[replications]
most = 6
chunk = 3
[[scenarios]]
name = "=more & <i>more</i>"
changes = [{ kind = "found_factor", factor = 1.5 }]
[[grid]]
kind = "crews"
vary = "count"
values = [1, 3]
[[questions]]
kind = "least"
figure = "attempted"
at_least = 5
[[questions]]
kind = "effect"
scenario = "crews 1"
[[questions]]
kind = "shortage"
[[questions]]
kind = "limit"
"""
HISTORY = "at,place_kind,found,planned_minutes,served_minutes\n"


def simulated(folder: Path, *words: str, text: str = EXPERIMENT) -> Answer:
    """Simulate a busy day in one process."""
    problem_file(folder, a_busy_day())
    (folder / "experiment.toml").write_text(text)
    return visits("simulate", folder / "experiment.toml", "-o", folder / "out", "--processes", "1", *words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A simulation that several tests look at; its steps are kept, so that doing it again takes no process."""

    folder: Path
    answer: Answer

    def table(self, name: str) -> bytes:
        """A table's CSV."""
        return (self.folder / "out" / "tables" / f"{name}.csv").read_bytes()

    def report(self) -> str:
        """The report."""
        return (self.folder / "out" / "report.html").read_text()

    def files(self) -> dict[str, bytes]:
        """All files but the workbook, which says when it was zipped."""
        return {name: data for name, data in files_in(self.folder / "out").items() if not name.endswith(".xlsx")}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("simulated")
    return Done(folder=folder, answer=simulated(folder))


def test_answers_tables_workbook_and_a_report_that_asks_no_network_are_written(done: Done) -> None:
    report = done.report()
    tables = sorted(path.stem for path in (done.folder / "out" / "tables").iterdir())

    assert done.answer.code == 0, done.answer.err
    assert len(done.answer.out.splitlines()) == 5
    assert sorted(load_workbook(done.folder / "out" / "results.xlsx").sheetnames) == tables
    assert report.count("<svg") >= 9
    assert "Ends of visits against the lawful limit" in report
    assert "default-src 'none'" in report
    assert not re.findall(r"(?:src|href|url)\s*[=(]", report)
    assert "<b>Small" not in report
    assert "<i>more" not in report


def test_a_grid_tells_what_each_step_more_brings(done: Done) -> None:
    rows = [line.split(",")[:3] for line in done.table("steps").decode("utf-8-sig").splitlines()]

    assert rows[0] == ["scenario", "against", "figure"]
    assert ["crews 3", "crews 1", "travel in minutes"] in rows


def test_a_second_run_does_nothing_anew_and_writes_the_same_files(done: Done) -> None:
    before = done.files()
    answer = simulated(done.folder)

    assert done.files() == before
    assert answer.out == done.answer.out
    assert "12 of 12 steps (12 kept from before)" in answer.err


def test_no_cell_of_a_table_begins_like_a_formula(done: Done) -> None:
    assert b"\n=" not in done.table("scenarios")
    assert b"'=more" in done.table("scenarios")


def test_chinese_answers_are_chinese(done: Done) -> None:
    answer = simulated(done.folder, "--language", "zh-CN")
    report = done.report()
    simulated(done.folder)

    assert "配对重复" in answer.out
    assert "容量曲线" in report


def test_a_history_is_fitted_and_its_gaps_are_told(tmp_path: Path) -> None:
    rows = "".join(f"2026-11-{day:02}T09:00:00+08:00,home,yes,30,{30 + day}\n" for day in range(1, 29))
    (tmp_path / "history.csv").write_text(HISTORY + rows * 2)
    simulated(tmp_path, text=EXPERIMENT.replace("[planner]", 'history = "history.csv"\n[planner]'))
    report = (tmp_path / "out" / "report.html").read_text()

    assert "fitted to 56 visits" in report
    assert "workplace: only 0 doors are known" in report


def test_faults_of_a_history_are_told_by_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text(HISTORY + "2026-11-01T09:00:00,house,perhaps,30,-1\n")
    answer = simulated(tmp_path, text=EXPERIMENT.replace("[planner]", 'history = "history.csv"\n[planner]'))

    assert answer.code == 2
    assert [
        column for column in ("at", "place_kind", "found", "served_minutes") if f"row 2, {column}" in answer.err
    ] == [
        "at",
        "place_kind",
        "found",
        "served_minutes",
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (EXPERIMENT.replace('problem = "problem.json"', ""), "/problem"),
        (EXPERIMENT.replace("most = 6", "most = 1"), "/replications/most"),
    ],
)
def test_a_faulty_experiment_is_refused_with_its_place(tmp_path: Path, text: str, where: str) -> None:
    answer = simulated(tmp_path, text=text)

    assert answer.code == 2
    assert where in answer.err
    assert not (tmp_path / "out").exists()


def test_processes_and_a_scheduler_exclude_each_other(tmp_path: Path) -> None:
    assert simulated(tmp_path, "--scheduler", "tls://127.0.0.1:1").code == 2


def test_every_figure_and_everything_that_can_happen_on_the_way_has_words_in_both_languages() -> None:
    assert tuple(FIGURE_WORDS) == FIGURES
    assert set(REASON_WORDS) == {str(status) for status in Status if not status.is_attempt} | set(ReasonCode)
    assert set(KIND_WORDS) == set(KINDS)
    words = (FIGURE_WORDS, REASON_WORDS, KIND_WORDS, KEY_WORDS)
    assert all(all(pair) for one in words for pair in one.values())
