"""Codes of which few are asked: each is looked up when it is, and those that nobody asks for are never read."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from api.store.database import Unit


class AskedCodes(Collection[str]):
    """The codes that a query finds, as long as its unit of work goes on."""

    def __init__(
        self,
        unit: Unit,
        query: Select[Any],
        column: InstrumentedAttribute[Any],
    ) -> None:
        """Ask nothing yet.

        Args:
            unit: In which it is asked.
            query: Finds all of them.
            column: What it selects.
        """
        self._unit = unit
        self._query = query
        self._column = column
        self._known: dict[object, bool] = {}

    def __contains__(self, code: object) -> bool:
        """Whether it is one of them."""
        if code not in self._known:
            found = self._unit.session.scalars(self._query.where(self._column == code).limit(1)).first()
            self._known[code] = found is not None
        return self._known[code]

    def __iter__(self) -> Iterator[str]:
        """All of them."""
        return iter([code for code in self._unit.session.scalars(self._query) if code is not None])

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))
