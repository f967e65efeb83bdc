"""Road times kept on disk, a file for each point that ways begin at; only what is not kept is computed.

A file that is damaged in any way counts as not there: its times are computed again.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scheduler.domain.location import Coordinates
from scheduler.domain.travel import UNREACHABLE
from scheduler.travel.roads import Roads, RoadTable

LARGEST_CACHE_BYTES = 1_000_000_000
MOST_DESTINATIONS = 20_000
_MAGIC = b"visits-road-times/1\n"
_HASH_BYTES = 32
_NOT_KNOWN = UNREACHABLE - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What is kept of one point: the destinations' keys in ascending order, and the way to each."""

    keys: np.ndarray
    seconds: np.ndarray
    meters: np.ndarray
    snap_meters: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCache:
    """The folder of one network and profile.

    Attributes:
        folder: Where; made when it is first needed. The names of its files are coordinates, so it is the owner's alone.
        largest_bytes: Of all files; the oldest go first.
    """

    folder: Path
    largest_bytes: int = LARGEST_CACHE_BYTES

    @classmethod
    def of(cls, folder: Path, network_checksum: str) -> "MatrixCache":
        """The cache of the network with this checksum; another build of it has another one."""
        return cls(folder=folder / network_checksum[:32])

    def table(self, roads: Roads, points: Sequence[Coordinates]) -> RoadTable:
        """Travel between all points, no two of which are equal, asking the roads only for what is not kept."""
        keys = point_keys(points)
        everything = range(len(points))
        if not any(self._path(key).exists() for key in keys.tolist()):
            table = roads.table(points, everything, everything)
            self._keep(table, keys, everything)
            return table
        table = self._known(keys)
        lacking = np.array([int((row == _NOT_KNOWN).sum()) for row in table.seconds])
        whole = np.flatnonzero(lacking == len(keys)).tolist()
        partly = np.flatnonzero((lacking > 0) & (lacking < len(keys))).tolist()
        if whole:
            _fill(table, roads.table(points, whole, everything), whole, everything)
        if partly:
            columns = np.flatnonzero((table.seconds[partly] == _NOT_KNOWN).any(axis=0)).tolist()
            _fill(table, roads.table(points, partly, columns), partly, columns)
        self._keep(table, keys, [*whole, *partly])
        return table

    def _known(self, keys: np.ndarray) -> RoadTable:
        """The table with `_NOT_KNOWN` where nothing is kept."""
        seconds = np.full((len(keys), len(keys)), _NOT_KNOWN, dtype=np.int32)
        meters = seconds.copy()
        snaps = np.zeros(len(keys), dtype=np.float32)
        for number, key in enumerate(keys.tolist()):
            row = self._read(key)
            if row is None:
                continue
            snaps[number] = row.snap_meters
            place = np.minimum(np.searchsorted(row.keys, keys), len(row.keys) - 1)
            found = row.keys[place] == keys
            seconds[number, found] = row.seconds[place[found]]
            meters[number, found] = row.meters[place[found]]
        return RoadTable(seconds=seconds, meters=meters, snap_meters=snaps)

    def _keep(self, table: RoadTable, keys: np.ndarray, changed: Sequence[int]) -> None:
        """Write what is new; a full disk or a folder without rights costs the cache and nothing else."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number in changed:
                key = int(keys[number])
                self._write(key, _joined(self._read(key), _row_of(table, keys, number)))
            self._forget_the_oldest()
        except OSError:
            return

    def _path(self, key: int) -> Path:
        return self.folder / f"{key:017x}.row"

    def _read(self, key: int) -> _Row | None:
        try:
            return _from_bytes(self._path(key).read_bytes(), key)
        except OSError:
            return None

    def _write(self, key: int, row: _Row) -> None:
        path = self._path(key)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.write_bytes(_to_bytes(row, key))
        draft.replace(path)

    def _forget_the_oldest(self) -> None:
        files = [(entry.stat().st_mtime_ns, entry.stat().st_size, entry.path) for entry in os.scandir(self.folder)]
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self.largest_bytes:
                return
            Path(path).unlink(missing_ok=True)
            total -= size


def point_keys(points: Sequence[Coordinates]) -> np.ndarray:
    """A whole number for each point, the same for points that OSRM cannot tell apart (a millionth of a degree)."""
    latitude = np.array([point.latitude_degrees for point in points])
    longitude = np.array([point.longitude_degrees for point in points])
    rows = np.rint((latitude + 90) * 1e6).astype(np.int64)
    columns = np.rint((longitude + 180) * 1e6).astype(np.int64)
    keys: np.ndarray = rows * 400_000_000 + columns
    return keys


def _fill(table: RoadTable, part: RoadTable, rows: Sequence[int], columns: Sequence[int]) -> None:
    where = np.ix_(rows, columns)
    table.seconds[where], table.meters[where] = part.seconds, part.meters
    table.snap_meters[rows] = part.snap_meters


def _row_of(table: RoadTable, keys: np.ndarray, number: int) -> _Row:
    order = np.argsort(keys)
    return _Row(
        keys=keys[order],
        seconds=table.seconds[number, order],
        meters=table.meters[number, order],
        snap_meters=float(table.snap_meters[number]),
    )


def _joined(kept: _Row | None, fresh: _Row) -> _Row:
    """Both; a row that has grown too long keeps only what was asked for last."""
    if kept is None or len(kept.keys) + len(fresh.keys) > MOST_DESTINATIONS:
        return fresh
    keys, first = np.unique(np.concatenate([fresh.keys, kept.keys]), return_index=True)
    return _Row(
        keys=keys,
        seconds=np.concatenate([fresh.seconds, kept.seconds])[first],
        meters=np.concatenate([fresh.meters, kept.meters])[first],
        snap_meters=fresh.snap_meters,
    )


def _to_bytes(row: _Row, key: int) -> bytes:
    head = np.array([key, len(row.keys)], dtype="<i8").tobytes() + np.array([row.snap_meters], dtype="<f4").tobytes()
    content = head + b"".join(
        (row.keys.astype("<i8").tobytes(), row.seconds.astype("<i4").tobytes(), row.meters.astype("<i4").tobytes())
    )
    return _MAGIC + hashlib.sha256(content).digest() + content


def _from_bytes(file: bytes, key: int) -> _Row | None:
    """The row of this point, None for a file that is anything else."""
    start = len(_MAGIC) + _HASH_BYTES
    content = file[start:]
    if not file.startswith(_MAGIC) or hashlib.sha256(content).digest() != file[len(_MAGIC) : start]:
        return None
    own_key, count = np.frombuffer(content, dtype="<i8", count=2).tolist()
    if own_key != key or count < 1:
        return None
    return _Row(
        snap_meters=float(np.frombuffer(content, dtype="<f4", count=1, offset=16)[0]),
        keys=np.frombuffer(content, dtype="<i8", count=count, offset=20),
        seconds=np.frombuffer(content, dtype="<i4", count=count, offset=20 + 8 * count),
        meters=np.frombuffer(content, dtype="<i4", count=count, offset=20 + 12 * count),
    )
