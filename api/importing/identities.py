"""Which ids the tables have given out, and where: ids that people's texts hang on are unique over all tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.importing.cells import Cells
from api.importing.fault_list import shown
from api.importing.tables import Row


@dataclass(slots=True)
class Identities:
    """Ids and the row that gave each out."""

    _rows: dict[str, Row] = field(default_factory=dict)

    def claim(self, cells: Cells, key: str, identifier: str) -> bool:
        """Whether the id is new; noted if not."""
        first = self._rows.setdefault(identifier, cells.row)
        if first is cells.row:
            return True
        message = f"{shown(identifier)} already stands in {first.file}, row {first.number}."
        cells.fault(key, "duplicate_id", message, "Ids of cases, collectors, shifts and offices are all different.")
        return False

    @property
    def rows(self) -> Mapping[str, Row]:
        """The row of each id."""
        return self._rows
