"""`make faults`: all trials, and what they showed into docs/proof.md."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.faults.service import killed_service
from benchmarks.faults.trials import Outcome, held, killed, power_cut, traced
from benchmarks.faults.writer import settings_in
from benchmarks.proof import put_section

_HEAD = """Every write is one unit of work on five tables of the store (SQLite, `synchronous=FULL`). A process outside
keeps a ledger of what was acknowledged; afterwards the database is opened as it lies there. Lost: acknowledged and not
there. Half: there in some of its tables.

Where `visits serve` is killed, programs write by its interface, each write with an Idempotency-Key: cases,
circumstances, and plans from the draft over publication, link, check-in and outcome to the end of their day. After each
kill the writes without an answer are looked for, then sent again with the same key: the answer must be a repeated one
exactly where the write was there. Lost: acknowledged and not there. Half: there in some of its tables, or more than
once.

| Trial | Runs | Acknowledged | Lost | Half | Passed | Remark |
|---|---|---|---|---|---|---|
"""


@click.command()
@click.option("--cycles", default=200, show_default=True, help="Kills.")
@click.option("--sweep", default=60, show_default=True, help="The last N of the sweeps.")
@click.option("--cuts", default=25, show_default=True, help="Power cuts with FULL; the control gets as many.")
@click.option("--seed", default=1, show_default=True, help="Of the moments.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(cycles: int, sweep: int, cuts: int, seed: int, into: Path) -> None:
    """Run all trials; exits 1 when one did not pass or could not be run."""
    calls = range(1, sweep + 1)
    trials: list[Callable[[Path], Outcome]] = [
        lambda folder: killed(cycles, seed, folder),
        lambda folder: killed_service(cycles, seed, settings_in(folder)),
        lambda folder: traced("fdatasync,fsync", "signal=KILL", calls, folder),
        lambda folder: traced("fdatasync,fsync", "error=EIO", calls, folder),
        # The first write of a process alone takes dozens of these calls.
        lambda folder: traced("pwrite64", "signal=KILL", range(1, 10 * sweep, 10), folder),
        lambda folder: traced("pwrite64", "error=EIO", calls, folder),
        lambda folder: traced("pwrite64", "error=ENOSPC", calls, folder),
        lambda _: power_cut(cuts, seed, synchronous="FULL"),
        lambda _: power_cut(cuts, seed, synchronous="NORMAL"),
        held,
    ]
    outcomes = []
    for trial in trials:
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(trial(Path(folder) / "var"))
        click.echo(_row(outcomes[-1]))
    put_section(into, "Durability", _HEAD + "\n".join(map(_row, outcomes)))
    if not all(outcome.passed for outcome in outcomes):
        raise click.exceptions.Exit(1)


def _row(outcome: Outcome) -> str:
    cells = (outcome.name, outcome.runs, outcome.acknowledged, outcome.lost, outcome.half)
    passed = "yes" if outcome.passed else ("NOT RUN" if outcome.runs == 0 else "NO")
    return f"| {' | '.join(map(str, cells))} | {passed} | {outcome.remark} |"


if __name__ == "__main__":
    main()
