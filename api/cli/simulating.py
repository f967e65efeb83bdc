"""What if: simulations of plans, with answers, tables, charts and a report."""

import time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from api.cli.files import faults_of, make_folder, read_bytes
from api.cli.inputs import networks_for, problem_from
from api.cli.options import A_FILE, language_option
from api.cli.progress import SimulationReport
from scheduler.domain.errors import Fault, InvalidInput

if TYPE_CHECKING:  # fitting takes scipy with it
    from scheduler.simulation.calibration import Calibration

_MOST_PROCESSES = 256


@click.command()
@click.argument("experiment_path", metavar="EXPERIMENT", type=A_FILE)
@click.option(
    "-o",
    "--output",
    "folder",
    metavar="DIR",
    type=A_FILE,
    required=True,
    help="The folder for results.",
)
@click.option("--problem", "problem_path", metavar="PROBLEM", type=A_FILE, help="In place of the one that it names.")
@click.option(
    "--processes",
    type=click.IntRange(1, _MOST_PROCESSES),
    help="How many processes of this machine; one a core unless given.",
)
@click.option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tls://host:8786, instead.")
@language_option
def simulate(
    experiment_path: Path,
    folder: Path,
    *,
    problem_path: Path | None,
    processes: int | None,
    scheduler: str | None,
    language: str,
) -> None:
    """Simulate the scenarios of EXPERIMENT (TOML or JSON) and write answers, tables and a report to DIR.

    Ctrl-C or a kill lose no step that is done: the same command goes on from there.
    """
    from api.what_if.executors import dask_executor, local_executor
    from api.what_if.writing import write_results
    from scheduler.simulation.kept_results import KeptResults
    from scheduler.simulation.reading import read_experiment
    from scheduler.simulation.running import run_experiment
    from scheduler.simulation.snapshot import snapshot_of
    from scheduler.solver.limits import usable_cores

    if processes is not None and scheduler is not None:
        raise click.UsageError("--processes and --scheduler exclude each other; give one of them.")
    data = read_bytes(experiment_path)
    problem = problem_from(problem_path or _named_problem(experiment_path, data))
    fitted = _fitted(experiment_path, data, problem.time_zone)
    with faults_of(experiment_path):
        experiment = read_experiment(data, None if fitted is None else fitted.behaviour)
    snapshot = snapshot_of(problem, networks_for(problem))
    executor = dask_executor(scheduler) if scheduler else local_executor(processes or usable_cores())
    make_folder(folder)
    kept = KeptResults(folder, experiment.sha256(snapshot))
    with SimulationReport(time.monotonic) as report:
        run = run_experiment(experiment, snapshot, kept=kept, open_executor=executor, on_progress=report)
    for line in write_results(folder, experiment, run, fitted, language):
        click.echo(line)
    click.echo(f"Written to {folder}/: report.html, results.xlsx, and a CSV for each table in {folder}/tables/.")


def _named_problem(experiment_path: Path, data: bytes) -> Path:
    path = _named(experiment_path, data, "problem")
    if path is None:
        message = "The experiment names no problem."
        hint = 'Write problem = "PATH" in it, or give --problem.'
        raise InvalidInput([Fault(where="/problem", code="missing", message=message, hint=hint)])
    return path


def _fitted(experiment_path: Path, data: bytes, zone: ZoneInfo) -> "Calibration | None":
    """What the history that the experiment names says; None where it names none."""
    from api.what_if.history import read_history
    from scheduler.simulation.calibration import calibrated

    path = _named(experiment_path, data, "history")
    if path is None:
        return None
    with faults_of(path):
        return calibrated(read_history(read_bytes(path)), zone)


def _named(experiment_path: Path, data: bytes, key: str) -> Path | None:
    """A file beside the experiment that it names."""
    from scheduler.simulation.reading import named_file

    with faults_of(experiment_path):
        name = named_file(data, key)
    return None if name is None else experiment_path.parent / name
