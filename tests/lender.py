"""A lender's data in a store: tables of `tests.sheets` kept by an import, and what a database holds."""

import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.access import Role
from api.importing.fault_list import FaultList
from api.importing.reading import read_records
from api.importing.records import Records
from api.importing.sources import Source
from api.settings import Settings
from api.store import SYSTEM, Database, Scope, Unit, imports
from api.store.database import first_scope
from api.store.imports import ImportEntry, ImportMode
from api.store.tables import Table
from tests.service import a_client
from tests.sheets import DAY, Sheet, as_csv

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)


def a_scope(database: Database) -> Scope:
    """The first branch."""
    with database.writing(None, NOW) as unit:
        return first_scope(unit, SYSTEM)


def sources_of(tables: Mapping[str, Sheet | str | bytes]) -> list[Source]:
    """Tables as files."""
    files = []
    for name, content in tables.items():
        text = as_csv(content) if isinstance(content, list) else content
        files.append(Source(f"{name}.csv", text if isinstance(text, bytes) else text.encode()))
    return files


def files_in(paths: Iterable[Path]) -> list[Source]:
    """Files as they would be sent."""
    return [Source(path.name, path.read_bytes()) for path in paths]


def read(unit: Unit, sources: Iterable[Source], mode: ImportMode) -> Records:
    """Sound records; a fault fails the test."""
    faults = FaultList()
    known = imports.kept(unit)
    records = read_records(sources, faults, kept=known)
    imports.note_conflicts(records, mode, known, faults)
    faults.raise_if_any()
    return records


def keep(
    unit: Unit, sources: Iterable[Source], mode: ImportMode = ImportMode.CREATE, *, day: date = DAY
) -> ImportEntry:
    """Import files into a unit's store."""
    return imports.keep(unit, read(unit, sources, mode), mode, day=day, content=None)


def a_lenders_client(settings: Settings, role: Role = Role.DISPATCHER) -> FlaskClient:
    """A client of a service at `NOW`."""
    return a_client(settings, role, lambda: NOW)


def send(client: FlaskClient, files: Iterable[Source], mode: str = "create", **form: str) -> TestResponse:
    """Ask for an import."""
    uploads = [(io.BytesIO(file.content), file.name) for file in files]
    data: dict[str, object] = {"files": uploads, "mode": mode, "true_on": DAY.isoformat(), **form}
    return client.post("/api/v1/imports", data=data, content_type="multipart/form-data")


def database_sha256(database: Database) -> str:
    """A hash of the content of all tables."""
    content = {}
    with database.reading(None, NOW) as unit:
        for name, table in sorted(Table.metadata.tables.items()):
            rows = unit.session.execute(select(table)).all()
            content[name] = sorted(repr(tuple(row)) for row in rows)
    return sha256(json.dumps(content).encode()).hexdigest()
