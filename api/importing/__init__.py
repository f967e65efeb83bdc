"""A lender's CSV tables become a Problem and the texts that people read beside it."""

from api.importing.build import Imported, import_files

__all__ = ["Imported", "import_files"]
