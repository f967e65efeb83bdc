"""Every page can be used by everybody: axe-core finds nothing, in both languages, light and dark, desk and phone."""

from typing import Any

import pytest

from api.access import Role
from tests.people import House, a_published_plan
from tests.screens import DESK, PHONE, a_screen, a_screen_of, faults_of_access


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_of_days_and_plans_are_open_to_everybody(
    house: House, browser: Any, viewport: dict[str, int]
) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)

    with a_screen_of(house, browser, Role.DISPATCHER, viewport=viewport) as screen:
        for path in ("/", "/days/2026-12-01", f"/plans/{plan_id}", f"/plans/{plan_id}/crews/s1"):
            assert faults_of_access(screen, path) == []


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/once", "/verify", "/go", "/n"])
def test_the_pages_for_strangers_are_open_to_everybody(house: House, browser: Any, path: str) -> None:
    with a_screen(house, browser, None, viewport=PHONE) as screen:
        assert faults_of_access(screen, path) == []


def test_colours_are_remembered_and_follow_the_device_until_somebody_chooses(house: House, browser: Any) -> None:
    with a_screen_of(house, browser, Role.DISPATCHER, color_scheme="dark") as screen:
        screen.open("/")
        background = "getComputedStyle(document.documentElement).backgroundColor"
        dark = screen.page.evaluate(background)

        screen.page.get_by_role("link", name="浅色").click()
        screen.open("/")

        assert screen.page.evaluate(background) != dark
