"""Links that open a navigation app at one stop: coordinates only, never a name or an address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scheduler.domain.coordinates import wgs84_to_gcj02
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Coordinates


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationLink:
    """One link to one stop.

    Attributes:
        provider: One of `PROVIDERS`.
        title_en: What the button says in English.
        title_zh: What the button says in Chinese.
        url: Opens the app or its page; the operator of the provider learns the coordinates once it is opened.
    """

    provider: str
    title_en: str
    title_zh: str
    url: str


@dataclass(frozen=True, slots=True)
class _Provider:
    title_en: str
    title_zh: str
    url: Callable[[Coordinates], str]


def _pair(first: float, second: float) -> str:
    return f"{_six_decimals(first)},{_six_decimals(second)}"


def _six_decimals(degrees: float) -> str:
    """About 0.1 m; adding zero turns a rounded -0.0 into 0.0."""
    return f"{round(degrees, 6) + 0.0:.6f}"


def _geo_url(point: Coordinates) -> str:
    pair = _pair(point.latitude_degrees, point.longitude_degrees)
    return f"geo:{pair}?q={pair}"  # the q form is what Android's apps put a pin at; RFC 5870 readers ignore it


def _amap_url(point: Coordinates) -> str:
    shifted = wgs84_to_gcj02(point)  # Amap reads GCJ-02, longitude first
    pair = _pair(shifted.longitude_degrees, shifted.latitude_degrees)
    return f"https://uri.amap.com/navigation?to={pair}&mode=car&callnative=1"


def _google_url(point: Coordinates) -> str:
    pair = _pair(point.latitude_degrees, point.longitude_degrees)
    return f"https://www.google.com/maps/dir/?api=1&destination={pair}&travelmode=driving"


def _apple_url(point: Coordinates) -> str:
    pair = _pair(point.latitude_degrees, point.longitude_degrees)
    return f"https://maps.apple.com/?daddr={pair}&dirflg=d"


_BY_NAME = {
    "geo": _Provider("Map app", "地图应用", _geo_url),
    "amap": _Provider("Amap", "高德地图", _amap_url),
    "google": _Provider("Google Maps", "谷歌地图", _google_url),
    "apple": _Provider("Apple Maps", "苹果地图", _apple_url),
}

PROVIDERS = tuple(_BY_NAME)


def navigation_links(coordinates: Coordinates, providers: Sequence[str]) -> tuple[NavigationLink, ...]:
    """Links to a point, one a provider, in the order asked for.

    Args:
        coordinates: The point, in WGS-84; converted to what each provider reads.
        providers: Names out of `PROVIDERS`.

    Raises:
        InvalidInput: `unknown_provider` for each name that is not known.
    """
    check_providers(providers)
    return tuple(
        NavigationLink(
            provider=name,
            title_en=_BY_NAME[name].title_en,
            title_zh=_BY_NAME[name].title_zh,
            url=_BY_NAME[name].url(coordinates),
        )
        for name in providers
    )


def provider_title(provider: str, language: str) -> str:
    """What the button of a known provider says, in Chinese for `zh-CN`, else in English."""
    known = _BY_NAME[provider]
    return known.title_zh if language == "zh-CN" else known.title_en


def check_providers(providers: Sequence[str]) -> None:
    """Refuse names of providers that do not exist.

    Raises:
        InvalidInput: `unknown_provider` for each of them.
    """
    faults = [
        Fault(
            where=f"/navigation_providers/{index}",
            code="unknown_provider",
            message=f"The navigation provider {name!r} is not known.",
            hint=f"Choose from {', '.join(PROVIDERS)}.",
        )
        for index, name in enumerate(providers)
        if name not in _BY_NAME
    ]
    if faults:
        raise InvalidInput(faults)
