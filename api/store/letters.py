"""Letters of authorization: who may be at a door, and until when; asked for by number or by a short code."""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from api.store.database import Unit
from api.store.tables.people import CollectorRow
from api.store.tables.visiting import CodeRow, LetterRow
from scheduler.domain.texts import Text

CODE_DIGITS = 8
CODE_LIFE = timedelta(minutes=10)
# As long as any number, and none of them: what is compared where nothing was found.
_NO_NUMBER = "0" * 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter; see `LetterRow`."""

    id: str
    number: str
    plan_id: str
    visit_code: str
    collector_codes: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None
    branch_id: str
    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A collector whom a letter authorizes, as the person at the door may know it."""

    name: str
    badge_number: str
    employer: str | None
    photo: bytes | None


def issue(
    unit: Unit,
    *,
    number: str,
    plan_id: str,
    visit_code: str,
    collector_codes: Sequence[str],
    valid_from: datetime,
    valid_until: datetime,
) -> None:
    """Make a letter valid."""
    row = LetterRow(
        number=number,
        plan_id=plan_id,
        visit_code=visit_code,
        collector_codes=list(collector_codes),
        valid_from=valid_from,
        valid_until=valid_until,
        issued_at=unit.now,
        revoked_at=None,
    )
    unit.session.add(row)


def of_plan(unit: Unit, plan_id: str) -> tuple[Letter, ...]:
    """The letters of a plan, by visit."""
    query = select(LetterRow).where(LetterRow.plan_id == plan_id).order_by(LetterRow.visit_code, LetterRow.issued_at)
    return tuple(_letter(row) for row in unit.session.scalars(query))


def of_visit(unit: Unit, plan_id: str, visit_code: str) -> Letter | None:
    """The letter of a visit that was not called back."""
    query = select(LetterRow).where(
        LetterRow.plan_id == plan_id, LetterRow.visit_code == visit_code, LetterRow.revoked_at.is_(None)
    )
    row = unit.session.scalars(query).one_or_none()
    return None if row is None else _letter(row)


def by_number(unit: Unit, number: str) -> Letter | None:
    """The letter of a number, valid or not."""
    row = unit.session.scalars(select(LetterRow).where(LetterRow.number == number)).one_or_none()
    # The same comparison whether there is one or not.
    same = hmac.compare_digest((row.number if row else _NO_NUMBER).encode(), number.encode())
    return _letter(row) if row is not None and same else None


def by_code(unit: Unit, code: str) -> Letter | None:
    """The letter that a short code proves now; the code is used up by it."""
    query = select(CodeRow).where(
        CodeRow.code_hmac.in_(unit.indexes(code)), CodeRow.expires_at > unit.now, CodeRow.used_at.is_(None)
    )
    row = unit.session.scalars(query.order_by(CodeRow.made_at).limit(1)).one_or_none()
    if row is None:
        return None
    row.used_at = unit.now
    return _letter(unit.session.scalars(select(LetterRow).where(LetterRow.id == row.letter_id)).one())


def show_code(unit: Unit, link_id: str, letter_id: str) -> tuple[str, datetime]:
    """A new code for a crew's phone, in place of the one it showed before.

    Returns:
        The code, and when it ends.
    """
    unused = select(CodeRow).where(CodeRow.link_id == link_id, CodeRow.used_at.is_(None), CodeRow.expires_at > unit.now)
    for row in unit.session.scalars(unused):
        row.expires_at = unit.now
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    made = CodeRow(
        code_hmac=unit.index(code),
        link_id=link_id,
        letter_id=letter_id,
        made_at=unit.now,
        expires_at=unit.now + CODE_LIFE,
        used_at=None,
    )
    unit.session.add(made)
    unit.session.flush()
    return code, made.expires_at


def live_codes(unit: Unit) -> int:
    """How many codes would be accepted now: what a guess could hit."""
    query = select(func.count()).select_from(CodeRow).where(CodeRow.expires_at > unit.now, CodeRow.used_at.is_(None))
    return unit.session.scalar(query) or 0


def revoke(unit: Unit, plan_id: str, visit_code: str) -> None:
    """Call the letters of a visit back."""
    query = select(LetterRow).where(
        LetterRow.plan_id == plan_id, LetterRow.visit_code == visit_code, LetterRow.revoked_at.is_(None)
    )
    for row in unit.session.scalars(query):
        row.revoked_at = unit.now


def take_over(unit: Unit, letter_id: str, plan_id: str) -> None:
    """Let a letter belong to the plan that was published in place of its own."""
    unit.session.scalars(select(LetterRow).where(LetterRow.id == letter_id)).one().plan_id = plan_id


def bearers(unit: Unit, letter: Letter | None, texts: Mapping[str, Text]) -> tuple[Bearer, ...]:
    """Whom a letter authorizes, in its order.

    Args:
        unit: Of the lender, or of the installation.
        letter: The letter; None asks the database for nobody, so that it takes as long.
        texts: Names of people whom the store does not have, by code.
    """
    codes = () if letter is None else letter.collector_codes
    query = select(CollectorRow).where(CollectorRow.code.in_(codes or ("",)))
    if letter is not None:
        query = query.where(CollectorRow.tenant_id == letter.tenant_id)
    found = {row.code: row for row in unit.session.scalars(query)}
    return tuple(_bearer(unit, code, found.get(code), texts.get(code, Text())) for code in codes)


def _bearer(unit: Unit, code: str, row: CollectorRow | None, text: Text) -> Bearer:
    if row is None:
        return Bearer(name=text.name, badge_number=code, employer=None, photo=None)
    return Bearer(
        name=json.loads(unit.opened(row.sealed_text)).get("name", ""),
        badge_number=row.badge_number or code,
        employer=row.employer,
        photo=None if row.sealed_photo is None else unit.opened_bytes(row.sealed_photo),
    )


def _letter(row: LetterRow) -> Letter:
    return Letter(
        id=row.id,
        number=row.number,
        plan_id=row.plan_id,
        visit_code=row.visit_code,
        collector_codes=tuple(row.collector_codes),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
        branch_id=row.branch_id,
        tenant_id=row.tenant_id,
    )
