"""Cases as rows of the store: the one place where trials and tests get them from."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product

from api.store import Unit
from api.store.tables.cases import BorrowerRow, CaseRow, ContactRow, PlaceRow
from scheduler.domain.case import Channel
from scheduler.domain.visit import PlaceKind

MILDER_CHANNELS = (Channel.PHONE, Channel.SMS, Channel.EMAIL, Channel.PUSH)
MILDER_TRIES = tuple(datetime(2026, 11, day, 3, tzinfo=UTC) for day in (10, 12, 14, 16))


def borrower_code(code: str) -> str:
    """The number of the person of a case."""
    return f"b-{code}"


def place_code(code: str) -> str:
    """The id of the only place of a case."""
    return f"{code}-home"


def add_case(
    unit: Unit,
    code: str,
    *,
    kind: PlaceKind = PlaceKind.HOME,
    name: str | None = None,
    phone: str | None = None,
    address: str = "",
    note: str = "",
    **facts: object,
) -> CaseRow:
    """A borrower with a case and a place, added to the unit; all that makes it one is in three tables or in none.

    Args:
        unit: Of a branch.
        code: The lender's number; the borrower's and the place's are made from it.
        kind: Of the place.
        name: The borrower's; not known unless given.
        phone: Likewise.
        address: Of the place.
        note: For the crew.
        facts: More columns of the case.
    """
    borrower = BorrowerRow(
        code=borrower_code(code),
        sealed_text=unit.seal(json.dumps({"name": name, "phone": phone} if name else {})),
        name_index=unit.index(name or code),
        phone_index=None if phone is None else unit.index(phone),
    )
    unit.session.add(borrower)
    unit.session.flush()
    case = CaseRow(
        code=code,
        borrower_id=borrower.id,
        service_duration_seconds=1800,
        crew_size=2,
        required_skills=[],
        required_collectors=[],
        preferred_collectors=[],
        prohibited_collectors=[],
        blocks_checked=True,
        contacts_known=True,
        notices_known=True,
        sealed_note=unit.seal(note),
        opened_at=unit.now,
        **facts,
    )
    unit.session.add(case)
    unit.session.flush()
    point = {"address": address, "latitude_degrees": None, "longitude_degrees": None}
    place = PlaceRow(
        case_id=case.id,
        code=place_code(code),
        kind=kind,
        sealed_point=unit.seal(json.dumps(point)),
        hours="",
        preference_penalty_seconds=0,
    )
    unit.session.add(place)
    unit.session.flush()
    return case


def add_milder_tries(unit: Unit, case_id: str, moments: Iterable[datetime] = MILDER_TRIES) -> None:
    """Contacts by every milder means that reached nobody, so that a visit may follow."""
    unit.session.add_all(
        ContactRow(case_id=case_id, channel=channel, at=at, reached=False)
        for at, channel in product(moments, MILDER_CHANNELS)
    )
    unit.session.flush()
