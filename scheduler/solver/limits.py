"""When a search stops, and what it tells on the way."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

SECONDS_BETWEEN_LOOKS = 0.1
SECONDS_BETWEEN_REMINDERS = 1.0
# Without a clock the machine must not matter, so neither may its number of cores.
SEARCHES_WITHOUT_CLOCK = 2
FIRST_STEP = "first solution"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLimits:
    """When to stop: exactly one of `seconds` and `iterations` is given.

    Attributes:
        seconds: Wall-clock seconds from the call, kept to one second.
        iterations: Of each ruin-and-recreate search; no clock acts then, and equal seeds give equal plans.
        seed: Of all randomness.
        searches: How many searches run side by side; with seconds one a core unless given, with iterations two.
        threads: At most so many cores are used, all unless given; with iterations it changes no plan.
        patience_seconds: Also stop when nothing better was found for so long; with seconds only.
        search_only: Leave out proof, recombination and routing model, which take most of the time of short searches:
            for those who make thousands of plans to compare and none to drive.
    """

    seconds: float | None = 30.0
    iterations: int | None = None
    seed: int = 0
    searches: int | None = None
    threads: int | None = None
    patience_seconds: float | None = None
    search_only: bool = False

    def __post_init__(self) -> None:
        """Refuse no limit, both limits, negative limits, and patience without a clock."""
        if (self.seconds is None) == (self.iterations is None):
            raise ValueError("give either seconds or iterations")
        if min(self.seconds or 0.0, self.iterations or 0, self.patience_seconds or 0.0) < 0:
            raise ValueError("a limit cannot be negative")
        if self.patience_seconds is not None and self.seconds is None:
            raise ValueError("patience needs a clock, so it needs seconds")
        if min(1 if number is None else number for number in (self.searches, self.threads)) < 1:
            raise ValueError("at least one search and one thread are needed")

    @property
    def thread_count(self) -> int:
        """How many cores may be used."""
        return self.threads or usable_cores()

    @property
    def search_count(self) -> int:
        """How many searches run side by side."""
        return self.searches or (SEARCHES_WITHOUT_CLOCK if self.seconds is None else self.thread_count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is.

    Attributes:
        seconds: Since it began.
        cost_seconds: Of the best plan so far.
        unassigned: Visits left out of it.
        iterations: Of all ruin-and-recreate searches so far.
        step: What the planner is at: `first solution`, `search`, `proof`, `recombination` or `routing model`.
    """

    seconds: float
    cost_seconds: int
    unassigned: int
    iterations: int
    step: str


def usable_cores() -> int:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Clock:
    """The limits against the machine's monotonic clock and the caller's wish to stop."""

    def __init__(
        self,
        limits: SearchLimits,
        should_stop: Callable[[], bool],
        *,
        began: float,
        reserved_seconds: float,
        teller: "Teller",
    ) -> None:
        """Start from `began`, a monotonic time; `reserved_seconds` of the limit are kept for what follows."""
        self._limit = limits.seconds
        self.reserve(reserved_seconds)
        self._patience = limits.patience_seconds
        self._teller = teller
        self._should_stop = should_stop
        self._begin = began
        self._looked = self._begin
        self._stopped = False

    def reserve(self, seconds: float) -> None:
        """Keep so much of the limit for what follows the search."""
        self._seconds = None if self._limit is None else max(0.0, self._limit - seconds)

    @property
    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begin

    def remaining(self) -> float:
        """Seconds left; infinite without a clock."""
        return float("inf") if self._seconds is None else max(0.0, self._seconds - self.elapsed)

    def is_past(self, share: float) -> bool:
        """Whether the search is to stop or this share of the seconds is used; asking often is cheap."""
        if self.is_stopped():
            return True
        return self._seconds is not None and self.elapsed >= share * self._seconds

    def is_stopped(self) -> bool:
        """Whether the caller wants to stop, or nothing better was found for too long."""
        now = time.monotonic()
        if not self._stopped and now - self._looked >= SECONDS_BETWEEN_LOOKS:
            self._looked = now
            self._stopped = self._should_stop() or self._is_out_of_patience()
            self._teller.remind()
        return self._stopped

    def is_over(self) -> bool:
        """Whether all seconds are used or the search is to stop."""
        return self.is_past(1.0)

    def _is_out_of_patience(self) -> bool:
        return self._patience is not None and self.elapsed - self._teller.better_at >= self._patience


class Teller:
    """Tells the caller of each better plan, and of the best so far when nothing better came for a second."""

    def __init__(self, began: float, on_progress: Callable[[Progress], None]) -> None:
        """Tell `on_progress`; seconds count from the monotonic time `began`."""
        self._began = began
        self._on_progress = on_progress
        self._best: Progress | None = None
        self.better_at = 0.0
        self.iterations = 0
        self.step = FIRST_STEP

    def tell(self, cost: int, left_out: int) -> None:
        """A plan was found; the caller hears of it when it is the best so far."""
        if self._best is None or cost < self._best.cost_seconds:
            self._send(cost, left_out)
            self.better_at = time.monotonic() - self._began

    def remind(self) -> None:
        """Repeat the best so far when the caller has heard nothing for a second."""
        best = self._best
        if best is not None and time.monotonic() - self._began - best.seconds >= SECONDS_BETWEEN_REMINDERS:
            self._send(best.cost_seconds, best.unassigned)

    def _send(self, cost: int, left_out: int) -> None:
        seconds = time.monotonic() - self._began
        self._best = Progress(
            seconds=seconds, cost_seconds=cost, unassigned=left_out, iterations=self.iterations, step=self.step
        )
        self._on_progress(self._best)
