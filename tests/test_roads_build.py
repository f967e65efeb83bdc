"""Building road networks, and refusing those that are not what was built."""

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from scheduler.domain.errors import ImplausibleRoads, InvalidInput, MissingResource
from scheduler.domain.problem import RoadTravel
from scheduler.domain.travel import Profile
from scheduler.travel import travel_matrix
from scheduler.travel.build import BuildProgress, build_network, ensure_network, node_degrees
from scheduler.travel.manifest import MANIFEST_FILE, Manifest
from scheduler.travel.networks import BASE_NAME, list_networks, osrm_version
from scheduler.travel.road_matrix import road_times
from tests.builders import a_problem, a_visit
from tests.small_roads import BUILT_AT, NAME, networks_in, town_locations, write_extract


@pytest.fixture
def copied(data_dir: Path, tmp_path: Path) -> Path:
    """A data directory that a test may spoil."""
    shutil.copytree(data_dir, tmp_path / "copy")
    return tmp_path / "copy"


def the_folder(data_dir: Path) -> Path:
    return data_dir / "networks" / NAME / "car"


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / MANIFEST_FILE
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_the_manifest_says_what_was_built_from_what(data_dir: Path) -> None:
    network = networks_in(data_dir).open(NAME)
    manifest = network.manifest
    assert (manifest.name, manifest.profile, manifest.built_at) == (NAME, Profile.CAR, BUILT_AT)
    assert manifest.osrm_version == osrm_version()
    assert len(manifest.extract_sha256) == 64
    assert 31.18 < manifest.box.south < 31.2 < manifest.box.north < 31.29
    assert set(manifest.files) == {path.name for path in network.folder.iterdir()} - {MANIFEST_FILE}
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_a_network_that_stands_is_not_built_again(tmp_path: Path) -> None:
    told: list[BuildProgress] = []

    def ensured(extract: Path, attribution: str = "") -> Manifest:
        told.clear()
        return ensure_network(
            extract,
            folder=tmp_path / "networks",
            name="a",
            attribution=attribution,
            now=BUILT_AT,
            on_progress=told.append,
        ).manifest

    here, elsewhere = write_extract(tmp_path / "a.osm.pbf"), write_extract(tmp_path / "b.osm.pbf", south=30.0)
    first = ensured(here)
    assert told
    assert ensured(here) == first
    assert not told
    (tmp_path / "networks" / "a" / "car" / f"{BASE_NAME}.hsgr").write_bytes(b"")
    assert ensured(here).files.keys() == first.files.keys()
    assert told
    assert ensured(here, "© X").attribution == "© X"
    assert told
    assert ensured(elsewhere).extract_sha256 != first.extract_sha256
    assert told


def test_a_small_towns_roads_are_no_small_component(data_dir: Path) -> None:
    network = networks_in(data_dir).open(NAME)
    assert network.manifest.small_component_size < len(node_degrees(network.base))


def test_a_build_tells_its_steps_and_leaves_nothing_else_behind(tmp_path: Path) -> None:
    told: list[BuildProgress] = []
    extract = write_extract(tmp_path / "town.osm.pbf")
    for _ in range(2):  # the second takes the first one's place
        built = build_network(extract, folder=tmp_path / "networks", name="a", now=BUILT_AT, on_progress=told.append)
    assert list(dict.fromkeys(progress.step for progress in told)) == ["extract", "contract", "streets", "check"]
    assert [path.name for path in (tmp_path / "networks").iterdir()] == ["a"]
    assert built.size_bytes > 100_000
    assert built.seconds > 0
    assert networks_in(tmp_path).open("a").manifest == built.network.manifest


def test_profiles_have_networks_of_their_own_with_their_speeds(tmp_path: Path) -> None:
    extract = write_extract(tmp_path / "town.osm.pbf")
    networks = networks_in(tmp_path)
    places = town_locations(8)
    for profile in (Profile.CAR, Profile.BICYCLE):
        build_network(extract, folder=tmp_path / "networks", name=NAME, profile=profile, now=BUILT_AT)
    by_car, by_bicycle = (
        sum(road_times(networks, NAME, profile).matrix(places).duration_seconds)
        for profile in (Profile.CAR, Profile.BICYCLE)
    )
    assert by_bicycle > 1.2 * by_car
    assert [one.profile for one in list_networks(tmp_path / "networks")] == [Profile.BICYCLE, Profile.CAR]


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "x" * 65, "城"])
def test_a_name_that_could_leave_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    extract = write_extract(tmp_path / "town.osm.pbf")
    with pytest.raises(InvalidInput) as refused:
        build_network(extract, folder=tmp_path / "networks", name=name, now=BUILT_AT)
    assert refused.value.faults[0].code == "bad_name"
    with pytest.raises(MissingResource, match="not built"):
        networks_in(tmp_path).open(name)


@pytest.mark.parametrize(
    "spoil",
    [lambda path: path.write_bytes(path.read_bytes()[:-900]), lambda path: path.write_text("no roads")],
    ids=["cut short", "something else"],
)
def test_a_damaged_extract_is_refused_and_the_older_network_stays(
    copied: Path, spoil: Callable[[Path], object]
) -> None:
    extract = write_extract(copied / "new.osm.pbf")
    spoil(extract)
    with pytest.raises(InvalidInput) as refused:
        build_network(extract, folder=copied / "networks", name=NAME, now=BUILT_AT)
    assert refused.value.faults[0].code == "unusable_extract"
    assert "PBF error" in refused.value.faults[0].message
    assert [path.name for path in (copied / "networks").iterdir()] == [NAME]
    networks_in(copied).open(NAME)


def test_a_missing_extract_is_the_callers_fault(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        build_network(tmp_path / "no.osm.pbf", folder=tmp_path, name="a", now=BUILT_AT)
    assert refused.value.faults[0].code == "file_not_found"


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda folder: (folder / MANIFEST_FILE).unlink(), "lacks its file manifest.json"),
    "no JSON": (lambda folder: (folder / MANIFEST_FILE).write_text("{"), "cannot be read"),
    "another format": (lambda folder: change_manifest(folder, format="x"), "cannot be read"),
    "a key of another type": (lambda folder: change_manifest(folder, files=[]), "cannot be read"),
    "a file gone": (lambda folder: (folder / f"{BASE_NAME}.hsgr").unlink(), "lacks its file roads.osrm.hsgr"),
    "a file cut short": (
        lambda folder: (folder / f"{BASE_NAME}.geometry").write_bytes(b"x" * 1000),
        "is cut short: roads.osrm.geometry has 1,000 of",
    ),
    "another OSRM": (lambda folder: change_manifest(folder, osrm_version="5.27"), "was built by OSRM 5.27"),
    "another city's manifest": (
        lambda folder: change_manifest(folder, name="b"),
        "is another one: its files are .*'b'",
    ),
    "another profile": (lambda folder: change_manifest(folder, profile="foot"), "is another one"),
}


@pytest.mark.parametrize(("spoil", "words"), SPOILT.values(), ids=SPOILT)
def test_a_network_that_is_not_what_was_built_is_refused(
    copied: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(the_folder(copied))
    with pytest.raises(MissingResource, match=words) as refused:
        networks_in(copied).open(NAME)
    assert "visits roads build" in refused.value.hint


@pytest.mark.parametrize(("spoil", "words"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_network_gives_the_error_or_the_labelled_estimate_and_never_its_times(
    copied: Path, spoil: Callable[[Path], object], words: str
) -> None:
    spoil(the_folder(copied))
    problem = replace(a_problem([a_visit("v1", 3)]), travel=RoadTravel(network=NAME))
    with pytest.raises(MissingResource, match=words):
        travel_matrix(problem, networks_in(copied))
    allowed = replace(problem, travel=RoadTravel(network=NAME, fallback=True))
    matrix = travel_matrix(allowed, networks_in(copied))
    assert (matrix.source, matrix.estimated) == ("great_circle", True)


def test_one_changed_byte_is_noticed(copied: Path) -> None:
    path = the_folder(copied) / f"{BASE_NAME}.hsgr"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(MissingResource, match=r"roads.osrm.hsgr has changed"):
        networks_in(copied).open(NAME)


def test_files_of_another_city_under_this_ones_manifest_are_refused(copied: Path) -> None:
    extract = write_extract(copied / "other.osm.pbf", south=41.0)
    build_network(extract, folder=copied / "networks", name="other", now=BUILT_AT)
    for path in (copied / "networks" / "other" / "car").glob(f"{BASE_NAME}*"):
        shutil.copy(path, the_folder(copied))
    with pytest.raises(MissingResource, match=r"has changed|cut short"):
        networks_in(copied).open(NAME)


def test_a_network_that_osrm_cannot_read_is_a_missing_one_and_no_crash(copied: Path) -> None:
    network = networks_in(copied).open(NAME)
    times = road_times(networks_in(copied), NAME)
    (the_folder(copied) / f"{BASE_NAME}.hsgr").write_bytes(b"")
    with pytest.raises(MissingResource, match="cannot be read by OSRM"):
        times.matrix(town_locations(3))
    assert network.manifest.name == NAME


def test_a_list_names_the_networks_that_cannot_be_used_too(copied: Path) -> None:
    (copied / "networks" / "broken" / "foot").mkdir(parents=True)
    (copied / "networks" / ".building-x" / "car").mkdir(parents=True)
    shutil.copytree(the_folder(copied), copied / "networks" / "old" / "car")
    change_manifest(copied / "networks" / "old" / "car", name="old", osrm_version="5.27")
    listed = list_networks(copied / "networks")
    assert [(one.name, one.profile, one.fault is None) for one in listed] == [
        ("broken", Profile.FOOT, False),
        ("old", Profile.CAR, False),
        (NAME, Profile.CAR, True),
    ]
    assert list_networks(copied / "nowhere") == ()


def test_another_build_has_another_checksum(data_dir: Path) -> None:
    manifest = networks_in(data_dir).open(NAME).manifest
    assert manifest.checksum != replace(manifest, profile=Profile.FOOT).checksum
    assert manifest.checksum != replace(manifest, osrm_version="5.27").checksum
    assert manifest.checksum == replace(manifest, name="renamed").checksum


def test_implausible_roads_stay_what_they_are_between_processes() -> None:
    arrived = pickle.loads(pickle.dumps(ImplausibleRoads("a", hint="b")))  # noqa: S301  # our own bytes
    assert isinstance(arrived, ImplausibleRoads)
    assert (arrived.message, arrived.hint) == ("a", "b")
