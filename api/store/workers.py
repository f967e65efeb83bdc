"""Processes that do jobs, and the sign of life that each leaves."""

from datetime import datetime

from sqlalchemy import delete, select

from api.store.database import Unit
from api.store.tables.service import WorkerRow


def beat(unit: Unit, executor_id: str) -> None:
    """Say that a worker lives."""
    row = unit.session.get(WorkerRow, executor_id)
    if row is None:
        unit.session.add(WorkerRow(executor_id=executor_id, started_at=unit.now, seen_at=unit.now))
    else:
        row.seen_at = unit.now


def leave(unit: Unit, executor_id: str) -> None:
    """Say that a worker stops in good order."""
    unit.session.execute(delete(WorkerRow).where(WorkerRow.executor_id == executor_id))


def signs_of_life(unit: Unit) -> dict[str, datetime]:
    """When each worker was last seen, by its own clock."""
    return {row.executor_id: row.seen_at for row in unit.session.scalars(select(WorkerRow))}
