"""The job engine: DBOS, which starts each job once, and starts it again when its process died.

It knows ids of jobs and lenders, and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dbos import DBOS, DBOSClient, DBOSConfig

from api.jobs.kinds import Queue
from api.settings import Settings
from api.store.job_engine import SCHEMA, open_job_engine
from scheduler.domain.errors import InternalFault

# Only jobs of the same version are taken up again; by default it changes with every line of code.
VERSION: Final = "1"
_WORKFLOW = "visits.job"
_WAITING = frozenset({"ENQUEUED", "DELAYED"})
_RUNNING = "PENDING"
_SECONDS_BETWEEN_LOOKS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What the engine knows of a job.

    Attributes:
        is_over: Whether the engine will do nothing more for it.
        executor_id: The worker that does it; None while it waits or is over.
    """

    is_over: bool
    executor_id: str | None


class DbosEngine:
    """The engine of this process; there is one at a time."""

    def __init__(self, settings: Settings, *, executor_id: str, perform: Callable[[str], None]) -> None:
        """Launch it; jobs that this executor's dead predecessor had begun are begun again.

        Args:
            settings: Where its queue is.
            executor_id: The name of this worker, which no other living process may have.
            perform: Does a job; called in threads of the engine.
        """
        global _perform
        if _perform is not None:
            raise InternalFault("a process has one job engine")
        self._engine = open_job_engine(settings)
        _perform = perform
        config = DBOSConfig(
            name="visits",
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            application_version=VERSION,
            executor_id=executor_id,
            log_level="WARNING",
            enable_otlp=False,
            use_listen_notify=False,
        )
        try:
            DBOS(config=config)
            DBOS.launch()
            # Two jobs of one lender never run at once, on whatever machines; a plan takes all cores of a worker.
            _register(Queue.PLANNING, at_once=1)
            _register(Queue.GEOCODING, at_once=1)
            _register(Queue.SIMULATION, at_once=1)
            _register(Queue.ERRANDS, at_once=2)
            self._client = DBOSClient(system_database_engine=self._engine, dbos_system_schema=SCHEMA)
        except BaseException:
            self._forget()
            raise

    def stop(self) -> None:
        """Stop starting jobs; those that were released stay with the queue."""
        self._client.destroy()
        self._forget()

    def start(self, job_id: str, *, lender_id: str, queue: Queue) -> None:
        """Put a job into its queue; once, however often it is asked for."""
        self._client.enqueue(
            {
                "workflow_name": _WORKFLOW,
                "workflow_id": job_id,
                "queue_name": queue,
                "queue_partition_key": lender_id,
                "app_version": VERSION,
            },
            job_id,
        )

    def started(self, job_ids: Sequence[str]) -> Mapping[str, Started]:
        """What the engine knows of jobs; those that it does not know are missing."""
        found = self._client.list_workflows(workflow_ids=list(job_ids), load_input=False, load_output=False)
        return {
            one.workflow_id: Started(
                is_over=one.status not in _WAITING and one.status != _RUNNING,
                executor_id=one.executor_id if one.status == _RUNNING else None,
            )
            for one in found
        }

    def start_again(self, job_id: str, *, queue: Queue) -> None:
        """Put a job whose worker died, or that ended without a final state, back into its queue."""
        self._client.resume_workflow(job_id, queue_name=queue)

    def _forget(self) -> None:
        global _perform
        DBOS.destroy()
        _perform = None
        self._engine.dispose()


_perform: Callable[[str], None] | None = None


@DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=None)
def _do_job(job_id: str) -> None:
    """One job. It keeps nothing with the engine: how often it was begun and what it made stands in our own table."""
    if _perform is None:
        raise InternalFault("the job engine was stopped")
    _perform(job_id)


def _register(queue: Queue, *, at_once: int) -> None:
    DBOS.register_queue(
        queue,
        worker_concurrency=at_once,
        partition_concurrency=1,
        polling_interval_sec=_SECONDS_BETWEEN_LOOKS,
        on_conflict="always_update",
    )
