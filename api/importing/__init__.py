"""A lender's tables become records, a day's Problem, and the texts that people read beside it."""

from api.importing.build import TRAVEL, Imported, import_files, imported_day
from api.importing.records import ZONE

__all__ = ["TRAVEL", "ZONE", "Imported", "import_files", "imported_day"]
