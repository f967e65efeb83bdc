"""Places of open cases of which nobody knows the point, and what a geocoder says of their addresses."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from api.store.database import Unit
from api.store.rows_by_code import chunks
from api.store.sealed_texts import AddressLookup, Point, opened_point, seal_point
from api.store.tables.cases import CaseRow, PlaceRow
from scheduler.domain.geocoding import Geocoded, GeocodingOutcome

FOUND = "found"
CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnplacedPlace:
    """A place to look for.

    Attributes:
        id: Its row.
        code: Its id in documents.
        address: In words.
    """

    id: str
    code: str
    address: str

    def __repr__(self) -> str:
        """Hide the address, so that no traceback or log shows it."""
        return f"UnplacedPlace({self.code!r})"


def unplaced(unit: Unit) -> Sequence[UnplacedPlace]:
    """Places of the scope with an address and without a point, in the order of their codes."""
    query = (
        select(PlaceRow)
        .join(CaseRow, CaseRow.id == PlaceRow.case_id)
        .where(PlaceRow.removed_at.is_(None), CaseRow.closed_at.is_(None), CaseRow.purged_at.is_(None))
        .order_by(PlaceRow.code)
    )
    found = []
    for row in unit.session.scalars(query):
        point = opened_point(unit, row.sealed_point)
        if point.coordinates is None and point.address:
            found.append(UnplacedPlace(id=row.id, code=row.code, address=point.address))
    return found


def keep_outcomes(
    unit: Unit, places: Sequence[UnplacedPlace], outcomes: Mapping[str, GeocodingOutcome], provider: str
) -> Mapping[str, str]:
    """Keep what became of addresses; a place that somebody changed since it was read stays as it is.

    Args:
        unit: Of the branch.
        places: As they were read.
        outcomes: By address; places whose address is missing were not asked for.
        provider: Who was asked.

    Returns:
        By code of each place that was asked for: `found`, a code of `GeocodingRefusal`, or `changed_meanwhile`.
    """
    asked = {place.id: place for place in places if place.address in outcomes}
    results = {place.code: CHANGED_MEANWHILE for place in asked.values()}
    for chunk in chunks(sorted(asked)):
        query = select(PlaceRow).where(PlaceRow.id.in_(chunk), PlaceRow.removed_at.is_(None))
        for row in unit.session.scalars(query):
            place = asked[row.id]
            point = opened_point(unit, row.sealed_point)
            if point.coordinates is not None or point.address != place.address:
                continue
            outcome = outcomes[place.address]
            row.sealed_point = seal_point(unit, _answered(unit, place, outcome, provider))
            results[place.code] = FOUND if isinstance(outcome, Geocoded) else str(outcome.code)
    unit.session.flush()
    counts = Counter(results.values())
    unit.note("places.geocoded", "places", provider=provider, **{code: counts[code] for code in sorted(counts)})
    return results


def _answered(unit: Unit, place: UnplacedPlace, outcome: GeocodingOutcome, provider: str) -> Point:
    day = unit.now.date().isoformat()
    if not isinstance(outcome, Geocoded):
        lookup = AddressLookup(provider=provider, on=day, refusal=str(outcome.code))
        return Point(address=place.address, coordinates=None, lookup=lookup)
    lookup = AddressLookup(provider=provider, on=day, confidence=outcome.confidence, datum=str(outcome.datum))
    return Point(address=place.address, coordinates=outcome.coordinates, lookup=lookup)
