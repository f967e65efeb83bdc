"""Writes the step from the newest migration to the tables as they stand; arguments: its number, and what it is."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from api.settings import Settings
from api.store.engine import open_engine
from api.store.migrations import steps

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(Settings(data_dir=Path(folder)))
        steps.migrate(engine)
        with engine.begin() as connection:
            command.revision(
                steps.config(connection), message=" ".join(sys.argv[2:]), rev_id=sys.argv[1], autogenerate=True
            )
        engine.dispose()
