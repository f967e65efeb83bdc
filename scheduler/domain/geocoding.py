"""What becomes of an address: a point, or a refusal with its code and a place on a list for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from scheduler.domain.coordinates import Datum
from scheduler.domain.location import Coordinates


class ProviderName(StrEnum):
    """The providers that an operator may choose."""

    NOMINATIM = "nominatim"
    PHOTON = "photon"
    BAIDU = "baidu"
    AMAP = "amap"

    @property
    def is_self_hosted(self) -> bool:
        """Whether the operator says where it is; the others want a key."""
        return self in (ProviderName.NOMINATIM, ProviderName.PHOTON)


class GeocodingRefusal(StrEnum):
    """Why an answer about an address is not used."""

    NOT_FOUND = "not_found"
    LOW_CONFIDENCE = "low_confidence"
    OUTSIDE_DISTRICT = "outside_district"
    BAD_ANSWER = "bad_answer"
    ZERO_ZERO = "zero_zero"
    RATE_LIMITED = "rate_limited"
    TIMEOUT = "timeout"
    PROVIDER_ERROR = "provider_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where the visits are, in WGS-84: whatever is found outside is not believed."""

    south_degrees: float
    west_degrees: float
    north_degrees: float
    east_degrees: float

    def holds(self, point: Coordinates) -> bool:
        """Whether the point lies inside or on the edge; NaN lies nowhere."""
        return (
            self.south_degrees <= point.latitude_degrees <= self.north_degrees
            and self.west_degrees <= point.longitude_degrees <= self.east_degrees
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Geocoded:
    """An address that was found.

    Attributes:
        coordinates: In WGS-84, whatever the provider uses.
        confidence: From 0 to 1; 1 is the very house.
        datum: What the provider answered in.
    """

    coordinates: Coordinates
    confidence: float
    datum: Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class NotGeocoded:
    """An address whose answer was refused; a person has to find the point."""

    code: GeocodingRefusal


type GeocodingOutcome = Geocoded | NotGeocoded


class Geocoder(Protocol):
    """Whatever finds points for addresses."""

    def geocode(self, addresses: Sequence[str]) -> Mapping[str, GeocodingOutcome]:
        """What became of each address, one request after the other; never an exception for one address."""
