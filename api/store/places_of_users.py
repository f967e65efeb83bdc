"""Where users belong, by the codes that people write."""

from sqlalchemy import select

from api.store.database import Unit
from api.store.tables.organisation import BranchRow
from api.store.tables.people import CollectorRow
from scheduler.domain.errors import Fault, InvalidInput


def branch_id_of(unit: Unit, code: str) -> str:
    """The scope's branch of this code.

    Raises:
        InvalidInput: There is none.
    """
    return _one(unit.session.scalars(select(BranchRow.id).where(BranchRow.code == code)).one_or_none(), "branch", code)


def collector_id_of(unit: Unit, code: str) -> str:
    """The scope's collector of this code.

    Raises:
        InvalidInput: There is none.
    """
    query = select(CollectorRow.id).where(CollectorRow.code == code)
    return _one(unit.session.scalars(query).one_or_none(), "collector", code)


def _one(found: str | None, what: str, code: str) -> str:
    if found is None:
        message = f"There is no {what} {code!r}."
        raise InvalidInput([Fault(where=f"--{what}", code=f"unknown_{what}", message=message)])
    return found
