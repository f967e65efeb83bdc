"""Signing in at an identity provider: only who it vouches for gets in, in the browser that set out."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.clock import utc_now
from api.store import users
from tests.databases import sqlite_settings
from tests.identity_provider import CLIENT_ID, CLIENT_SECRET, Provider, an_identity_provider
from tests.people import House, a_house


@pytest.fixture
def provider() -> Iterator[Provider]:
    with an_identity_provider() as made:
        yield made


@pytest.fixture
def lender(tmp_path: Path, provider: Provider) -> Iterator[House]:
    """A house of which the provider knows one dispatcher."""
    settings = sqlite_settings(
        tmp_path, oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET
    )
    with a_house(settings) as made:
        made.clock.now = utc_now()  # the provider's tokens are of now
        with made.writing() as unit:
            users.add(unit, login="li", role="dispatcher", name="李", subject="person-7")
        yield made


def gone(client: FlaskClient, path: str = "/sign-in/elsewhere?next=/days/2026-12-01") -> str:
    """Where the browser is sent."""
    response = client.get(path)
    assert response.status_code == 302
    return response.headers["Location"]


def back(client: FlaskClient, arguments: dict[str, str]) -> TestResponse:
    return client.get("/sign-in/elsewhere/return", query_string=arguments)


def is_in(client: FlaskClient) -> bool:
    return client.get("/api/v1/me").status_code == 200


def test_whom_the_provider_vouches_for_comes_to_the_page_that_was_asked_for(lender: House, provider: Provider) -> None:
    client = lender.stranger()
    assert "/sign-in/elsewhere?next=/days/2026-12-01" in client.get("/sign-in?next=/days/2026-12-01").text

    response = back(client, provider.authorize(gone(client)))

    assert (response.status_code, response.headers["Location"]) == (302, "/days/2026-12-01")
    assert is_in(client)
    assert len(provider.used) == 1


def test_each_journey_has_a_state_a_nonce_and_a_challenge_of_its_own(lender: House, provider: Provider) -> None:
    addresses = [gone(lender.stranger()) for _ in range(2)]
    asked = [provider.waiting[provider.authorize(address)["code"]] for address in addresses]

    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name]) >= 43


def test_what_another_browser_began_cannot_be_finished(lender: House, provider: Provider) -> None:
    attacker, victim = lender.stranger(), lender.stranger()
    arguments = provider.authorize(gone(attacker))
    gone(victim)

    assert back(victim, arguments).status_code == 401
    assert back(lender.stranger(), arguments).status_code == 401
    assert not is_in(victim)
    assert provider.used == []


def test_a_journey_ends_after_ten_minutes_and_works_once(lender: House, provider: Provider) -> None:
    client = lender.stranger()
    arguments = provider.authorize(gone(client))
    lender.clock.forward(minutes=10, seconds=1)
    assert back(client, arguments).status_code == 401
    lender.clock.forward(minutes=-10)
    assert back(client, arguments).status_code == 302
    assert back(lender.stranger(), arguments).status_code == 401
    assert back(client, arguments).status_code == 401


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"aud": "another client"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
        {"sub": "person-8"},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_for_us_now_or_for_nobody_we_know_opens_nothing(
    lender: House, provider: Provider, changes: dict[str, object]
) -> None:
    provider.changes = changes
    client = lender.stranger()

    assert back(client, provider.authorize(gone(client))).status_code == 401
    assert not is_in(client)


def test_a_token_signed_with_another_key_opens_nothing(lender: House, provider: Provider) -> None:
    provider.signs_with_its_own_key = False
    client = lender.stranger()

    assert back(client, provider.authorize(gone(client))).status_code == 401


def test_a_provider_that_does_not_answer_is_said_to_be_missing(tmp_path: Path) -> None:
    settings = sqlite_settings(
        tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id=CLIENT_ID, oidc_client_secret=CLIENT_SECRET
    )
    with a_house(settings) as house:
        assert house.stranger().get("/sign-in/elsewhere").status_code == 503


def test_a_provider_that_is_set_by_halves_is_said_to_be_missing(tmp_path: Path) -> None:
    with a_house(sqlite_settings(tmp_path, oidc_issuer="http://127.0.0.1:9")) as house:
        assert house.stranger().get("/sign-in/elsewhere").status_code == 503


def test_after_the_journey_nobody_is_led_to_another_site(lender: House, provider: Provider) -> None:
    client = lender.stranger()

    response = back(client, provider.authorize(gone(client, "/sign-in/elsewhere?next=//evil.example")))

    assert response.headers["Location"] == "/"
