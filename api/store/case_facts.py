"""The facts of cases as the store knows them now, in the domain's words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.cases import BlockRow, BorrowerRow, CaseRow, ConsentRow, ContactRow, NoticeRow, PlaceRow
from scheduler.domain.case import Block, Case, Channel, Consent, Contact, Notice
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.violation import Violation


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


def known_cases(unit: Unit, codes: Iterable[str], day: date, time_zone: ZoneInfo) -> Mapping[str, KnownCase]:
    """The cases that the store has, by code; days past due are those on `day`."""
    wanted = sorted(set(codes))
    rows = list(unit.session.scalars(select(CaseRow).where(CaseRow.code.in_(wanted)))) if wanted else []
    return {row.code: _known(unit, row, day, time_zone) for row in rows}


def with_stored_facts(problem: Problem, cases: Mapping[str, KnownCase], unit: Unit) -> Problem:
    """The problem with the facts of now in place of those it was made with; notices can still be sent from now on."""
    visits = tuple(
        replace(visit, case=cases[visit.id].facts) if visit.id in cases else visit for visit in problem.visits
    )
    return replace(problem, visits=visits, as_of=unit.second, document_sha256=None)


def outdated(plan: Plan, cases: Mapping[str, KnownCase]) -> tuple[Violation, ...]:
    """Visits of closed cases, and to places where nobody goes any more."""
    found = []
    for route in plan.routes:
        for stop in route.stops:
            known = cases.get(stop.visit_id or "")
            if known is None:
                continue
            if known.is_closed:
                found.append(_outdated("case_closed", f"the case {known.code} is closed", known, route.shift_id))
            elif stop.place_id in known.removed_places:
                message = f"nobody goes to {stop.place_id} any more"
                found.append(_outdated("place_removed", message, known, route.shift_id))
    return tuple(found)


def _outdated(code: str, message: str, known: KnownCase, shift_id: str) -> Violation:
    return Violation(code=code, message=message, visit_id=known.code, shift_id=shift_id)


def _known(unit: Unit, row: CaseRow, day: date, time_zone: ZoneInfo) -> KnownCase:
    session = unit.session
    removed = select(PlaceRow.code).where(PlaceRow.case_id == row.id, PlaceRow.removed_at.is_not(None))
    borrower = session.scalars(select(BorrowerRow.code).where(BorrowerRow.id == row.borrower_id)).one()
    consents = session.scalars(select(ConsentRow).where(ConsentRow.case_id == row.id))
    facts = Case(
        days_past_due=None if row.due_since is None else (day - row.due_since).days,
        subject=row.subject,
        actor=row.actor,
        product=row.product,
        debt=row.code,
        person=borrower,
        blocks=_blocks(unit, row, time_zone) if row.blocks_checked else None,
        contacts=_contacts(unit, row) if row.contacts_known else None,
        consents=tuple(Consent(place_kind=one.place_kind, given=one.given, at=one.at) for one in consents),
        notices=_notices(unit, row) if row.notices_known else None,
    )
    return KnownCase(
        id=row.id,
        code=row.code,
        is_closed=row.closed_at is not None,
        removed_places=frozenset(session.scalars(removed)),
        facts=facts,
    )


def _blocks(unit: Unit, row: CaseRow, time_zone: ZoneInfo) -> tuple[Block, ...]:
    """A block that was lifted holds to the end of that day, and says so to the rules about outcomes."""
    found = []
    for one in unit.session.scalars(select(BlockRow).where(BlockRow.case_id == row.id)):
        lifted = None if one.lifted_at is None else one.lifted_at.astimezone(time_zone).date()
        ends = [end for end in (one.until, lifted) if end is not None]
        found.append(Block(code=unit.opened(one.sealed_code), until=min(ends, default=None), owner=one.owner))
    return tuple(found)


def _contacts(unit: Unit, row: CaseRow) -> tuple[Contact, ...]:
    """Of all cases of the borrower; those of another one name it."""
    query = (
        select(ContactRow, CaseRow.code)
        .join(CaseRow, CaseRow.id == ContactRow.case_id)
        .where(CaseRow.borrower_id == row.borrower_id)
        .order_by(ContactRow.at, ContactRow.id)
    )
    return tuple(
        Contact(
            channel=Channel(one.channel),
            at=one.at,
            reached=one.reached,
            debt=None if one.case_id == row.id else code,
            place_id=one.place_code,
            place_kind=one.place_kind,
            outcome=one.outcome,
            until=one.until,
            record=one.record,
            corrects=one.corrects,
        )
        for one, code in unit.session.execute(query)
    )


def _notices(unit: Unit, row: CaseRow) -> tuple[Notice, ...]:
    query = select(NoticeRow).where(
        NoticeRow.case_id == row.id, NoticeRow.sent_at.is_not(None), NoticeRow.withdrawn_at.is_(None)
    )
    return tuple(
        Notice(
            sent_at=one.sent_at,
            delivered_at=one.delivered_at,
            first_day=one.first_day,
            last_day=one.last_day,
            collector_ids=frozenset(one.collector_codes),
            consented_at=one.consented_at,
        )
        for one in unit.session.scalars(query)
        if one.sent_at is not None
    )
