"""A process that does jobs, and looks after those of workers that died."""

import logging
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from api.jobs.attempts import INTERNAL, perform
from api.jobs.dbos_engine import DbosEngine
from api.jobs.kinds import KINDS
from api.jobs.slots import Slot
from api.jobs.work import Released, Surroundings
from api.settings import Settings
from api.store import Database, answers, jobs, workers
from api.store.jobs import Job

SECONDS_BETWEEN_ROUNDS = 0.5
SECONDS_BETWEEN_BEATS = 2.0
SECONDS_UNTIL_DEAD = 10.0
SECONDS_UNTIL_LOST = 5.0
SECONDS_BETWEEN_CLEANINGS = 3600.0
SECONDS_FOR_RELEASE = 8.0
ANSWERS_KEPT = timedelta(hours=24)
_logger = logging.getLogger(__name__)


class Worker:
    """The jobs of this process; one per process.

    Attributes:
        executor_id: Its name among the workers.
    """

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], datetime]) -> None:
        """Start doing jobs.

        Args:
            settings: Of the process.
            database: With the newest tables.
            clock: Says what time it is, aware.

        Raises:
            MissingResource: There is no engine for jobs on this machine, or no place for a worker.
        """
        self._shared = Surroundings(settings=settings, database=database, clock=clock)
        self._at_work = 0
        self._changed = threading.Condition()
        self._slot = Slot(settings)
        self.executor_id = self._slot.executor_id
        self._watch = _Watch(self.executor_id)
        # Before the engine is launched: others must not take this one for dead while it takes up its own jobs.
        self._beat()
        try:
            self._engine = DbosEngine(settings, executor_id=self.executor_id, perform=self._perform)
        except BaseException:
            self._slot.leave()
            raise
        self._thread = threading.Thread(target=self._look_after_jobs, name="jobs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop in good order: jobs that are being done go back to the queue, for the next worker."""
        self._shared.stopping.set()
        with self._changed:
            self._changed.wait_for(lambda: self._at_work == 0, timeout=SECONDS_FOR_RELEASE)
        self._thread.join()
        self._engine.stop()
        shared = self._shared
        with shared.database.writing(None, shared.clock()) as unit:
            workers.leave(unit, self.executor_id)
        self._slot.leave()

    def _perform(self, job_id: str) -> None:
        with self._changed:
            self._at_work += 1
        try:
            if self._shared.stopping.is_set():
                raise Released
            perform(self._shared, job_id)
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()

    def _look_after_jobs(self) -> None:
        beat = cleaned = time.monotonic()
        while not self._shared.stopping.wait(SECONDS_BETWEEN_ROUNDS):
            now = time.monotonic()
            try:
                if now - beat >= SECONDS_BETWEEN_BEATS:
                    self._beat()
                    beat = now
                if now - cleaned >= SECONDS_BETWEEN_CLEANINGS:
                    self._forget_old_answers()
                    cleaned = now
                self._round()
            except Exception as error:  # a database that is away comes back; the next round finds what this one left
                frames = "".join(traceback.format_tb(error.__traceback__))
                _logger.error("looking after jobs: %s\n%s", type(error).__name__, frames)

    def _round(self) -> None:
        """Let every job without a final state be done by somebody who lives."""
        shared = self._shared
        with shared.database.reading(None, shared.clock()) as unit:
            waiting = jobs.open_jobs(unit)
            living = self._watch.living(workers.signs_of_life(unit))
        started = self._engine.started([job.id for job in waiting]) if waiting else {}
        self._watch.forget_all_but({job.id for job in waiting})
        for job in waiting:
            queue = KINDS[job.kind].queue if job.kind in KINDS else None
            known = started.get(job.id)
            if queue is None:
                self._give_up(job)
            elif known is None:
                self._engine.start(job.id, lender_id=job.scope.tenant_id, queue=queue)
            elif known.is_over:
                # A moment ago it was being done; only what stays so has lost its way.
                if self._watch.is_lost(job.id):
                    self._give_up(job)
            elif known.executor_id is not None and known.executor_id not in living:
                _logger.warning("job %s: worker %s is dead", job.id, known.executor_id)
                self._engine.start_again(job.id, queue=queue)

    def _beat(self) -> None:
        shared = self._shared
        with shared.database.writing(None, shared.clock()) as unit:
            workers.beat(unit, self.executor_id)

    def _give_up(self, job: Job) -> None:
        with self._shared.database.writing(None, self._shared.clock()) as unit:
            jobs.give_up(unit, job.id, INTERNAL)

    def _forget_old_answers(self) -> None:
        with self._shared.database.writing(None, self._shared.clock()) as unit:
            answers.forget(unit, before=unit.now - ANSWERS_KEPT)


class _Watch:
    """Who lives, by what one sees oneself: clocks of other machines may be wrong."""

    def __init__(self, own_id: str) -> None:
        self._own_id = own_id
        self._seen: dict[str, tuple[datetime, float]] = {}
        self._over_since: dict[str, float] = {}

    def living(self, signs: dict[str, datetime]) -> frozenset[str]:
        """The workers whose sign of life changed not long ago; a sign that is seen for the first time counts."""
        now = time.monotonic()
        for name, sign in signs.items():
            if name not in self._seen or self._seen[name][0] != sign:
                self._seen[name] = (sign, now)
        return frozenset({self._own_id, *(name for name in signs if now - self._seen[name][1] < SECONDS_UNTIL_DEAD)})

    def is_lost(self, job_id: str) -> bool:
        """Whether a job has been without anybody for some time."""
        now = time.monotonic()
        return now - self._over_since.setdefault(job_id, now) >= SECONDS_UNTIL_LOST

    def forget_all_but(self, job_ids: set[str]) -> None:
        """Keep no notes of jobs that are done."""
        self._over_since = {job_id: since for job_id, since in self._over_since.items() if job_id in job_ids}
