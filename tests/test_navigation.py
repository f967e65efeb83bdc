import math
import re

import pytest

from maps.navigation import PROVIDERS, navigation_links, provider_title
from scheduler.domain.errors import InvalidInput
from scheduler.domain.location import Coordinates

SHANGHAI = Coordinates(latitude_degrees=31.1774276, longitude_degrees=121.5272106)

KNOWN_URLS = {
    "geo": "geo:31.177428,121.527211?q=31.177428,121.527211",
    # GCJ-02 121.531541859215,31.17530398364597, longitude first
    "amap": "https://uri.amap.com/navigation?to=121.531542,31.175304&mode=car&callnative=1",
    "google": "https://www.google.com/maps/dir/?api=1&destination=31.177428,121.527211&travelmode=driving",
    "apple": "https://maps.apple.com/?daddr=31.177428,121.527211&dirflg=d",
}


def test_every_provider_has_a_known_answer_here() -> None:
    assert set(KNOWN_URLS) == set(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_link_is_what_the_provider_documents(provider: str) -> None:
    (link,) = navigation_links(SHANGHAI, [provider])
    assert link.provider == provider
    assert link.url == KNOWN_URLS[provider]


def test_links_come_in_the_order_asked_for() -> None:
    links = navigation_links(SHANGHAI, ["apple", "geo"])
    assert [link.provider for link in links] == ["apple", "geo"]


def test_no_provider_gives_no_link() -> None:
    assert navigation_links(SHANGHAI, []) == ()


def test_a_provider_that_is_not_known_is_refused_with_all_others_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        navigation_links(SHANGHAI, ["geo", "waze", "Amap"])
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
    assert re.search("[一-鿿]", link.title_zh)
