"""Collectors one by one: what is typed or sent is judged as a table would be."""

from collections.abc import Mapping

from api.access import Role
from api.desk.one_row import judged_row
from api.importing.documents import collector_records
from api.importing.records import Records
from api.store import Unit
from api.store.imports import ImportMode

WRITERS = (Role.DISPATCHER, Role.ADMINISTRATOR)
MOST_PHOTO_BYTES = 512 * 1024
PHOTO_TYPES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def collector_of(unit: Unit, cells: Mapping[str, str], mode: ImportMode) -> Records:
    """An import of one collector.

    Args:
        unit: Of one branch.
        cells: A row of the table collectors; a column that it lacks stays as it is.
        mode: Whether the collector is new.

    Raises:
        InvalidInput: With every mistake, as JSON pointers.
    """
    return judged_row(unit, mode, lambda kept, faults: collector_records(cells, kept=kept, faults=faults))


def photo_type(photo: bytes) -> str | None:
    """The content type that the first bytes say; None for what is neither PNG nor JPEG."""
    return next((kind for start, kind in PHOTO_TYPES.items() if photo.startswith(start)), None)
