"""A borrower chooses another time by the link of a notice: in plain words, at once, and for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.store import audit, events, letters, plans, stops
from api.visiting import visits
from tests.databases import sqlite_settings
from tests.test_doors import notice_secret
from tests.visiting import CARRIED, CREWS, DAY, PERSONAL, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("08:00")) as made:
        yield made


def choices(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('name="start" value="')[1:]]


def test_the_times_that_fit_are_shown_without_a_word_of_whom_or_where(service: VisitingService) -> None:
    client, secret = service.client(), notice_secret(service)
    assert 'action="/n/times"' in client.post("/n", data={"token": secret}).text
    page = client.post("/n/times?lang=en", data={"token": secret}).text
    assert "09:30 to 10:30" in page
    assert choices(page)[0] == "2026-12-04T09:00:00+08:00"
    assert not any(word in page for word in PERSONAL)


def test_a_chosen_time_holds_at_once_and_the_papers_stay(service: VisitingService) -> None:
    client, secret = service.client(), notice_secret(service)
    kept = client.post("/n/bookings?lang=en", data={"token": secret, "start": "2026-12-04T15:00:00+08:00"})
    assert kept.status_code == 200
    assert "within the hour you chose" in kept.text
    with service.database.reading(service.scope, service.now) as unit:
        entry = plans.in_force(unit, DAY)
        assert entry is not None
        assert entry.based_on == service.plan_id
        stop = stops.one(unit, entry.id, "c1")
        assert stop is not None
        assert at_the_door("15:00") <= stop.service_start_time <= at_the_door("15:30")
        letter = letters.of_visit(unit, entry.id, "c1")
        assert letter is not None
        assert letter.revoked_at is None
        assert [event.kind for event in events.after(unit, 0, 100)][-1] == "visit.booked"
    assert "15:0" in client.post("/n", data={"token": secret}).text


def test_a_visit_in_a_chosen_time_can_be_chosen_again_while_it_is_not_begun(service: VisitingService) -> None:
    client, secret = service.client(), notice_secret(service)
    for clock in ("15:00", "16:00"):
        kept = client.post("/n/bookings?lang=en", data={"token": secret, "start": f"2026-12-04T{clock}:00+08:00"})
        assert "within the hour you chose" in kept.text
    with service.database.reading(service.scope, service.now) as unit:
        entry = plans.in_force(unit, DAY)
        assert entry is not None
        stop = stops.one(unit, entry.id, "c1")
    assert stop is not None
    assert stop.service_start_time >= at_the_door("16:00")


@pytest.mark.parametrize("start", ["2026-12-04T03:00:00+08:00", "2026-12-04T15:00:00", "tomorrow", ""])
def test_a_time_that_is_not_offered_is_not_booked(service: VisitingService, start: str) -> None:
    client, secret = service.client(), notice_secret(service)
    answer = client.post("/n/bookings", data={"token": secret, "start": start})
    assert answer.status_code == 200
    assert choices(answer.text)
    with service.database.reading(service.scope, service.now) as unit:
        entry = plans.in_force(unit, DAY)
    assert entry is not None
    assert entry.id == service.plan_id


def test_nothing_is_offered_for_a_visit_that_was_begun_or_called_off(service: VisitingService) -> None:
    client, begun, off = service.client(), notice_secret(service), notice_secret(service, "c2")
    service.now = at_the_door("10:00")
    with service.database.writing(service.scope, service.now) as unit:
        visits.check_in(unit, service.plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    client.post("/n/wishes", data={"token": off, "kind": "stop", "text": ""})
    for secret in (begun, off):
        assert not choices(client.post("/n/times", data={"token": secret}).text)
        client.post("/n/bookings", data={"token": secret, "start": "2026-12-04T15:00:00+08:00"})
    with service.database.reading(service.scope, service.now) as unit:
        entry = plans.in_force(unit, DAY)
    assert entry is not None
    assert entry.id == service.plan_id


def test_a_link_that_is_none_opens_nothing(service: VisitingService) -> None:
    for path in ("/n/times", "/n/bookings"):
        assert (
            service.client().post(path, data={"token": "nothing", "start": "2026-12-04T15:00:00+08:00"}).status_code
            == 410
        )


def test_another_site_cannot_book(service: VisitingService) -> None:
    client, secret = service.client(), notice_secret(service)
    client.environ_base["HTTP_ORIGIN"] = "http://elsewhere.example"
    answer = client.post("/n/bookings", data={"token": secret, "start": "2026-12-04T15:00:00+08:00"})
    assert answer.status_code == 403


def test_the_audit_trail_tells_of_a_booking(service: VisitingService) -> None:
    service.client().post("/n/bookings", data={"token": notice_secret(service), "start": "2026-12-04T15:00:00+08:00"})
    with service.database.reading(service.scope, service.now) as unit:
        entry = plans.in_force(unit, DAY)
        assert entry is not None
        assert "visit.booked" in audit.entries_about(unit.session, f"plan:{entry.id}")
