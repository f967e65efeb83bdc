"""Which ids the tables have given out, and where: ids that people's texts hang on are unique over all tables."""

from dataclasses import dataclass, field

from api.importing.cells import Cells
from api.importing.records import Position


@dataclass(slots=True)
class Identities:
    """Ids without regard to case, each with how it is written and the row that gave it out."""

    _first: dict[str, tuple[str, Position]] = field(default_factory=dict)

    def claim(self, cells: Cells, key: str, identifier: str) -> bool:
        """Whether the id is new; noted if not."""
        written = cells.row.cells.get(key, identifier)
        position = cells.row.position
        first_written, first = self._first.setdefault(identifier.casefold(), (written, position))
        if first is position:
            return True
        # An id that is made of another one is not written anywhere.
        alike = first_written == written or identifier not in written
        sentence = "id_duplicate" if alike else "id_confusable"
        cells.fault(key, sentence, value=identifier, file=first.file, row=first.number)
        return False
