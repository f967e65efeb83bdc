"""A lender's CSV tables become a Problem and the texts that people read beside it."""

from api.importing.build import TRAVEL, Imported, import_files
from api.importing.cells import ZONE

__all__ = ["TRAVEL", "ZONE", "Imported", "import_files"]
