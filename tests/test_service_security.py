import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from api.app import create_app
from api.security import is_loopback_host
from api.store import PlanStore
from scheduler.domain.errors import InvalidInput
from scheduler.domain.texts import Text
from tests.service import NAMES_AND_ADDRESSES, a_client, a_day, a_service, its_plan, settings_in


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "LOCALHOST"])
def test_a_loopback_host_is_one(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.2", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1:80"]
)
def test_any_other_host_is_not(host: str) -> None:
    assert not is_loopback_host(host)


@pytest.mark.parametrize(
    "header", ["127.0.0.1", "127.0.0.1:8000", "localhost", "localhost:5000", "[::1]", "[::1]:8000"]
)
def test_a_loopback_name_in_the_host_header_is_answered(tmp_path: Path, header: str) -> None:
    client, _ = a_service(tmp_path)

    assert client.get("/", headers={"Host": header}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "127.0.0.1@evil.example",
        "localhost:8000, evil.example",
        "192.168.1.2:8000",
        "0.0.0.0:8000",
        "127.1",
        "[::1].evil.example",
        "localhost:80:80",
        "localhost ",
        "::1",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/livez", "/static/visits.css", "/api/v1/plans", "/no-such-page"])
def test_any_other_host_header_is_refused_everywhere(tmp_path: Path, header: str, path: str) -> None:
    client, _ = a_service(tmp_path)

    response = client.get(path, headers={"Host": header})

    assert response.status_code in {400, 421}
    assert not any(word in response.text for word in NAMES_AND_ADDRESSES)


def test_the_public_name_is_answered_and_its_neighbours_are_not(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path, public_url="https://visits.example.org/desk")

    def answered(header: str) -> int:
        return client.get("/", headers={"Host": header}).status_code

    assert answered("visits.example.org") == answered("VISITS.example.org") == answered("localhost") == 200
    for other in (
        "example.org",
        "www.visits.example.org",
        "visits.example.org.evil.example",
        "visits.example.org:8443",
    ):
        assert answered(other) == 421, other


def test_a_header_that_claims_another_host_changes_nothing(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    response = client.get("/", headers={"Host": "evil.example", "X-Forwarded-Host": "localhost"})

    assert response.status_code == 421


def every_kind_of_path(plan_id: str) -> list[str]:
    crew = f"/plans/{plan_id}/crews/s1"
    return [
        "/",
        "/days/2026-12-01",
        f"/plans/{plan_id}",
        f"/plans/{plan_id}/map",
        crew,
        f"{crew}/route",
        f"{crew}/map",
        f"{crew}.csv",
        f"{crew}.ics",
        f"{crew}.gpx",
        f"{crew}.xlsx",
        "/api/v1/plans",
        f"/api/v1/plans/{plan_id}",
        "/openapi.json",
        "/livez",
        "/sign-in",
        "/sign-in/once",
        "/sign-in/elsewhere",
        "/api/v1/me",
        "/api/v1/users",
        "/no-such-page",
        "/api/v1/no-such-thing",
    ]


def test_every_answer_forbids_storing_indexing_sniffing_and_referring(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    for path in every_kind_of_path(plan_id):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "noindex" in headers["X-Robots-Tag"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), path
        assert "unsafe-eval" not in headers["Content-Security-Policy"], path
        assert headers["X-Frame-Options"] in {"DENY", "SAMEORIGIN"}, path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"] or path.endswith("/map"), path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", path


def test_scripts_need_the_nonce_of_their_own_answer(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    path = f"/plans/{plan_id}/crews/s1"

    first, second = client.get(path), client.get(path)

    def nonce(policy: str) -> str:
        return policy.split("script-src 'nonce-")[1].split("'")[0]

    words = [nonce(response.headers["Content-Security-Policy"]) for response in (first, second)]
    assert words[0] != words[1]
    assert f'nonce="{words[0]}"' in first.text
    assert first.text.count("<script") == first.text.count(f'<script nonce="{words[0]}"')


def test_a_map_runs_apart_from_the_service_with_its_own_nonce(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    response = client.get(f"/plans/{plan_id}/map")

    policy = response.headers["Content-Security-Policy"]
    assert "sandbox allow-scripts" in policy
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
    assert f'nonce="{nonce}"' in response.text
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_map_that_is_asked_for_again_is_the_same_but_for_its_nonce(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    first, second = (client.get(f"/plans/{plan_id}/map") for _ in range(2))

    def without(answer: TestResponse) -> str:
        nonce = answer.headers["Content-Security-Policy"].split("script-src 'nonce-")[1].split("'")[0]
        assert f'<script nonce="{nonce}"' in answer.text
        return answer.text.replace(nonce, "")

    assert first.text != second.text
    assert without(first) == without(second)


@pytest.mark.parametrize("path", ["/plans/{id}/map", "/plans/{id}/crews/s1/map"])
def test_a_map_may_ask_the_operators_tile_server_for_pictures_and_nobody_else(tmp_path: Path, path: str) -> None:
    client, plan_id = a_service(tmp_path, tile_url="https://tiles.example:8443/{z}/{x}/{y}.png")

    policy = client.get(path.format(id=plan_id)).headers["Content-Security-Policy"]

    (allowed,) = [part for part in policy.split("; ") if "http" in part]
    assert allowed == "img-src data: https://tiles.example:8443"
    assert "unsafe-eval" not in policy


def test_only_the_page_around_a_crews_map_may_ask_where_it_is(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    crew = f"/plans/{plan_id}/crews/s1"

    answers = {path: client.get(path).headers["Permissions-Policy"] for path in every_kind_of_path(plan_id)}

    assert [path for path, policy in answers.items() if "geolocation=()" not in policy] == [f"{crew}/route"]
    assert "geolocation=(self)" in answers[f"{crew}/route"]


def test_a_text_that_looks_like_markup_is_shown_as_text(tmp_path: Path) -> None:
    hostile = "${alert(1)}</script><img src=x onerror=alert(1)>`"
    settings = settings_in(tmp_path)
    store = PlanStore(settings)
    plan_id = store.save(
        a_day(), its_plan(), dict.fromkeys(("v1", "v4", "s1-a"), Text(name=hostile, address=hostile, note=hostile))
    )
    client = a_client(settings)

    for path in (f"/plans/{plan_id}/board", f"/plans/{plan_id}/crews/s1"):
        assert "<img" not in client.get(path).text
        assert "&lt;img" in client.get(path).text


def test_a_fault_of_ours_tells_nobody_anything_about_a_person(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    client, plan_id = a_service(tmp_path)
    with closing(sqlite3.connect(tmp_path / "var" / "visits.sqlite")) as connection:
        connection.execute("UPDATE plans SET plan_document = ?", ('{"王小明": "柳荫路12号"}'.encode(),))
        connection.commit()
    caplog.set_level(logging.DEBUG)

    page = client.get(f"/plans/{plan_id}?name=王小明")

    assert page.status_code == 500
    assert "InternalFault" in caplog.text
    for text in (page.text, caplog.text):
        assert "王小明" not in text
        assert "柳荫路" not in text
        assert plan_id not in text


def test_a_key_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    settings.make_data_dir().joinpath("secret.key").write_text("short")
    settings.data_dir.joinpath("secret.key").chmod(0o600)

    with pytest.raises(InvalidInput):
        create_app(settings)
