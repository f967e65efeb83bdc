"""A compliance officer's and an administrator's pages in a real browser: open to everybody, and walked as they are."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.access import Role
from api.store import Scope, users
from scheduler.rules.load import load_rule_set
from tests.databases import sqlite_settings
from tests.hostile_names import HOSTILE_NAMES
from tests.people import House, a_published_plan
from tests.screens import DESK, PHONE, a_screen, faults_of_access
from tests.test_officer_pages import an_ended_visit
from tests.visiting import at_the_door
from tests.visiting_service import VisitingService, a_visiting_service

BOTH = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])


def everywhere(house: House) -> Scope:
    return replace(house.own, branch_id=None)


def an_officer(house: House, **given: Any) -> str:
    return house.user(Role.COMPLIANCE, everywhere(house), **given)


@BOTH
def test_the_pages_of_rules_approvals_audit_and_retention_are_open_to_everybody(
    house: House, browser: Any, viewport: dict[str, int]
) -> None:
    with house.writing() as unit:
        a_published_plan(unit)
    old, new = (f"{pack.name}%40{pack.version}" for pack in load_rule_set(("cn-base", "tw-base")).packs)
    diff = f"/rules/diff?old={old}&new={new}"
    with a_screen(house, browser, an_officer(house), viewport=viewport) as screen:
        for path in ("/rules", "/rules/packs/cn-base", diff, "/approvals", "/audit", "/conduct", "/retention"):
            assert faults_of_access(screen, path) == []


@BOTH
def test_the_pages_of_users_and_of_the_service_are_open_to_everybody(
    house: House, browser: Any, viewport: dict[str, int]
) -> None:
    user_id = house.user(Role.COLLECTOR)
    with house.writing() as unit:
        users.add_token(unit, user_id, name="报表", life=house.session_life)
    boss = house.user(Role.ADMINISTRATOR, everywhere(house))
    with a_screen(house, browser, boss, viewport=viewport) as screen:
        for path in ("/people", f"/people/{user_id}", f"/people/{boss}", "/service"):
            assert faults_of_access(screen, path) == []


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[tuple[House, VisitingService]]:
    """A day with a visit that has ended, as a house too."""
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("10:00")) as service:
        an_ended_visit(service)
        clock: Any = lambda: service.now  # noqa: E731 - the clock of the service, which the test may turn
        scope = service.scope
        yield (
            House(app=service.app, clock=clock, database=service.database, own=scope, beside=scope, foreign=scope),
            service,
        )


@BOTH
def test_the_pages_of_visits_and_why_they_were_made_are_open_to_everybody(
    lived: tuple[House, VisitingService], browser: Any, viewport: dict[str, int]
) -> None:
    house, service = lived
    with a_screen(house, browser, an_officer(house), viewport=viewport) as screen:
        for path in ("/visits?day=2026-12-04", f"/visits/{service.plan_id}/c1", "/conduct"):
            assert faults_of_access(screen, path) == []


def test_an_officer_reads_from_the_list_of_visits_why_one_was_made(
    lived: tuple[House, VisitingService], browser: Any
) -> None:
    house, _service = lived
    with a_screen(house, browser, an_officer(house)) as screen:
        page = screen.page
        screen.open("/visits?lang=en")
        page.get_by_label("Day").fill("2026-12-04")
        page.get_by_role("button", name="Open").click()
        page.get_by_role("link", name="c1").click()
        page.get_by_text("CN-HRS-1").first.click()

        assert page.get_by_text("No visits from 22:00 to 08:00").count() > 0
        assert page.get_by_role("heading", name="At the door").is_visible()
        assert page.get_by_text("complaint").first.is_visible()


def test_two_officers_change_the_packs_and_one_alone_cannot(house: House, browser: Any) -> None:
    with house.writing() as unit:
        a_published_plan(unit)
    first, second = an_officer(house, login="first"), an_officer(house, login="second")
    with a_screen(house, browser, first) as screen:
        page = screen.page
        screen.open("/rules?lang=en")
        page.get_by_role("checkbox", name="cn-house").uncheck()
        page.get_by_label("Reason").fill(HOSTILE_NAMES[0])
        page.get_by_role("button", name="Ask for approval").click()
        page.get_by_text("You asked for this.").wait_for()
        assert page.get_by_role("button", name="Grant").count() == 0
        assert faults_of_access(screen, "/approvals") == []

    with a_screen(house, browser, second) as screen:
        page = screen.page
        screen.open("/approvals?lang=en")
        page.get_by_text("1 December 2026").first.wait_for()
        page.get_by_label("Your reason (needed)").fill("checked")
        page.get_by_role("button", name="Grant").click()
        page.get_by_text("Granted. It holds from now on.").wait_for()

        screen.open("/rules?lang=en")
        assert page.get_by_role("row", name="cn-house").get_by_text("in use").count() == 0


def test_an_officer_searches_checks_and_takes_the_trail_along(house: House, browser: Any) -> None:
    with a_screen(house, browser, an_officer(house), accept_downloads=True) as screen:
        page = screen.page
        screen.open("/audit?lang=en")
        page.locator("select[name=what]").select_option("user.")
        page.get_by_role("button", name="Search").click()
        page.get_by_text("Users: added").first.wait_for()
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Download CSV").click()
        assert "user.added" in Path(waiting.value.path()).read_text()
        page.get_by_role("button", name="Check the chain").click()
        page.get_by_text("The chain is whole").wait_for()
        assert "user." not in page.url


def test_an_administrator_adds_a_user_gives_a_key_and_disables_them(house: House, browser: Any) -> None:
    with a_screen(house, browser, house.user(Role.ADMINISTRATOR, everywhere(house))) as screen:
        page = screen.page
        screen.open("/people?lang=en")
        page.get_by_label("Login").fill("new.one")
        page.get_by_label("Name").fill(HOSTILE_NAMES[6])
        page.get_by_role("button", name="Add").click()
        page.get_by_text("The user was added.").wait_for()
        page.get_by_label("What for").fill("reports")
        page.get_by_role("button", name="Make a key").click()
        page.get_by_text("Copy it now").wait_for()
        page.get_by_role("link", name="Back to the user").click()
        page.get_by_role("button", name="Disable").click()
        page.get_by_text("The user is let in no more.").wait_for()
