"""The providers behind one question: candidates for an address, each with how sure it is and in which districts.

The network is handed in. geopy's own ways to it tell no size limit, follow redirects, and its logger and those below
write whole addresses.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable
from geopy.geocoders import BaiduV3, Nominatim, Photon

from scheduler.domain.coordinates import Datum
from scheduler.domain.geocoding import ProviderName
from scheduler.travel.geocoding.amap import Amap

USER_AGENT = "visit-scheduler"
_MOST_CANDIDATES = 5
_FIRST_STATUS_WITHOUT_AN_ANSWER = 300
_HOUSE_RANK, _STREET_RANK = 30, 26  # of Nominatim
_A_HOUSE, _ANOTHER_HOUSE, _SOMETHING_THERE, _A_STREET, _A_REGION = 1.0, 0.4, 0.8, 0.5, 0.2
_AMAP_LEVELS = {
    "门牌号": _A_HOUSE,
    "单元号": _A_HOUSE,
    "楼栋号": _A_HOUSE,
    "门址": _A_HOUSE,
    "兴趣点": _SOMETHING_THERE,
    "住宅区": _SOMETHING_THERE,
    "公交站台、地铁站": _A_STREET,
    "道路交叉路口": _A_STREET,
    "道路": _A_STREET,
    "村庄": _A_STREET,
}
_NUMBER = re.compile(r"\d+[A-Za-z]?", re.ASCII)
_DISTRICTS = ("city_district", "district", "borough", "suburb", "county", "municipality", "town", "city")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What a server answered.

    Attributes:
        status: As in HTTP.
        headers: With names in small letters.
        body: Everything, or the first `limit` bytes of it.
        complete: False when the body was longer than the limit.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool


class Fetch(Protocol):
    """The way to the network, handed in."""

    def __call__(self, url: str, *, headers: Mapping[str, str]) -> HttpAnswer:
        """Get a page; redirects are answers like any other.

        Raises:
            TimeoutError: The whole answer did not come in time.
            OSError: Nobody answers there, or breaks off.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a provider found.

    Attributes:
        latitude_degrees: In the provider's datum.
        longitude_degrees: In the provider's datum.
        confidence: From 0 to 1.
        districts: Names of what it lies in, if the provider tells.
    """

    latitude_degrees: float
    longitude_degrees: float
    confidence: float
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider ready to be asked.

    Attributes:
        name: Which one.
        datum: What its answers count from.
        ask: Address -> candidates, best first; raises what geopy raises.
    """

    name: ProviderName
    datum: Datum
    ask: Callable[[str], Sequence[Candidate]]


def nominatim(url: str, fetch: Fetch) -> Provider:
    """A Nominatim at an `http` or `https` address."""
    geocoder = Nominatim(**_at(url), user_agent=USER_AGENT, adapter_factory=_adapter(fetch))

    def ask(address: str) -> Sequence[Candidate]:
        found = geocoder.geocode(address, exactly_one=False, limit=_MOST_CANDIDATES, addressdetails=True)
        return [
            _candidate(place, _nominatim_confidence(place.raw, address), place.raw.get("address"))
            for place in found or ()
        ]

    return Provider(name=ProviderName.NOMINATIM, datum=Datum.WGS84, ask=ask)


def photon(url: str, fetch: Fetch) -> Provider:
    """A Photon at an `http` or `https` address."""
    geocoder = Photon(**_at(url), user_agent=USER_AGENT, adapter_factory=_adapter(fetch))

    def ask(address: str) -> Sequence[Candidate]:
        found = geocoder.geocode(address, exactly_one=False, limit=_MOST_CANDIDATES)
        return [
            _candidate(place, _photon_confidence(place.raw, address), place.raw["properties"]) for place in found or ()
        ]

    return Provider(name=ProviderName.PHOTON, datum=Datum.WGS84, ask=ask)


def baidu(key: str, fetch: Fetch) -> Provider:
    """Baidu's web service, version 3."""
    geocoder = BaiduV3(key, user_agent=USER_AGENT, adapter_factory=_adapter(fetch))

    def ask(address: str) -> Sequence[Candidate]:
        found = geocoder.geocode(address)
        return [] if found is None else [_candidate(found, float(found.raw["confidence"]) / 100)]

    return Provider(name=ProviderName.BAIDU, datum=Datum.BD09, ask=ask)


def amap(key: str, fetch: Fetch) -> Provider:
    """Amap's web service, version 3."""
    geocoder = Amap(key, user_agent=USER_AGENT, adapter_factory=_adapter(fetch))

    def ask(address: str) -> Sequence[Candidate]:
        found = geocoder.geocode(address, exactly_one=False)
        return [_candidate(place, _AMAP_LEVELS.get(place.raw["level"], _A_REGION), place.raw) for place in found or ()]

    return Provider(name=ProviderName.AMAP, datum=Datum.GCJ02, ask=ask)


class _HandedIn(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no annotations
    """geopy's way to the network, through a `Fetch`."""

    def __init__(self, fetch: Fetch, **options: Any) -> None:
        super().__init__(**options)
        self._fetch = fetch

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        try:
            return json.loads(self.get_text(url, timeout=timeout, headers=headers))
        except ValueError:
            # The text would quote the address.
            raise GeocoderParseError("The answer is no JSON.") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        try:
            answer = self._fetch(url, headers=headers)
        except TimeoutError:
            raise GeocoderTimedOut("No answer in time.") from None
        except OSError:
            raise GeocoderUnavailable("Nobody answers there.") from None
        if answer.status >= _FIRST_STATUS_WITHOUT_AN_ANSWER:
            message = f"The status is {answer.status}."
            raise AdapterHTTPError(message, status_code=answer.status, headers=dict(answer.headers), text="")
        if not answer.complete:
            raise GeocoderParseError("The answer is too long.")
        return answer.body.decode("utf-8", "strict")


def _adapter(fetch: Fetch) -> Callable[..., _HandedIn]:
    # geopy logs the whole question, and with it the address.
    logging.getLogger("geopy").addFilter(_nothing)
    return lambda **options: _HandedIn(fetch, **options)


def _nothing(_record: logging.LogRecord) -> bool:
    return False


def _at(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {"scheme": parts.scheme, "domain": f"{parts.netloc}{parts.path}".strip("/")}


def _candidate(place: Any, confidence: float, districts: Mapping[str, Any] | None = None) -> Candidate:
    """From a `Location` of geopy and the part of the answer that names the districts."""
    named = [(districts or {}).get(key) for key in _DISTRICTS]
    return Candidate(
        latitude_degrees=place.latitude,
        longitude_degrees=place.longitude,
        confidence=confidence,
        districts=tuple(name for name in named if isinstance(name, str) and name),
    )


def _nominatim_confidence(raw: Mapping[str, Any], address: str) -> float:
    rank = int(raw["place_rank"])
    if rank >= _HOUSE_RANK:
        return _house_confidence(raw.get("address", {}).get("house_number"), address)
    return _A_STREET if rank >= _STREET_RANK else _A_REGION


def _photon_confidence(raw: Mapping[str, Any], address: str) -> float:
    properties = raw["properties"]
    if properties.get("type") == "house":
        return _house_confidence(properties.get("housenumber"), address)
    return _A_STREET if properties.get("type") == "street" else _A_REGION


def _house_confidence(number: str | None, address: str) -> float:
    """A house whose number was not asked for is another house; a shop or an estate has none."""
    if number is None:
        return _SOMETHING_THERE
    return _A_HOUSE if set(_NUMBER.findall(number)) <= set(_NUMBER.findall(address)) else _ANOTHER_HOUSE
