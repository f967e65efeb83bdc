"""Many clients together guess no short secret: wrong guesses are counted in the database, over all processes."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from api.access import Role
from api.access.passwords import hashed
from api.app import create_app
from api.current import close
from api.settings import Settings
from api.store import guesses, users
from api.store.tables.organisation import UserRow
from api.store.tables.people import CollectorRow
from tests.visiting import at_the_door
from tests.visiting_service import VisitingService, a_visiting_service

MOST = 3


@pytest.fixture
def service(database_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[VisitingService]:
    monkeypatch.setattr(guesses, "MOST", MOST)
    with a_visiting_service(database_settings, now=at_the_door("10:00")) as made:
        yield made


def from_elsewhere(client: FlaskClient, number: int) -> FlaskClient:
    """The same client at an address of its own, which no limit of one client meets."""
    client.environ_base |= {"REMOTE_ADDR": f"192.0.2.{number}", "HTTP_ORIGIN": "http://localhost"}
    return client


def a_code(service: VisitingService) -> str:
    phone = service.client()
    assert phone.post("/go", data={"token": service.crew_link()}).status_code == 303
    return phone.post("/crew/visits/c1/code").text.split('<p class="digits">')[1][:9]


def wrong_of(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"


def test_too_many_wrong_codes_of_many_clients_close_the_door_for_minutes(service: VisitingService) -> None:
    code = a_code(service)
    for number in range(MOST):
        answer = from_elsewhere(service.client(), number + 1).post("/verify/code", data={"code": wrong_of(code)})
        assert answer.status_code == 200

    refused = from_elsewhere(service.client(), 99).post("/verify/code", data={"code": code})
    also = from_elsewhere(service.client(), 98).post("/api/v1/verifications/by-code", json={"code": code})

    assert (refused.status_code, also.status_code) == (429, 429)
    assert refused.headers["Retry-After"] == "600"
    service.now += timedelta(minutes=10)
    fresh = a_code(service)
    assert (
        from_elsewhere(service.client(), 97)
        .post("/api/v1/verifications/by-code", json={"code": fresh})
        .json[  # type: ignore[index]  # JSON
            "valid"
        ]
    )


def test_another_process_on_the_same_database_counts_with_it(
    service: VisitingService, database_settings: Settings
) -> None:
    code = a_code(service)
    other = create_app(database_settings, lambda: service.now)
    for number in range(MOST):
        from_elsewhere(other.test_client(), number + 1).post("/verify/code", data={"code": wrong_of(code)})

    assert from_elsewhere(service.client(), 99).post("/verify/code", data={"code": code}).status_code == 429
    close(other)


def test_right_codes_and_empty_ones_are_no_wrong_guesses(service: VisitingService) -> None:
    for number in range(2 * MOST):
        client = from_elsewhere(service.client(), number + 1)
        assert client.post("/verify/code", data={"code": ""}).status_code == 200
        answer = client.post("/api/v1/verifications/by-code", json={"code": a_code(service)})
        assert (answer.json or {})["valid"]


def test_too_many_wrong_pins_at_many_links_close_them_for_minutes(service: VisitingService) -> None:
    with service.database.writing(service.scope, service.now) as unit:
        person = unit.session.scalars(select(CollectorRow.id).where(CollectorRow.code == "s1-a")).one()
        user_id = users.add(unit, login="ann", role=Role.COLLECTOR, name="x", collector_id=person)
        unit.session.execute(update(UserRow).where(UserRow.id == user_id).values(pin_hash=hashed("471147")))
    secret = service.crew_link()
    assert service.client().post("/go", data={"token": secret}).status_code == 303

    def tried(number: int, pin: str) -> int:
        client = from_elsewhere(service.client(), number)
        return client.post("/go", data={"token": secret, "pin": pin}).status_code

    assert [tried(number, "000000") for number in range(MOST)] == [403] * MOST
    assert tried(98, "471147") == 429


def test_links_that_hold_nothing_are_not_counted_together(service: VisitingService) -> None:
    statuses = [
        from_elsewhere(service.client(), number + 1).post("/go", data={"token": ""}).status_code for number in range(8)
    ]
    assert statuses == [410] * 8
