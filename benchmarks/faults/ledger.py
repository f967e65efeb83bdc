"""What the outside knows was acknowledged, held against what is found afterwards."""

import os
import select
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from api.store import Database, audit
from api.store.soundness import is_sound
from api.store.tables.cases import BorrowerRow, CaseRow, PlaceRow
from api.store.tables.service import AuditRow, EventRow
from benchmarks.faults.writer import NOW, settings_in
from benchmarks.stored_cases import borrower_code, place_code


@dataclass
class Ledger:
    """The answers of the processes under test.

    Attributes:
        kept: Codes that were acknowledged.
        refused: How often each fault was told instead.
    """

    kept: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)

    def read(self, content: bytes) -> None:
        """Note what came through a pipe; a line that was cut short was never an answer."""
        whole, _, _ = content.rpartition(b"\n")
        for line in whole.decode().splitlines():
            word, _, code = line.partition(" ")
            if word == "kept":
                self.kept.append(code)
            else:
                self.refused[word] += 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        acknowledged: Codes in the ledger.
        lost: Those of them that are not there.
        half: Codes that are in some of their tables and not in others.
        is_whole: Whether the database is sound and its audit trail holds.
    """

    acknowledged: int
    lost: int
    half: int
    is_whole: bool

    @property
    def is_good(self) -> bool:
        """Whether every promise was kept."""
        return self.lost == 0 and self.half == 0 and self.is_whole


def verdict(folder: Path, ledger: Ledger) -> Verdict:
    """Open the database as the service would after a crash, and count."""
    is_whole = is_sound(folder / "visits.sqlite")
    with closing(Database(settings_in(folder))) as database, database.reading(None, NOW) as unit:
        session = unit.session
        found = [
            {(row.code or "").removeprefix(borrower_code("")) for row in session.query(BorrowerRow.code)},
            {row.code for row in session.query(CaseRow.code)},
            {row.code.removesuffix(place_code("")) for row in session.query(PlaceRow.code)},
            {row.subject for row in session.query(EventRow.subject)},
            {row.subject for row in session.query(AuditRow.subject).filter(AuditRow.action == "case.added")},
        ]
        is_whole = is_whole and audit.broken_chain(session) is None
    everywhere = set.intersection(*found)
    return Verdict(
        acknowledged=len(ledger.kept),
        lost=len(set(ledger.kept) - everywhere),
        half=len(set.union(*found) - everywhere),
        is_whole=is_whole,
    )


class Child:
    """A forked process that does some work and answers through a pipe; it is killed at the end in any case.

    Attributes:
        pid: Of the process.
        is_over: Whether it answers no more, because it died.
    """

    def __init__(self, task: Callable[[int], None]) -> None:
        """Begin.

        Args:
            task: Gets the pipe's descriptor.
        """
        self._answers, theirs = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._answers)
            try:
                task(theirs)
            except BaseException:
                traceback.print_exc()  # nobody else tells what a forked process died of
            finally:
                os._exit(3)
        os.close(theirs)
        self._content = b""
        self.is_over = False

    def read_for(self, seconds: float, enough: int = 1 << 30) -> None:
        """Take what it answers until it is over, has given enough answers, or nothing came for so long."""
        while not self.is_over and self._content.count(b"\n") < enough:
            ready, _, _ = select.select([self._answers], [], [], seconds)
            if not ready:
                return
            part = os.read(self._answers, 1 << 16)
            self.is_over = part == b""
            self._content += part

    def end(self, ledger: Ledger) -> None:
        """Kill it, and note all that it had answered."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        while not self.is_over:
            part = os.read(self._answers, 1 << 16)
            self.is_over = part == b""
            self._content += part
        os.close(self._answers)
        ledger.read(self._content)
