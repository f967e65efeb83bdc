"""How visits ended and what people said of them, by crew and week: counts alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.cases import NoticeRow
from api.store.tables.plans import PlanRow, RouteRow, StopRow
from api.store.tables.visiting import CorrectionRow, LetterRow, ReportRow, VisitRecordRow, WishRow

type CrewWeek = tuple[date, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """The visits of one crew in one week.

    Attributes:
        monday: The week's first day.
        crew: Codes of its collectors.
        visits: How many were begun.
        outcomes: How many ended with each code.
        reports: How often somebody reported the crew on the verification page.
        wishes: How often borrowers who were told of this crew asked for each thing.
    """

    monday: date
    crew: tuple[str, ...]
    visits: int
    outcomes: Mapping[str, int]
    reports: int
    wishes: Mapping[str, int]


@dataclass(slots=True)
class _Counts:
    visits: int = 0
    reports: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wishes: Counter[str] = field(default_factory=Counter)


def conduct(unit: Unit, since: date, until: date, zone: ZoneInfo) -> tuple[Conduct, ...]:
    """What happened from a day on, until before another one: the latest week first, in it by crew.

    Args:
        unit: Of a branch or lender.
        since: The first local day.
        until: The day after the last one.
        zone: Of the lender's days.
    """
    found: dict[CrewWeek, _Counts] = {}

    def counts(day: date, crew: Iterable[str]) -> _Counts:
        monday = day - timedelta(days=day.weekday())
        return found.setdefault((monday, tuple(sorted(crew))), _Counts())

    begun = (
        select(PlanRow.day, VisitRecordRow.id, VisitRecordRow.present_collectors, VisitRecordRow.outcome)
        .join(StopRow, StopRow.id == VisitRecordRow.stop_id)
        .join(PlanRow, PlanRow.id == StopRow.plan_id)
        .where(PlanRow.day >= since, PlanRow.day < until, VisitRecordRow.checked_in_at.is_not(None))
    )
    corrected = _corrected(unit)
    for day, record_id, present, outcome in unit.session.execute(begun):
        one = counts(day, present)
        one.visits += 1
        if outcome is not None:
            one.outcomes[corrected.get(record_id, outcome)] += 1
    for day, crew in _reported(unit, since, until):
        counts(day, crew).reports += 1
    for moment, crew, kind in _wished(unit):
        day = moment.astimezone(zone).date()
        if since <= day < until:
            counts(day, crew).wishes[kind] += 1
    ordered = sorted(found.items(), key=lambda one: (-one[0][0].toordinal(), one[0][1]))
    return tuple(
        Conduct(
            monday=monday,
            crew=crew,
            visits=one.visits,
            outcomes=dict(sorted(one.outcomes.items())),
            reports=one.reports,
            wishes=dict(sorted(one.wishes.items())),
        )
        for (monday, crew), one in ordered
    )


def unmatched_reports(unit: Unit) -> int:
    """Reports with a number that no letter of the scope has: nobody can say which crew they are about."""
    known = select(LetterRow.number)
    query = select(ReportRow.id).where(ReportRow.letter_number.not_in(known))
    return len(list(unit.session.scalars(query)))


def _corrected(unit: Unit) -> Mapping[str, str]:
    """What counts now of visits whose outcome was corrected, by record."""
    query = select(CorrectionRow.record_id, CorrectionRow.outcome)
    found = unit.session.execute(query.order_by(CorrectionRow.corrected_at, CorrectionRow.id))
    return {row[0]: row[1] for row in found}


def _reported(unit: Unit, since: date, until: date) -> Iterable[tuple[date, list[str]]]:
    query = (
        select(PlanRow.day, RouteRow.collector_codes)
        .select_from(ReportRow)
        .join(LetterRow, LetterRow.number == ReportRow.letter_number)
        .join(StopRow, (StopRow.plan_id == LetterRow.plan_id) & (StopRow.visit_code == LetterRow.visit_code))
        .join(RouteRow, RouteRow.id == StopRow.route_id)
        .join(PlanRow, PlanRow.id == StopRow.plan_id)
        .where(PlanRow.day >= since, PlanRow.day < until)
    )
    return [(row[0], list(row[1])) for row in unit.session.execute(query)]


def _wished(unit: Unit) -> Iterable[tuple[datetime, list[str], str]]:
    query = select(WishRow.asked_at, NoticeRow.collector_codes, WishRow.kind).join(
        NoticeRow, NoticeRow.id == WishRow.notice_id
    )
    return [(row[0], list(row[1]), row[2]) for row in unit.session.execute(query)]
