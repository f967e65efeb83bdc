"""A built network, asked in a process of its own."""

import json
import subprocess  # our own worker
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

import scheduler
from scheduler.domain.location import Coordinates
from scheduler.travel.networks import BuiltNetwork, unusable
from scheduler.travel.roads import SOURCES_AT_ONCE, Detail, RoadLeg, RoadTable, road_leg

WORKER = "scheduler.travel.osrm_worker"


@dataclass(frozen=True, slots=True, kw_only=True)
class OsrmProcess:
    """`Roads` on this machine.

    Not a pool of `multiprocessing`: planning itself runs in a daemon process, which may have no such children.
    """

    network: BuiltNetwork

    def table(self, points: Sequence[Coordinates], sources: Sequence[int], destinations: Sequence[int]) -> RoadTable:
        """See `Roads`; `MissingResource` when OSRM fails on the network."""
        shape = (len(sources), len(destinations))
        seconds, meters = np.empty(shape, dtype=np.int32), np.empty(shape, dtype=np.int32)
        snaps = np.empty(len(sources), dtype=np.float32)
        request = {
            "points": [_pair(point) for point in points],
            "sources": list(sources),
            "destinations": list(destinations),
        }
        with self._asked(request) as answer:
            for first in range(0, len(sources), SOURCES_AT_ONCE):
                rows = slice(first, first + SOURCES_AT_ONCE)
                for part in (seconds[rows], meters[rows], snaps[rows]):
                    _fill(part, answer)
        return RoadTable(seconds=seconds, meters=meters, snap_meters=snaps)

    def legs(
        self, ends: Sequence[tuple[Coordinates, Coordinates]], detail: Detail = Detail.SIMPLIFIED
    ) -> tuple[RoadLeg | None, ...]:
        """See `Roads`; `MissingResource` when OSRM fails on the network."""
        pairs = [[_pair(start), _pair(end)] for start, end in ends]
        with self._asked({"ends": pairs, "detail": detail.value}) as answer:
            content = answer.read()
            if not content:
                raise _WorkerFailed
        return tuple(None if leg is None else road_leg(leg) for leg in json.loads(content))

    @contextmanager
    def _asked(self, request: dict[str, object]) -> Iterator[IO[bytes]]:
        """The worker's answer; a worker that ends without one is a fault of the network."""
        root = Path(scheduler.__file__).parent.parent
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                cwd=root,  # so that the worker is of the same checkout
            )
            if process.stdin is None or process.stdout is None:
                raise AssertionError("both were asked for")
            try:
                _send(process.stdin, {"base": str(self.network.base.resolve()), **request})
                yield process.stdout
            except _WorkerFailed:
                process.wait()
                said.seek(0)
                raise unusable(
                    self.network.manifest.name,
                    self.network.manifest.profile,
                    f"cannot be read by OSRM: {_last_line(said.read())}",
                ) from None
            finally:
                process.kill()
                process.stdout.close()
                process.wait()


class _WorkerFailed(Exception):
    pass


def _send(stdin: IO[bytes], request: dict[str, object]) -> None:
    try:
        stdin.write(json.dumps(request).encode())
        stdin.close()
    except BrokenPipeError:
        raise _WorkerFailed from None


def _fill(part: np.ndarray, answer: IO[bytes]) -> None:
    content = answer.read(part.nbytes)
    if len(content) != part.nbytes:
        raise _WorkerFailed
    part[...] = np.frombuffer(content, dtype=part.dtype).reshape(part.shape)


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("RuntimeError: ") if lines else "its process died"


def _pair(point: Coordinates) -> tuple[float, float]:
    """In OSRM's order; nowhere else is there a pair."""
    return point.longitude_degrees, point.latitude_degrees
