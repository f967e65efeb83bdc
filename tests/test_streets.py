"""The streets of a network, for maps."""

import json
import shutil
from pathlib import Path

import numpy as np
import osmium
import pytest

from scheduler.domain.travel import OSM_ATTRIBUTION
from scheduler.travel.manifest import MANIFEST_FILE, STREETS_FILE, Box, Manifest
from scheduler.travel.street_extract import write_streets
from scheduler.travel.streets import Streets, read_streets
from tests.small_roads import NAME, networks_in

AROUND_THE_FIRST = Box(south=31.0, west=112.0, north=31.05, east=112.05)
KINDS = {
    "motorway_link": True,
    "primary": True,
    "secondary": True,
    "tertiary": False,
    "residential": False,
    "living_street": False,
    "footway": None,
    "service": None,
    "steps": None,
}


@pytest.fixture
def few(tmp_path: Path) -> Streets:
    """A way of each kind, each a tenth of a degree north of the one before, and one whose end is not in the extract."""
    extract = tmp_path / "few.osm.pbf"
    with osmium.SimpleWriter(str(extract)) as writer:
        for row in range(len(KINDS)):
            for column in range(2):
                location = (112.01 + 0.01 * column, 31.01 + 0.1 * row)
                writer.add_node(osmium.osm.mutable.Node(id=10 * row + column + 1, location=location))
        for row, kind in enumerate(KINDS):
            nodes = [10 * row + 1, 10 * row + 2]
            writer.add_way(osmium.osm.mutable.Way(id=row + 1, nodes=nodes, tags={"highway": kind}))
        writer.add_way(osmium.osm.mutable.Way(id=99, nodes=[1, 999], tags={"highway": "primary"}))
        writer.add_way(osmium.osm.mutable.Way(id=100, nodes=[1, 2], tags={"building": "yes"}))
    write_streets(extract, tmp_path / STREETS_FILE)
    with np.load(tmp_path / STREETS_FILE) as kept:
        return Streets(points=kept["points"], starts=kept["starts"], main=kept["main"])


def test_streets_are_kept_and_told_apart_and_footways_are_not(few: Streets) -> None:
    everywhere = Box(south=-90, west=-180, north=90, east=180)
    found = few.within(everywhere, most_lines=100)
    assert [street.main for street in found] == [main for main in KINDS.values() if main is not None]
    first = [(point.latitude_degrees, point.longitude_degrees) for point in found[0].points]
    assert first == [(31.01, 112.01), (31.01, 112.02)]
    assert few.points.dtype == np.int32


def test_only_streets_that_come_into_the_box_are_found(few: Streets) -> None:
    (street,) = few.within(AROUND_THE_FIRST, most_lines=100)
    assert street.points[0].latitude_degrees == 31.01
    assert few.within(Box(south=50, west=112, north=51, east=113), most_lines=100) == ()


def test_where_there_are_too_many_the_main_ones_alone_are_found(few: Streets) -> None:
    everywhere = Box(south=-90, west=-180, north=90, east=180)
    assert all(street.main for street in few.within(everywhere, most_lines=5))
    assert len(few.within(everywhere, most_lines=5)) == 3


def test_a_network_brings_its_streets_and_whom_they_are_by(data_dir: Path) -> None:
    network = networks_in(data_dir).open(NAME)
    streets = read_streets(network)
    assert streets is not None
    assert {bool(main) for main in streets.main} == {True, False}
    assert network.manifest.attribution == OSM_ATTRIBUTION
    box = network.manifest.box
    degrees = streets.points / 1e6
    assert (degrees.min(axis=0) >= [box.south - 1e-4, box.west - 1e-4]).all()
    assert (degrees.max(axis=0) <= [box.north + 1e-4, box.east + 1e-4]).all()


def test_a_network_of_before_has_no_streets_and_is_as_good_as_any(data_dir: Path, tmp_path: Path) -> None:
    shutil.copytree(data_dir, tmp_path / "copy")
    folder = tmp_path / "copy" / "networks" / NAME / "car"
    path = folder / MANIFEST_FILE
    now = Manifest.from_json(path.read_text(encoding="utf-8"))
    document = json.loads(now.to_json())
    del document["attribution"], document["files"][STREETS_FILE]
    (folder / STREETS_FILE).unlink()
    path.write_text(json.dumps(document), encoding="utf-8")
    network = networks_in(tmp_path / "copy").open(NAME)
    assert read_streets(network) is None
    assert network.manifest.attribution == OSM_ATTRIBUTION
    assert network.manifest.checksum == now.checksum
