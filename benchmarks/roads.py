"""Times matrices on a road network, each in a fresh process, and says how much memory they take."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from scheduler.domain.location import Coordinates, Location
from scheduler.domain.travel import UNREACHABLE, Profile
from scheduler.travel.build import build_network, node_degrees
from scheduler.travel.networks import RoadNetworks
from scheduler.travel.road_matrix import road_times

THROWN_AWAY = datetime(2026, 1, 1, tzinfo=UTC)  # a network that is built for one benchmark needs no date


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What one size took.

    Attributes:
        points: Rows of the matrix.
        seconds: From opening the network, with all of its checks, to the matrix; nothing was kept before.
        cached_seconds: The same again, with everything kept.
        peak_megabytes: Largest resident size of the process that asks and the one that computes together, sampled.
        unreachable: Share of the matrix.
    """

    points: int
    seconds: float
    cached_seconds: float
    peak_megabytes: float
    unreachable: float


def time_matrices(source: Path, sizes: Sequence[int], seed: int) -> Iterator[Timed]:
    """Time one matrix of each size between places near random crossings of the network.

    Args:
        source: The folder `NAME/PROFILE` of a built network, or an extract.
        sizes: How many places.
        seed: Of the places.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = source.resolve() if source.is_dir() else _built(source, Path(scratch) / "networks")
        for size in sizes:
            ours, theirs = get_context("spawn").Pipe()
            process = get_context("spawn").Process(
                target=_work, args=(theirs, folder, Path(scratch) / f"cache-{size}", size, seed)
            )
            process.start()
            theirs.close()
            try:
                timed: Timed = ours.recv()
                yield timed
            finally:
                process.join()


def _built(extract: Path, networks: Path) -> Path:
    built = build_network(extract, folder=networks, name="benchmark", now=THROWN_AWAY)
    return built.network.folder


def _work(connection: Connection, folder: Path, cache: Path, size: int, seed: int) -> None:
    """In the fresh process."""
    name, profile = folder.parent.name, Profile(folder.name)
    networks = RoadNetworks(folder=folder.parent.parent, cache_folder=cache)
    locations = _places(networks, name, profile, size, Random(seed))  # noqa: S311 - chance for places
    with _Sampled() as memory:
        began = time.monotonic()
        matrix = road_times(networks, name, profile).matrix(locations)
        seconds = time.monotonic() - began
    began = time.monotonic()
    again = road_times(networks, name, profile).matrix(locations)
    cached = time.monotonic() - began
    if again != matrix:
        raise AssertionError("the cache answers something else than the network")
    connection.send(
        Timed(
            points=size,
            seconds=seconds,
            cached_seconds=cached,
            peak_megabytes=memory.peak_megabytes,
            unreachable=matrix.duration_seconds.count(UNREACHABLE) / size**2,
        )
    )


class _Sampled:
    """The resident size of this process and its children, looked at 50 times a second; Linux only, elsewhere 0."""

    def __init__(self) -> None:
        self.peak_megabytes = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "_Sampled":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._ended.wait(0.02):
            self.peak_megabytes = max(self.peak_megabytes, _resident_megabytes(os.getpid()))


def _resident_megabytes(process_id: int) -> float:
    folder = Path(f"/proc/{process_id}")
    try:
        lines = (folder / "status").read_text(encoding="ascii").splitlines()
        children = (folder / "task" / str(process_id) / "children").read_text(encoding="ascii").split()
    except OSError:  # it has ended, or this is no Linux
        return 0.0
    own = next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
    return own + sum(_resident_megabytes(int(child)) for child in children)


def _places(networks: RoadNetworks, name: str, profile: Profile, size: int, chance: Random) -> list[Location]:
    """Places at most about a hundred meters from a crossing."""
    crossings = node_degrees(networks.open(name, profile).base).tolist()
    places = []
    for number in range(size):
        latitude, longitude = chance.choice(crossings)
        point = Coordinates(
            latitude_degrees=latitude + chance.uniform(-0.001, 0.001),
            longitude_degrees=longitude + chance.uniform(-0.001, 0.001),
        )
        places.append(Location(id=str(number), coordinates=point))
    return places
