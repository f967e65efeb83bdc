"""Places of an import that have no coordinates yet are looked up, and a list for people tells what became of each."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.importing import Imported
from maps.formulas import inert
from scheduler.domain.geocoding import Geocoded, Geocoder, GeocodingOutcome

COLUMNS = ("place_id", "address", "result", "confidence", "latitude", "longitude", "datum")
_FOUND = "found"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What a lookup made of an import.

    Attributes:
        imported: With the coordinates that were found.
        outcomes: By place id, of every place that had none.
    """

    imported: Imported
    outcomes: Mapping[str, GeocodingOutcome]


def look_up(imported: Imported, geocoder: Geocoder) -> Lookup:
    """Ask for the places without coordinates; what is refused stays without, so its visit is left out by name."""
    problem = imported.problem
    addresses = {
        location.id: imported.texts[location.id].address
        for location in problem.locations
        if location.coordinates is None
    }
    answers = geocoder.geocode(list(addresses.values()))
    outcomes = {place_id: answers[address] for place_id, address in addresses.items()}
    locations = tuple(
        replace(location, coordinates=outcome.coordinates)
        if isinstance(outcome := outcomes.get(location.id), Geocoded)
        else location
        for location in problem.locations
    )
    return Lookup(imported=replace(imported, problem=replace(problem, locations=locations)), outcomes=outcomes)


def list_to_confirm(lookup: Lookup) -> bytes:
    """Every place that was looked up, refused ones first, as UTF-8 CSV with a byte order mark; holds addresses."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(COLUMNS)
    by_result = sorted(lookup.outcomes.items(), key=lambda item: isinstance(item[1], Geocoded))
    for place_id, outcome in by_result:
        address = inert(lookup.imported.texts[place_id].address)
        writer.writerow((place_id, address, *_cells(outcome)))
    return sheet.getvalue().encode("utf-8-sig")


def _cells(outcome: GeocodingOutcome) -> tuple[str, ...]:
    if not isinstance(outcome, Geocoded):
        return (outcome.code, "", "", "", "")
    point = outcome.coordinates
    return (
        _FOUND,
        f"{outcome.confidence:.2f}",
        f"{point.latitude_degrees:.6f}",
        f"{point.longitude_degrees:.6f}",
        "wgs84",
    )
