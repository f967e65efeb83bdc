"""What an administrator does on the pages of users and of the service."""

import re
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.store import branches, users
from tests.hostile_names import HOSTILE_NAMES
from tests.people import House, a_collector
from tests.test_service_pages import words_of

PASSWORD = "four words nobody joins"  # noqa: S105 - of users that this file makes


def an_administrator(house: House) -> FlaskClient:
    """A program of an administrator of the whole lender."""
    scope = replace(house.own, branch_id=None)
    return house.program(house.user(Role.ADMINISTRATOR, scope), scope)


def add(client: FlaskClient, **given: str) -> Any:
    return client.post("/people", data={"login": "new.one", "role": "planner", "name": "新人"} | given)


def user_of(house: House, login: str) -> users.UserEntry:
    with house.writing(replace(house.own, branch_id=None)) as unit:
        found = users.find(unit, login)
    assert found is not None
    return found


def test_a_user_is_added_and_shown(house: House) -> None:
    client = an_administrator(house)

    answer = add(client, password=PASSWORD, branch=str(house.own.branch_id))

    assert answer.status_code == 303
    assert words_of(client.get(answer.location + "&lang=en").text).count("new.one") == 1
    assert user_of(house, "new.one").branch_id == house.own.branch_id


def test_a_collector_is_joined_to_the_collector_by_code(house: House) -> None:
    with house.writing() as unit:
        row_id = a_collector(unit, "k9")

    add(an_administrator(house), role="collector", collector="k9", branch=str(house.own.branch_id))

    assert user_of(house, "new.one").collector_id == row_id


@pytest.mark.parametrize(
    "given",
    [
        {"login": "no spaces"},
        {"role": "king"},
        {"password": "short"},
        {"password": "new.one is my password"},
        {"branch": "0" * 32},
        {"collector": "nobody"},
        {"name": "x" * 201},
    ],
)
def test_what_is_wrong_with_a_new_user_is_said_and_nobody_is_added(house: House, given: dict[str, str]) -> None:
    client = an_administrator(house)

    answer = add(client, **given)

    assert answer.status_code == 422
    assert "没有保存" in answer.text
    assert PASSWORD not in answer.text
    with house.writing() as unit:
        assert users.find(unit, "new.one") is None


def test_role_name_and_branch_are_changed(house: House) -> None:
    user_id = house.user(Role.PLANNER, login="somebody")

    answer = an_administrator(house).post(
        f"/people/{user_id}", data={"role": "dispatcher", "name": "改名", "branch": house.beside.branch_id}
    )

    found = user_of(house, "somebody")
    assert answer.status_code == 303
    assert (found.role, found.name, found.branch_id) == ("dispatcher", "改名", house.beside.branch_id)


def test_an_administrator_of_one_branch_moves_nobody_out_of_it(house: House) -> None:
    user_id = house.user(Role.PLANNER, login="somebody")
    client = house.program(house.user(Role.ADMINISTRATOR))

    client.post(f"/people/{user_id}", data={"role": "planner", "name": "x", "branch": house.beside.branch_id})

    assert user_of(house, "somebody").branch_id == house.own.branch_id


def test_disabling_ends_what_lets_somebody_in_and_can_be_taken_back(house: House) -> None:
    user_id = house.user(Role.PLANNER, login="somebody")
    theirs, client = house.browser(user_id), an_administrator(house)

    client.post(f"/people/{user_id}/state", data={"disable": "yes"})
    assert theirs.get("/").status_code == 302
    client.post(f"/people/{user_id}/state", data={"disable": "no"})

    assert user_of(house, "somebody").disabled_at is None


@pytest.mark.parametrize(
    ("path", "form"), [("state", {"disable": "yes"}), ("", {"role": "planner", "name": "x", "branch": "all"})]
)
def test_nobody_disables_themselves_or_takes_the_own_role_away(house: House, path: str, form: dict[str, str]) -> None:
    scope = replace(house.own, branch_id=None)
    user_id = house.user(Role.ADMINISTRATOR, scope, login="me")

    answer = house.program(user_id, scope).post(f"/people/{user_id}/{path}".rstrip("/"), data=form)

    assert answer.status_code == 409
    assert user_of(house, "me").role == Role.ADMINISTRATOR
    assert user_of(house, "me").disabled_at is None


def test_a_new_password_signs_in_and_ends_older_sessions(house: House) -> None:
    user_id = house.user(Role.PLANNER, login="somebody")
    theirs = house.browser(user_id)

    answer = an_administrator(house).post(f"/people/{user_id}/secrets", data={"password": PASSWORD})

    assert answer.status_code == 303
    assert theirs.get("/").status_code == 302
    signed = house.stranger().post("/sign-in", data={"login": "somebody", "password": PASSWORD})
    assert signed.status_code == 303


@pytest.mark.parametrize("given", [{}, {"password": "short"}, {"pin": "12"}, {"pin": "abcdef"}, {"pin": "١٢٣٤٥٦"}])
def test_no_weak_secret_is_set(house: House, given: dict[str, str]) -> None:
    user_id = house.user(Role.COLLECTOR)

    answer = an_administrator(house).post(f"/people/{user_id}/secrets", data=given)

    assert answer.status_code == 422
    assert "没有保存" in answer.text


def test_the_secret_of_a_key_is_shown_once_and_opens_until_it_is_ended(house: House) -> None:
    user_id = house.user(Role.PLANNER)
    client = an_administrator(house)

    made = client.post(f"/people/{user_id}/tokens", data={"token_name": "报表", "days": "30"})
    (secret,) = re.findall(r"visits_[\w-]+", made.text)
    program = house.app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    page = client.get(f"/people/{user_id}").text

    assert secret not in page
    assert program.get("/api/v1/me").status_code == 200
    (token_id,) = re.findall(r"/tokens/([0-9a-f]{32})/end", page)
    assert client.post(f"/people/{user_id}/tokens/{token_id}/end").status_code == 303
    assert program.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("given", [{"token_name": ""}, {"days": "0"}, {"days": "367"}, {"days": "x"}])
def test_a_key_has_a_name_and_some_days(house: House, given: dict[str, str]) -> None:
    user_id = house.user(Role.PLANNER)

    answer = an_administrator(house).post(f"/people/{user_id}/tokens", data={"token_name": "x", "days": "30"} | given)

    assert answer.status_code == 422
    assert "visits_" not in answer.text


@pytest.mark.parametrize("name", HOSTILE_NAMES[:12])
def test_hostile_names_are_inert_on_the_pages_of_users(house: House, name: str) -> None:
    client = an_administrator(house)
    add(client, name=name)

    assert name not in client.get("/people").text


def test_a_branch_gets_roads_and_loses_them_again(house: House) -> None:
    client = an_administrator(house)
    path = f"/service/branches/{house.own.branch_id}/roads"

    assert client.post(path, data={"network": "nowhere"}).status_code == 422
    assert client.post(path, data={"network": ""}).status_code == 303

    with house.writing() as unit:
        assert [one.road_network for one in branches.listed(unit)] == [None]


def test_another_branch_gets_no_roads_from_an_administrator_of_one(house: House) -> None:
    client = house.program(house.user(Role.ADMINISTRATOR))

    assert client.post(f"/service/branches/{house.beside.branch_id}/roads", data={"network": ""}).status_code == 404


def test_the_service_tells_its_state_and_no_secret(house: House) -> None:
    with house.database.writing(None, house.clock()) as unit:
        unit.note("database.backed_up", "installation", sequence=1, sha256="x")
    house.clock.forward(days=5)

    page = an_administrator(house).get("/service?lang=en")
    words = words_of(page.text)

    assert "SQLite" in words
    assert "5 days ago" in words
    assert house.database.cipher.fingerprint in words
    assert "Exchange done" in words
    assert "beside" in words


def test_the_key_grows_older_by_the_day_and_an_exchange_that_is_open_makes_no_age(house: House) -> None:
    client = an_administrator(house)
    house.clock.forward(days=11, hours=1)

    assert "Age of the key 11 days" in words_of(client.get("/service?lang=en").text)
