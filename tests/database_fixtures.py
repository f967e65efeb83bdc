"""Fixtures for both kinds of databases; the store is imported by the tests that ask for one, and by no others."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from api.settings import Settings
    from api.store import Database
    from tests.databases import Postgres

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """One server for the whole session."""
    from tests.databases import Postgres, postgres_programs

    programs = postgres_programs()
    with tempfile.TemporaryDirectory(prefix="visits-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = Postgres(programs, Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(params=BOTH)
def database_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Settings"]:
    """Settings of an empty migrated database, once for each of the two kinds."""
    from tests.databases import sqlite_settings

    if request.param == "sqlite":
        yield sqlite_settings(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as name:
        yield server.settings(tmp_path / "var", name)


@pytest.fixture
def database(database_settings: "Settings") -> Iterator["Database"]:
    """An empty migrated database, once for each of the two kinds."""
    from api.store import Database

    opened = Database(database_settings)
    try:
        yield opened
    finally:
        opened.close()
