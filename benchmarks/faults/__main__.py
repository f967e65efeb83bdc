"""`make faults`: all trials, and what they showed into docs/proof.md."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from benchmarks.faults.service import killed_service
from benchmarks.faults.trials import Outcome, held, killed, power_cut, traced
from benchmarks.faults.writer import settings_in
from benchmarks.proof import put_section

type Trial = Callable[[Path], Outcome]

_STORE, _SERVICE = "store", "service"
_TABLE = """
| Trial | Runs | Acknowledged | Lost | Half | Passed | Remark |
|---|---|---|---|---|---|---|
"""
_SECTIONS = {
    _STORE: (
        "Durability",
        """Every write is one unit of work on five tables of the store (SQLite, `synchronous=FULL`). A process outside
keeps a ledger of what was acknowledged; afterwards the database is opened as it lies there. Lost: acknowledged and not
there. Half: there in some of its tables.
""",
    ),
    _SERVICE: (
        "Durability through the interface",
        """`visits serve` is killed while four programs write by its interface, each write with an Idempotency-Key:
cases and their circumstances, and plans from the draft over publication, link, check-in and outcome to the end of their
day. They keep a ledger of what was acknowledged. After each kill the writes without an answer are looked for, then sent
again with the same key: the answer must be a repeated one exactly where the write was there. Lost: acknowledged and not
there. Half: there in some of its tables, or more than once.
""",
    ),
}


@click.command()
@click.option("--part", type=click.Choice([*_SECTIONS, "all"]), default="all", show_default=True, help="What is tried.")
@click.option("--cycles", default=200, show_default=True, help="Kills.")
@click.option("--sweep", default=60, show_default=True, help="The last N of the sweeps.")
@click.option("--cuts", default=25, show_default=True, help="Power cuts with FULL; the control gets as many.")
@click.option("--seed", default=1, show_default=True, help="Of the moments.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(part: str, cycles: int, sweep: int, cuts: int, seed: int, into: Path) -> None:
    """Run the trials; exits 1 when one did not pass or could not be run."""
    calls = range(1, sweep + 1)
    trials: dict[str, list[Trial]] = {
        _STORE: [
            lambda folder: killed(cycles, seed, folder),
            lambda folder: traced("fdatasync,fsync", "signal=KILL", calls, folder),
            lambda folder: traced("fdatasync,fsync", "error=EIO", calls, folder),
            # The first write of a process alone takes dozens of these calls.
            lambda folder: traced("pwrite64", "signal=KILL", range(1, 10 * sweep, 10), folder),
            lambda folder: traced("pwrite64", "error=EIO", calls, folder),
            lambda folder: traced("pwrite64", "error=ENOSPC", calls, folder),
            lambda _: power_cut(cuts, seed, synchronous="FULL"),
            lambda _: power_cut(cuts, seed, synchronous="NORMAL"),
            held,
        ],
        _SERVICE: [lambda folder: killed_service(cycles, seed, settings_in(folder))],
    }
    chosen = [part] if part in _SECTIONS else list(_SECTIONS)
    # Each part is written when it is done, so that none has to wait for another.
    have_passed = [_run(name, trials[name], into) for name in chosen]
    if not all(have_passed):
        raise click.exceptions.Exit(1)


def _run(part: str, trials: Sequence[Trial], into: Path) -> bool:
    outcomes = []
    for trial in trials:
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(trial(Path(folder) / "var"))
        click.echo(_row(outcomes[-1]))
    title, head = _SECTIONS[part]
    put_section(into, title, head + _TABLE + "\n".join(map(_row, outcomes)))
    return all(outcome.passed for outcome in outcomes)


def _row(outcome: Outcome) -> str:
    cells = (outcome.name, outcome.runs, outcome.acknowledged, outcome.lost, outcome.half)
    passed = "yes" if outcome.passed else ("NOT RUN" if outcome.runs == 0 else "NO")
    return f"| {' | '.join(map(str, cells))} | {passed} | {outcome.remark} |"


if __name__ == "__main__":
    main()
