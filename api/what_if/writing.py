"""Results on disk: a CSV a table, a workbook and the report."""

from pathlib import Path

from api.cli.files import make_folder, write_whole
from api.what_if.report import report_of
from api.what_if.tables import all_tables
from api.what_if.words import calibration_notes
from api.what_if.workbook import workbook_of
from scheduler.simulation.calibration import Calibration
from scheduler.simulation.experiment import Experiment
from scheduler.simulation.running import RunResult


def write_results(
    folder: Path, experiment: Experiment, run: RunResult, fitted: Calibration | None, language: str
) -> list[str]:
    """Write everything.

    Args:
        folder: Where.
        experiment: What was asked.
        run: What it came to.
        fitted: What was fitted to history; None where all numbers are assumptions.
        language: `en` or `zh-CN`.

    Returns:
        The answers in one line each, conclusive or not.
    """
    tables = all_tables(experiment, run, language)
    make_folder(folder / "tables")
    for table in tables:
        write_whole(folder / "tables" / f"{table.name}.csv", table.csv())
    write_whole(folder / "results.xlsx", workbook_of(tables))
    notes = calibration_notes(fitted, language)
    write_whole(folder / "report.html", report_of(experiment, run, tables, fitted, language, notes).encode())
    return [f"{line} ({sure})" for line, sure in tables[0].rows]
