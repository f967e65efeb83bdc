"""Exchanging the secret key: everything that an older key sealed is sealed anew, while the service works on."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, Row, select, tuple_, update
from sqlalchemy import Table as SqlTable

from api.store.database import Database, Unit
from api.store.tables import Table

_BATCH = 200
type Opened = Mapping[str, bytes]


def _borrower_indexes(unit: Unit, opened: Opened) -> dict[str, object]:
    """See `BorrowerRow`: a name is looked up by `name_index`, a phone by `phone_index`."""
    text = json.loads(opened["sealed_text"])
    name, phone = text.get("name") or "", text.get("phone") or ""
    return {"name_index": unit.index(name), "phone_index": unit.index(phone) if phone else None}


def _collector_indexes(unit: Unit, opened: Opened) -> dict[str, object]:
    """See `CollectorRow`."""
    return {"name_index": unit.index(json.loads(opened["sealed_text"]).get("name") or "")}


# Tables with columns to look texts up by -> how these follow from what is sealed. A test holds that none is missing.
INDEXES: Mapping[str, Callable[[Unit, Opened], dict[str, object]]] = {
    "borrowers": _borrower_indexes,
    "collectors": _collector_indexes,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resealed:
    """What was sealed anew: rows by table, without tables where nothing was to do."""

    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


def sealed_columns(table: SqlTable) -> tuple[str, ...]:
    """The columns of a table that are encrypted."""
    return tuple(
        column.name
        for column in table.columns
        if column.name.startswith("sealed_") and isinstance(column.type, LargeBinary)
    )


def reseal(database: Database, clock: Callable[[], datetime]) -> Resealed:
    """Seal with the current key what an older one sealed, some rows at a time.

    It may be stopped at any point and begun anew: what is done is recognised. Everything is readable all the time to
    whoever knows both keys. Whoever knows only the older one cannot open what is done.

    Args:
        database: With the current key first and the older ones behind it.
        clock: Says what time it is.

    Raises:
        MissingResource: Something was sealed by a key that is not among them.
    """
    counts: dict[str, int] = {}
    for table in Table.metadata.sorted_tables:
        columns = sealed_columns(table)
        if columns and (done := _reseal_table(database, clock, table, columns)):
            counts[table.name] = done
    with database.writing(None, clock()) as unit:
        unit.note("keys.rotated", "installation", rows=sum(counts.values()), key=database.cipher.fingerprint)
    return Resealed(rows=counts)


def _reseal_table(database: Database, clock: Callable[[], datetime], table: SqlTable, columns: Sequence[str]) -> int:
    keys = tuple(table.primary_key.columns)
    done, after = 0, None
    while True:
        # A unit for each batch: others write in between.
        with database.writing(None, clock()) as unit:
            rows = list(_batch(unit, table, keys, columns, after))
            done += sum(_reseal_row(unit, table, keys, row) for row in rows)
        if len(rows) < _BATCH:
            return done
        after = tuple(rows[-1]._mapping[key.name] for key in keys)


def _batch(
    unit: Unit, table: SqlTable, keys: Sequence[Column[Any]], columns: Sequence[str], after: tuple[object, ...] | None
) -> Iterator[Row[Any]]:
    query = select(*keys, *(table.c[name] for name in columns)).order_by(*keys).limit(_BATCH)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    yield from unit.session.execute(query)


def _reseal_row(unit: Unit, table: SqlTable, keys: Sequence[Column[Any]], row: Row[Any]) -> bool:
    names = {key.name for key in keys}
    sealed = {name: value for name, value in row._mapping.items() if name not in names and value}
    if all(unit.is_current(value) for value in sealed.values()):
        return False
    opened = {name: unit.opened_bytes(value) for name, value in sealed.items()}
    changes: dict[str, object] = {name: unit.seal_bytes(content) for name, content in opened.items()}
    if table.name in INDEXES and opened:
        changes |= INDEXES[table.name](unit, opened)
    same = [key == row._mapping[key.name] for key in keys]
    unit.session.execute(update(table).where(*same).values(**changes))
    return True
