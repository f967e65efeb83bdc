"""Places without a point are looked for as a job: with the operator's geocoder alone, each address once."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.current import close, kept_by
from api.jobs.geocoding import GEOCODER_OFF
from api.settings import Settings
from api.store.sealed_texts import Point, opened_point
from api.store.tables.cases import PlaceRow
from api.store.tables.service import JobRow
from scheduler.domain.geocoding import ProviderName
from scheduler.domain.location import Coordinates
from tests.databases import sqlite_settings
from tests.geocoders import AREA, LATITUDE, LONGITUDE, Stub, a_stub, nominatim_place
from tests.job_runs import done
from tests.lender import NOW, a_lenders_client, send, sources_of
from tests.sheets import Sheet, a_case_row, a_place_row, sheets

NO_POINT = {"纬度": "", "经度": "", "坐标系": ""}
FOUND = Coordinates(latitude_degrees=LATITUDE, longitude_degrees=LONGITUDE)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with a_stub() as running:
        running.says([nominatim_place()])
        yield running


def with_geocoder(stub: Stub, **changes: Any) -> dict[str, Any]:
    given = {
        "geocoder": ProviderName.NOMINATIM,
        "geocoder_url": stub.url,
        "geocoder_area": AREA,
        "geocoder_pause_seconds": 0.0,
    }
    return given | changes


@pytest.fixture
def client(tmp_path: Path, stub: Stub) -> Iterator[FlaskClient]:
    made = a_lenders_client(sqlite_settings(tmp_path, **with_geocoder(stub)))
    yield made
    close(made.application)


def keep_places(client: FlaskClient, *addresses: str, mode: str = "create", **cells: str) -> None:
    """Cases C1, C2 and so on, each with a home at an address, without a point unless cells say so."""
    places = [a_place_row(f"C{n}", 地址=address, **(NO_POINT | cells)) for n, address in enumerate(addresses, 1)]
    cases: Sheet = [a_case_row(f"C{n}") for n in range(1, len(addresses) + 1)]
    answer = send(client, sources_of(sheets(cases=cases, places=places)), mode=mode)
    assert answer.status_code in {200, 201}, answer.text


def points(client: FlaskClient) -> dict[str, Point]:
    with kept_by(client.application).plans.database.reading(None, NOW) as unit:
        rows = unit.session.scalars(select(PlaceRow).order_by(PlaceRow.code)).all()
        return {row.code: opened_point(unit, row.sealed_point) for row in rows}


def geocode(client: FlaskClient) -> dict[str, Any]:
    return done(client, client.post("/api/v1/geocodings", json={}))


def test_a_place_without_a_point_gets_it_with_provider_and_confidence_and_others_are_not_asked_for(
    client: FlaskClient, stub: Stub
) -> None:
    keep_places(client, "听雨路 8 号")

    job = geocode(client)

    assert (job["state"], job["result"]) == ("done", {"places": 1, "found": 1})
    point = points(client)["C1-home"]
    assert point.coordinates == FOUND
    assert point.lookup is not None
    assert (point.lookup.provider, point.lookup.datum, point.lookup.refusal) == ("nominatim", "wgs84", None)
    assert point.lookup.confidence
    asked = len(stub.asked)
    assert geocode(client)["result"] == {"places": 0, "found": 0}
    assert len(stub.asked) == asked


@pytest.mark.parametrize(
    ("says", "status", "code"),
    [
        ([], 200, "not_found"),
        ([nominatim_place(address={"house_number": "9"})], 200, "low_confidence"),
        ([nominatim_place(40.0, 100.0)], 200, "outside_district"),
        ([nominatim_place(LONGITUDE, LATITUDE)], 200, "bad_answer"),
        ([nominatim_place(0, 0)], 200, "zero_zero"),
        ("<html>", 200, "bad_answer"),
        ([], 401, "provider_error"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_an_answer_that_is_not_believed_is_refused_by_its_own_code(
    client: FlaskClient, stub: Stub, says: object, status: int, code: str
) -> None:
    keep_places(client, "听雨路 8 号")
    stub.says(says, status=status)

    job = geocode(client)

    assert (job["state"], job["result"]) == ("done", {"places": 1, "found": 0, code: 1})
    point = points(client)["C1-home"]
    assert point.coordinates is None
    assert point.lookup is not None
    assert point.lookup.refusal == code
    told = client.get(f"/api/v1/geocodings/{job['id']}").get_json()
    assert told == {"provider": "nominatim", "places": [{"place_id": "C1-home", "result": code}]}


def test_without_a_geocoder_the_job_is_refused_and_nobody_is_asked(database_settings: Settings) -> None:
    client = a_lenders_client(database_settings)
    keep_places(client, "听雨路 8 号")

    job = geocode(client)

    close(client.application)
    assert (job["state"], job["error_code"]) == ("failed", GEOCODER_OFF)


def test_a_geocoder_without_an_area_is_refused_by_what_is_missing(tmp_path: Path, stub: Stub) -> None:
    client = a_lenders_client(sqlite_settings(tmp_path, **with_geocoder(stub, geocoder_area=None)))
    keep_places(client, "听雨路 8 号")

    job = geocode(client)

    close(client.application)
    assert (job["state"], job["error_code"], stub.asked) == ("failed", "missing_setting", [])


def test_what_was_found_before_somebody_stops_it_is_kept(
    client: FlaskClient, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_places(client, "听雨路 8 号", "听雨路 18 号")
    monkeypatch.setattr("api.jobs.work.SECONDS_BETWEEN_QUESTIONS", 0.0)
    asked = client.post("/api/v1/geocodings", json={})
    stub.hangs = threading.Event()

    def stop_after_the_first_question() -> None:
        while not stub.asked:
            threading.Event().wait(0.01)
        cancelled = client.application.test_client().post(
            f"{asked.headers['Location']}/cancel",
            headers={"Authorization": client.environ_base["HTTP_AUTHORIZATION"]},
        )
        assert cancelled.status_code == 202
        assert stub.hangs is not None
        stub.hangs.set()

    thread = threading.Thread(target=stop_after_the_first_question)
    thread.start()
    job = done(client, asked)
    thread.join()

    assert (job["state"], job["result"]["found"], len(stub.asked)) == ("cancelled", 1, 1)
    assert [point.coordinates for point in points(client).values()] == [FOUND, None]


def test_flats_of_one_house_are_one_question_and_each_gets_the_point(client: FlaskClient, stub: Stub) -> None:
    keep_places(client, "听雨路 8 号 101 室", "听雨路 8 号 202 室")

    assert geocode(client)["result"] == {"places": 2, "found": 2}
    assert stub.questions == ["听雨路 8 号"]


def test_a_point_that_was_found_stays_while_the_lender_sends_the_same_address_and_goes_with_it(
    client: FlaskClient,
) -> None:
    keep_places(client, "听雨路 8 号")
    geocode(client)

    keep_places(client, "听雨路 8 号", mode="update", 可访时段="10:00-12:00")
    assert points(client)["C1-home"].coordinates == FOUND
    keep_places(client, "听雨路 9 号", mode="update")

    assert points(client)["C1-home"] == Point(address="听雨路 9 号", coordinates=None)


def test_a_place_that_is_changed_while_the_provider_thinks_stays_as_it_was_changed(
    client: FlaskClient, stub: Stub
) -> None:
    keep_places(client, "听雨路 8 号")
    asked = client.post("/api/v1/geocodings", json={})
    stub.hangs = threading.Event()

    def change() -> None:
        while not stub.asked:
            threading.Event().wait(0.01)
        keep_places(client, "听雨路 9 号", mode="update")
        assert stub.hangs is not None
        stub.hangs.set()

    thread = threading.Thread(target=change)
    thread.start()
    job = done(client, asked)
    thread.join()

    assert job["result"] == {"places": 1, "found": 0, "changed_meanwhile": 1}
    assert points(client)["C1-home"].coordinates is None


def test_no_address_stands_in_the_job(client: FlaskClient) -> None:
    keep_places(client, "听雨路 8 号")
    job_id = geocode(client)["id"]

    with kept_by(client.application).plans.database.reading(None, NOW) as unit:
        row = unit.session.scalars(select(JobRow).where(JobRow.id == job_id)).one()
        said = repr((row.arguments, row.progress, row.result, row.error_code))
    assert "听雨路" not in said
