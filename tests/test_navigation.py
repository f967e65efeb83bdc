import math
import re

import pytest

from maps.navigation import PROVIDERS, navigation_links, provider_title, route_links
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Coordinates
from scheduler.domain.travel import Profile

SHANGHAI = Coordinates(latitude_degrees=31.1774276, longitude_degrees=121.5272106)

PEOPLES_SQUARE = Coordinates(latitude_degrees=31.2304, longitude_degrees=121.4737)

# GCJ-02 121.531541859215,31.17530398364597
KNOWN_URLS = {
    "geo": "geo:31.177428,121.527211?q=31.177428,121.527211",
    "amap": "https://uri.amap.com/navigation?to=121.531542,31.175304&mode=car&callnative=1",  # longitude first
    "amap_ios": "iosamap://path?sourceApplication=visits&dlat=31.175304&dlon=121.531542&dev=0&t=0",
    "amap_android": "androidamap://navi?sourceApplication=visits&lat=31.175304&lon=121.531542&dev=0&style=2",
    "baidu_ios": "baidumap://map/direction?destination=31.175304,121.531542&mode=driving&coord_type=gcj02"
    "&src=ios.visits.scheduler",
    "baidu_android": "bdapp://map/direction?destination=31.175304,121.531542&mode=driving&coord_type=gcj02"
    "&src=andr.visits.scheduler",
    "tencent": "qqmap://map/routeplan?type=drive&fromcoord=CurrentLocation&tocoord=31.175304,121.531542&referer=visits",
    "tencent_web": "https://apis.map.qq.com/uri/v1/routeplan?type=drive&tocoord=31.175304,121.531542&coord_type=2"
    "&policy=0&referer=visits",
    "google": "https://www.google.com/maps/dir/?api=1&destination=31.177428,121.527211&travelmode=driving",
    "apple": "https://maps.apple.com/?daddr=31.177428,121.527211&dirflg=d",
    "waze": "https://waze.com/ul?ll=31.177428%2C121.527211&navigate=yes&utm_source=visits",
    "organic_maps": "om://v2/nav?destination=31.177428,121.527211&mode=drive",
    "osmand": "https://osmand.net/map/?finish=31.177428,121.527211&profile=car",
}

# Their JSON of one point without a name, with every sign of it encoded.
BAIDU_VIA = (
    "&viaPoints=%7B%22viaPoints%22%3A%5B%7B%22name%22%3A%22%22%2C%22lat%22%3A31.228458%2C%22lng%22%3A121.478223"
    "%7D%5D%7D"
)

# From where the phone is by the square (GCJ-02 31.228458,121.478223) to the point above.
KNOWN_ROUTES = {
    "amap": "https://uri.amap.com/navigation?to=121.531542,31.175304&via=121.478223,31.228458&mode=car&callnative=1",
    "amap_ios": "iosamap://path?sourceApplication=visits&dlat=31.175304&dlon=121.531542&dev=0&t=0"
    "&vian=1&vialons=121.478223&vialats=31.228458",
    "amap_android": "amapuri://route/plan/?sourceApplication=visits&dlat=31.175304&dlon=121.531542&dev=0&t=0"
    "&vian=1&vialons=121.478223&vialats=31.228458",
    "baidu_ios": KNOWN_URLS["baidu_ios"] + BAIDU_VIA,
    "baidu_android": KNOWN_URLS["baidu_android"] + BAIDU_VIA,
    "tencent": KNOWN_URLS["tencent"] + "&passes=name:1;coord:31.228458,121.478223;",
    "google": "https://www.google.com/maps/dir/?api=1&destination=31.177428,121.527211"
    "&waypoints=31.230400,121.473700&travelmode=driving",
    "apple": "https://maps.apple.com/directions?destination=31.177428,121.527211&waypoint=31.230400,121.473700&mode=driving",
    "organic_maps": "om://v2/nav?destination=31.177428,121.527211&waypoints=31.230400,121.473700&mode=drive",
}
BY_BICYCLE = {
    "geo": KNOWN_URLS["geo"],
    "amap": KNOWN_URLS["amap"].replace("mode=car", "mode=ride"),
    "amap_ios": KNOWN_URLS["amap_ios"].replace("t=0", "t=3"),
    "amap_android": "amapuri://route/plan/?sourceApplication=visits&dlat=31.175304&dlon=121.531542&dev=0&t=3",
    "baidu_ios": KNOWN_URLS["baidu_ios"].replace("driving", "riding"),
    "baidu_android": KNOWN_URLS["baidu_android"].replace("driving", "riding"),
    "tencent": KNOWN_URLS["tencent"].replace("drive", "bike"),
    "google": KNOWN_URLS["google"].replace("driving", "bicycling"),
    "organic_maps": KNOWN_URLS["organic_maps"].replace("drive", "bike"),
    "osmand": KNOWN_URLS["osmand"].replace("profile=car", "profile=bicycle"),
}
ON_FOOT = {
    "geo": KNOWN_URLS["geo"],
    "amap": KNOWN_URLS["amap"].replace("mode=car", "mode=walk"),
    "amap_ios": KNOWN_URLS["amap_ios"].replace("t=0", "t=2"),
    "amap_android": "amapuri://route/plan/?sourceApplication=visits&dlat=31.175304&dlon=121.531542&dev=0&t=2",
    "baidu_ios": KNOWN_URLS["baidu_ios"].replace("driving", "walking"),
    "baidu_android": KNOWN_URLS["baidu_android"].replace("driving", "walking"),
    "tencent": KNOWN_URLS["tencent"].replace("drive", "walk"),
    "tencent_web": KNOWN_URLS["tencent_web"].replace("drive", "walk"),
    "google": KNOWN_URLS["google"].replace("driving", "walking"),
    "apple": KNOWN_URLS["apple"].replace("dirflg=d", "dirflg=w"),
    "organic_maps": KNOWN_URLS["organic_maps"].replace("drive", "walk"),
    "osmand": KNOWN_URLS["osmand"].replace("profile=car", "profile=pedestrian"),
}
WITHOUT_CHINESE_NAME = {"waze", "organic_maps", "osmand"}
STOPS_BETWEEN = {"amap": 1, "google": 3, "tencent": 15}


def test_every_provider_has_a_known_answer_here() -> None:
    assert set(KNOWN_URLS) == set(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_link_is_what_the_provider_documents(provider: str) -> None:
    (link,) = navigation_links(SHANGHAI, [provider])
    assert link.provider == provider
    assert link.url == KNOWN_URLS[provider]


@pytest.mark.parametrize(("profile", "known"), [(Profile.BICYCLE, BY_BICYCLE), (Profile.FOOT, ON_FOOT)])
def test_who_does_not_drive_gets_links_of_the_own_mode_from_those_who_have_one(
    profile: Profile, known: dict[str, str]
) -> None:
    assert {link.provider: link.url for link in navigation_links(SHANGHAI, PROVIDERS, profile)} == known


def test_links_come_in_the_order_asked_for() -> None:
    links = navigation_links(SHANGHAI, ["apple", "geo"])
    assert [link.provider for link in links] == ["apple", "geo"]


def test_no_provider_gives_no_link() -> None:
    assert navigation_links(SHANGHAI, []) == ()


def test_a_provider_that_is_not_known_is_refused_with_all_others_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        navigation_links(SHANGHAI, ["geo", "yandex", "Amap"])
    assert [(fault.where, fault.code) for fault in refused.value.faults] == [
        ("/navigation_providers/1", "unknown_provider"),
        ("/navigation_providers/2", "unknown_provider"),
    ]


def test_coordinates_near_zero_are_written_in_plain_decimals() -> None:
    (link,) = navigation_links(Coordinates(latitude_degrees=-0.00000001, longitude_degrees=1e-7), ["geo"])
    assert link.url == "geo:0.000000,0.000000?q=0.000000,0.000000"


def test_the_amap_link_is_some_hundred_meters_from_the_gps_point() -> None:
    (link,) = navigation_links(SHANGHAI, ["amap"])
    found = re.search(r"to=([\d.]+),([\d.]+)&", link.url)
    assert found is not None
    east = (float(found[1]) - SHANGHAI.longitude_degrees) * 111_320 * math.cos(math.radians(31.18))
    north = (float(found[2]) - SHANGHAI.latitude_degrees) * 111_320
    assert 300 < math.hypot(east, north) < 700


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_title_is_given_in_both_languages(provider: str) -> None:
    (link,) = navigation_links(SHANGHAI, [provider])
    assert provider_title(provider, "en") == link.title_en
    assert provider_title(provider, "zh-CN") == link.title_zh
    assert re.search("[一-鿿]", link.title_zh) or provider in WITHOUT_CHINESE_NAME


@pytest.mark.parametrize("provider", KNOWN_ROUTES)
def test_a_link_along_a_route_is_what_the_provider_documents(provider: str) -> None:
    (link,) = route_links([PEOPLES_SQUARE, SHANGHAI], [provider])
    assert (link.first, link.last) == (1, 2)
    assert link.url == KNOWN_ROUTES[provider]


@pytest.mark.parametrize("provider", sorted(set(PROVIDERS) - set(KNOWN_ROUTES)))
def test_a_provider_that_takes_one_point_has_no_link_along_a_route(provider: str) -> None:
    assert route_links([PEOPLES_SQUARE, SHANGHAI], [provider]) == ()


@pytest.mark.parametrize("provider", STOPS_BETWEEN)
def test_a_long_route_is_cut_to_what_the_provider_takes(provider: str) -> None:
    size = STOPS_BETWEEN[provider] + 1
    links = route_links([PEOPLES_SQUARE] * (2 * size + 1), [provider])
    assert [(link.first, link.last) for link in links] == [(1, size), (size + 1, 2 * size), (2 * size + 1,) * 2]


def test_points_between_are_joined_by_encoded_bars() -> None:
    (google,) = route_links([SHANGHAI] * 4, ["google"])
    assert google.url.count("31.177428,121.527211") == 4
    assert google.url.count("%7C") == 2
    (amap,) = route_links([SHANGHAI] * 3, ["amap_ios"])
    assert "&vian=2&vialons=121.531542%7C121.531542&vialats=31.175304%7C31.175304" in amap.url


@pytest.mark.parametrize("provider", KNOWN_ROUTES)
def test_no_link_is_longer_than_2048_signs_or_holds_what_a_url_may_not(provider: str) -> None:
    for link in route_links([SHANGHAI] * 40, [provider]):
        assert len(link.url) <= 2048
        assert re.fullmatch(r"[A-Za-z0-9:/?&=.,;%_+-]+", link.url)


def test_a_route_of_no_points_has_no_links() -> None:
    assert route_links([], PROVIDERS) == ()
