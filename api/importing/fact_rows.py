"""Rows of the tables contacts and notices become records."""

from collections.abc import Collection

from api.importing.cells import Cells
from api.importing.fault_list import FaultList
from api.importing.records import ContactRecord, NoticeRecord
from api.importing.tables import Rows
from api.importing.words import ANSWERS, CHANNELS, KINDS
from scheduler.domain.case import Contact, Notice


def read_contacts(table: Rows, *, known_cases: Collection[str] | None, faults: FaultList) -> list[ContactRecord]:
    """Each contact."""
    found: list[ContactRecord] = []
    for row in table.rows:
        cells = Cells(row, faults)
        for key in ("case_id", "channel", "at"):
            cells.required(key)
        case_id = cells.reference("case_id", known_cases, "cases")
        channel, at = cells.choice("channel", CHANNELS), cells.moment("at")
        reached, kind = cells.choice("reached", ANSWERS), cells.choice("place_kind", KINDS)
        outcome = cells.optional_identifier("outcome")
        until = cells.optional_day("outcome_date")
        if case_id and channel and at:
            contact = Contact(channel=channel, at=at, reached=reached, place_kind=kind, outcome=outcome, until=until)
            found.append(ContactRecord(case_id=case_id, contact=contact, position=row.position))
    return found


def read_notices(
    table: Rows,
    *,
    known_cases: Collection[str] | None,
    known_collectors: Collection[str] | None,
    faults: FaultList,
) -> list[NoticeRecord]:
    """Each notice."""
    found: list[NoticeRecord] = []
    for row in table.rows:
        cells = Cells(row, faults)
        for key in ("case_id", "sent_at", "first_date", "last_date"):
            cells.required(key)
        case_id = cells.reference("case_id", known_cases, "cases")
        sent_at = cells.moment("sent_at")
        first, last = cells.optional_day("first_date"), cells.optional_day("last_date")
        if first and last and last < first:
            cells.fault("last_date", "dates_reversed", first=first, last=last)
        people = cells.references("collector_ids", known_collectors, "collectors")
        delivered_at, consented_at = cells.moment("delivered_at"), cells.moment("consented_at")
        if case_id and sent_at and first and last:
            notice = Notice(
                sent_at=sent_at,
                delivered_at=delivered_at,
                first_day=first,
                last_day=last,
                collector_ids=frozenset(people),
                consented_at=consented_at,
            )
            found.append(NoticeRecord(case_id=case_id, notice=notice, position=row.position))
    return found
