"""Road times kept on disk: computed once, and never believed when damaged."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scheduler.domain.location import Coordinates, Location
from scheduler.domain.travel import Profile, TravelMatrix
from scheduler.travel.matrix_cache import MatrixCache, forget_other_networks, point_keys
from scheduler.travel.osrm_process import OsrmProcess
from scheduler.travel.road_matrix import RoadTimes, road_times
from scheduler.travel.roads import Detail, RoadLeg, RoadTable
from tests.small_roads import LAKE, NAME, a_location, networks_in, town_locations


@dataclass(kw_only=True)
class Counted:
    """Roads that remember how many entries they were asked for."""

    roads: OsrmProcess
    asked: list[tuple[int, int]] = field(default_factory=list)

    def table(self, points: Sequence[Coordinates], sources: Sequence[int], destinations: Sequence[int]) -> RoadTable:
        self.asked.append((len(sources), len(destinations)))
        return self.roads.table(points, sources, destinations)

    def legs(
        self, ends: Sequence[tuple[Coordinates, Coordinates]], detail: Detail = Detail.SIMPLIFIED
    ) -> tuple[RoadLeg | None, ...]:
        return self.roads.legs(ends, detail)


@dataclass(kw_only=True)
class Cached:
    """The town's roads with a cache of their own, beside the answers without one."""

    folder: Path
    plain: RoadTimes
    counted: Counted

    def times(self, **settings: int) -> RoadTimes:
        cache = MatrixCache(folder=self.folder, **settings)
        return RoadTimes(name=NAME, profile=Profile.CAR, roads=self.counted, cache=cache)

    def matrix(self, locations: Sequence[Location]) -> TravelMatrix:
        """From the cache, and compared with what the roads say."""
        made = self.times().matrix(locations)
        assert made == self.plain.matrix(locations)
        return made

    def files(self) -> list[Path]:
        return sorted(self.folder.iterdir())


@pytest.fixture
def cached(data_dir: Path, tmp_path: Path) -> Cached:
    networks = networks_in(data_dir)
    roads = Counted(roads=OsrmProcess(network=networks.open(NAME)))
    return Cached(folder=tmp_path / "cache", plain=road_times(networks, NAME), counted=roads)


TOWN = town_locations(20)


def test_what_is_kept_is_not_asked_again(cached: Cached) -> None:
    cached.matrix(TOWN)
    cached.matrix(TOWN)
    cached.matrix(tuple(reversed(TOWN[3:12])))
    assert cached.counted.asked == [(20, 20)]


def test_only_the_rows_and_columns_of_new_places_are_computed(cached: Cached) -> None:
    cached.matrix(TOWN[:15])
    cached.matrix(TOWN)
    cached.matrix(TOWN)
    assert cached.counted.asked == [(15, 15), (5, 20), (15, 5)]


def test_a_place_off_the_roads_is_kept_as_far_from_them(cached: Cached) -> None:
    places = (*TOWN[:5], a_location("x", LAKE))
    for _ in range(2):
        assert cached.matrix(places).seconds("t0", "x") is None
    assert len(cached.counted.asked) == 1


SPOILT: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-4]),
    "one bit": lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
    "something else": lambda path: path.write_text("times"),
    "another place's": lambda path: path.write_bytes(sorted(path.parent.iterdir())[-1].read_bytes()),
    "a folder": lambda path: path.rename(path.with_suffix(".old")).with_suffix(".row").mkdir(),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_damaged_file_is_computed_again_and_never_believed(cached: Cached, spoil: Callable[[Path], object]) -> None:
    cached.matrix(TOWN)
    spoil(cached.files()[0])
    cached.matrix(TOWN)
    assert cached.counted.asked == [(20, 20), (1, 20)]


def test_the_oldest_times_go_when_the_cache_is_full(cached: Cached) -> None:
    cached.matrix(TOWN[4:])
    newer = cached.files()
    room = sum(path.stat().st_size for path in newer)
    for path in newer:
        path.unlink()
    cached.matrix(TOWN[:4])
    for path in cached.files():
        os.utime(path, ns=(0, 0))
    cached.times(largest_bytes=room).matrix(TOWN[4:])
    assert cached.files() == newer


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(cached: Cached) -> None:
    cached.folder.write_text("in the way")
    cached.matrix(TOWN)
    cached.matrix(TOWN)
    assert cached.counted.asked == [(20, 20), (20, 20)]


def test_the_folder_of_places_is_its_owners_alone(cached: Cached) -> None:
    cached.matrix(TOWN)
    assert cached.folder.stat().st_mode & 0o077 == 0


def test_another_build_of_the_network_begins_an_empty_cache(data_dir: Path, tmp_path: Path) -> None:
    networks = networks_in(data_dir, cache_folder=tmp_path)
    assert networks.cache_folder is not None
    road_times(networks, NAME).matrix(TOWN)
    checksum = networks.open(NAME).manifest.checksum
    assert [path.name for path in tmp_path.iterdir()] == [checksum[:32]]
    assert MatrixCache.of(tmp_path, "0" * 64).folder != tmp_path / checksum[:32]


def test_times_of_networks_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    kept, gone, other = (tmp_path / name for name in ("a" * 32, "b" * 32, "notes"))
    for folder in (kept, gone, other):
        folder.mkdir()
    forget_other_networks(tmp_path, ["a" * 64])
    assert sorted(tmp_path.iterdir()) == [kept, other]


def test_every_millionth_of_a_degree_has_a_key_of_its_own() -> None:
    corners = [
        Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)
        for latitude in (-90.0, 0.0, 0.000001, 90.0)
        for longitude in (-180.0, 0.0, 0.000001, 179.999999, 180.0)
    ]
    assert len(set(point_keys(corners).tolist())) == len(corners)
