"""The fictional city as it lies beside its package: its tables and its roads."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import fixtures
from scheduler.domain.problem import RoadTravel

if TYPE_CHECKING:  # the settings know the maps, and building takes OSRM with it
    from api.settings import Settings
    from scheduler.travel.build import BuildProgress

# No fallback: what shows the city shows its roads.
TRAVEL = RoadTravel(network="fixture-city")
_FOLDER = Path(fixtures.__file__).parent / "city"
EXTRACT = _FOLDER / "roads.osm.pbf"


def city_tables() -> list[Path]:
    """Its tables, as a lender would give them."""
    return sorted(_FOLDER.glob("*.csv"))


def ensure_city_roads(
    settings: "Settings", *, now: datetime, on_progress: "Callable[[BuildProgress], None] | None" = None
) -> None:
    """See to it that its road network, for `TRAVEL`, stands whole in the data directory.

    Args:
        settings: Where the data directory is.
        now: Kept as the time of building.
        on_progress: Told of each step, if there is anything to build.
    """
    from scheduler.travel.build import ensure_network

    settings.make_data_dir()
    ensure_network(
        EXTRACT,
        folder=settings.networks_dir,
        name=TRAVEL.network,
        attribution="",  # its streets are invented
        now=now,
        on_progress=on_progress,
    )
