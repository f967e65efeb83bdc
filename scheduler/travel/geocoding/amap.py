"""Amap (高德), which geopy lacks, in the manner of geopy's own geocoders."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
)
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

# The numbers of https://lbs.amap.com/api/webservice/guide/tools/info; others are faults of the service.
_ERRORS: dict[str, type[GeocoderServiceError]] = {
    **dict.fromkeys(("10001", "10002", "10005", "10006", "10007", "10008", "10009"), GeocoderAuthenticationFailure),
    "10012": GeocoderInsufficientPrivileges,
    **dict.fromkeys(("10003", "10044", "10045"), GeocoderQuotaExceeded),
    **dict.fromkeys(("10004", "10014", "10015", "10019", "10020", "10021", "10029"), GeocoderRateLimited),
    **dict.fromkeys(("20000", "20001", "20002"), GeocoderQueryError),
}


class Amap(Geocoder):  # type: ignore[misc]  # geopy has no annotations
    """Geocoder of the Amap web service, version 3; answers are in GCJ-02.

    Documentation at https://lbs.amap.com/api/webservice/guide/api/georegeo.
    """

    geocode_path = "/v3/geocode/geo"

    def __init__(self, api_key: str, *, domain: str = "restapi.amap.com", **options: Any) -> None:
        """Keep the key.

        Args:
            api_key: Of an Amap web service.
            domain: Where the service is.
            options: As for every geocoder of geopy.
        """
        super().__init__(**options)
        self.api_key = api_key
        self.api = f"{self.scheme}://{domain.strip('/')}{self.geocode_path}"

    def geocode(self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL) -> Any:
        """Find an address.

        Args:
            query: The address.
            exactly_one: Whether the first answer alone is wanted.
            timeout: Seconds, if others than those of the geocoder.

        Returns:
            A `Location`, a list of them unless `exactly_one`, or None.
        """
        url = f"{self.api}?{urlencode({'key': self.api_key, 'address': query, 'output': 'JSON'})}"
        return self._call_geocoder(url, partial(self._parse_json, exactly_one=exactly_one), timeout=timeout)

    def _parse_json(self, page: Any, *, exactly_one: bool) -> Any:
        if page["status"] != "1":
            failure = _ERRORS.get(str(page.get("infocode")), GeocoderServiceError)
            raise failure(f"Amap answers with the error {page.get('infocode')}.")
        places = [_place(found) for found in page["geocodes"]]
        if not places:
            return None
        return places[0] if exactly_one else places


def _place(found: Any) -> Location:
    longitude, comma, latitude = found["location"].partition(",")
    if not comma:
        raise GeocoderParseError("Amap's location is no pair.")
    return Location(found["formatted_address"], (float(latitude), float(longitude)), found)
