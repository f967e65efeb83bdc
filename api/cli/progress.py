"""How far the search or a build is, on stderr: a bar on a terminal, else a plain line now and then."""

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

import click

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from tqdm import tqdm

    from scheduler.planning import Progress
    from scheduler.simulation.running import SimulationProgress
    from scheduler.travel.build import BuildProgress

QUIET_SECONDS = 2.0
SECONDS_BETWEEN_LINES = 10.0
_STEPS = {
    "extract": "reading the roads",
    "contract": "making short cuts",
    "streets": "reading the streets for maps",
    "check": "taking checksums",
}


class ProgressReport:
    """Shows nothing for a search that ends within two seconds."""

    def __init__(self, limit_seconds: float | None, stream: TextIO | None = None) -> None:
        """Choose the bar or the lines.

        Args:
            limit_seconds: How long the search may take, None when something else limits it.
            stream: Where to show it; stderr when None.
        """
        self._stream = stream or sys.stderr
        self._next_line = QUIET_SECONDS
        self._bar: tqdm[None] | None = _bar(limit_seconds, self._stream) if self._stream.isatty() else None

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()

    def __call__(self, progress: "Progress") -> None:
        """Show the best plan so far."""
        best = f"cost {progress.cost_seconds:,} s, {progress.unassigned} left out"
        if self._bar is not None:
            self._bar.set_postfix_str(best, refresh=False)
            self._bar.update(max(0.0, min(progress.seconds, self._bar.total or progress.seconds) - self._bar.n))
        elif progress.seconds >= self._next_line:
            self._next_line = progress.seconds + SECONDS_BETWEEN_LINES
            click.echo(f"planning for {progress.seconds:.0f} s: {best}", file=self._stream)


class SimulationReport:
    """How far a simulation is, and how long it will still take: a bar on a terminal, else a line now and then."""

    def __init__(self, elapsed: Callable[[], float], stream: TextIO | None = None) -> None:
        """Choose the bar or the lines.

        Args:
            elapsed: Seconds of a clock that only goes forward.
            stream: Where to show it; stderr when None.
        """
        self._elapsed = elapsed
        self._begin = self._next_line = elapsed()
        self._stream = stream or sys.stderr

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the last line as it is."""
        if self._stream.isatty():
            click.echo(file=self._stream)

    def __call__(self, progress: "SimulationProgress") -> None:
        """Show the steps, and the time left by the pace of this run's own steps."""
        now = self._elapsed()
        own, left = progress.done - progress.kept, progress.steps - progress.done
        seconds = f", about {(now - self._begin) / own * left:.0f} s left" if own and left else ""
        kept = f" ({progress.kept} kept from before)" if progress.kept else ""
        line = f"simulating: {progress.done} of {progress.steps} steps{kept}{seconds}"
        if self._stream.isatty():
            click.echo(f"\r\x1b[K{line}", nl=False, file=self._stream)
        elif now >= self._next_line or not left:
            self._next_line = now + SECONDS_BETWEEN_LINES
            click.echo(line, file=self._stream)


class BuildReport:
    """How far a road network is: a line a step, and one each quarter of it."""

    def __init__(self) -> None:
        """Begin before the first step."""
        self._quarter = 0

    def __call__(self, progress: "BuildProgress") -> None:
        """Show the step, or how far it is."""
        if progress.percent is None:
            self._quarter = 0
            click.echo(f"{_STEPS[progress.step]} ...", err=True)
        elif progress.percent // 25 > self._quarter:
            self._quarter = progress.percent // 25
            click.echo(f"{_STEPS[progress.step]}: {progress.percent} %", err=True)


def _bar(limit_seconds: float | None, stream: TextIO) -> "tqdm[None]":
    from tqdm import tqdm

    known = "{desc} |{bar:24}| {n:.0f} of {total:.0f} s{postfix}"
    unknown = "{desc} {n:.0f} s{postfix}"
    return tqdm(
        desc="planning",
        total=limit_seconds,
        delay=QUIET_SECONDS,
        file=stream,
        leave=False,
        bar_format=unknown if limit_seconds is None else known,
    )
