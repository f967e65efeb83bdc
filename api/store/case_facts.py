"""The facts of cases as the store knows them now, in the domain's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from api.importing.build import cases_of
from api.store.case_records import case_records
from api.store.database import Unit
from api.store.tables.cases import CaseRow, PlaceRow
from scheduler.domain.case import Case
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCase:
    """A case of the store.

    Attributes:
        id: Its row.
        code: Its id in documents.
        is_closed: Whether it was paid or called back.
        removed_places: Codes of places to which nobody goes any more.
        facts: For the rules.
    """

    id: str
    code: str
    is_closed: bool
    removed_places: frozenset[str]
    facts: Case


def known_cases(unit: Unit, codes: Iterable[str], day: date) -> Mapping[str, KnownCase]:
    """The cases that the store has, by code; days past due are those on `day`."""
    wanted = sorted(set(codes))
    rows = list(unit.session.scalars(select(CaseRow).where(CaseRow.code.in_(wanted)))) if wanted else []
    ids = [row.id for row in rows]
    facts = cases_of(case_records(unit, day, ids))
    removed: dict[str, set[str]] = {}
    gone = select(PlaceRow.case_id, PlaceRow.code).where(PlaceRow.case_id.in_(ids), PlaceRow.removed_at.is_not(None))
    for case_id, code in unit.session.execute(gone):
        removed.setdefault(case_id, set()).add(code)
    return {
        row.code: KnownCase(
            id=row.id,
            code=row.code,
            is_closed=row.closed_at is not None,
            removed_places=frozenset(removed.get(row.id, ())),
            facts=facts[row.code],
        )
        for row in rows
    }


def with_stored_facts(problem: Problem, cases: Mapping[str, KnownCase], now: datetime) -> Problem:
    """The problem with the facts of now in place of those it was made with; notices can still be sent from now on."""
    visits = tuple(replace(visit, case=facts_now(visit, cases.get(visit.id))) for visit in problem.visits)
    return replace(problem, visits=visits, as_of=now, document_sha256=None)


def facts_now(visit: Visit, known: KnownCase | None) -> Case | None:
    """What the store knows; of a case that it does not have, what the problem says, but for exceptions."""
    if known is not None:
        return known.facts
    return None if visit.case is None else replace(visit.case, overrides=())


def outdated(problem: Problem, plan: Plan, cases: Mapping[str, KnownCase]) -> tuple[Violation, ...]:
    """Visits of closed cases, and to places where nobody goes any more; what is behind the crews is as it was."""
    behind = {visit_id for progress in problem.progress for visit_id in progress.visit_ids}
    found = []
    for route in plan.routes:
        for stop in route.stops:
            known = cases.get(stop.visit_id or "")
            if known is None or stop.visit_id in behind:
                continue
            if known.is_closed:
                found.append(_outdated("case_closed", f"the case {known.code} is closed", known, route.shift_id))
            elif stop.place_id in known.removed_places:
                message = f"nobody goes to {stop.place_id} any more"
                found.append(_outdated("place_removed", message, known, route.shift_id))
    return tuple(found)


def _outdated(code: str, message: str, known: KnownCase, shift_id: str) -> Violation:
    return Violation(code=code, message=message, visit_id=known.code, shift_id=shift_id)
