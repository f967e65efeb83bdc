"""The streets of an extract, written beside the network that is built from it."""

from pathlib import Path

import numpy as np
import osmium

# By these people find their way.
_MAIN = frozenset({"motorway", "trunk", "primary", "secondary"})
# Footways, tracks and the drives of yards are left out: a town has more of them than of streets, each a few steps long.
_SIDE = frozenset({"tertiary", "unclassified", "residential", "living_street", "pedestrian", "road"})


def write_streets(extract: Path, path: Path) -> None:
    """Write the streets of an extract to a file whose name ends in `.npz`."""
    ways = osmium.FileProcessor(str(extract), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    points: list[tuple[int, int]] = []
    starts, main = [0], []
    for way in ways:
        if not isinstance(way, osmium.osm.Way) or (is_main := _is_main(way)) is None:
            continue
        # A way over the border of the extract has nodes that are not in it.
        line = [_parts(node.location) for node in way.nodes if node.location.valid()]
        if len(line) > 1:
            points += line
            starts.append(len(points))
            main.append(is_main)
    np.savez_compressed(
        path,
        points=np.array(points, dtype=np.int32).reshape(-1, 2),
        starts=np.array(starts, dtype=np.int64),
        main=np.array(main, dtype=np.bool_),
    )


def _is_main(way: osmium.osm.Way) -> bool | None:
    """Whether a way is a main street; None when it is no street to be drawn."""
    kind = (way.tags.get("highway") or "").removesuffix("_link")
    if kind in _MAIN:
        return True
    return False if kind in _SIDE and way.tags.get("area") != "yes" else None


def _parts(location: osmium.osm.Location) -> tuple[int, int]:
    """Osmium counts ten millionths."""
    return round(location.y / 10), round(location.x / 10)
