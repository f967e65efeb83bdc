"""A crew's phone that opened its link, and what the store knows then: for tests of its pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from api.store import records, stops
from api.store.records import VisitRecord
from tests.databases import sqlite_settings
from tests.screens import PHONE, Screen, a_screen_on
from tests.visiting import CARRIED, CREWS, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service

PROVIDERS = ("geo", "amap", "google")
EVERYTHING = {"present": list(CREWS["s1"]), "carried": list(CARRIED), "checked": ["recording-on"]}


@contextmanager
def a_day_at_doors(folder: Path, **settings: Any) -> Iterator[VisitingService]:
    """The plan c1, c2 (crew s1), c3 (crew s2), with a hotline and three apps that lead the way."""
    given = {"hotline": "400-000-0000", "navigation_providers": PROVIDERS} | settings
    with a_visiting_service(sqlite_settings(folder, **given)) as made:
        yield made


def a_phone(service: VisitingService, clock: str = "10:00", shift: str = "s1") -> FlaskClient:
    """A client that opened a crew's link on the day."""
    secret = service.crew_link(shift)
    service.now = at_the_door(clock)
    client = service.client()
    assert client.post("/go", data={"token": secret}).status_code == 303
    return client


@contextmanager
def a_phone_screen(service: VisitingService, browser: Any, clock: str = "10:00", **context: Any) -> Iterator[Screen]:
    """A phone's browser that opened a crew's link by a tap."""
    secret = service.crew_link()
    service.now = at_the_door(clock)
    with a_screen_on(service.app, browser, None, PHONE, has_touch=True, **context) as screen:
        screen.open(f"/go#{secret}")
        screen.page.get_by_role("button", name="打开").click()
        screen.page.locator("#now").wait_for()
        yield screen


def begun(service: VisitingService, phone: FlaskClient, visit: str = "c1") -> str:
    """Begin a visit: the record's id."""
    answer = phone.post(f"/crew/visits/{visit}/check-in", data=EVERYTHING)
    assert answer.status_code == 303, answer.text
    found = record_of(service, visit)
    assert found is not None
    return found.id


def record_of(service: VisitingService, visit: str = "c1") -> VisitRecord | None:
    """What happened at a visit."""
    with service.database.reading(service.scope, service.now) as unit:
        stop = stops.one(unit, service.plan_id, visit)
        return None if stop is None or stop.record_id is None else records.get(unit, stop.record_id)


def records_of(service: VisitingService) -> tuple[VisitRecord, ...]:
    """What happened at all visits."""
    with service.database.reading(service.scope, service.now) as unit:
        return records.of_plan(unit, service.plan_id)


def keys_of(page: str) -> list[str]:
    """The keys of the forms of a page."""
    return re.findall(r'name="key" value="(\w+)"', page)
