"""The corpus of bad inputs where the law and the clock say no: 57, 61, 72, 73 and 95 to 98."""

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access import Role
from api.current import close, kept_by
from api.importing.sources import Source
from api.settings import Settings
from api.store import Database, PlanState, Unit, plans, stops
from api.store.tables.cases import BlockRow, CaseRow, ContactRow
from api.visiting import publishing
from scheduler.domain.case import Channel
from scheduler.domain.coordinates import wgs84_to_bd09, wgs84_to_gcj02
from scheduler.domain.errors import RulesBroken
from scheduler.domain.geocoding import ProviderName
from scheduler.domain.location import Coordinates
from tests.databases import sqlite_settings
from tests.geocoders import AREA, LATITUDE, LONGITUDE, Stub, a_stub, nominatim_place
from tests.job_runs import done
from tests.lender import a_lenders_client, database_sha256, send, sources_of
from tests.sheets import a_case_row, a_place_row, sheets
from tests.visiting import DAY, PUBLISHED_AT, a_branch, a_draft, a_stored_case, no_roads
from tests.visiting_service import a_visiting_service

HOME = Coordinates(latitude_degrees=LATITUDE, longitude_degrees=LONGITUDE)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with a_stub() as running:
        running.says([nominatim_place()])
        yield running


@pytest.fixture
def client(tmp_path: Path, stub: Stub) -> Iterator[FlaskClient]:
    settings = sqlite_settings(
        tmp_path,
        geocoder=ProviderName.NOMINATIM,
        geocoder_url=stub.url,
        geocoder_area=AREA,
        geocoder_pause_seconds=0.0,
    )
    made = a_lenders_client(settings)
    yield made
    close(made.application)


def places_at(*points: Coordinates) -> list[Source]:
    """Tables in which every case lives in the house that the geocoder knows, at these points."""
    places = [
        a_place_row(
            f"C{number}",
            地址="听雨路 8 号",
            纬度=f"{point.latitude_degrees:.6f}",
            经度=f"{point.longitude_degrees:.6f}",
        )
        for number, point in enumerate(points, 1)
    ]
    cases = [a_case_row(f"C{number}") for number in range(1, len(points) + 1)]
    return sources_of(sheets(cases=cases, places=places))


def warnings_of(client: FlaskClient, files: Sequence[Source]) -> list[tuple[str, str, int, str]]:
    """Code, file, row and field of what a dry run in the background finds odd, which changes nothing."""
    database = kept_by(client.application).plans.database
    with database.reading(None, PUBLISHED_AT) as unit:
        before = len(unit.session.scalars(select(CaseRow.id)).all())
    job = done(client, send(client, files, in_background="true", dry_run="true", check_addresses="true"))
    assert (job["state"], job["result"]["status"]) == ("done", 200), job
    with database.reading(None, PUBLISHED_AT) as unit:
        assert len(unit.session.scalars(select(CaseRow.id)).all()) == before
    found = client.get(f"/api/v1/imports/results/{job['id']}").get_json()["answer"]["warnings"]
    assert all(one["message"] and one["message_zh"] for one in found)
    return [
        (one["code"], one["file"], one["row"], one["field"])
        for one in found
        if one["code"].startswith("coord_") and one["code"] != "coord_cluster"
    ]


@pytest.mark.parametrize("datum", [wgs84_to_gcj02, wgs84_to_bd09], ids=["gcj02", "bd09"])
def test_57_points_of_another_datum_are_suspected_when_they_lie_from_their_addresses_as_it_does(
    client: FlaskClient, datum: Any
) -> None:
    scattered = [
        Coordinates(latitude_degrees=LATITUDE + 1e-4 * math.sin(n), longitude_degrees=LONGITUDE + 1e-4 * math.cos(n))
        for n in range(20)
    ]
    shifted = [datum(point) for point in scattered]

    assert warnings_of(client, places_at(*shifted)) == [("coord_sys_suspect", "places.csv", 2, "坐标系")]
    assert warnings_of(client, places_at(*scattered)) == []
    # Nineteen may lie so by chance.
    assert warnings_of(client, places_at(*shifted[:19])) == []


def test_61_a_point_far_from_its_address_is_told_by_row_and_field(client: FlaskClient) -> None:
    far = Coordinates(latitude_degrees=LATITUDE + 0.05, longitude_degrees=LONGITUDE)
    near = Coordinates(latitude_degrees=LATITUDE + 0.04, longitude_degrees=LONGITUDE)

    assert warnings_of(client, places_at(HOME, far, near)) == [("coord_address_mismatch", "places.csv", 3, "地址")]


def test_57_and_61_ask_nobody_where_no_geocoder_is_set(database_settings: Settings) -> None:
    client = a_lenders_client(database_settings)

    job = done(client, send(client, places_at(HOME), in_background="true", check_addresses="true"))

    close(client.application)
    assert (job["state"], job["error_code"]) == ("failed", "missing_setting")


def checked(client: FlaskClient, **visit: str) -> list[dict[str, Any]]:
    """The errors of a Problem document whose first window is as given."""
    from tests.good_documents import a_problem_document

    document = a_problem_document()
    document["visits"][0]["places"][0]["time_windows"][0] |= visit
    answer = client.post("/api/v1/plans:compute", json=document)
    errors: list[dict[str, Any]] = (answer.get_json() or {}).get("errors", [])
    return errors


def test_72_a_time_without_its_offset_is_refused_where_it_stands(client: FlaskClient) -> None:
    before = database_sha256(kept_by(client.application).plans.database)

    (error,) = checked(client, earliest_start="2026-12-01T09:00:00")

    assert (error["code"], error["pointer"]) == ("tz_missing", "/visits/0/places/0/time_windows/0/earliest_start")
    assert database_sha256(kept_by(client.application).plans.database) == before


def test_73_a_time_in_another_offset_is_the_same_moment(client: FlaskClient) -> None:
    # 01:00 in UTC is 09:00 in Shanghai; 21:00 in UTC is the next day there, and after the window's end.
    assert checked(client, earliest_start="2026-12-01T01:00:00+00:00") == []
    (error,) = checked(client, earliest_start="2026-12-01T21:00:00+00:00", latest_end="2026-12-01T18:00:00+08:00")
    assert error["code"] == "window_reversed"


def guarantor(unit: Unit, case_id: str) -> None:
    unit.session.scalars(select(CaseRow).where(CaseRow.id == case_id)).one().subject = "contact"


def disputed(unit: Unit, case_id: str) -> None:
    row = BlockRow(case_id=case_id, sealed_code=unit.seal("disputed"), source="staff", added_at=unit.now)
    unit.session.add(row)


def visited_often(unit: Unit, case_id: str) -> None:
    for days in (3, 4, 5, 6):
        at = PUBLISHED_AT - timedelta(days=days)
        unit.session.add(ContactRow(case_id=case_id, channel=Channel.VISIT, at=at, reached=True, place_kind="home"))


@pytest.mark.parametrize(
    ("happens", "rule_id"),
    [(guarantor, "CN-3P-1"), (disputed, "CN-CARD-69"), (visited_often, "CN-VIS-CAP-30")],
    ids=["96-party-not-allowed", "97-visit-forbidden", "98-visit-cap"],
)
def test_96_to_98_what_the_law_forbids_is_not_published_and_its_rule_is_named(
    database: Database, happens: Any, rule_id: str
) -> None:
    scope = a_branch(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        case_id = a_stored_case(unit, "c1")
        plan_id = a_draft(unit, {"s1": ["c1"]})
        publishing.check(unit, plan_id, no_roads())
        happens(unit, case_id)

    with database.writing(scope, PUBLISHED_AT) as unit, pytest.raises(RulesBroken) as refused:
        publishing.publish(unit, plan_id, no_roads(), accept_estimate=False)

    assert rule_id in {found.rule_id for found in refused.value.violations}
    assert all(found.message and found.message_zh for found in refused.value.violations)
    with database.reading(scope, PUBLISHED_AT) as unit:
        entry = plans.entry(unit, plan_id)
        assert entry is not None
        assert entry.state is PlanState.CHECKED
        assert stops.of_plan(unit, plan_id) == ()


def test_95_a_letter_that_is_not_valid_keeps_the_crew_from_the_door(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        service.now = PUBLISHED_AT.replace(year=DAY.year, month=DAY.month, day=DAY.day) + timedelta(days=3)
        answer = service.client(Role.DISPATCHER).post(
            "/api/v1/visit-records",
            json={
                "plan_id": service.plan_id,
                "visit_id": "c1",
                "present": ["s1-a", "s1-b"],
            },
        )

    assert answer.status_code == 422, answer.text
    assert "letter_invalid" in {error["code"] for error in answer.get_json()["errors"]}


def test_120_to_publish_twice_is_to_publish_once(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service:
        client = service.client(Role.DISPATCHER)
        before = database_sha256(service.database)
        answer = client.post(f"/api/v1/plans/{service.plan_id}/publish", json={}, headers={"If-Match": '"9"'})
        assert database_sha256(service.database) == before

    assert (answer.status_code, answer.get_json()["id"]) == (200, service.plan_id)
