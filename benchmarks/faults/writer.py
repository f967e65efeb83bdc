"""The process under test: writes cases into our store, and says so for each after it was kept."""

import json
import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from api.settings import Settings
from api.store import SYSTEM, Database, Scope, Unit
from api.store.database import first_scope
from api.store.tables.service import EventRow
from benchmarks.stored_cases import add_case
from scheduler.domain.errors import StorageFault

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
KEY = b"the key of a database that holds nobody's data"


def settings_in(folder: Path) -> Settings:
    """Settings of a database under a folder, with a key that is known."""
    return Settings(data_dir=folder, given_secret_key=KEY)


def prepare(folder: Path) -> Scope:
    """Make the database with one branch."""
    from api.store.start import open_database

    with closing(open_database(settings_in(folder), NOW)) as database, database.writing(None, NOW) as unit:
        return first_scope(unit, SYSTEM)


def write_case(unit: Unit, code: str) -> None:
    """A case in five tables: it is there in all of them or in none."""
    add_case(unit, code, note="x" * 500)
    unit.session.add(EventRow(at=unit.now, kind="case.added", subject=code, facts={}))
    unit.note("case.added", code)


def work(folder: Path, scope: Scope, prefix: str, answers: int) -> None:
    """Write until killed; each acknowledgement is one whole line on a pipe, each refusal another.

    Args:
        folder: The database's.
        scope: The branch.
        prefix: Of the codes that this process writes.
        answers: The descriptor of the pipe.
    """
    with closing(Database(settings_in(folder))) as database:
        number = 0
        while True:
            code = f"{prefix}-{number}"
            try:
                with database.writing(scope, NOW) as unit:
                    write_case(unit, code)
                word = "kept"
            except StorageFault as fault:
                word = fault.code
            os.write(answers, f"{word} {code}\n".encode())  # shorter than a pipe's page, so it arrives whole
            number += 1


def main() -> None:
    """Arguments: the folder, the scope as JSON, and the prefix; acknowledgements go to standard output."""
    folder, scope, prefix = sys.argv[1:4]
    work(Path(folder), Scope(**json.loads(scope)), prefix, sys.stdout.fileno())


if __name__ == "__main__":
    main()
