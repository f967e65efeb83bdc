"""`python -m benchmarks run FILE_OR_FOLDER...`: plan instances, check the plans, print a table."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

import click

from benchmarks.measure import Run, measure

HEADINGS = ("instance", "engine", "seed", "cost", "best known", "ratio", "left out", "violations", "seconds", "peak MB")


@click.group()
def main() -> None:
    """Measure the planner."""


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--seconds", default=30.0, show_default=True, help="Limit of each run.")
@click.option("--seeds", default=1, show_default=True, help="Runs per instance and engine, seeds from 0.")
@click.option("--engines", default="auto,ortools", show_default=True, help="Comma-separated.")
@click.option("--best-known", type=click.Path(exists=True, path_type=Path), help="CSV: instance,cost_seconds.")
@click.option("--markdown", type=click.Path(path_type=Path), help="Write the table here as Markdown, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON lines instead of the table.")
def run(
    *,
    paths: tuple[Path, ...],
    seconds: float,
    seeds: int,
    engines: str,
    best_known: Path | None,
    markdown: Path | None,
    as_json: bool,
) -> None:
    """Plan Problem documents and print cost, ratio to best known, seconds and peak memory."""
    known = _best_known(best_known)
    runs: list[Run] = []
    if not as_json:
        click.echo("  ".join(HEADINGS))
    for path in _instances(paths):
        for engine in engines.split(","):
            for seed in range(seeds):
                made = measure(path, engine=engine, seed=seed, seconds=seconds, best_known=known)
                runs.append(made)
                click.echo(json.dumps(asdict(made) | {"ratio": made.ratio}) if as_json else "  ".join(_cells(made)))
    if markdown:
        markdown.write_text(_markdown(runs), encoding="utf-8")


def _instances(paths: tuple[Path, ...]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        found.extend(sorted([*path.glob("*.json"), *path.glob("*.json.gz")]) if path.is_dir() else [path])
    return found


def _best_known(path: Path | None) -> dict[str, int]:
    if path is None:
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["instance"]: int(row["cost_seconds"]) for row in csv.DictReader(lines)}


def _cells(made: Run) -> tuple[str, ...]:
    return (
        made.instance,
        made.engine,
        str(made.seed),
        str(made.cost_seconds),
        "-" if made.best_known_seconds is None else str(made.best_known_seconds),
        "-" if made.ratio is None else f"{made.ratio:.3f}",
        str(made.unassigned),
        str(made.violations),
        f"{made.elapsed_seconds:.1f}",
        f"{made.peak_megabytes:.0f}",
    )


def _markdown(runs: list[Run]) -> str:
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *(_cells(made) for made in runs)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


if __name__ == "__main__":
    main()
