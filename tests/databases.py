"""Databases for tests: SQLite in a file, and PostgreSQL from the system's packages, each with our tables."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

from api.settings import Settings
from api.store import Database, migrate

KEY = b"a key of thirty-two bytes or more for tests"
_TEMPLATE = "visits_template"


@cache
def migrated_file() -> bytes:
    """A SQLite file with our tables and nothing in them; making one anew for each test would take most of its time."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), given_secret_key=KEY)
        database = Database(settings)
        migrate(database.engine)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        return (Path(folder) / "visits.sqlite").read_bytes()


def sqlite_settings(folder: Path, **changes: object) -> Settings:
    """Settings with an empty migrated SQLite database under a folder."""
    settings = Settings(**({"data_dir": folder / "var", "given_secret_key": KEY} | changes))  # type: ignore[arg-type]
    path = settings.make_data_dir() / "visits.sqlite"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(migrated_file())
    return settings


class Postgres:
    """A server of its own in a temporary folder, listening on loopback and a socket."""

    def __init__(self, programs: Path, folder: Path) -> None:
        """Make the cluster and start it; as another user where this one is root, whom PostgreSQL refuses."""
        self._programs = programs
        self._data = folder / "data"
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(folder, "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self._run("initdb", "-D", str(self._data), "-U", "visits", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200"
        )
        self._run("pg_ctl", "-D", str(self._data), "-l", str(folder / "log"), "-w", "-o", options, "start")
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        database = Database(self.settings(folder / "var", _TEMPLATE))
        migrate(database.engine)
        database.close()

    def settings(self, folder: Path, name: str, **changes: object) -> Settings:
        """Settings that name one of the server's databases."""
        url = f"postgresql+psycopg://visits@127.0.0.1:{self._port}/{name}"
        given: dict[str, object] = {"data_dir": folder, "given_secret_key": KEY, "given_database_url": url}
        return Settings(**(given | changes))  # type: ignore[arg-type]

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The name of an empty migrated database, gone at the end."""
        name = f"visits_{uuid.uuid4().hex}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}")
        try:
            yield name
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End it."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")

    def _execute(self, statement: str) -> None:
        url = f"postgresql://visits@127.0.0.1:{self._port}/postgres"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *words: str) -> None:
        command = [*self._as, str(self._programs / program), *words]
        subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs, the newest version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("no PostgreSQL on this machine (looked for /usr/lib/postgresql/*/bin)")
    return found[-1].parent
