"""What-if experiments: what was asked, what people wrote about it, and what it came to."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from api.store import jobs
from api.store.database import Unit
from api.store.jobs import Job
from api.store.scope import SYSTEM
from api.store.tables.what_if import ExperimentRow
from scheduler.domain.errors import InternalFault


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredExperiment:
    """An experiment as the rest of the service sees one; see `ExperimentRow` for the fields.

    Attributes:
        document: As it was asked for.
        job: How far it is.
    """

    id: str
    rev: int
    day: date
    document: Mapping[str, Any]
    note: str
    made_at: datetime
    job: Job

    @property
    def name(self) -> str:
        """For people."""
        return str(self.document["name"])


def add(
    unit: Unit, experiment_id: str, document: Mapping[str, Any], *, day: date, note: str, job_id: str, branch_id: str
) -> None:
    """Keep an experiment that a job is going to simulate.

    Args:
        unit: Of the lender.
        experiment_id: A new id, which the job knows too.
        document: As it was asked for.
        day: The stored day that it starts from.
        note: What people write about it.
        job_id: The job.
        branch_id: Whose data it is about.
    """
    scope = unit.scope
    unit.session.add(
        ExperimentRow(
            id=experiment_id,
            job_id=job_id,
            branch_id=branch_id,
            day=day,
            sealed_document=unit.seal(json.dumps(document, ensure_ascii=False)),
            sealed_note=unit.seal(note),
            made_by=None if scope is None or scope.actor == SYSTEM else scope.actor,
            made_at=unit.now,
        )
    )
    unit.session.flush()
    unit.note("experiment.asked", f"experiment:{experiment_id}", job=job_id)


def listed(unit: Unit, *, after: tuple[datetime, str] | None, most: int) -> Sequence[StoredExperiment]:
    """The newest first, from after a place in that order on."""
    query = select(ExperimentRow).order_by(ExperimentRow.made_at.desc(), ExperimentRow.id.desc()).limit(most)
    if after is not None:
        moment, known = after
        is_older = (ExperimentRow.made_at == moment) & (ExperimentRow.id < known)
        query = query.where((ExperimentRow.made_at < moment) | is_older)
    return [_stored(unit, row) for row in unit.session.scalars(query)]


def get(unit: Unit, experiment_id: str) -> StoredExperiment | None:
    """One of them, None when there is none of this id in the scope."""
    row = unit.session.scalars(select(ExperimentRow).where(ExperimentRow.id == experiment_id)).one_or_none()
    return None if row is None else _stored(unit, row)


def results(unit: Unit, experiment_id: str) -> bytes | None:
    """What it came to; None before, and where it came to nothing."""
    query = select(ExperimentRow.sealed_results).where(ExperimentRow.id == experiment_id)
    sealed = unit.session.scalars(query).one_or_none()
    return None if sealed is None else gzip.decompress(unit.opened_bytes(sealed))


def keep_results(unit: Unit, experiment_id: str, content: bytes) -> None:
    """Keep what it came to; of one that was deleted meanwhile nothing is kept."""
    row = unit.session.scalars(select(ExperimentRow).where(ExperimentRow.id == experiment_id)).one_or_none()
    if row is not None:
        row.sealed_results = unit.seal_bytes(gzip.compress(content, mtime=0))


def set_note(unit: Unit, experiment_id: str, note: str) -> None:
    """Write something else about it."""
    row = _row(unit, experiment_id)
    row.sealed_note = unit.seal(note)
    unit.note("experiment.changed", f"experiment:{experiment_id}")
    unit.session.flush()


def remove(unit: Unit, experiment_id: str) -> None:
    """Delete it, and stop what simulates it."""
    row = _row(unit, experiment_id)
    job_id = row.job_id
    unit.session.delete(row)
    unit.session.flush()
    jobs.ask_to_stop(unit, job_id)
    unit.note("experiment.deleted", f"experiment:{experiment_id}")


def unfinished(unit: Unit) -> frozenset[str]:
    """The ids of those whose job has not ended."""
    open_jobs = [job.id for job in jobs.open_jobs(unit)]
    return frozenset(unit.session.scalars(select(ExperimentRow.id).where(ExperimentRow.job_id.in_(open_jobs))))


def _row(unit: Unit, experiment_id: str) -> ExperimentRow:
    return unit.session.scalars(select(ExperimentRow).where(ExperimentRow.id == experiment_id)).one()


def _stored(unit: Unit, row: ExperimentRow) -> StoredExperiment:
    job = jobs.get(unit, row.job_id)
    if job is None:
        raise InternalFault("an experiment without its job")
    return StoredExperiment(
        id=row.id,
        rev=row.rev,
        day=row.day,
        document=json.loads(unit.opened(row.sealed_document)),
        note=unit.opened(row.sealed_note),
        made_at=row.made_at,
        job=job,
    )
