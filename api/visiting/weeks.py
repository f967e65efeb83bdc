"""A week that a job planned."""

from dataclasses import dataclass
from datetime import date

from api.store.jobs import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDay:
    """A day of a planned week, whether it is firm, and its plan; None where none is followed on a firm day."""

    day: date
    is_firm: bool
    plan_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownWeek:
    """What the job said."""

    visits: int
    unassigned: int
    days: tuple[KnownDay, ...]


def week_of(job: Job) -> KnownWeek | None:
    """The week; None while the job has planned none."""
    result = job.result or {}
    lines = [line.split(":") for line in str(result.get("days") or "").split(",") if line]
    if not lines:
        return None
    return KnownWeek(
        visits=int(result.get("visits") or 0),
        unassigned=int(result.get("unassigned") or 0),
        days=tuple(
            KnownDay(day=date.fromisoformat(day), is_firm=kind == "firm", plan_id=plan_id or None)
            for day, kind, plan_id in lines
        ),
    )
