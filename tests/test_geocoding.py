"""What a geocoder answers is believed or refused, each with its own code; addresses are told to nobody else."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from api.geocoding.fetch import HttpFetch
from scheduler.domain.coordinates import Datum, wgs84_to_bd09, wgs84_to_gcj02
from scheduler.domain.geocoding import Area, Geocoded, GeocodingOutcome, GeocodingRefusal, NotGeocoded
from scheduler.domain.location import Coordinates
from scheduler.travel.geocoding import Provider, amap, baidu, nominatim, photon
from tests.geocoders import (
    ADDRESS,
    LATITUDE,
    LONGITUDE,
    QUESTION,
    FakeTime,
    Said,
    Stub,
    a_queue,
    a_stub,
    amap_page,
    baidu_page,
    nominatim_place,
    photon_page,
)
from tests.parts import require_nominatim

POINT = Coordinates(latitude_degrees=LATITUDE, longitude_degrees=LONGITUDE)
PARIS = (48.8566, 2.3522)
HELSINKI = Area(south_degrees=60.1, west_degrees=24.8, north_degrees=60.3, east_degrees=25.1)
FAST = HttpFetch(seconds=0.3)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with a_stub() as running:
        yield running


def outcome_of(provider: Provider, address: str = ADDRESS) -> GeocodingOutcome:
    return a_queue(provider).geocode([address])[address]


def code_of(provider: Provider, address: str = ADDRESS) -> GeocodingRefusal:
    outcome = outcome_of(provider, address)
    assert isinstance(outcome, NotGeocoded)
    return outcome.code


def test_the_very_house_is_found(stub: Stub) -> None:
    stub.says([nominatim_place()])

    outcome = outcome_of(nominatim(stub.url, FAST))

    assert outcome == Geocoded(coordinates=POINT, confidence=1.0, datum=Datum.WGS84)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """An answer that must be refused, and the code that says why."""

    code: str
    body: bytes = b"[]"
    status: int = 200
    hangs: bool = False


def places(*found: object) -> bytes:
    return json.dumps(found).encode()


BAD = {
    "nothing": Bad(code="not_found"),
    "nan in words": Bad(code="bad_answer", body=places(nominatim_place("NaN", "NaN"))),
    "nan as numbers": Bad(code="bad_answer", body=places(nominatim_place(float("nan"), float("inf")))),
    "swapped": Bad(code="bad_answer", body=places(nominatim_place(LONGITUDE, LATITUDE))),
    "minutes": Bad(code="bad_answer", body=places(nominatim_place("31°12′N", "112°48′E"))),
    "no point": Bad(code="bad_answer", body=places(nominatim_place(None, None))),
    "no place": Bad(code="bad_answer", body=places("a", 1, None)),
    "no list": Bad(code="bad_answer", body=b'{"lat": []}'),
    "Paris": Bad(code="outside_district", body=places(nominatim_place(*PARIS))),
    "zero, zero": Bad(code="zero_zero", body=places(nominatim_place(0, 0))),
    "html": Bad(code="bad_answer", body=b"<html>Sign in</html>"),
    "ten megabytes": Bad(code="bad_answer", body=b" " * 10_000_000 + b"[]"),
    "deep": Bad(code="bad_answer", body=b"[" * 200_000),
    "no text": Bad(code="bad_answer", body=b"\xff\xfe"),
    "busy": Bad(code="rate_limited", status=429),
    "broken": Bad(code="provider_error", status=500),
    "forbidden": Bad(code="provider_error", status=401),
    "hangs": Bad(code="timeout", hangs=True),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_every_bad_answer_is_refused_with_its_own_code(stub: Stub, bad: Bad, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    stub.body, stub.status, stub.hangs = bad.body, bad.status, threading.Event() if bad.hangs else None

    assert code_of(nominatim(stub.url, FAST)) == bad.code

    told = "\n".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert bad.code in told
    assert "听雨路" not in told
    assert "%E5%90%AC" not in told


def test_a_server_that_is_not_there_is_a_failure_of_the_provider() -> None:
    with a_stub() as gone:
        url = gone.url

    assert code_of(nominatim(url, FAST)) == "provider_error"


def test_an_answer_that_trickles_is_a_time_out(stub: Stub) -> None:
    stub.body, stub.pause_seconds = b" " * 100, 0.05

    assert code_of(nominatim(stub.url, FAST)) == "timeout"


def test_a_redirect_is_not_followed(stub: Stub) -> None:
    with a_stub() as elsewhere:
        stub.status, stub.headers = 302, {"Location": f"{elsewhere.url}/search?q=x"}

        assert code_of(nominatim(stub.url, FAST)) == "provider_error"

        assert elsewhere.asked == []


@pytest.mark.parametrize(
    "place",
    [
        nominatim_place(place_rank=26),
        nominatim_place(place_rank=12),
        nominatim_place(address={"house_number": "88"}),
    ],
)
def test_a_street_or_another_house_is_not_sure_enough(stub: Stub, place: dict[str, object]) -> None:
    stub.says([place])

    assert code_of(nominatim(stub.url, FAST)) == "low_confidence"


def test_two_houses_that_fit_equally_well_are_left_to_a_person(stub: Stub) -> None:
    stub.says([nominatim_place(), nominatim_place(LATITUDE + 0.01)])
    assert code_of(nominatim(stub.url, FAST)) == "low_confidence"

    stub.says([nominatim_place(), nominatim_place(LATITUDE + 0.0001)])
    assert isinstance(outcome_of(nominatim(stub.url, FAST)), Geocoded)


def test_a_house_in_another_district_than_the_address_names_is_refused(stub: Stub) -> None:
    stub.says([nominatim_place(address={"house_number": "8", "city_district": "锦堤区"})])

    assert code_of(nominatim(stub.url, FAST)) == "outside_district"
    assert isinstance(outcome_of(nominatim(stub.url, FAST), "云浔市听雨路 8 号听澜小区"), Geocoded)


def test_photon_is_asked_in_its_own_way(stub: Stub) -> None:
    stub.says(photon_page())
    assert outcome_of(photon(stub.url, FAST)) == Geocoded(coordinates=POINT, confidence=1.0, datum=Datum.WGS84)

    stub.says(photon_page(type="street"))
    assert code_of(photon(stub.url, FAST)) == "low_confidence"

    stub.says(photon_page(0, 0))
    assert code_of(photon(stub.url, FAST)) == "zero_zero"

    stub.says({"features": []})
    assert code_of(photon(stub.url, FAST)) == "not_found"


def test_amap_answers_in_gcj02_and_the_point_becomes_wgs84() -> None:
    there = wgs84_to_gcj02(POINT)
    said = Said(amap_page(f"{there.longitude_degrees},{there.latitude_degrees}"))

    outcome = outcome_of(amap("the-key", said))

    assert isinstance(outcome, Geocoded)
    assert outcome.datum is Datum.GCJ02
    assert outcome.coordinates.latitude_degrees == pytest.approx(LATITUDE, abs=1e-8)
    assert outcome.coordinates.longitude_degrees == pytest.approx(LONGITUDE, abs=1e-8)
    assert said.urls[0].startswith("https://restapi.amap.com/v3/geocode/geo?key=the-key&address=")


def test_baidu_answers_in_bd09_and_the_point_becomes_wgs84() -> None:
    there = wgs84_to_bd09(POINT)
    said = Said(baidu_page(there.latitude_degrees, there.longitude_degrees))

    outcome = outcome_of(baidu("the-key", said))

    assert isinstance(outcome, Geocoded)
    assert outcome.datum is Datum.BD09
    assert outcome.coordinates.latitude_degrees == pytest.approx(LATITUDE, abs=1e-8)
    assert outcome.coordinates.longitude_degrees == pytest.approx(LONGITUDE, abs=1e-8)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"status": "1", "geocodes": []}, "not_found"),
        (amap_page("112.8,31.2", level="道路"), "low_confidence"),
        (amap_page("112.8,31.2", level="省"), "low_confidence"),
        (amap_page("112.8,31.2", district="锦堤区"), "outside_district"),
        (amap_page("31.2,112.8"), "bad_answer"),
        (amap_page("31.2"), "bad_answer"),
        (amap_page("0,0"), "zero_zero"),
        ({"status": "0", "infocode": "10001"}, "provider_error"),
        ({"status": "0", "infocode": "10003"}, "rate_limited"),
        ({"status": "0", "infocode": "10021"}, "rate_limited"),
        ({"status": "0", "infocode": "30001"}, "provider_error"),
        ([], "bad_answer"),
    ],
)
def test_every_bad_answer_of_amap_is_refused(page: object, code: str) -> None:
    assert code_of(amap("the-key", Said(page))) == code


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ({"status": 0, "result": None}, "not_found"),
        (baidu_page(31.2, 112.8, confidence=30), "low_confidence"),
        (baidu_page(112.8, 31.2), "bad_answer"),
        (baidu_page(0, 0), "zero_zero"),
        ({"status": 4}, "rate_limited"),
        ({"status": 5}, "provider_error"),
        ({"status": 0, "result": {"location": {}}}, "bad_answer"),
    ],
)
def test_every_bad_answer_of_baidu_is_refused(page: object, code: str) -> None:
    assert code_of(baidu("the-key", Said(page))) == code


def test_the_provider_hears_the_address_without_the_flat_and_nothing_else(stub: Stub) -> None:
    stub.says([nominatim_place()])

    outcome_of(nominatim(stub.url, FAST))

    assert stub.questions == [QUESTION]


def test_an_address_is_asked_for_once_and_requests_keep_their_distance(stub: Stub) -> None:
    stub.says([nominatim_place()])
    time = FakeTime()

    answers = a_queue(nominatim(stub.url, FAST), fake_time=time).geocode(["听雨路 1 号", "听雨路 2 号", "听雨路 1 号"])

    assert list(answers) == ["听雨路 1 号", "听雨路 2 号"]
    assert len(stub.asked) == 2
    assert time.slept == [1.0]


def test_flats_of_one_house_are_one_question(stub: Stub) -> None:
    stub.says([nominatim_place()])
    flats = ["听雨路 8 号 3 栋 1203 室", "听雨路 8 号 3 栋 12 楼 1204 室", "听雨路 8 号 3 栋 2 单元 101 室"]

    answers = a_queue(nominatim(stub.url, FAST)).geocode(flats)

    assert list(answers) == flats
    assert stub.questions == ["听雨路 8 号 3 栋"]


def test_an_address_that_is_blank_or_a_flat_alone_is_not_asked_for(stub: Stub) -> None:
    assert code_of(nominatim(stub.url, FAST), " 1203 室 ") == "not_found"
    assert stub.asked == []


def test_a_busy_provider_is_asked_three_times_and_given_the_time_that_it_asks_for(stub: Stub) -> None:
    stub.says([], status=429)
    stub.headers = {"Retry-After": "7"}
    time = FakeTime()

    a_queue(nominatim(stub.url, FAST), fake_time=time).geocode([ADDRESS])

    assert len(stub.asked) == 3
    assert time.slept == [7.0, 7.0]


def test_a_wrong_key_is_not_tried_again() -> None:
    said = Said({"status": "0", "infocode": "10001"})

    assert code_of(amap("wrong", said)) == "provider_error"
    assert len(said.urls) == 1


def test_after_five_failures_in_a_row_the_rest_of_the_list_is_refused_unasked(stub: Stub) -> None:
    stub.says([], status=503)
    queue = a_queue(nominatim(stub.url, FAST))

    answers = queue.geocode([f"听雨路 {number} 号" for number in range(40)])

    assert set(answers.values()) == {NotGeocoded(code=GeocodingRefusal.TIMEOUT)}
    assert len(stub.asked) == 5
    stub.says([nominatim_place()])
    assert isinstance(queue.geocode(["听雨路 8 号"])["听雨路 8 号"], Geocoded)


def test_a_real_nominatim_finds_houses_and_refuses_streets_and_what_does_not_exist() -> None:
    queue = a_queue(nominatim(require_nominatim(), HttpFetch()), area=HELSINKI)
    house, other_house = "Aleksanterinkatu 52, Helsinki", "Mannerheimintie 14, Helsinki"
    street, nothing = "Aleksanterinkatu, Helsinki", "Tällaista katua ei ole 7, Helsinki"

    answers = queue.geocode([house, other_house, street, nothing])

    found = answers[house]
    assert isinstance(found, Geocoded)
    assert found.coordinates.latitude_degrees == pytest.approx(60.1683, abs=0.001)
    assert found.coordinates.longitude_degrees == pytest.approx(24.9421, abs=0.001)
    assert isinstance(answers[other_house], Geocoded)
    assert answers[street] == NotGeocoded(code=GeocodingRefusal.LOW_CONFIDENCE)
    assert answers[nothing] == NotGeocoded(code=GeocodingRefusal.NOT_FOUND)
