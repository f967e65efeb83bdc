"""Signing in and out: sessions, their cookies and their ends; who guesses is stopped and learns nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from argon2.exceptions import VerifyMismatchError
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from api.access import Role, passwords
from api.store import sessions
from api.web.signing_in import own_path
from tests.databases import sqlite_settings
from tests.people import House, a_house

PASSWORD = "four quiet words together"  # noqa: S105 - of this test's own users
WRONG = "four loud words together"


def entered(client: FlaskClient, login: str = "li", password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"login": login, "password": password, **more})


def asks(client: FlaskClient) -> int:
    """How the service answers who wants to know who they are."""
    return client.get("/api/v1/me").status_code


def test_the_right_password_opens_the_page_that_was_asked_for(each_house: House) -> None:
    each_house.user(login="li", password=PASSWORD)
    client = each_house.stranger()

    refused = client.get("/days/2026-12-01")
    assert refused.status_code == 302
    assert refused.headers["Location"] == "/sign-in?next=/days/2026-12-01"
    response = entered(client, next="/days/2026-12-01")

    assert (response.status_code, response.headers["Location"]) == (303, "/days/2026-12-01")
    assert asks(client) == 200


def test_a_login_may_be_typed_in_capitals_and_full_width(house: House) -> None:
    house.user(login="li", password=PASSWORD)

    assert entered(house.stranger(), login=" ＬＩ ").status_code == 303


def test_unknown_wrong_and_disabled_get_one_answer(house: House) -> None:
    house.user(login="li", password=PASSWORD)
    gone = house.user(login="gone", password=PASSWORD)
    house.user(login="tokens-only")
    administrator = house.program(house.user(Role.ADMINISTRATOR))
    known = administrator.get(f"/api/v1/users/{gone}").headers["ETag"]
    administrator.patch(f"/api/v1/users/{gone}", json={"is_disabled": True}, headers={"If-Match": known})

    answers = [
        entered(house.stranger(), login, password)
        for login, password in (("nobody", PASSWORD), ("li", WRONG), ("gone", PASSWORD), ("tokens-only", PASSWORD))
    ]

    assert {answer.status_code for answer in answers} == {401}
    # The pages differ in the nonces of their scripts alone, and those stand in headers.
    assert len({answer.text for answer in answers}) == 1
    assert not any("Set-Cookie" in answer.headers for answer in answers)


def test_unknown_wrong_and_disabled_cost_one_slow_hash_each(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.user(login="li", password=PASSWORD)
    gone = house.user(login="gone", password=PASSWORD)
    administrator = house.program(house.user(Role.ADMINISTRATOR))
    known = administrator.get(f"/api/v1/users/{gone}").headers["ETag"]
    administrator.patch(f"/api/v1/users/{gone}", json={"is_disabled": True}, headers={"If-Match": known})
    passwords.is_right(None, PASSWORD)  # the hash that stands in for a missing one is made once
    made: list[str] = []

    class Counting:
        def verify(self, password_hash: str, _password: str) -> None:
            made.append(password_hash.rsplit("$", 2)[0])
            raise VerifyMismatchError

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    for login in ("nobody", "li", "gone"):
        entered(house.stranger(), login)

    assert len(made) == 3
    assert len(set(made)) == 1


def test_the_sixth_wrong_try_in_a_minute_is_refused_even_if_it_is_right(house: House) -> None:
    house.user(login="li", password=PASSWORD)
    tries = [entered(house.stranger(), password=WRONG).status_code for _ in range(5)]

    response = entered(house.stranger())

    assert tries == [401] * 5
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in response.headers


def test_a_header_that_names_another_client_does_not_help_who_guesses(house: House) -> None:
    for number in range(5):
        client = house.stranger()
        client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
        entered(client, password=WRONG)

    client = house.stranger()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.99"
    assert entered(client).status_code == 429


def test_behind_a_proxy_clients_are_told_apart_by_what_the_proxy_adds_and_not_by_what_they_claim(
    tmp_path: Path,
) -> None:
    with a_house(sqlite_settings(tmp_path, proxies=1)) as house:
        house.user(login="li", password=PASSWORD)

        def from_address(address: str, claimed: str, login: str, password: str) -> int:
            client = house.stranger()
            client.environ_base["HTTP_X_FORWARDED_FOR"] = f"{claimed}, {address}"
            return entered(client, login, password).status_code

        for number in range(5):
            from_address("192.0.2.1", f"198.51.100.{number}", "nobody", WRONG)
        assert from_address("192.0.2.1", "198.51.100.9", "li", PASSWORD) == 429
        assert from_address("192.0.2.2", "198.51.100.9", "li", PASSWORD) == 303


def test_many_clients_cannot_guess_at_one_login_together(tmp_path: Path) -> None:
    with a_house(sqlite_settings(tmp_path, proxies=1)) as house:
        house.user(login="li", password=PASSWORD)
        codes = []
        for number in range(11):
            client = house.stranger()
            client.environ_base["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
            codes.append(entered(client, password=WRONG).status_code)
        assert codes == [401] * 10 + [429]


def test_right_tries_are_not_counted(house: House) -> None:
    house.user(login="li", password=PASSWORD)

    assert {entered(house.stranger()).status_code for _ in range(8)} == {303}


def cookie_of(response: TestResponse) -> str:
    (cookie,) = response.headers.getlist("Set-Cookie")
    return cookie


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: House) -> None:
    house.user(login="li", password=PASSWORD)

    plain = cookie_of(entered(house.stranger()))
    client = house.stranger()
    client.environ_base["HTTP_ORIGIN"] = "https://localhost"
    form = {"login": "li", "password": PASSWORD}
    encrypted = cookie_of(client.post("/sign-in", data=form, base_url="https://localhost"))

    assert plain.startswith("visits=")
    assert encrypted.startswith("__Host-visits=")
    assert "; Secure" in encrypted
    assert "; Secure" not in plain
    for cookie in (plain, encrypted):
        assert "; HttpOnly" in cookie
        assert "; SameSite=Lax" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie


def test_signing_in_gives_a_new_secret_and_ends_the_session_before(house: House) -> None:
    house.user(login="li", password=PASSWORD)
    client = house.stranger()
    entered(client)
    before = client.get_cookie("visits")
    entered(client)
    after = client.get_cookie("visits")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    thief = house.stranger()
    thief.set_cookie("visits", before.value)
    assert asks(thief) == 401
    assert asks(client) == 200


def test_a_secret_that_somebody_put_into_the_browser_is_not_taken_over(house: House) -> None:
    house.user(login="li", password=PASSWORD)
    client = house.stranger()
    client.set_cookie("visits", "a-secret-that-an-attacker-knows")
    entered(client)
    cookie = client.get_cookie("visits")

    assert cookie is not None
    assert cookie.value != "a-secret-that-an-attacker-knows"
    attacker = house.stranger()
    attacker.set_cookie("visits", "a-secret-that-an-attacker-knows")
    assert asks(attacker) == 401


def test_signing_out_ends_the_session_and_takes_the_cookie_away(each_house: House) -> None:
    client = each_house.browser(each_house.user())
    secret = client.get_cookie("visits")
    word = client.get("/api/v1/me").json["csrf_token"]  # type: ignore[index]  # an object

    response = client.post("/sign-out", data={"csrf_token": word})

    assert (response.status_code, response.headers["Location"]) == (303, "/sign-in")
    assert client.get_cookie("visits") is None
    assert secret is not None
    client.set_cookie("visits", secret.value)
    assert asks(client) == 401


def test_a_session_is_over_after_twelve_hours_whatever_happens(each_house: House) -> None:
    client = each_house.browser(each_house.user())
    for _ in range(11):
        each_house.clock.forward(hours=1)
        assert asks(client) == 200

    each_house.clock.forward(minutes=59)
    assert asks(client) == 200
    each_house.clock.forward(minutes=1)
    assert asks(client) == 401


def test_a_collectors_phone_that_was_silent_for_half_an_hour_must_sign_in_again(each_house: House) -> None:
    client = each_house.browser(each_house.user(Role.COLLECTOR))
    for _ in range(3):
        each_house.clock.forward(minutes=29)
        assert asks(client) == 200

    each_house.clock.forward(minutes=30)
    assert asks(client) == 401


def test_a_session_of_before_a_restore_opens_nothing(each_house: House) -> None:
    client = each_house.browser(each_house.user())
    with each_house.database.writing(None, each_house.clock()) as unit:
        unit.session.execute(text("UPDATE installation SET epoch = epoch + 1"))

    assert asks(client) == 401


def once(client: FlaskClient, secret: str) -> int:
    return client.post("/sign-in/once", data={"secret": secret}).status_code


def an_address(house: House, minutes: float = 15) -> str:
    user_id = house.user()
    with house.writing() as unit:
        return sessions.add_sign_in(unit, user_id, life=timedelta(minutes=minutes))


def test_an_address_signs_in_once(each_house: House) -> None:
    secret = an_address(each_house)
    first, second = each_house.stranger(), each_house.stranger()

    assert [first.get("/sign-in/once").status_code, first.head("/sign-in/once").status_code] == [200, 200]
    assert once(first, secret) == 303
    assert once(second, secret) == 401
    assert (asks(first), asks(second)) == (200, 401)


def test_an_address_that_is_too_old_or_wrong_signs_nobody_in(house: House) -> None:
    secret = an_address(house)
    house.clock.forward(minutes=15)

    assert once(house.stranger(), secret) == 401
    assert once(house.stranger(), "nonsense") == 401


@pytest.mark.parametrize(
    "wish",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "evil",
        "",
        "/a\nb",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/a\\b",
        "/外",
    ],
)
def test_after_signing_in_nobody_is_led_elsewhere(wish: str) -> None:
    assert own_path(wish) == "/"


@pytest.mark.parametrize("wish", ["/", "/plans/ab12/crews/s1", "/days/2026-12-01?lang=en"])
def test_after_signing_in_people_come_to_the_page_they_asked_for(wish: str) -> None:
    assert own_path(wish) == wish
