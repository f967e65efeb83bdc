"""A first-time dispatcher with files at hand: from an empty database to links that crews can open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.access import Role
from api.fixture_city import city_tables
from api.store import links
from tests.job_runs import a_worker
from tests.people import House
from tests.screens import a_screen

FIRST_MORNING = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MOST_CLICKS = 12
PASSWORD = "correct horse battery staple"  # noqa: S105 - of nobody but this test
_MINUTE = 60_000  # as Playwright counts; a busy machine takes its time


@pytest.fixture
def lender(house: House) -> Iterator[House]:
    """A service with nobody in it but its users, whose jobs are done."""
    house.clock.now = FIRST_MORNING
    with a_worker(house):
        yield house


@dataclass
class Hand:
    """Clicks what is seen on a page, and counts."""

    page: Any
    clicks: int = 0

    def click(self, role: str, name: str, patience: int = 4 * _MINUTE) -> None:
        self.clicks += 1
        self.page.get_by_role(role, name=name).first.click(timeout=patience)

    def choose(self, label: str, files: list[str]) -> None:
        """Files, by the window of the browser that a click opens."""
        self.clicks += 1
        with self.page.expect_file_chooser() as opened:
            self.page.get_by_label(label).click()
        opened.value.set_files(files)

    def tick(self, label: str) -> None:
        self.clicks += 1
        self.page.get_by_label(label).check()


def test_twelve_clicks_lead_from_an_empty_database_to_links_for_every_crew(lender: House, browser: Any) -> None:
    lender.user(Role.DISPATCHER, login="wang", password=PASSWORD)
    with a_screen(lender, browser, None, locale="en") as screen:
        page, hand = screen.page, Hand(screen.page)
        screen.open("/?lang=en")
        page.get_by_label("Login").fill("wang")
        page.get_by_label("Password").fill(PASSWORD)
        hand.click("button", "Sign in")
        hand.click("link", "Import")
        hand.choose("Files", [str(path) for path in city_tables()])
        hand.click("button", "Check the files")
        hand.click("button", "Keep everything")
        hand.click("button", "Plan Tuesday 1 December 2026")
        hand.click("button", "Make a plan")
        hand.click("button", "Open the plan")
        hand.click("button", "Check and publish")
        hand.tick("estimate")
        hand.click("button", "Publish")
        hand.click("button", "Make links for all crews")
        page.get_by_role("heading", name="New links").wait_for(timeout=4 * _MINUTE)
        shown = page.locator(".link-once").count()
        plan_id = page.url.split("/plans/")[1].split("/")[0]

    with lender.writing() as unit:
        made = links.of_plan(unit, plan_id)
    assert shown == len({link.shift_code for link in made if link.shift_code is not None}) >= 6
    assert hand.clicks <= MOST_CLICKS
