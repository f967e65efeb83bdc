"""What visits taught, of closed cases too: when and at what kind of place, and whether anybody was met; never who."""

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.cases import ContactRow
from scheduler.domain.case import Channel, Contact


def visits_made(unit: Unit) -> tuple[Contact, ...]:
    """Every visit of the unit's scope that says where it was and whether it met anybody, without its place and case."""
    query = select(ContactRow.at, ContactRow.reached, ContactRow.place_kind, ContactRow.outcome).where(
        ContactRow.channel == Channel.VISIT, ContactRow.reached.is_not(None), ContactRow.place_kind.is_not(None)
    )
    return tuple(
        Contact(channel=Channel.VISIT, at=at, reached=reached, place_kind=kind, outcome=outcome)
        for at, reached, kind, outcome in unit.session.execute(query)
    )
