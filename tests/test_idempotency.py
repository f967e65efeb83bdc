"""A request with an Idempotency-Key acts once, and its answer stands with what it did."""

import ast
import io
import os
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Response
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from api.access import Role, allow
from api.app import create_app
from api.clock import utc_now
from api.current import close, kept_by, writing
from api.errors import Refusal
from api.rest import idempotency
from api.rest.idempotency import guard
from api.settings import Settings
from api.store import Database, answers
from api.store.tables.service import AuditRow, JobRow
from tests.good_documents import a_problem_document
from tests.people import a_collector
from tests.service import a_client, a_token, settings_in
from tests.sheets import as_csv

THREADS = 50
KEYS = int(os.environ.get("VISITS_TEST_KEYS", "4"))  # `make faults` asks for 200
COMPUTE = "/api/v1/plans:compute"
ROOT = Path(__file__).parent.parent


def ask(client: FlaskClient, key: str | None, seconds: int = 5) -> TestResponse:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"{COMPUTE}?seconds={seconds}", json=a_problem_document(), headers=headers)


def database_of(client: FlaskClient) -> Database:
    return kept_by(client.application).plans.database


def effects(client: FlaskClient) -> int:
    with database_of(client).reading(None, utc_now()) as unit:
        return unit.session.scalar(select(func.count()).select_from(JobRow)) or 0


@pytest.fixture
def client(database_settings: Settings) -> Iterator[FlaskClient]:
    asking = a_client(replace(database_settings, queue_length=1000))
    yield asking
    close(asking.application)


def test_the_same_request_with_the_same_key_acts_once_and_is_answered_alike(client: FlaskClient) -> None:
    first, second = ask(client, "a"), ask(client, "a")

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.data == second.data
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert effects(client) == 1


def test_without_a_key_every_request_acts(client: FlaskClient) -> None:
    assert ask(client, None).json != ask(client, None).json
    assert effects(client) == 2


def test_a_key_with_another_request_is_refused(client: FlaskClient) -> None:
    ask(client, "a", seconds=5)
    answer = ask(client, "a", seconds=6)

    assert (answer.status_code, (answer.json or {})["code"]) == (422, "idempotency_key_reused")
    assert effects(client) == 1


@pytest.mark.parametrize("key", ["x" * 256, "", "\x7f", "schlüssel", "two words"])
def test_a_key_that_cannot_be_one_is_a_bad_request(client: FlaskClient, key: str) -> None:
    answer = ask(client, key)

    assert (answer.status_code, (answer.json or {})["code"]) == (400, "idempotency_key")
    assert effects(client) == 0


def test_two_users_may_have_the_same_key(client: FlaskClient) -> None:
    ask(client, "a")
    other = a_token(kept_by(client.application).plans, Role.PLANNER)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {other}"

    assert "Idempotent-Replayed" not in ask(client, "a").headers
    assert effects(client) == 2


def test_a_request_that_was_refused_may_be_sent_again_with_its_key(client: FlaskClient) -> None:
    database = database_of(client)
    small = a_client(replace(kept_by(client.application).settings, queue_length=1))
    assert ask(small, "first").status_code == 202
    assert ask(small, "a").status_code == 429
    with database.writing(None, utc_now()) as unit:
        unit.session.execute(text("UPDATE jobs SET state = 'done'"))

    assert ask(small, "a").status_code == 202
    close(small.application)


def test_kept_answers_are_encrypted_and_forgotten_after_a_day(client: FlaskClient) -> None:
    first = ask(client, "a")
    database = database_of(client)
    with database.reading(None, utc_now()) as unit:
        (sealed,) = unit.session.scalars(text("SELECT sealed_body FROM answered"))
    assert first.data not in bytes(sealed)

    with database.writing(None, utc_now()) as unit:
        assert answers.forget(unit, before=utc_now() - timedelta(hours=24)) == 0
        assert answers.forget(unit, before=utc_now() + timedelta(seconds=1)) == 1
    assert "Idempotent-Replayed" not in ask(client, "a").headers


def send_a_table(client: FlaskClient, text: str) -> TestResponse:
    form = {"files": (io.BytesIO(text.encode()), "offices.csv"), "mode": "create"}
    headers = {"Idempotency-Key": "table"}
    return client.post("/api/v1/imports", data=form, content_type="multipart/form-data", headers=headers)


def test_an_import_is_repeated_by_its_key_although_the_same_tables_would_be_refused(client: FlaskClient) -> None:
    office = {
        "office_id": "o1",
        "name": "一",
        "address": "",
        "latitude": "31.2345",
        "longitude": "112.9123",
        "datum": "wgs84",
    }
    table = as_csv([office])
    first, second = send_a_table(client, table), send_a_table(client, table)

    assert (first.status_code, second.status_code) == (201, 201), (first.text, second.text)
    assert first.data == second.data
    assert second.headers["Idempotent-Replayed"] == "true"
    other = send_a_table(client, table.replace("o1", "o2"))
    assert (other.status_code, (other.json or {})["code"]) == (422, "idempotency_key_reused")


def test_a_key_of_one_photo_is_refused_for_another_one(client: FlaskClient) -> None:
    store = kept_by(client.application).plans
    with store.database.writing(store.scope, utc_now()) as unit:
        path = f"/api/v1/collectors/{a_collector(unit, 'p1')}/photo"
    headers = {
        "Authorization": f"Bearer {a_token(store, Role.ADMINISTRATOR)}",
        "Idempotency-Key": "photo",
        "If-Match": '"1"',
    }
    statuses = [
        client.put(path, data=b"\x89PNG\r\n\x1a\n" + end, content_type="image/png", headers=headers).status_code
        for end in (b"one", b"one", b"two")
    ]
    assert statuses == [204, 204, 422]


def test_fifty_threads_with_the_same_keys_have_one_effect_a_key(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    token = client.environ_base["HTTP_AUTHORIZATION"]
    statuses: Counter[int] = Counter()

    def send() -> None:
        own = client.application.test_client()
        own.environ_base["HTTP_AUTHORIZATION"] = token
        for number in range(KEYS):
            answer = ask(own, f"key-{number}")
            # What takes too long is refused, and the caller sends the request again.
            while answer.status_code in {409, 503}:
                answer = ask(own, f"key-{number}")
            statuses[answer.status_code] += 1

    threads = [threading.Thread(target=send) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with capsys.disabled():
        print(f" [{THREADS} threads x {KEYS} keys: {effects(client)} effects]", end="")  # noqa: T201
    assert statuses == {202: THREADS * KEYS}
    assert effects(client) == KEYS


def test_who_asks_again_while_the_first_request_is_answered_waits_and_is_then_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "PATIENCE_SECONDS", 0.05)
    in_flight = idempotency.InFlight()
    with (
        in_flight.alone("ann", "a"),
        in_flight.alone("bo", "a"),
        in_flight.alone("ann", "b"),
        pytest.raises(Refusal) as refused,
        in_flight.alone("ann", "a"),
    ):
        pass
    assert (refused.value.code, refused.value.word) == (409, "idempotency_in_flight")
    with in_flight.alone("ann", "a"):
        pass

    app_wide: idempotency.InFlight = client.application.extensions["visits_in_flight"]
    with app_wide.alone(user_of(client), "a"):
        answer = ask(client, "a")
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "idempotency_in_flight")
    assert effects(client) == 0
    assert ask(client, "a").status_code == 202


def user_of(client: FlaskClient) -> str:
    answer = client.get("/api/v1/me").json
    return str((answer or {})["user_id"])


def test_what_a_view_wrote_before_it_refused_is_forgotten(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path))

    @allow(Role.DISPATCHER)
    def raises() -> Response:
        with writing() as unit:
            unit.note("test.noted", "test:1")
        raise Refusal(409, "no", "No.")

    @allow(Role.DISPATCHER)
    def answers_so() -> Response:
        with writing() as unit:
            unit.note("test.noted", "test:1")
        return Response(status=409)

    @allow(Role.DISPATCHER)
    def writes_twice() -> Response:
        for number in range(2):
            with writing() as unit:
                unit.note("test.noted", f"test:{number}")
        return Response(status=204)

    for view in (raises, answers_so, writes_twice):
        app.add_url_rule(f"/api/{view.__name__}", view.__name__, view, methods=["POST"])
    guard(app)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {a_token(kept_by(app).plans)}"

    def noted() -> int:
        with database_of(client).reading(None, utc_now()) as unit:
            query = select(func.count()).select_from(AuditRow).where(AuditRow.action == "test.noted")
            return unit.session.scalar(query) or 0

    assert client.post("/api/raises").status_code == 409
    assert client.post("/api/answers_so").status_code == 409
    assert noted() == 0
    assert client.post("/api/writes_twice").status_code == 204
    assert noted() == 2


def test_views_of_the_interface_write_by_the_unit_of_their_request_alone() -> None:
    """Whatever they wrote otherwise would not stand with the kept answer."""
    found = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "api" / "rest").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "writing" and ast.unparse(node) != "current.writing"
    ]
    assert found == []
