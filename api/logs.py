"""Log lines: JSON, one a line, and nothing in them that says something about a person.

What may stand in a line is listed; everything else is dropped. A name that sits in a message, an address asked for or
an exception's text of a library cannot reach the log, because only our own messages are written out at all.
"""

import errno
import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping, MutableMapping, MutableSequence
from contextlib import contextmanager
from ctypes import Array, c_long
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

import structlog

# Words, ids and numbers of our own. A key that may hold what somebody typed does not belong here.
ALLOWED_KEYS = (
    "at",
    "level",
    "event",
    "logger",
    "request_id",
    "job_id",
    "user_id",
    "tenant_id",
    "method",
    "endpoint",
    "status",
    "milliseconds",
    "kind",
    "state",
    "code",
    "count",
    "attempt",
    "seconds",
    "port",
    "error",
    "frames",
    "place",
)
# Their messages are written by us, by the rule that no message names a person. Those of libraries may quote anything.
OUR_LOGGERS = ("api", "scheduler", "maps")
# A line goes out in one piece, so that those of several processes are not mixed up: a pipe takes no more than this.
LONGEST_LINE = 4096
_SHORTER_VALUES = (1000, 30)  # the second is short enough whatever the signs are
_lock = threading.Lock()


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger of ours whose lines have keys: `logger("api.jobs").info("job_ended", kind=..., state=...)`."""
    made: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return made


class _Dropped:
    """Lines that could not be written, counted in a place of this process's own beside those of others."""

    def __init__(self) -> None:
        self.counts: MutableSequence[int] | Array[c_long] = [0]
        self.place = 0

    def one_more(self) -> None:
        with _lock:
            self.counts[self.place] += 1


_dropped = _Dropped()


def dropped_lines() -> int:
    """How many lines could not be written since the service began."""
    return sum(_dropped.counts)


def count_dropped_in(counts: "MutableSequence[int] | Array[c_long]", place: int) -> None:
    """Count them where the other processes of this service count theirs.

    Args:
        counts: In memory that all of them share.
        place: This process's own.
    """
    _dropped.counts, _dropped.place = counts, place


@contextmanager
def log_lines(log_file: Path | None) -> Iterator[None]:
    """Send all log lines of the process to a file, or to standard error, while the block runs.

    What cannot be written is counted.

    Args:
        log_file: Where; None for standard error.
    """
    handler = CarefulHandler(log_file)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


def only_allowed(line: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a line that may stand in the log, with plain values."""
    return {key: _plain(line[key]) for key in ALLOWED_KEYS if key in line and line[key] is not None}


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a library's record says who spoke and where, and not what."""
        bound = structlog.contextvars.get_contextvars()
        line: MutableMapping[str, Any] = {**bound, **_said(record)}
        line["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line["level"] = record.levelname.lower()
        line["logger"] = record.name
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = type(record.exc_info[1]).__name__
            # Places alone: a line of source may hold a literal that was somebody's.
            frames = traceback.extract_tb(record.exc_info[2])
            line["frames"] = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))
        return _one_line(only_allowed(line))


class CarefulHandler(logging.StreamHandler[Any]):
    """A handler that never disturbs the work: a full or forbidden disk costs log lines, not answers."""

    def __init__(self, log_file: Path | None) -> None:
        """Name the file, which is opened when the first line comes."""
        super().__init__(sys.stderr)
        self._log_file = log_file

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it as lost."""
        try:
            line = self.format(record) + "\n"
            if self._log_file is None:
                sys.stderr.write(line)
                sys.stderr.flush()
            else:
                # Opened for each line: a rotation, a full disk that has room again, or a folder that was made later
                # need no signal.
                with self._log_file.open("ab", buffering=0) as file:
                    _write_whole(file, line.encode("ascii"))
        except Exception:  # whatever it is, the answer matters more than the line
            _dropped.one_more()


def _write_whole(file: FileIO, line: bytes) -> None:
    if file.write(line) != len(line):
        raise OSError(errno.ENOSPC, "a log line was cut short")


def _said(record: logging.LogRecord) -> dict[str, Any]:
    if isinstance(record.msg, dict):  # structlog's event
        return dict(record.msg)
    if record.name.split(".")[0] in OUR_LOGGERS:
        return {"event": record.getMessage()}
    return {"event": "library", "place": f"{Path(record.pathname).name}:{record.lineno}"}


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool) else type(value).__name__


def _one_line(line: Mapping[str, Any]) -> str:
    written = json.dumps(line)  # ASCII: no control character and no line end leaves as it is
    for most in _SHORTER_VALUES:
        if len(written) < LONGEST_LINE:
            break
        written = json.dumps({key: value[:most] if isinstance(value, str) else value for key, value in line.items()})
    return written
