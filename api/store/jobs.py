"""Jobs: work that goes on after the request that asked for it.

What stands here is what people see. A job gets exactly one final state: every change names the attempt that makes it,
and an attempt that another one has overtaken changes nothing any more.
"""

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from api.store.database import Unit
from api.store.scope import SYSTEM, Scope
from api.store.tables.service import JobRow
from scheduler.domain.errors import InvalidInput

MOST_ATTEMPTS = 3
WORKER_DIED = "worker_died"
type Figures = Mapping[str, str | int | float | bool | None]


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"

    @property
    def is_final(self) -> bool:
        """Whether nothing happens to the job any more."""
        return self not in _OPEN


_OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as the rest of the service sees one; see `JobRow` for the fields.

    Attributes:
        scope: Whose work it is, as the user who asked.
    """

    id: str
    rev: int
    kind: str
    state: JobState
    arguments: Figures
    progress: Figures
    result: Figures | None
    error_code: str | None
    attempts: int
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked_at: datetime | None
    scope: Scope


def submit(unit: Unit, kind: str, arguments: Figures, *, branch_id: str, document: bytes | None = None) -> str:
    """Ask for a job; it is begun after the unit is kept.

    Args:
        unit: Of the lender.
        kind: One of the kinds that a handler is registered for.
        arguments: Ids and numbers; never what says something about a person.
        branch_id: Whose job it is.
        document: What the job works on; it is encrypted.

    Returns:
        The job's id.
    """
    scope = unit.scope
    row = JobRow(
        kind=kind,
        state=JobState.QUEUED,
        arguments=dict(arguments),
        sealed_input=None if document is None else unit.seal_bytes(gzip.compress(document, mtime=0)),
        progress={},
        attempts=0,
        branch_id=branch_id,
        asked_by=None if scope is None or scope.actor == SYSTEM else scope.actor,
        asked_at=unit.now,
    )
    unit.session.add(row)
    unit.session.flush()
    unit.note("job.asked", f"job:{row.id}", kind=kind)
    return row.id


def open_count(unit: Unit) -> int:
    """Jobs of the scope that have no final state."""
    return unit.session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state.in_(_OPEN))) or 0


def open_of_kind(unit: Unit, kind: str) -> Job | None:
    """The oldest job of a kind that has no final state."""
    query = select(JobRow).where(JobRow.state.in_(_OPEN), JobRow.kind == kind).order_by(JobRow.asked_at).limit(1)
    row = unit.session.scalars(query).one_or_none()
    return None if row is None else _job(row)


def asked_since(unit: Unit, kind: str, moment: datetime) -> bool:
    """Whether a job of a kind was asked for at this moment or after it, whatever became of it."""
    query = select(func.count()).select_from(JobRow).where(JobRow.kind == kind, JobRow.asked_at >= moment)
    return bool(unit.session.scalar(query))


def open_jobs(unit: Unit) -> tuple[Job, ...]:
    """The jobs without a final state, the oldest first."""
    query = select(JobRow).where(JobRow.state.in_(_OPEN)).order_by(JobRow.asked_at, JobRow.id)
    return tuple(_job(row) for row in unit.session.scalars(query))


def listed(unit: Unit, *, state: str | None, kind: str | None, after: str | None, limit: int) -> Sequence[Job]:
    """The newest first.

    Args:
        unit: Of the scope.
        state: Only these; None for all.
        kind: Only these; None for all.
        after: The id of the job that the page follows; None for the first page. An unknown one gives no jobs.
        limit: At most so many.
    """
    query = select(JobRow).order_by(JobRow.asked_at.desc(), JobRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(JobRow.state == state)
    if kind is not None:
        query = query.where(JobRow.kind == kind)
    if after is not None:
        last = unit.session.execute(select(JobRow.asked_at, JobRow.id).where(JobRow.id == after)).one_or_none()
        if last is None:
            return ()
        is_older = (JobRow.asked_at < last.asked_at) | ((JobRow.asked_at == last.asked_at) & (JobRow.id < last.id))
        query = query.where(is_older)
    return [_job(row) for row in unit.session.scalars(query)]


def get(unit: Unit, job_id: str) -> Job | None:
    """A job, None when there is none of this id in the scope."""
    row = _row(unit, job_id)
    return None if row is None else _job(row)


def input_document(unit: Unit, job_id: str) -> bytes | None:
    """What the job works on; None when that is in the store."""
    return _opened(unit, unit.session.scalars(select(JobRow.sealed_input).where(JobRow.id == job_id)).one())


def result_document(unit: Unit, job_id: str) -> bytes | None:
    """The document that the job made; None when it made none, or keeps it elsewhere."""
    return _opened(unit, unit.session.scalars(select(JobRow.sealed_result).where(JobRow.id == job_id)).one())


def ask_to_stop(unit: Unit, job_id: str) -> Job | None:
    """Cancel a job that waits, and ask a running one to stop; a final one stays as it is.

    Returns:
        The job, None when there is none of this id in the scope.
    """
    row = _row(unit, job_id)
    if row is None:
        return None
    if not JobState(row.state).is_final and row.cancel_asked_at is None:
        row.cancel_asked_at = unit.now
        unit.note("job.cancel_asked", f"job:{job_id}")
        if row.state == JobState.QUEUED:
            _end(unit, row, JobState.CANCELLED, result=None, error_code=None)
        unit.session.flush()
    return _job(row)


def begin(unit: Unit, job_id: str) -> Job | None:
    """Begin an attempt; the job that comes back names it by `attempts`.

    A job that was begun as often as is allowed, and died each time, fails here.

    Returns:
        None when there is nothing to do: the job is unknown or has its final state.
    """
    row = _row(unit, job_id)
    if row is None or JobState(row.state).is_final:
        return None
    if row.cancel_asked_at is not None:
        _end(unit, row, JobState.CANCELLED, result=None, error_code=None)
        return None
    if row.attempts >= MOST_ATTEMPTS:
        _end(unit, row, JobState.FAILED, result=None, error_code=WORKER_DIED)
        return None
    row.attempts += 1
    row.state = JobState.RUNNING
    row.started_at = unit.now
    row.progress = {}
    unit.session.flush()
    return _job(row)


def is_cancel_asked(unit: Unit, job_id: str, attempt: int) -> bool:
    """Whether this attempt is to stop, because somebody said so or because another attempt has overtaken it."""
    row = unit.session.execute(
        select(JobRow.cancel_asked_at, JobRow.attempts, JobRow.state).where(JobRow.id == job_id)
    ).one_or_none()
    if row is None or row.attempts != attempt or row.state != JobState.RUNNING:
        return True
    return row.cancel_asked_at is not None


def tell_progress(unit: Unit, job_id: str, attempt: int, progress: Figures) -> None:
    """Show people who wait how far this attempt is."""
    row = _of_attempt(unit, job_id, attempt)
    if row is not None:
        row.progress = dict(progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was kept, where the job's own document is known only then.

    Attributes:
        figures: Ids and counts.
        document: Kept with the job, encrypted.
    """

    figures: Figures
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        state: The final state.
        error_code: A word; None unless it failed.
        keep: Writes what the job made in the same unit of work, and gives ids and counts; None where it made nothing.
        document: The document that it made, where it is kept with the job.
        when_refused: How the attempt ends instead when `keep` finds that what it would write no longer fits; None
            where that is a mistake of ours.
    """

    state: JobState
    error_code: str | None = None
    keep: Callable[[Unit], Figures | Made] | None = None
    document: bytes | None = None
    when_refused: Callable[[InvalidInput], "Outcome"] | None = None


def end(unit: Unit, job_id: str, attempt: int, outcome: Outcome) -> bool:
    """Keep what an attempt made, once.

    Returns:
        False when another attempt has overtaken this one, so that nothing was kept.
    """
    row = _of_attempt(unit, job_id, attempt)
    if row is None:
        return False
    made = None if outcome.keep is None else outcome.keep(unit)
    result, document = (made.figures, made.document) if isinstance(made, Made) else (made, outcome.document)
    if document is not None:
        row.sealed_result = unit.seal_bytes(gzip.compress(document, mtime=0))
    _end(unit, row, outcome.state, result=result, error_code=outcome.error_code)
    return True


def release(unit: Unit, job_id: str, attempt: int) -> None:
    """Give a job back, because its worker stops in good order: that counts as no attempt."""
    row = _of_attempt(unit, job_id, attempt)
    if row is not None:
        row.state = JobState.QUEUED
        row.attempts -= 1
        row.started_at = None


def give_up(unit: Unit, job_id: str, error_code: str) -> None:
    """Fail a job that no attempt will ever end."""
    row = _row(unit, job_id)
    if row is not None and not JobState(row.state).is_final:
        _end(unit, row, JobState.FAILED, result=None, error_code=error_code)


def _end(unit: Unit, row: JobRow, state: JobState, *, result: Figures | None, error_code: str | None) -> None:
    row.state = state
    row.result = None if result is None else dict(result)
    row.error_code = error_code
    row.ended_at = unit.now
    # What the job worked on tells of people, and nobody needs it any more.
    row.sealed_input = None
    unit.note("job.ended", f"job:{row.id}", kind=row.kind, state=state, error=error_code, attempts=row.attempts)


def _row(unit: Unit, job_id: str) -> JobRow | None:
    return unit.session.scalars(select(JobRow).where(JobRow.id == job_id)).one_or_none()


def _of_attempt(unit: Unit, job_id: str, attempt: int) -> JobRow | None:
    row = _row(unit, job_id)
    if row is None or row.attempts != attempt or row.state != JobState.RUNNING:
        return None
    return row


def _opened(unit: Unit, sealed: bytes | None) -> bytes | None:
    return None if sealed is None else gzip.decompress(unit.opened_bytes(sealed))


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        rev=row.rev,
        kind=row.kind,
        state=JobState(row.state),
        arguments=dict(row.arguments),
        progress=dict(row.progress),
        result=None if row.result is None else dict(row.result),
        error_code=row.error_code,
        attempts=row.attempts,
        asked_at=row.asked_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        cancel_asked_at=row.cancel_asked_at,
        scope=Scope(tenant_id=row.tenant_id, branch_id=row.branch_id, actor=row.asked_by or SYSTEM),
    )
