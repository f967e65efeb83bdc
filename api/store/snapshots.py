"""Taking a moment of a whole database while others write, and putting one back.

SQLite has an interface for that, PostgreSQL has programs.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from api.settings import Settings
from api.store.audit import FIRST_PREVIOUS
from api.store.engine import open_engine
from api.store.faults import storage_faults
from api.store.soundness import is_sound, sqlite_file
from scheduler.domain.errors import Fault, InvalidInput, MissingResource

type ChainEnd = tuple[int, str]
_CHAIN_END = "SELECT sequence, sha256 FROM audit ORDER BY sequence DESC LIMIT 1"
_EPOCH = "SELECT epoch FROM installation"
# People and programs, not the server's own workers; of other users' connections a user may not see the kind.
_OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
AND usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'"""
# The server takes a moment to notice that a connection was closed, as by who was stopped just now.
_SECONDS_TO_LEAVE = 3.0
# Backups are large, and copied in pieces.
_COPY_BYTES = 1 << 20


class SqlitePlace:
    """A SQLite file."""

    kind = "sqlite"

    def __init__(self, settings: Settings, path: Path) -> None:
        """Name it; nothing is opened."""
        self._settings = settings
        self._path = path

    @contextmanager
    def snapshot(self) -> Iterator[tuple[BinaryIO, ChainEnd]]:
        """A moment's content, and where its audit trail ends."""
        with self._draft() as draft:
            with (
                storage_faults(),
                closing(sqlite3.connect(self._path, timeout=5)) as source,
                closing(sqlite3.connect(draft)) as copy,
            ):
                source.backup(copy)  # all pages in one step: it reads one moment, and writers go on beside it
                end = copy.execute(_CHAIN_END).fetchone() or (0, FIRST_PREVIOUS)
            with draft.open("rb") as content:
                yield content, end

    def is_taken(self) -> bool:
        """Whether there is something that could be lost."""
        return self._path.exists() and self._path.stat().st_size > 0

    def epoch(self) -> int:
        """Of the database that is there, 0 without one."""
        if not self.is_taken() or not is_sound(self._path):
            return 0
        with closing(sqlite3.connect(self._path, timeout=5)) as connection:
            try:
                return int(connection.execute(_EPOCH).fetchone()[0])
            except sqlite3.DatabaseError:
                return 0

    def put(self, content: BinaryIO, epoch: int) -> None:
        """Put a moment back, whole or not at all; processes that are at work see it from their next unit on."""
        with self._draft() as draft:
            with draft.open("wb") as file:
                shutil.copyfileobj(content, file, _COPY_BYTES)
            with storage_faults(), closing(sqlite3.connect(draft)) as restored:
                # In the same step as the content: there is no moment at which the old sessions are valid again.
                restored.execute("UPDATE installation SET epoch = max(epoch + 1, ?)", (epoch,))
                restored.commit()
                if self.is_taken() and is_sound(self._path):
                    with closing(sqlite3.connect(self._path, timeout=5)) as target:
                        target.execute("PRAGMA synchronous=FULL")
                        restored.backup(target)
                    return
            for ending in ("-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.replace(self._path)

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        # Beside the database: on the same disk, under the same lock and key.
        folder = self._path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".visits-backup-", dir=folder)  # mode 0600
        os.close(descriptor)
        draft = Path(name)
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)


class PostgresPlace:
    """A PostgreSQL database."""

    kind = "postgresql"

    def __init__(self, settings: Settings) -> None:
        """Name it; nothing is opened."""
        self._settings = settings
        self._url = make_url(settings.database_url)

    @contextmanager
    def snapshot(self) -> Iterator[tuple[BinaryIO, ChainEnd]]:
        """A moment's content, and where its audit trail ends."""
        engine = open_engine(self._settings)
        try:
            with storage_faults(), engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
                # pg_dump reads the very moment that the end of the trail is read at.
                name = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
                end = connection.execute(text(_CHAIN_END)).one_or_none() or (0, FIRST_PREVIOUS)
                words = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}")
                with self._running("pg_dump", *words) as process:
                    if process.stdout is None:
                        raise ValueError("the pipe was asked for")
                    with tempfile.TemporaryFile(dir=self._settings.make_data_dir()) as content:
                        shutil.copyfileobj(process.stdout, content, _COPY_BYTES)
                        _finish(process, "pg_dump")
                        content.seek(0)
                        yield content, (end[0], end[1])
        finally:
            engine.dispose()

    def is_taken(self) -> bool:
        """Whether there is something that could be lost."""
        engine = open_engine(self._settings)
        try:
            with storage_faults():
                return bool(inspect(engine).get_table_names())
        finally:
            engine.dispose()

    def epoch(self) -> int:
        """Of the database that is there, 0 without one."""
        engine = open_engine(self._settings)
        try:
            with storage_faults(), engine.connect() as connection:
                return int(connection.execute(text(_EPOCH)).scalar_one())
        except DBAPIError:
            return 0
        finally:
            engine.dispose()

    def put(self, content: BinaryIO, epoch: int) -> None:
        """Put a moment back, whole or not at all, while nobody else is there.

        The epoch is raised in a step of its own: whoever came in between would believe the old sessions.

        Raises:
            InvalidInput: Somebody is connected, as a service that was not stopped.
        """
        engine = open_engine(self._settings)
        try:
            _refuse_while_used(engine)
        finally:
            engine.dispose()
        words = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
        with self._running("pg_restore", *words, stdin=content) as process:
            _finish(process, "pg_restore")
        engine = open_engine(self._settings)
        try:
            with storage_faults(), engine.begin() as connection:
                connection.execute(text("UPDATE installation SET epoch = greatest(epoch + 1, :e)"), {"e": epoch})
        finally:
            engine.dispose()

    @contextmanager
    def _running(self, program: str, *words: str, stdin: BinaryIO | None = None) -> Iterator["subprocess.Popen[bytes]"]:
        found = shutil.which(program)
        if found is None:
            raise MissingResource(f"The program {program} is not on this machine.", hint="Install postgresql-client.")
        url = self._url.set(drivername="postgresql", password=None)
        # The password does not stand where every user of the machine can read it: among the words of a command.
        secret = {} if self._url.password is None else {"PGPASSWORD": str(self._url.password)}
        process = subprocess.Popen(  # noqa: S603 - the program was found on the path, the words are ours
            [found, *words, f"--dbname={url.render_as_string(hide_password=False)}"],
            stdin=stdin or subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | secret,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def place_of(settings: Settings) -> SqlitePlace | PostgresPlace:
    """Where the settings' database is."""
    path = sqlite_file(settings)
    return PostgresPlace(settings) if path is None else SqlitePlace(settings, path)


def _refuse_while_used(engine: Engine) -> None:
    deadline = time.monotonic() + _SECONDS_TO_LEAVE
    while others := _others(engine):
        if time.monotonic() > deadline:
            message = f"The database is in use: {others} connections are open. Nothing was restored."
            hint = "Stop the service and all workers first, then run the command again."
            raise InvalidInput([Fault(where="FILE", code="database_in_use", message=message, hint=hint)])
        time.sleep(0.1)


def _others(engine: Engine) -> int:
    with storage_faults(), engine.connect() as connection:
        return int(connection.execute(text(_OTHERS)).scalar_one())


def _finish(process: "subprocess.Popen[bytes]", program: str) -> None:
    _, said = process.communicate()
    if process.returncode != 0:
        # Its words may quote rows, so only their first line's kind is told.
        first = said.decode(errors="replace").splitlines()[:1]
        kind = "of a version that does not fit the server" if first and "version" in first[0] else "failing"
        raise MissingResource(f"{program} is {kind}.", hint="Run it by hand to see why; the database is as it was.")
