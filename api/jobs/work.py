"""What a handler of a job is given."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from api.settings import Settings
from api.store import Database, Unit, jobs
from api.store.jobs import Figures, Job, JobState
from scheduler.domain.errors import InternalFault, StorageFault

SECONDS_BETWEEN_QUESTIONS = 0.1
SECONDS_BETWEEN_NEWS = 1.0


class Released(BaseException):
    """The worker stops: its job goes back to the queue. No handler catches it, as none catches Ctrl-C."""


class Stopped(Exception):
    """Somebody asked to stop before there was anything to keep: the job ends as cancelled."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What all jobs of a worker share.

    Attributes:
        settings: Of the process.
        database: Where jobs and all that they work on stand.
        clock: Says what time it is, aware.
        stopping: Set when the worker stops.
    """

    settings: Settings
    database: Database
    clock: Callable[[], datetime]
    stopping: threading.Event = field(default_factory=threading.Event)


class Work:
    """One attempt at a job.

    Attributes:
        job: The job; its `attempts` is the number of this attempt.
        settings: Of the process.
        is_cancelled: Whether somebody asked to stop, as far as `should_stop` has heard.
    """

    def __init__(self, surroundings: Surroundings, job: Job) -> None:
        """Begin with what the job says."""
        self.job = job
        self.settings = surroundings.settings
        self.is_cancelled = False
        self._surroundings = surroundings
        self._asked = time.monotonic()
        self._told = -SECONDS_BETWEEN_NEWS

    @property
    def state(self) -> JobState:
        """The final state of work that has come to its end: done, or cancelled with what there was."""
        return JobState.CANCELLED if self.is_cancelled else JobState.DONE

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """A unit of work that reads what the job's owner may see."""
        with self._surroundings.database.reading(self.job.scope, self._surroundings.clock()) as unit:
            yield unit

    def document(self) -> bytes:
        """What the job was asked to work on."""
        with self.reading() as unit:
            found = jobs.input_document(unit, self.job.id)
        if found is None:
            raise InternalFault("the job has lost what it works on")
        return found

    def should_stop(self) -> bool:
        """Whether somebody asked to stop; may be asked as often as one likes.

        Raises:
            Released: The worker stops.
        """
        if self._surroundings.stopping.is_set():
            raise Released
        now = time.monotonic()
        if not self.is_cancelled and now - self._asked >= SECONDS_BETWEEN_QUESTIONS:
            self._asked = now
            with self.reading() as unit:
                self.is_cancelled = jobs.is_cancel_asked(unit, self.job.id, self.job.attempts)
        return self.is_cancelled

    def go_on(self) -> None:
        """Go on unless somebody asked to stop; for work of which a part is worth nothing.

        Raises:
            Stopped: Somebody did.
            Released: The worker stops.
        """
        if self.should_stop():
            raise Stopped

    def tell(self, progress: Figures) -> None:
        """Show how far it is; news that come too fast, or that the database has no time for, are left out."""
        now = time.monotonic()
        if now - self._told < SECONDS_BETWEEN_NEWS:
            return
        self._told = now
        shared = self._surroundings
        # Whoever waited here for the database would not hear of the wish to stop.
        with contextlib.suppress(StorageFault), shared.database.writing(self.job.scope, shared.clock()) as unit:
            jobs.tell_progress(unit, self.job.id, self.job.attempts, progress)
