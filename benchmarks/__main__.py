"""`python -m benchmarks run|results`: measure engines on instances, and write what came of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import click

from benchmarks.campaign import Campaign
from benchmarks.eligibility import judge
from benchmarks.engines import ENGINES, OWN, Engine, Trial
from benchmarks.readers import instance_paths
from benchmarks.record import DEFAULT_PATH, Run, latest, read_runs
from benchmarks.report import cells, headings, markdown
from benchmarks.roads import time_matrices
from scheduler.domain.errors import SchedulerError

PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
SECONDS = click.option("--seconds", default=30.0, show_default=True, help="Limit of each run.")
RECORD = click.option(
    "--record",
    default=DEFAULT_PATH,
    show_default="runs.csv beside this program",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The table of finished runs.",
)


def _engines(_context: click.Context, _option: click.Parameter, value: str) -> tuple[Engine, ...]:
    names = value.split(",")
    unknown = [name for name in names if name not in ENGINES]
    if unknown:
        raise click.BadParameter(f"{', '.join(unknown)}; there are {', '.join(ENGINES)}")
    return tuple(ENGINES[name] for name in names)


def _trial(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> Trial:
    try:
        return tuple((name, float(value)) for name, _, value in (text.partition("=") for text in values))
    except ValueError as error:
        raise click.BadParameter("write NAME=NUMBER") from error


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except SchedulerError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def main() -> None:
    """Measure the planner against its peers."""


@main.command()
@PATHS
@SECONDS
@RECORD
@click.option("--seeds", default=1, show_default=True, help="Runs per instance and engine, seeds from 0.")
@click.option("--engines", default=",".join(ENGINES), show_default=True, callback=_engines, help="Comma-separated.")
@click.option(
    "--best-known",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of best-known costs; may be repeated. Without it those that stand with each instance are taken.",
)
@click.option("--fresh", is_flag=True, help="Run again what the table of runs already holds.")
@click.option(
    "--try",
    "trial",
    multiple=True,
    callback=_trial,
    metavar="NAME=NUMBER",
    help="Another value for a constant of our search (see scheduler/solver/ruin_recreate.py). "
    "Needs a --record of its own.",
)
@click.option("--until-best", is_flag=True, help="Let engines stop at the best-known cost.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of the table.")
def run(
    *,
    paths: tuple[Path, ...],
    seconds: float,
    record: Path,
    seeds: int,
    engines: tuple[Engine, ...],
    best_known: tuple[Path, ...],
    fresh: bool,
    until_best: bool,
    trial: Trial,
    as_json: bool,
) -> None:
    """Run engines on instances: Problem documents, Solomon's and VRPLIB's layouts, gzipped or not."""
    if trial and record == DEFAULT_PATH:
        raise click.UsageError("trials would mix with results: give them a --record of their own")
    campaign = Campaign(
        paths=instance_paths(paths),
        engines=tuple(replace(engine, trial=trial if engine.name in OWN else ()) for engine in engines),
        seeds=seeds,
        seconds=seconds,
        best_known=best_known,
        record=record,
        fresh=fresh,
        until_best=until_best,
    )
    if not as_json:
        click.echo("  ".join(headings()))
    with _errors_in_words():
        for made in campaign.runs():
            click.echo(_json(made) if as_json else "  ".join(cells(made)))


@main.command()
@RECORD
@click.option(
    "--folder",
    default=DEFAULT_PATH.parent,
    show_default="beside this program",
    type=click.Path(file_okay=False, path_type=Path),
    help="Gets RESULTS.md and plots/.",
)
def results(*, record: Path, folder: Path) -> None:
    """Write RESULTS.md and its plots from the table of finished runs alone."""
    runs = latest(read_runs(record))
    if not runs:
        raise click.ClickException(f"{record} holds no runs: make bench")
    try:
        from benchmarks.plots import draw
    except ImportError as error:
        raise click.ClickException("drawing needs Altair: make benchtools") from error
    plots = draw(runs, folder / "plots")
    (folder / "RESULTS.md").write_text(markdown(runs, plots), encoding="utf-8")


@main.command()
@click.option("--cases", default=100_000, show_default=True, help="Cases with ten contacts each.")
@click.option("--seed", default=0, show_default=True)
def eligibility(*, cases: int, seed: int) -> None:
    """Judge a quarter, a half and all of so many cases on one core."""
    for made in judge((cases // 4, cases // 2, cases), seed):
        micros = 1e6 * made.seconds / max(1, made.cases)
        click.echo(f"{made.cases} cases: {made.seconds:.1f} s, {micros:.0f} microseconds each, {made.allowed} allowed")


@main.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path), metavar="NETWORK_FOLDER|EXTRACT")
@click.option("--points", default="1000,3000", show_default=True, help="Sizes of the matrices.")
@click.option("--seed", default=0, show_default=True)
def roads(*, source: Path, points: str, seed: int) -> None:
    """Time matrices between random places on a built road network, or on an extract that is built first."""
    with _errors_in_words():
        for made in time_matrices(source, [int(size) for size in points.split(",")], seed):
            click.echo(
                f"{made.points} x {made.points}: {made.seconds:.1f} s, {made.peak_megabytes:.0f} MB at most;"
                f" again from the cache {made.cached_seconds:.1f} s; {made.unreachable:.2%} unreachable"
            )


def _json(made: Run) -> str:
    return json.dumps(asdict(made) | {"ratio": made.ratio})


if __name__ == "__main__":
    main()
