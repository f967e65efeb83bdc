"""How long people were at work, from the first door of a day to the last: of all that is kept, nothing else."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.plans import PlanRow
from api.store.tables.visiting import VisitRecordRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTime:
    """Of one collector, over some days.

    Attributes:
        collector_code: Who.
        days: On how many days.
        duration: Of all of them together.
    """

    collector_code: str
    days: int
    duration: timedelta


def working_times(unit: Unit, first: date, last: date) -> tuple[WorkingTime, ...]:
    """By collector, who worked longest first.

    Args:
        unit: Of the branch or lender.
        first: The first day.
        last: The last one, inclusive.
    """
    query = (
        select(
            VisitRecordRow.present_collectors,
            VisitRecordRow.checked_in_at,
            VisitRecordRow.left_at,
            VisitRecordRow.ended_at,
            PlanRow.day,
        )
        .join(PlanRow, PlanRow.id == VisitRecordRow.plan_id)
        .where(PlanRow.day.between(first, last), VisitRecordRow.checked_in_at.is_not(None))
    )
    spans: dict[tuple[str, date], tuple[datetime, datetime]] = {}
    for present, begun, left, ended, day in unit.session.execute(query):
        if begun is None:
            continue
        over = left or ended or begun
        for code in present:
            known = spans.get((code, day), (begun, over))
            spans[code, day] = min(known[0], begun), max(known[1], over)
    days: dict[str, list[timedelta]] = {}
    for (code, _), (start, end) in spans.items():
        days.setdefault(code, []).append(end - start)
    found = [
        WorkingTime(collector_code=code, days=len(each), duration=sum(each, timedelta())) for code, each in days.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.duration, one.collector_code)))
