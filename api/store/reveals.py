"""Texts about one person, shown to somebody who said why; each time leaves a line in the audit trail."""

import json
from dataclasses import dataclass

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.cases import BorrowerRow, CaseRow, PlaceRow

ACTION = "person.revealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """What is kept about a person; None for what is not kept or does not belong to the subject."""

    name: str | None = None
    phone: str | None = None
    address: str | None = None


def case_text(unit: Unit, case_id: str) -> Revealed | None:
    """Whom a case is about, None when the scope has none of this id."""
    query = select(BorrowerRow).join(CaseRow, CaseRow.borrower_id == BorrowerRow.id).where(CaseRow.id == case_id)
    row = unit.session.scalars(query).one_or_none()
    if row is None:
        return None
    text = json.loads(unit.opened(row.sealed_text))
    return Revealed(name=text.get("name"), phone=text.get("phone"))


def place_text(unit: Unit, place_id: str) -> Revealed | None:
    """Where a place is, None when the scope has none of this id."""
    row = unit.session.scalars(select(PlaceRow).where(PlaceRow.id == place_id)).one_or_none()
    return None if row is None else Revealed(address=json.loads(unit.opened(row.sealed_point)).get("address"))


def branch_of_case(unit: Unit, case_id: str) -> str | None:
    """The branch of a case, None when the scope has none of this id."""
    return unit.session.scalars(select(CaseRow.branch_id).where(CaseRow.id == case_id)).one_or_none()


def note(unit: Unit, subject: str, reason: str) -> None:
    """Keep who was shown what and why; the reason is a code."""
    unit.note(ACTION, subject, reason=reason)
