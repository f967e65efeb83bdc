"""Backups: a moment of the whole database in one sealed file, taken while others write, and the way back."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select, update

from api.settings import Settings
from api.store import anchors, audit
from api.store.database import Database
from api.store.encryption import FieldCipher
from api.store.faults import storage_faults
from api.store.migrations import migrate, step_of
from api.store.scope import SYSTEM
from api.store.sealed_file import SealedFile, open_sealed, read_header, write_sealed
from api.store.snapshots import PostgresPlace, SqlitePlace, place_of
from api.store.tables.organisation import TenantRow
from api.store.tables.service import InstallationRow
from scheduler.domain.errors import Fault, InvalidInput, MissingResource

FORMAT = "visits-backup/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """What a backup holds.

    Attributes:
        taken_at: The moment of its content.
        step: The shape of its tables.
        sequence: The last row of its audit trail.
        sha256: That row's hash.
    """

    taken_at: datetime
    step: str
    sequence: int
    sha256: str


def back_up(settings: Settings, path: Path, clock: Callable[[], datetime]) -> BackupFacts:
    """Write a backup; whatever was kept before this call is in it.

    Args:
        settings: The database, and the key that the file is sealed with, which is not in it.
        path: The file, for its owner alone.
        clock: Says what time it is.
    """
    database = Database(settings)
    try:
        with storage_faults():
            step = step_of(database.engine)
        if step is None:
            raise MissingResource("The database has no tables yet.", hint="There is nothing to back up.")
        place = place_of(settings)
        taken_at = clock()
        with place.snapshot() as (content, chain_end):
            sequence, sha256 = chain_end
            header: dict[str, Any] = {
                "format": FORMAT,
                "taken_at": taken_at.isoformat(),
                "database": place.kind,
                "step": step,
                "key": database.cipher.fingerprint,
                "audit": {"sequence": sequence, "sha256": sha256},
            }
            write_sealed(path, header, content, settings.secret_key)
        with database.writing(None, clock()) as unit:
            unit.note("database.backed_up", "installation", sequence=sequence, sha256=sha256)
    finally:
        database.close()
    return BackupFacts(taken_at=taken_at, step=step, sequence=sequence, sha256=sha256)


def restore(settings: Settings, path: Path, clock: Callable[[], datetime], *, replaces: bool) -> BackupFacts:
    """Put a backup in the place of the database; sessions, tokens and links of before are void from then on.

    Args:
        settings: The database, and the keys, one of which sealed the file.
        path: The backup.
        clock: Says what time it is.
        replaces: Whether what is in the database may be lost.

    Raises:
        InvalidInput: There is a database, and `replaces` is false; or the backup is of the other kind of database; or
            somebody is connected to a PostgreSQL database.
        MissingResource: The file is no whole backup, or was sealed with another key.
    """
    sealed = read_header(path)
    facts = _facts_in(sealed)
    key = _key_of(sealed, settings)
    place = place_of(settings)
    if sealed.header.get("database") != place.kind:
        _refuse("other_database", f"This is a backup of {sealed.header.get('database')}, not of {place.kind}.")
    if place.is_taken() and not replaces:
        _refuse("database_there", "There is a database already; what is in it would be lost.", "Add --replace.")
    epoch = _next_epoch(settings, place)
    with _opened(settings, sealed, key) as content:
        place.put(content, epoch)
    _mark_restored(settings, facts, clock, epoch)
    return facts


def _facts_in(sealed: SealedFile) -> BackupFacts:
    header = sealed.header
    if header.get("format") != FORMAT:
        raise MissingResource(f"{sealed.path.name} is no backup that this program can read.")
    end = header["audit"]
    return BackupFacts(
        taken_at=datetime.fromisoformat(header["taken_at"]),
        step=header["step"],
        sequence=end["sequence"],
        sha256=end["sha256"],
    )


def _key_of(sealed: SealedFile, settings: Settings) -> bytes:
    for key in settings.secret_keys:
        if FieldCipher([key]).fingerprint == sealed.header.get("key"):
            return key
    raise MissingResource(
        f"{sealed.path.name} was sealed with another secret key.",
        hint="Put that key back, as VISITS_SECRET_KEY or in secret.key, or add it to VISITS_OLD_SECRET_KEYS.",
    )


@contextmanager
def _opened(settings: Settings, sealed: SealedFile, key: bytes) -> Iterator[BinaryIO]:
    """The whole content, proven before any of it is used."""
    with tempfile.TemporaryFile(dir=settings.make_data_dir()) as content:
        open_sealed(sealed, key, content)
        content.seek(0)
        yield content


def _next_epoch(settings: Settings, place: SqlitePlace | PostgresPlace) -> int:
    """Larger than any epoch that this place had, so that what was voided once stays void."""
    noted = [anchor.epoch for anchor in anchors.noted_in(settings.data_dir)]
    return max([place.epoch(), *noted]) + 1


def _mark_restored(settings: Settings, facts: BackupFacts, clock: Callable[[], datetime], epoch: int) -> None:
    database = Database(settings)
    try:
        with storage_faults():
            migrate(database.engine)
        with database.writing(None, clock()) as unit:
            kept = max(unit.epoch(), epoch)
            values = {"epoch": kept, "restored_at": unit.now, "restored_to": facts.taken_at}
            unit.session.execute(update(InstallationRow).values(**values))
            # Lenders read their own part of the trail alone, so each is told.
            for tenant_id in (None, *unit.session.scalars(select(TenantRow.id).order_by(TenantRow.id))):
                audit.append(
                    unit.session,
                    at=unit.now,
                    tenant_id=tenant_id,
                    actor=SYSTEM,
                    action="database.restored",
                    subject="installation",
                    facts={"restored_to": facts.taken_at.isoformat(), "epoch": kept},
                )
        with database.reading(None, clock()) as unit:
            anchors.note(unit, settings.make_data_dir())
    finally:
        database.close()


def _refuse(code: str, message: str, hint: str = "") -> None:
    raise InvalidInput([Fault(where="FILE", code=code, message=message, hint=hint)])
