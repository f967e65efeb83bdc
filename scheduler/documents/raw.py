"""Looking into a parsed document that may be wrong anywhere: what is not as expected is passed over.

The checks between items run on this, so that a slip in one item hides no fault of another.
"""

from collections.abc import Iterator
from datetime import datetime

from scheduler.documents.faults import FaultList, pointer
from scheduler.documents.wire_types import MAX_NESTED, is_id, moment_or_none

Row = dict[str, object]
Period = tuple[datetime, datetime]


def rows(parent: Row, key: str, at: str = "", limit: int | None = MAX_NESTED) -> Iterator[tuple[str, Row]]:
    """The objects in the list under `key`, each with its pointer; at most the first `limit` entries are looked at."""
    found = parent.get(key)
    entries = found[:limit] if isinstance(found, list) else ()
    for place, entry in enumerate(entries):
        if isinstance(entry, dict):
            yield pointer(at, key, place), entry


def section(document: Row, key: str) -> Iterator[tuple[str, Row]]:
    """All objects of a list at the top of the document, each with its pointer."""
    return rows(document, key, limit=None)


def ids(parent: Row, key: str, at: str) -> Iterator[tuple[str, str]]:
    """The ids in the list under `key`, each with its pointer."""
    found = parent.get(key)
    entries = found[:MAX_NESTED] if isinstance(found, list) else ()
    for place, entry in enumerate(entries):
        if isinstance(entry, str) and is_id(entry):
            yield pointer(at, key, place), entry


def id_of(row: Row, key: str = "id") -> str | None:
    """The id under `key`, None when there is none."""
    value = row.get(key)
    return value if isinstance(value, str) and is_id(value) else None


def integer_of(row: Row, key: str) -> int | None:
    """The integer under `key`, None when there is none."""
    value = row.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def period_of(row: Row) -> Period | None:
    """The span from `earliest_start` to `latest_end` in UTC; None when one is no time or they are not in order."""
    start, end = moment_or_none(row.get("earliest_start")), moment_or_none(row.get("latest_end"))
    return (start, end) if start is not None and end is not None and start < end else None


def check_period(row: Row, at: str, faults: FaultList) -> None:
    """Note a span that ends before or when it starts."""
    start, end = moment_or_none(row.get("earliest_start")), moment_or_none(row.get("latest_end"))
    if start is None or end is None or start < end:
        return
    if end < start:
        faults.add(at, "window_reversed", "latest_end is before earliest_start", "Exchange them or correct the date.")
    else:
        faults.add(at, "window_empty", "latest_end equals earliest_start", "Give the window a length, or remove it.")
