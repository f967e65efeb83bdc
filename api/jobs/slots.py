"""Names of workers: stable, so that a restarted one takes up its own jobs, and never shared by two that live."""

import os
from pathlib import Path
from typing import IO

from api.settings import Settings
from scheduler.domain.errors import MissingResource

MOST_WORKERS = 64
_LONGEST_NAME = 60


class Slot:
    """One of the places for workers on a machine, held until `leave` or the end of the process.

    Attributes:
        executor_id: The name of the worker in it.
    """

    def __init__(self, settings: Settings) -> None:
        """Take the first free place.

        Raises:
            MissingResource: All are taken.
        """
        folder = settings.make_data_dir()
        for number in range(1, MOST_WORKERS + 1):
            held = _held(folder / f"worker-{number}.lock")
            if held is not None:
                self._file = held
                self.executor_id = f"{settings.worker_name[:_LONGEST_NAME] or 'worker'}-{number}"
                return
        raise MissingResource("All places for workers in this data directory are taken.", hint="Stop some of them.")

    def leave(self) -> None:
        """Let another worker have the place."""
        self._file.close()


def _held(path: Path) -> IO[bytes] | None:
    """The open file with its lock, which the system takes away when the process ends however; None if taken."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    file = os.fdopen(descriptor, "r+b")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
