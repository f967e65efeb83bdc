"""What whoever runs the service sees: log lines, figures, readiness, and headers on every answer."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.access import Role
from api.clock import utc_now
from api.current import kept_by
from api.logs import ALLOWED_KEYS, LONGEST_LINE, dropped_lines, log_lines, logger
from api.store import Database
from api.store.tables.service import JobRow
from tests.service import a_client, a_service, settings_in
from tests.walks_of_routes import every_address

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """All log lines of the process go there while a test runs."""
    path = tmp_path / "log.jsonl"
    with log_lines(path):
        yield path


def lines_in(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_each_request_has_one_line_with_its_id_and_no_address(tmp_path: Path, log_file: Path) -> None:
    client, plan_id = a_service(tmp_path)

    answers = [client.get(path) for path in (f"/plans/{plan_id}?name=王小明", "/no/such/王小明", "/api/v1/plans")]

    lines = [line for line in lines_in(log_file) if line["event"] == "request"]
    assert [line["status"] for line in lines] == [answer.status_code for answer in answers]
    assert [line["request_id"] for line in lines] == [answer.headers["X-Request-Id"] for answer in answers]
    assert [line["endpoint"] for line in lines] == ["pages.show_plan", "none", "plans_api.list_plans"]
    assert plan_id not in log_file.read_text(encoding="ascii")
    assert {key for line in lines for key in line} <= set(ALLOWED_KEYS)


def test_a_key_that_is_not_listed_is_dropped(log_file: Path) -> None:
    logger("api.test").info("job_ended", kind="plan", borrower="王小明", count=3)
    (line,) = lines_in(log_file)
    assert (line["event"], line["kind"], line["count"]) == ("job_ended", "plan", 3)
    assert "borrower" not in line


def test_what_a_library_says_is_not_written_down(log_file: Path) -> None:
    logging.getLogger("sqlalchemy.pool").warning("failed for %s", "王小明")
    try:
        raise ValueError("王小明")
    except ValueError:
        logging.getLogger("waitress").exception("王小明 failed")
    first, second = lines_in(log_file)
    assert (first["logger"], first["event"]) == ("sqlalchemy.pool", "library")
    assert second["error"] == "ValueError"
    assert "王" not in json.dumps([first, second], ensure_ascii=False)


def test_a_line_end_in_a_message_makes_no_second_line(log_file: Path) -> None:
    logging.getLogger("api.test").warning('a\n{"event": "forged"}\x1b[31m\u2028')
    (line,) = lines_in(log_file)
    assert str(line["event"]).startswith("a\n")


def test_the_service_works_where_no_log_can_be_written(tmp_path: Path) -> None:
    before = dropped_lines()
    client, _ = a_service(tmp_path)

    with log_lines(tmp_path / "no such folder" / "log"):
        assert client.get("/").status_code == 200

    assert dropped_lines() > before
    (figure,) = [
        line for line in client.get("/metrics").text.splitlines() if line.startswith("visits_log_lines_dropped ")
    ]
    assert float(figure.split()[1]) > before


def test_figures_name_endpoints_and_never_addresses(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    client.get(f"/plans/{plan_id}")
    client.get("/no/such/thing")
    client.open("/", method="BREW")

    text = client.get("/metrics").text

    assert 'visits_request_seconds_count{endpoint="pages.show_plan",method="GET",status="302"} 1.0' in text
    assert 'endpoint="none",method="GET",status="404"' in text
    assert plan_id not in text
    assert "BREW" not in text
    assert "such" not in text


def test_figures_are_for_this_machine_and_for_administrators(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    administrator, planner = a_client(settings, Role.ADMINISTRATOR), a_client(settings, Role.PLANNER)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}

    def status(client: FlaskClient, **given: object) -> int:
        return client.get("/metrics", **given).status_code

    assert status(planner) == 200
    assert status(planner, environ_overrides=elsewhere) == 403
    assert status(planner, headers={"X-Forwarded-For": "127.0.0.1"}) == 403
    assert status(administrator, environ_overrides=elsewhere) == 200


def test_readiness_tells_the_oldest_job_that_waits(tmp_path: Path) -> None:
    client = a_client(settings_in(tmp_path))
    store = kept_by(client.application).plans
    now = utc_now()
    with store.database.writing(store.scope, now) as unit:
        for minutes, state in ((5, "queued"), (2, "queued"), (60, "done")):
            asked_at = now - timedelta(minutes=minutes)
            row = JobRow(kind="plan", state=state, arguments={}, progress={}, attempts=0, asked_at=asked_at)
            unit.session.add(row)

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json is not None
    assert 300 <= answer.json["oldest_queued_seconds"] < 3000
    assert 'visits_jobs{state="queued"} 2.0' in client.get("/metrics").text


def test_a_service_on_tables_of_another_step_is_not_ready(tmp_path: Path) -> None:
    client = a_client(settings_in(tmp_path))
    database: Database = kept_by(client.application).plans.database
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json is not None
    assert (answer.json["status"], answer.json["tables"]) == ("not_ready", "other_step")
    assert client.get("/livez").status_code == 200


def test_every_route_and_every_error_has_the_headers(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path, public_url="https://visits.example.org")
    answered = set()
    for method, path in (*every_address(client.application, plan_id), ("GET", "/no/such"), ("POST", "/")):
        response = client.open(path, method=method)
        response.close()  # a static file's
        answered.add(response.status_code)
        for name, value in ALWAYS.items():
            assert response.headers[name] == value, (method, path)
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'"), (method, path)
        assert "geolocation=" in response.headers["Permissions-Policy"], (method, path)
        assert response.headers["Strict-Transport-Security"].startswith("max-age="), (method, path)
        assert "X-Request-Id" in response.headers, (method, path)
    assert {200, 404, 405} <= answered


def test_nobody_is_told_to_come_by_https_where_there_is_none(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_every_route_is_walked(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    app: Flask = client.application
    walked = {path for _, path in every_address(app, plan_id)}
    assert f"/plans/{plan_id}" in walked
    assert len({rule.rule for rule in app.url_map.iter_rules()}) <= len(walked)


@pytest.mark.parametrize("sign", ["a", "王", "\x00"])
def test_a_log_line_goes_out_in_one_piece_however_long_it_is(log_file: Path, sign: str) -> None:
    values = {key: sign * 5000 for key in ALLOWED_KEYS if key not in {"event", "logger", "level"}}
    logger("api.test").error(sign * 5000, **values)
    (line,) = lines_in(log_file)
    assert str(line["event"]).startswith(sign * 30)
    assert len(log_file.read_bytes()) <= LONGEST_LINE
