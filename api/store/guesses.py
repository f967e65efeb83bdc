"""Wrong guesses at short secrets, over all clients and processes of the installation."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, func, select

from api.store.database import Unit
from api.store.tables.service import GuessRow

WINDOW = timedelta(minutes=10)
# Clients have limits of their own; these stand against many clients together. Ten digits a second of a code that is
# good for minutes would be too many, and nobody's honest mistakes come near.
MOST = 100


class GuessKind(StrEnum):
    """What is guessed at: codes on crews' phones, or PINs of collectors."""

    CODE = "code"
    PIN = "pin"


def are_too_many(unit: Unit, kind: GuessKind) -> bool:
    """Whether so many were wrong lately that right ones are refused too."""
    recent = (GuessRow.kind == kind, GuessRow.at > unit.now - WINDOW)
    return unit.session.scalars(select(func.count()).select_from(GuessRow).where(*recent)).one() >= MOST


def was_wrong(unit: Unit, kind: GuessKind) -> None:
    """Count a wrong guess, and forget those that count no more."""
    unit.session.execute(delete(GuessRow).where(GuessRow.at <= unit.now - WINDOW))
    unit.session.add(GuessRow(kind=kind, at=unit.now))
    unit.session.flush()
