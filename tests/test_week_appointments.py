"""A visit goes to another day: both plans change at once, and letters, notices and the borrower's link follow."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access import Role
from api.settings import Settings
from api.store import PlanState, events, letters, links, notices, plans, stops, wishes
from api.store.day_records import day_problem
from api.store.links import LinkKind
from api.store.tables.cases import CaseRow
from api.store.tables.visiting import LinkRow
from api.store.wishes import Wanted
from api.visiting import publishing, visits, week_offering
from scheduler.bookings import held_in
from scheduler.domain.errors import NotNow
from scheduler.domain.problem import GreatCircleTravel
from scheduler.domain.time_window import TimeWindow
from scheduler.slot_offers import visit_of
from tests.databases import sqlite_settings
from tests.test_appointments import choices
from tests.test_doors import notice_secret
from tests.two_days import MONDAY, TwoDays, on_monday, two_days
from tests.visiting import (
    CARRIED,
    CREWS,
    DAY,
    PERSONAL,
    PUBLISHED_AT,
    a_day,
    a_draft,
    a_stored_case,
    at_the_door,
    keep_a_shift,
    no_roads,
    put_on_the_map,
    received,
)
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def days(tmp_path: Path) -> Iterator[TwoDays]:
    with two_days(sqlite_settings(tmp_path)) as made:
        yield made


def slots_of(client: FlaskClient, plan_id: str, visit: str = "c1", count: int = 7) -> list[dict[str, Any]]:
    found = client.get(f"/api/v1/plans/{plan_id}/slots?visit_id={visit}&days={count}")
    assert found.status_code == 200, found.text
    slots: list[dict[str, Any]] = found.get_json()["slots"]
    return slots


def a_booking(slots: list[dict[str, Any]], start: str, visit: str = "c1") -> dict[str, Any]:
    """The body that books the first of the slots that begins then."""
    slot = next(one for one in slots if one["earliest_start"] == start)
    return {"visit_id": visit, **{key: value for key, value in slot.items() if key in _BOOKED}}


_BOOKED = ("plan_id", "shift_id", "place_id", "earliest_start", "latest_end")
_AT_TEN = "2026-12-07T10:00:00+08:00"


def test_the_days_after_are_offered_where_they_are_asked_for(days: TwoDays) -> None:
    client, friday_id = days.service.client(Role.DISPATCHER), days.service.plan_id
    assert {one["day"] for one in slots_of(client, friday_id, count=1)} == {"2026-12-04"}
    assert {one["day"] for one in slots_of(client, friday_id, count=3)} == {"2026-12-04"}
    both = slots_of(client, friday_id)
    assert {(one["day"], one["plan_id"]) for one in both} == {
        ("2026-12-04", friday_id),
        ("2026-12-07", days.monday_id),
    }
    assert all(one["added_cost_seconds"] >= 0 for one in both)
    assert client.get(f"/api/v1/plans/{friday_id}/slots?visit_id=nobody&days=7").status_code == 422
    assert client.get(f"/api/v1/plans/{friday_id}/slots?visit_id=c1&days=8").status_code == 422


def test_a_day_inside_the_lead_of_notices_offers_nothing(tmp_path: Path) -> None:
    with two_days(sqlite_settings(tmp_path), later=DAY + timedelta(days=1)) as days:
        slots = slots_of(days.service.client(Role.DISPATCHER), days.service.plan_id)
    assert {one["day"] for one in slots} == {"2026-12-04"}


def test_a_visit_that_is_booked_on_another_day_changes_both_plans_at_once(database_settings: Settings) -> None:
    with two_days(database_settings) as days:
        service, client = days.service, days.service.client(Role.DISPATCHER)
        with service.database.reading(service.scope, service.now) as unit:
            (old,) = [one for one in notices.of_plan(unit, service.plan_id) if one.case_code == "c1"]
            kept_letter = letters.of_visit(unit, service.plan_id, "c2")
        secret = notice_secret(service)
        wanted = a_booking(slots_of(client, service.plan_id), _AT_TEN)

        booked = client.post(f"/api/v1/plans/{service.plan_id}/bookings", json=wanted)

        assert booked.status_code == 201, booked.text
        told = booked.get_json()
        assert (told["plan"]["day"], told["plan"]["state"]) == ("2026-12-07", "published")
        assert [(one["day"], one["state"]) for one in told["left"]] == [("2026-12-04", "published")]
        assert days.followed(MONDAY).id == told["plan"]["id"]
        assert days.stop(DAY) is None
        stop = days.stop(MONDAY)
        assert stop is not None
        assert on_monday("10:00") <= stop.service_start_time <= on_monday("10:30")
        with service.database.reading(service.scope, service.now) as unit:
            withdrawn = notices.get(unit, old.id)
            assert withdrawn is not None
            assert withdrawn.withdrawn_at is not None
            (new,) = [one for one in notices.of_plan(unit, told["plan"]["id"]) if one.case_code == "c1"]
            assert (new.day, new.withdrawn_at) == (MONDAY, None)
            assert letters.of_visit(unit, told["plan"]["id"], "c1") is not None
            assert letters.of_visit(unit, service.plan_id, "c1") is None
            # Who stays on Friday keeps the letter.
            kept = letters.of_visit(unit, days.followed(DAY).id, "c2")
            assert (kept and kept.number) == (kept_letter and kept_letter.number)
            link = links.open_by_secret(unit, LinkKind.NOTICE, secret)
            assert link is not None
            assert (link.notice_id, link.plan_id) == (new.id, told["plan"]["id"])
            assert link.expires_at > on_monday("10:30")
            kinds = [event.kind for event in events.after(unit, 0, 1000)]
            assert kinds[-1] == "visit.booked"
            assert {"visit.cancelled", "notice.withdrawn", "notice.issued"} <= set(kinds)


def test_a_booking_that_is_sent_twice_is_one(days: TwoDays) -> None:
    client, path = days.service.client(Role.DISPATCHER), f"/api/v1/plans/{days.service.plan_id}/bookings"
    wanted = a_booking(slots_of(client, days.service.plan_id), _AT_TEN)
    first, second = (client.post(path, json=wanted, headers={"Idempotency-Key": "one"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    again = client.post(path, json=wanted)
    assert (again.status_code, again.get_json()["errors"][0]["code"]) == (409, "plan_closed")


def test_a_time_of_another_day_that_does_not_fit_any_more_is_refused(days: TwoDays) -> None:
    client, path = days.service.client(Role.DISPATCHER), f"/api/v1/plans/{days.service.plan_id}/bookings"
    wanted = a_booking(slots_of(client, days.service.plan_id), _AT_TEN)
    refused = client.post(path, json={**wanted, "latest_end": "2026-12-07T10:45:00+08:00"})
    assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (409, "slot_gone")
    elsewhere = client.post(path, json={**wanted, "plan_id": "nothing"})
    assert (elsewhere.status_code, elsewhere.get_json()["errors"][0]["code"]) == (409, "slot_gone")
    assert (days.followed(DAY).id, days.followed(MONDAY).id) == (days.service.plan_id, days.monday_id)


def test_a_plan_that_changed_meanwhile_keeps_both_days_as_they_are(days: TwoDays) -> None:
    service = days.service
    with service.database.reading(service.scope, service.now) as unit:
        week = week_offering.laid_out(unit, service.plan_id, "c1", days=7)
    slot = week_offering.offered(week, no_roads(), on=MONDAY)[0]
    made = week_offering.judged_ahead(week_offering.booked(week, slot, no_roads()), {}, no_roads())
    with service.database.writing(service.scope, service.now) as unit:
        plans.set_state(unit, days.monday_id, PlanState.RUNNING)
    with pytest.raises(NotNow), service.database.writing(service.scope, service.now) as unit:
        week_offering.move(unit, week, made, no_roads(), by="dispatcher")
    assert days.followed(DAY).id == service.plan_id
    assert days.stop(DAY) is not None


def test_a_borrower_sees_the_times_by_day_and_books_one_of_another_day(days: TwoDays) -> None:
    service = days.service
    client, secret = service.client(), notice_secret(service)
    page = client.post("/n/times?lang=en", data={"token": secret}).text
    assert "Friday 4 December 2026" in page
    assert "Monday 7 December 2026" in page
    assert not any(word in page for word in (*PERSONAL, "s1-a", "debt"))
    assert {choice[:10] for choice in choices(page)} == {"2026-12-04", "2026-12-07"}

    for _ in range(2):  # a second tap changes nothing
        kept = client.post("/n/bookings?lang=en", data={"token": secret, "start": _AT_TEN})
        assert "The visit is planned for Monday 7 December 2026, between 10:00 and 11:00." in kept.text
        assert "within the hour you chose" in kept.text
        monday_id = days.followed(MONDAY).id
    assert days.followed(MONDAY).id == monday_id
    assert days.stop(DAY) is None
    # The link lives as long as the visit that it leads to.
    service.now = on_monday("08:00")
    opened = client.post("/n?lang=en", data={"token": secret}).text
    assert "Monday 7 December 2026, between 10:00 and 11:00" in opened
    client.post("/n/wishes", data={"token": secret, "kind": "stop", "text": ""})
    stop = days.stop(MONDAY)
    assert stop is not None
    assert stop.cancelled_at is not None


def test_the_letter_of_the_new_day_is_the_one_that_the_verification_page_knows(days: TwoDays) -> None:
    service, client = days.service, days.service.client()
    with service.database.reading(service.scope, service.now) as unit:
        old = letters.of_visit(unit, service.plan_id, "c1")
    client.post("/n/bookings", data={"token": notice_secret(service), "start": _AT_TEN})
    with service.database.reading(service.scope, service.now) as unit:
        new = letters.of_visit(unit, days.followed(MONDAY).id, "c1")
    assert old is not None
    assert new is not None
    assert "No valid letter" in client.post("/verify?lang=en", data={"number": old.number}).text
    verified = client.post("/verify?lang=en", data={"number": new.number}).text
    assert "This letter is valid" in verified
    assert "Monday 7 December 2026" in verified


def test_the_message_of_the_new_notice_has_a_link_of_its_own(days: TwoDays) -> None:
    service, secret = days.service, notice_secret(days.service)
    service.client().post("/n/bookings", data={"token": secret, "start": _AT_TEN})
    with service.database.reading(service.scope, service.now) as unit:
        (new,) = [one for one in notices.of_plan(unit, days.followed(MONDAY).id) if one.case_code == "c1"]
        rows = unit.session.scalars(select(LinkRow).where(LinkRow.notice_id == new.id)).all()
        sealed = [row.sealed_secret for row in rows if row.sealed_secret is not None]
        assert len(rows) == 2
        assert [unit.opened(one) for one in sealed] != [secret]
        assert len({row.expires_at for row in rows}) == 1


def test_a_visit_that_was_called_off_for_another_time_can_be_booked_on_another_day(days: TwoDays) -> None:
    service, client, secret = days.service, days.service.client(Role.DISPATCHER), notice_secret(days.service)
    service.client().post("/n/wishes", data={"token": secret, "kind": "another_time", "text": ""})
    wanted = a_booking(slots_of(client, service.plan_id), _AT_TEN)
    booked = client.post(f"/api/v1/plans/{service.plan_id}/bookings", json=wanted)
    assert (booked.status_code, booked.get_json().get("left", [])) == (201, [])
    assert days.stop(MONDAY) is not None
    with service.database.reading(service.scope, service.now) as unit:
        friday = stops.one(unit, service.plan_id, "c1")
    assert friday is not None
    assert friday.cancelled_at is not None


def test_nothing_of_another_day_is_offered_once_a_crew_is_at_the_door(days: TwoDays) -> None:
    service, secret = days.service, notice_secret(days.service)
    service.now = at_the_door("10:00")
    with service.database.writing(service.scope, service.now) as unit:
        visits.check_in(unit, service.plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    assert slots_of(service.client(Role.DISPATCHER), service.plan_id) == []
    assert not choices(service.client().post("/n/times", data={"token": secret}).text)


def test_a_day_whose_plan_does_not_know_the_case_has_it_from_the_store(tmp_path: Path) -> None:
    with a_visiting_service(sqlite_settings(tmp_path)) as service:
        monday_id = a_plan_by_estimate(service)
        service.now = at_the_door("08:00")
        client, path = service.client(Role.DISPATCHER), f"/api/v1/plans/{service.plan_id}/bookings"
        slots = slots_of(client, service.plan_id)
        assert {one["plan_id"] for one in slots} == {service.plan_id, monday_id}
        booked = client.post(path, json=a_booking(slots, _AT_TEN))
        assert booked.status_code == 201, booked.text
        with service.database.reading(service.scope, service.now) as unit:
            stored = plans.get(unit, booked.get_json()["plan"]["id"])
        assert stored is not None
        assert set(stored.texts) >= {"c1", "c1-home", "c4"}


def a_plan_by_estimate(service: VisitingService) -> str:
    """A published Monday for which travel times are estimated, so that it can have any place that is on the map."""
    travel = GreatCircleTravel(detour_factor=1.4, speed_kmh=25.0, overhead=timedelta(minutes=1))
    with service.database.writing(service.scope, PUBLISHED_AT) as unit:
        put_on_the_map(unit, "c1")
        a_stored_case(unit, "c4")
        plan_id = a_draft(unit, {"s1": ["c4"]}, replace(a_day("c4", day=MONDAY), travel=travel))
        publishing.check(unit, plan_id, no_roads())
        publishing.publish(unit, plan_id, no_roads(), accept_estimate=True)
    received(service.database, service.scope, plan_id)
    return plan_id


def test_nothing_is_offered_for_a_case_that_was_closed(days: TwoDays) -> None:
    service = days.service
    with service.database.writing(service.scope, service.now) as unit:
        row = unit.session.scalars(select(CaseRow).where(CaseRow.code == "c1")).one()
        row.closed_at = service.now
    assert slots_of(service.client(Role.DISPATCHER), service.plan_id) == []


def test_what_the_checker_said_before_the_unit_of_a_booking_holds_in_it(
    days: TwoDays, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = days.service
    with service.database.reading(service.scope, service.now) as unit:
        week = week_offering.laid_out(unit, service.plan_id, "c1", days=7)
        made = week_offering.booked(week, week_offering.offered(week, no_roads(), on=MONDAY)[0], no_roads())
        asked = week_offering.bases(unit, week, made)
    booking = week_offering.judged_ahead(made, asked, no_roads())
    for module, name in ((publishing, "judged"), (publishing, "checked")):
        monkeypatch.setattr(module, name, _nobody_waits)
    with service.database.writing(service.scope, service.now) as unit:
        week_offering.move(unit, week, booking, no_roads(), by="dispatcher")
    assert days.stop(MONDAY) is not None


def _nobody_waits(*asked: object) -> None:
    raise AssertionError("the checker was asked while others wait to write")


def test_a_booked_hour_holds_in_a_plan_of_the_day_that_is_made_anew(tmp_path: Path) -> None:
    with a_visiting_service(sqlite_settings(tmp_path)) as service:
        a_plan_by_estimate(service)
        service.now = at_the_door("08:00")
        client, path = service.client(Role.DISPATCHER), f"/api/v1/plans/{service.plan_id}/bookings"
        slots = slots_of(client, service.plan_id)
        assert client.post(path, json=a_booking(slots, _AT_TEN)).status_code == 201
        with service.database.writing(service.scope, service.now) as unit:
            keep_a_shift(unit, MONDAY)
        with service.database.reading(service.scope, service.now) as unit:
            visit = visit_of(day_problem(unit, MONDAY).problem, "c1")
    assert held_in(visit) == TimeWindow(earliest_start=on_monday("10:00"), latest_end=on_monday("11:00"))
    assert visit.pinned is not None
    assert visit.pinned.shift_id == "s1"


def test_a_wish_is_about_the_day_that_its_link_led_to_when_it_was_asked(days: TwoDays) -> None:
    service, client, secret = days.service, days.service.client(Role.DISPATCHER), notice_secret(days.service)
    asked = {"token": secret, "kind": "another_time", "text": ""}
    service.client().post("/n/wishes", data=asked)
    wanted = a_booking(slots_of(client, service.plan_id), _AT_TEN)
    assert client.post(f"/api/v1/plans/{service.plan_id}/bookings", json=wanted).status_code == 201
    for _ in range(2):
        service.client().post("/n/wishes", data=asked)
    with service.database.reading(service.scope, service.now) as unit:
        found = [(one.announced_for, one.is_called_off) for one in wishes.listed(unit, Wanted(open_only=False))]
    assert sorted(found) == [(DAY, True), (MONDAY, True)]
