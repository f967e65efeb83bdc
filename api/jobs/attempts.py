"""Doing a job: attempt after attempt, until it has its one final state."""

import logging
import traceback
from dataclasses import replace

from api.jobs.kinds import KINDS
from api.jobs.work import Released, Stopped, Surroundings, Work
from api.store import jobs
from api.store.jobs import Job, JobState, Outcome
from api.store.patience import patiently
from scheduler.domain.errors import InvalidInput, MemoryExhausted, MissingResource, ProcessDied, ProcessHung

TOO_LARGE = "too_large"
MISSING_RESOURCE = "missing_resource"
INTERNAL = "internal"
_logger = logging.getLogger(__name__)


def perform(shared: Surroundings, job_id: str) -> None:
    """Do a job to its end; nothing happens to one that has its final state.

    Raises:
        Released: The worker stops; the job waits for the next one.
    """
    while True:
        job = patiently(shared.database, None, shared.clock, lambda unit: jobs.begin(unit, job_id))
        if job is None:
            return
        if job.kind in KINDS and KINDS[job.kind].is_of_all_branches:
            job = replace(job, scope=replace(job.scope, branch_id=None))
        outcome = _attempted(shared, job)
        if outcome is not None:
            _keep(shared, job, outcome)
            return


def _attempted(shared: Surroundings, job: Job) -> Outcome | None:
    """How the attempt ended, None when its process died and another one may have more luck."""
    work = Work(shared, job)
    try:
        return KINDS[job.kind].handler(work)
    except Released:
        patiently(shared.database, job.scope, shared.clock, lambda unit: jobs.release(unit, job.id, job.attempts))
        raise
    except Stopped:
        return Outcome(state=JobState.CANCELLED)
    except ProcessDied:
        _logger.warning("job %s: attempt %d died", job.id, job.attempts)
        return None
    except ProcessHung:
        return Outcome(state=JobState.CANCELLED if work.is_cancelled else JobState.TIMED_OUT)
    except Exception as error:  # whatever it is, the job must not stay open
        return Outcome(state=JobState.FAILED, error_code=_code_of(error, job))


def _keep(shared: Surroundings, job: Job, outcome: Outcome) -> None:
    try:
        patiently(shared.database, job.scope, shared.clock, lambda unit: jobs.end(unit, job.id, job.attempts, outcome))
    except Exception as error:  # what it made cannot be kept: all of that is forgotten, and the job has failed
        failed = Outcome(state=JobState.FAILED, error_code=_code_of(error, job))
        if isinstance(error, InvalidInput) and outcome.when_refused is not None:
            failed = outcome.when_refused(error)
        patiently(shared.database, job.scope, shared.clock, lambda unit: jobs.end(unit, job.id, job.attempts, failed))
        return
    KINDS[job.kind].afterwards(shared)


def _code_of(error: Exception, job: Job) -> str:
    """A word for what went wrong; the error's own text may hold what says something about a person."""
    if isinstance(error, MemoryExhausted):
        return TOO_LARGE
    if isinstance(error, InvalidInput):
        return error.faults[0].code
    frames = "".join(traceback.format_tb(error.__traceback__))
    _logger.error("job %s: %s\n%s", job.id, type(error).__name__, frames)
    return MISSING_RESOURCE if isinstance(error, MissingResource) else INTERNAL
