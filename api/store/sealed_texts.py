"""What says something about a person, between JSON that is sealed and the words of the domain."""

import json
from dataclasses import asdict, dataclass

from api.store.database import Unit
from scheduler.domain.location import Coordinates
from scheduler.domain.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowerText:
    """A borrower's name and phone; empty where they are not known or were deleted."""

    name: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        """Hide the content, so that no traceback or log shows it."""
        return "BorrowerText(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLookup:
    """What a geocoder said of an address.

    Attributes:
        provider: Who was asked.
        on: The local day of the answer.
        refusal: Why the answer was not believed; None for a point that was.
        confidence: From 0 to 1; None without a point.
        datum: What the provider answered in; None without a point.
    """

    provider: str
    on: str
    refusal: str | None = None
    confidence: float | None = None
    datum: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Where a place is, in words and on the ground.

    Attributes:
        address: In words.
        coordinates: None while nobody knows.
        lookup: What a geocoder said; None where none was asked, or the point came with the case.
    """

    address: str
    coordinates: Coordinates | None
    lookup: AddressLookup | None = None

    def __repr__(self) -> str:
        """Hide the content, so that no traceback or log shows it."""
        return "Point(...)"


def seal_borrower(unit: Unit, text: BorrowerText) -> bytes:
    """For `BorrowerRow.sealed_text`."""
    return unit.seal(_json({"name": text.name, "phone": text.phone}))


def opened_borrower(unit: Unit, sealed: bytes) -> BorrowerText:
    """What `seal_borrower` sealed; an object without keys is one that was purged."""
    return BorrowerText(**json.loads(unit.opened(sealed)))


def seal_point(unit: Unit, point: Point) -> bytes:
    """For `PlaceRow.sealed_point`."""
    found = point.coordinates
    return unit.seal(
        _json(
            {
                "address": point.address,
                "latitude_degrees": None if found is None else found.latitude_degrees,
                "longitude_degrees": None if found is None else found.longitude_degrees,
                **({} if point.lookup is None else {"lookup": asdict(point.lookup)}),
            }
        )
    )


def opened_point(unit: Unit, sealed: bytes) -> Point:
    """What `seal_point` sealed."""
    kept = json.loads(unit.opened(sealed))
    latitude, longitude = kept.get("latitude_degrees"), kept.get("longitude_degrees")
    coordinates = None
    if latitude is not None and longitude is not None:
        coordinates = Coordinates(latitude_degrees=latitude, longitude_degrees=longitude)
    lookup = AddressLookup(**kept["lookup"]) if kept.get("lookup") else None
    return Point(address=kept.get("address", ""), coordinates=coordinates, lookup=lookup)


def seal_collector(unit: Unit, text: Text) -> bytes:
    """For `CollectorRow.sealed_text`."""
    return unit.seal(_json({"name": text.name, "identity_number": text.identity_number, "phone": text.phone}))


def opened_collector(unit: Unit, sealed: bytes) -> Text:
    """What `seal_collector` sealed."""
    return Text(**json.loads(unit.opened(sealed)))


def _json(content: dict[str, object]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
