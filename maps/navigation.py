"""Links that open a navigation app at one stop or along a route: coordinates only, never a name or an address."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import quote

from scheduler.domain.coordinates import wgs84_to_gcj02
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Coordinates
from scheduler.domain.travel import Profile

LATITUDE, LONGITUDE = "LAT", "LON"
"""What stands for the numbers in the pattern of a link."""
_MODE = "MODE"
"""What stands in a provider's pattern for its word for a travel profile."""


class Datum(StrEnum):
    """The coordinates that a provider reads. Baidu reads GCJ-02 too when told so."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


_INTO: Mapping[Datum, Callable[[Coordinates], Coordinates]] = MappingProxyType(
    {Datum.WGS84: lambda point: point, Datum.GCJ02: wgs84_to_gcj02}
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLink:
    """One link along a part of a route, from where the phone is.

    Attributes:
        provider: One of `PROVIDERS`.
        first: The number of the first point that it visits, from 1.
        last: The number of the point where it ends; more than `first`, or the only one.
        url: As in `NavigationLink`.
    """

    provider: str
    first: int
    last: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPattern:
    """How a provider's link to one stop is made, for a page that makes many of them.

    Attributes:
        title: What the button says.
        datum: The coordinates that go in.
        patterns: By travel profile, the URL with `LAT` and `LON` in place of the numbers; none for a profile that the
            provider has no link for.
    """

    title: str
    datum: Datum
    patterns: Mapping[Profile, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    """How a link along several points is made, given the ones between and the last; already in the datum."""

    stops_between: int
    url: Callable[[Sequence[Coordinates], Coordinates], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provider:
    """How a provider's links are made; those along several points are for cars."""

    title_en: str
    title_zh: str
    stops: Mapping[Profile, str]
    datum: Datum = Datum.WGS84
    route: _Route | None = None


def _stops(pattern: str, *, car: str | None, bicycle: str | None, foot: str | None) -> Mapping[Profile, str]:
    """The patterns of a provider with its word for each profile, None where it has none."""
    words = {Profile.CAR: car, Profile.BICYCLE: bicycle, Profile.FOOT: foot}
    return {profile: pattern.replace(_MODE, word) for profile, word in words.items() if word is not None}


def _six_decimals(degrees: float) -> str:
    """About 0.1 m; adding zero turns a rounded -0.0 into 0.0."""
    return f"{round(degrees, 6) + 0.0:.6f}"


def _filled(pattern: str, point: Coordinates) -> str:
    latitude, longitude = _six_decimals(point.latitude_degrees), _six_decimals(point.longitude_degrees)
    return pattern.replace(LATITUDE, latitude).replace(LONGITUDE, longitude)


def _joined(pattern: str, points: Sequence[Coordinates]) -> str:
    """Points with bars between; a bare bar is not allowed in a URL."""
    return "%7C".join(_filled(pattern, point) for point in points)


def _amap_route(between: Sequence[Coordinates], last: Coordinates) -> str:
    via = "".join(_filled("&via=LON,LAT", point) for point in between)
    return _filled(f"https://uri.amap.com/navigation?to=LON,LAT{via}&mode=car&callnative=1", last)


def _amap_app_route(start: str) -> Callable[[Sequence[Coordinates], Coordinates], str]:
    def url(between: Sequence[Coordinates], last: Coordinates) -> str:
        target = _filled(f"{start}?sourceApplication=visits&dlat=LAT&dlon=LON&dev=0&t=0", last)
        if not between:
            return target
        return f"{target}&vian={len(between)}&vialons={_joined('LON', between)}&vialats={_joined('LAT', between)}"

    return url


def _baidu_route(stop: str) -> Callable[[Sequence[Coordinates], Coordinates], str]:
    def url(between: Sequence[Coordinates], last: Coordinates) -> str:
        points = [
            {"name": "", "lat": round(point.latitude_degrees, 6), "lng": round(point.longitude_degrees, 6)}
            for point in between
        ]
        via = quote(json.dumps({"viaPoints": points}, separators=(",", ":")), safe="")
        return _filled(stop.replace(_MODE, "driving"), last) + (f"&viaPoints={via}" if points else "")

    return url


def _tencent_route(between: Sequence[Coordinates], last: Coordinates) -> str:
    passes = "%7C".join(_filled(f"name:{number};coord:LAT,LON;", point) for number, point in enumerate(between, 1))
    return _filled(_TENCENT.replace(_MODE, "drive"), last) + (f"&passes={passes}" if between else "")


def _google_route(between: Sequence[Coordinates], last: Coordinates) -> str:
    waypoints = f"&waypoints={_joined('LAT,LON', between)}" if between else ""
    return _filled(f"https://www.google.com/maps/dir/?api=1&destination=LAT,LON{waypoints}&travelmode=driving", last)


def _apple_route(between: Sequence[Coordinates], last: Coordinates) -> str:
    waypoints = "".join(_filled("&waypoint=LAT,LON", point) for point in between)
    return _filled(f"https://maps.apple.com/directions?destination=LAT,LON{waypoints}&mode=driving", last)


def _organic_route(between: Sequence[Coordinates], last: Coordinates) -> str:
    waypoints = f"&waypoints={_joined('LAT,LON', between)}" if between else ""
    return _filled(f"om://v2/nav?destination=LAT,LON{waypoints}&mode=drive", last)


# `src`, `referer` and `sourceApplication` must be there; they name this program and no lender.
_BAIDU_ANDROID = "bdapp://map/direction?destination=LAT,LON&mode=MODE&coord_type=gcj02&src=andr.visits.scheduler"
_BAIDU_IOS = "baidumap://map/direction?destination=LAT,LON&mode=MODE&coord_type=gcj02&src=ios.visits.scheduler"
_TENCENT = "qqmap://map/routeplan?type=MODE&fromcoord=CurrentLocation&tocoord=LAT,LON&referer=visits"

# Where a provider does not say how many points may stand between, three is what every one of them takes.
_BY_NAME: Mapping[str, _Provider] = MappingProxyType(
    {
        # The q form is what Android's apps put a pin at; RFC 5870 readers ignore it.
        "geo": _Provider(
            title_en="Map app",
            title_zh="地图应用",
            stops=_stops("geo:LAT,LON?q=LAT,LON", car="", bicycle="", foot=""),
        ),
        "amap": _Provider(
            title_en="Amap",
            title_zh="高德地图",
            stops=_stops(
                "https://uri.amap.com/navigation?to=LON,LAT&mode=MODE&callnative=1",
                car="car",
                bicycle="ride",
                foot="walk",
            ),
            datum=Datum.GCJ02,
            route=_Route(stops_between=1, url=_amap_route),
        ),
        "amap_ios": _Provider(
            title_en="Amap (iOS)",
            title_zh="高德地图 (iOS)",
            stops=_stops(
                "iosamap://path?sourceApplication=visits&dlat=LAT&dlon=LON&dev=0&t=MODE", car="0", bicycle="3", foot="2"
            ),
            datum=Datum.GCJ02,
            route=_Route(stops_between=3, url=_amap_app_route("iosamap://path")),
        ),
        "amap_android": _Provider(
            title_en="Amap (Android)",
            title_zh="高德地图 (Android)",
            stops={
                Profile.CAR: "androidamap://navi?sourceApplication=visits&lat=LAT&lon=LON&dev=0&style=2",
                **_stops(
                    "amapuri://route/plan/?sourceApplication=visits&dlat=LAT&dlon=LON&dev=0&t=MODE",
                    car=None,
                    bicycle="3",
                    foot="2",
                ),
            },
            datum=Datum.GCJ02,
            route=_Route(stops_between=3, url=_amap_app_route("amapuri://route/plan/")),
        ),
        "baidu_ios": _Provider(
            title_en="Baidu Maps (iOS)",
            title_zh="百度地图 (iOS)",
            stops=_stops(_BAIDU_IOS, car="driving", bicycle="riding", foot="walking"),
            datum=Datum.GCJ02,
            route=_Route(stops_between=3, url=_baidu_route(_BAIDU_IOS)),
        ),
        "baidu_android": _Provider(
            title_en="Baidu Maps (Android)",
            title_zh="百度地图 (Android)",
            stops=_stops(_BAIDU_ANDROID, car="driving", bicycle="riding", foot="walking"),
            datum=Datum.GCJ02,
            route=_Route(stops_between=3, url=_baidu_route(_BAIDU_ANDROID)),
        ),
        "tencent": _Provider(
            title_en="Tencent Maps",
            title_zh="腾讯地图",
            stops=_stops(_TENCENT, car="drive", bicycle="bike", foot="walk"),
            datum=Datum.GCJ02,
            route=_Route(stops_between=15, url=_tencent_route),
        ),
        "tencent_web": _Provider(
            title_en="Tencent Maps (web)",
            title_zh="腾讯地图 (网页)",
            stops=_stops(
                "https://apis.map.qq.com/uri/v1/routeplan?type=MODE&tocoord=LAT,LON&coord_type=2&policy=0&referer=visits",
                car="drive",
                bicycle=None,
                foot="walk",
            ),
            datum=Datum.GCJ02,
        ),
        "google": _Provider(
            title_en="Google Maps",
            title_zh="谷歌地图",
            stops=_stops(
                "https://www.google.com/maps/dir/?api=1&destination=LAT,LON&travelmode=MODE",
                car="driving",
                bicycle="bicycling",
                foot="walking",
            ),
            route=_Route(stops_between=3, url=_google_route),  # nine outside of phones; more are dropped in silence
        ),
        "apple": _Provider(
            title_en="Apple Maps",
            title_zh="苹果地图",
            stops=_stops("https://maps.apple.com/?daddr=LAT,LON&dirflg=MODE", car="d", bicycle=None, foot="w"),
            route=_Route(stops_between=3, url=_apple_route),
        ),
        "waze": _Provider(
            title_en="Waze",
            title_zh="Waze",
            stops=_stops(
                "https://waze.com/ul?ll=LAT%2CLON&navigate=yes&utm_source=visits", car="", bicycle=None, foot=None
            ),
        ),
        "organic_maps": _Provider(
            title_en="Organic Maps",
            title_zh="Organic Maps",
            stops=_stops("om://v2/nav?destination=LAT,LON&mode=MODE", car="drive", bicycle="bike", foot="walk"),
            route=_Route(stops_between=3, url=_organic_route),
        ),
        "osmand": _Provider(
            title_en="OsmAnd",
            title_zh="OsmAnd",
            stops=_stops(
                "https://osmand.net/map/?finish=LAT,LON&profile=MODE", car="car", bicycle="bicycle", foot="pedestrian"
            ),
        ),
    }
)

PROVIDERS = tuple(_BY_NAME)


def navigation_links(
    coordinates: Coordinates, providers: Sequence[str], profile: Profile = Profile.CAR
) -> tuple[NavigationLink, ...]:
    """Links to a point, one a provider, in the order asked for.

    Args:
        coordinates: The point, in WGS-84; converted to what each provider reads.
        providers: Names out of `PROVIDERS`; one that has no link for the profile is passed over.
        profile: Who goes there.

    Raises:
        InvalidInput: `unknown_provider` for each name that is not known.
    """
    check_providers(providers)
    return tuple(
        NavigationLink(
            provider=name,
            title_en=_BY_NAME[name].title_en,
            title_zh=_BY_NAME[name].title_zh,
            url=_filled(_BY_NAME[name].stops[profile], in_datum(coordinates, _BY_NAME[name].datum)),
        )
        for name in providers
        if profile in _BY_NAME[name].stops
    )


def route_links(points: Sequence[Coordinates], providers: Sequence[str]) -> tuple[RouteLink, ...]:
    """Links along a car's route, cut where a provider takes no more points; each part begins where the phone is then.

    Args:
        points: Where the route goes after its start, in order, in WGS-84.
        providers: Names out of `PROVIDERS`; one that takes a single point has no links here.

    Raises:
        InvalidInput: `unknown_provider` for each name that is not known.
    """
    check_providers(providers)
    links = []
    for name in providers:
        route = _BY_NAME[name].route
        if route is None:
            continue
        read = [in_datum(point, _BY_NAME[name].datum) for point in points]
        size = route.stops_between + 1
        for start in range(0, len(read), size):
            part = read[start : start + size]
            url = route.url(part[:-1], part[-1])
            links.append(RouteLink(provider=name, first=start + 1, last=start + len(part), url=url))
    return tuple(links)


def stop_pattern(provider: str, language: str) -> StopPattern:
    """How the links of a known provider to single stops are made."""
    known = _BY_NAME[provider]
    return StopPattern(title=provider_title(provider, language), datum=known.datum, patterns=known.stops)


def in_datum(point: Coordinates, datum: Datum) -> Coordinates:
    """A WGS-84 point in another datum."""
    return _INTO[datum](point)


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
