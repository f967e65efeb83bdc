"""Where the audit trail ended, noted outside of the database: rows cut off at its end are missed by nothing else."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from api.store import audit
from api.store.audit import BrokenChain
from api.store.database import Unit
from api.store.tables.service import AuditRow

ANCHOR_FILE = "audit-anchors.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Where the trail ended at one moment.

    Attributes:
        at: The moment, as ISO 8601 in UTC.
        epoch: How often the database was restored until then.
        sequence: The last row's number; 0 of an empty trail.
        sha256: The last row's hash.
    """

    at: str
    epoch: int
    sequence: int
    sha256: str


def noted_in(data_dir: Path) -> tuple[Anchor, ...]:
    """All that was noted, the oldest first; a line that a crash cut short is left out."""
    path = data_dir / ANCHOR_FILE
    if not path.exists():
        return ()
    found = []
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        try:
            found.append(Anchor(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return tuple(found)


def note(unit: Unit, data_dir: Path) -> Anchor:
    """Note where the trail ends now, down to the disk."""
    sequence, sha256 = audit.chain_end(unit.session)
    anchor = Anchor(at=unit.now.isoformat(), epoch=unit.epoch(), sequence=sequence, sha256=sha256)
    content = {"at": anchor.at, "epoch": anchor.epoch, "sequence": sequence, "sha256": sha256}
    descriptor = os.open(data_dir / ANCHOR_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="ascii") as file:
        file.write(json.dumps(content) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return anchor


def note_daily(unit: Unit, data_dir: Path) -> None:
    """Note it unless that was done on this day, in UTC, and since the last restoring."""
    known = noted_in(data_dir)
    today = unit.now.date()
    if not known or datetime.fromisoformat(known[-1].at).date() < today or known[-1].epoch != unit.epoch():
        note(unit, data_dir)


def broken_anchor(unit: Unit, data_dir: Path) -> BrokenChain | None:
    """The first noted end that the trail no longer has, None where it has them all.

    What was noted before the database was last restored is passed over: the trail went back to the backup then.
    """
    epoch = unit.epoch()
    for anchor in noted_in(data_dir):
        if anchor.epoch != epoch or anchor.sequence == 0:
            continue
        query = select(AuditRow.sha256).where(AuditRow.sequence == anchor.sequence)
        found = unit.session.scalars(query).one_or_none()
        if found is None:
            return BrokenChain(sequence=anchor.sequence, what=f"was there on {anchor.at} and is missing")
        if found != anchor.sha256:
            return BrokenChain(sequence=anchor.sequence, what=f"is another one than on {anchor.at}")
    return None


def broken_trail(unit: Unit, data_dir: Path) -> BrokenChain | None:
    """The first row at which the trail is not whole, by itself or by what was noted of it; None where it is."""
    return audit.broken_chain(unit.session) or broken_anchor(unit, data_dir)
