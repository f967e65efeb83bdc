"""Reading what the caller names and writing files that are either whole or not there."""

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scheduler.domain.errors import Fault, InvalidInput

ANYBODY = 0o666  # less the process's umask
OWNER_ONLY = 0o600


def read_bytes(path: Path) -> bytes:
    """Read a whole file; a file that cannot be read is a fault of the caller."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise InvalidInput([_fault(path, "file_not_found", "There is no such file.", "Check the path.")]) from None
    except IsADirectoryError:
        raise InvalidInput([_fault(path, "not_a_file", "This is a folder.", "Name a file in it.")]) from None
    except OSError as error:
        raise InvalidInput([_fault(path, "cannot_read", f"The file cannot be read: {error.strerror}.")]) from None


@contextmanager
def faults_of(path: Path) -> Iterator[None]:
    """Note on every `InvalidInput` raised inside which file it is about."""
    try:
        yield
    except InvalidInput as error:
        error.add_note(str(path))
        raise


def refuse_overwriting(outputs: Iterable[Path | None], inputs: Iterable[Path | None]) -> None:
    """Refuse an output that is one of the inputs, or the same as another output."""
    faults = []
    taken = {path.resolve() for path in inputs if path is not None}
    for output in outputs:
        if output is None:
            continue
        if output.resolve() in taken:
            words = "This file is also read or written otherwise by this command."
            faults.append(_fault(output, "would_overwrite", words, "Name another output."))
        taken.add(output.resolve())
    if faults:
        raise InvalidInput(faults)


def write_whole(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a file through a neighbour that is renamed, so that nobody ever sees half of it.

    Args:
        path: Gzipped when its name ends in `.gz`. A pipe or device is written straight.
        data: The content before gzip.
        private: Readable by the owner alone, from the first byte.
    """
    content = gzip.compress(data, mtime=0) if path.suffix == ".gz" else data
    try:
        if path.exists() and not path.is_file() and not path.is_dir():
            path.write_bytes(content)
        else:
            _replace(path, content, OWNER_ONLY if private else ANYBODY)
    except BrokenPipeError:
        raise
    except OSError as error:
        words = f"The file cannot be written: {error.strerror}."
        raise InvalidInput([_fault(path, "cannot_write", words, "Check the folder and its rights.")]) from None


def make_folder(path: Path) -> None:
    """Make a folder and those above it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput([_fault(path, "cannot_write", f"The folder cannot be made: {error.strerror}.")]) from None


def _replace(path: Path, content: bytes, mode: int) -> None:
    target = path.resolve()
    neighbour = target.with_name(f".{target.name[:200]}.{os.getpid()}.tmp")
    neighbour.unlink(missing_ok=True)
    try:
        with open(neighbour, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        neighbour.replace(target)
    finally:
        neighbour.unlink(missing_ok=True)


def _fault(path: Path, code: str, message: str, hint: str = "") -> Fault:
    return Fault(where=str(path), code=code, message=message, hint=hint)
