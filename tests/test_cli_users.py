"""Users by the command line, and who can reach the service."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import current
from api.access import Role
from api.app import create_app
from api.cli.app import cli
from api.cli.reach import (
    refuse_to_be_found_without_encryption,
    refuse_to_be_found_without_people,
    sign_in_addresses,
)
from api.settings import Settings
from api.store import PlanState, PlanStore
from api.store.tables.plans import PlanRow, RouteRow
from scheduler.domain.errors import InvalidInput
from tests.service import TEXTS, a_day, its_plan, settings_in

PASSWORD = "four quiet words together"  # noqa: S105 - of this test's own users
NEW_PASSWORD = "another four quiet words"  # noqa: S105 - likewise
ORIGIN = "http://127.0.0.1:8000"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of the commands in this test."""
    monkeypatch.setenv("VISITS_DATA_DIR", str(tmp_path / "var"))
    return settings_in(tmp_path)


def user(*words: str, password: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["user", *words], input=None if password is None else f"{password}\n")


def signs_in(settings: Settings, login: str, password: str) -> bool:
    app = create_app(settings)
    form = {"login": login, "password": password}
    response = app.test_client().post("/sign-in", data=form, headers={"Origin": "http://localhost"})
    current.close(app)
    return response.status_code == 303


def test_a_user_is_added_with_the_password_from_the_standard_input_and_can_sign_in(settings: Settings) -> None:
    added = user("add", "Li", "--role", "dispatcher", "--name", "李娜", password=PASSWORD)

    assert added.exit_code == 0, added.output
    assert PASSWORD not in added.output
    assert signs_in(settings, "li", PASSWORD)
    (listed,) = json.loads(user("list", "--json").output)
    assert (listed["login"], listed["role"], listed["name"]) == ("li", "dispatcher", "李娜")
    assert listed["branch_id"] is not None
    assert "李娜" in user("list").output


def test_a_user_of_all_branches_has_none(settings: Settings) -> None:
    assert settings is not None
    assert user("add", "chief", "--role", "compliance", "--all-branches", password=PASSWORD).exit_code == 0

    (listed,) = json.loads(user("list", "--json").output)
    assert listed["branch_id"] is None


@pytest.mark.parametrize(
    ("words", "password", "code"),
    [
        (("li", "--role", "planner"), "short", "bad_length"),
        (("two words", "--role", "planner"), PASSWORD, "bad_login"),
        (("li", "--role", "planner", "--branch", "moon"), PASSWORD, "unknown_branch"),
        (("li", "--role", "planner", "--collector", "c9"), PASSWORD, "unknown_collector"),
    ],
)
def test_a_user_who_cannot_be_added_is_refused(
    settings: Settings, words: tuple[str, ...], password: str, code: str
) -> None:
    assert settings is not None
    answer = user("add", *words, password=password)

    assert answer.exit_code == 2
    assert code in answer.output
    assert json.loads(user("list", "--json").output) == []


def test_a_login_is_given_once(settings: Settings) -> None:
    assert settings is not None
    user("add", "li", "--role", "planner", password=PASSWORD)

    again = user("add", "LI", "--role", "planner", password=PASSWORD)

    assert again.exit_code == 2
    assert "login_taken" in again.output


def test_a_new_password_takes_the_place_of_the_old_one(settings: Settings) -> None:
    user("add", "li", "--role", "planner", password=PASSWORD)

    assert user("password", "li", password=NEW_PASSWORD).exit_code == 0

    assert not signs_in(settings, "li", PASSWORD)
    assert signs_in(settings, "li", NEW_PASSWORD)


def test_a_disabled_user_is_let_in_no_more(settings: Settings) -> None:
    user("add", "li", "--role", "planner", password=PASSWORD)

    assert user("disable", "li").exit_code == 0

    assert not signs_in(settings, "li", PASSWORD)
    assert "disabled" in user("list").output
    assert user("disable", "nobody").exit_code == 2


def test_a_key_is_printed_and_opens(settings: Settings) -> None:
    user("add", "robot", "--role", "planner", "--without-password")

    printed = user("token", "robot", "--name", "night export")

    assert printed.exit_code == 0
    app = create_app(settings)
    headers = {"Authorization": f"Bearer {printed.output.strip()}"}
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 200
    current.close(app)


def test_on_a_laptop_each_role_gets_an_address_that_signs_in_once(settings: Settings) -> None:
    store = PlanStore(settings)
    plan_id = store.save(a_day(), its_plan(), TEXTS)
    store.close()
    app = create_app(settings)
    addresses = sign_in_addresses(current.kept_by(app), ORIGIN)
    again = sign_in_addresses(current.kept_by(app), ORIGIN)

    assert set(addresses) == set(again) == set(Role)
    for role, address in addresses.items():
        where, secret = address.split("#")
        assert where == f"{ORIGIN}/sign-in/once"
        client = app.test_client()
        form, headers = {"secret": secret}, {"Origin": "http://localhost"}
        assert client.post("/sign-in/once", data=form, headers=headers).status_code == 303
        document = client.get("/api/v1/me").json
        assert document is not None
        assert document["role"] == role
        if role == Role.COLLECTOR:
            kept = current.kept_by(app).plans
            with kept.database.writing(kept.scope, current.kept_by(app).clock()) as unit:
                unit.session.query(PlanRow).update({"state": PlanState.PUBLISHED})
                unit.session.add(RouteRow(plan_id=plan_id, shift_code="s1", collector_codes=["s1-a", "s1-b"]))
            assert plan_id in client.get("/").text
    current.close(app)


def test_once_somebody_has_a_password_no_address_is_printed(settings: Settings) -> None:
    user("add", "li", "--role", "administrator", password=PASSWORD)
    app = create_app(settings)

    assert sign_in_addresses(current.kept_by(app), ORIGIN) == {}
    current.close(app)


@pytest.mark.parametrize("public_url", [None, "http://127.0.0.1:8000"])
def test_the_network_is_not_reached_without_encryption(tmp_path: Path, public_url: str | None) -> None:
    settings = settings_in(tmp_path, public_url=public_url)

    refuse_to_be_found_without_encryption("localhost", settings)
    with pytest.raises(InvalidInput, match="not_loopback"):
        refuse_to_be_found_without_encryption("0.0.0.0", settings)


def test_the_network_is_reached_with_encryption_once_somebody_can_sign_in(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISITS_PUBLIC_URL", "https://visits.example.org")
    assert "nobody could sign in" in CliRunner().invoke(cli, ["serve", "--host", "0.0.0.0"]).output
    user("add", "li", "--role", "administrator", password=PASSWORD)
    app = create_app(settings)

    refuse_to_be_found_without_people("0.0.0.0", current.kept_by(app))
    current.close(app)
