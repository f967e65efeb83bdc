"""A lender's CSV tables become a Problem and the texts that people read beside it."""

from api.importing.build import Imported, import_files
from api.importing.cells import ZONE

__all__ = ["ZONE", "Imported", "import_files"]
