"""The planner's what-if pages in a real browser."""

from typing import Any

import pytest

from api.access import Role
from tests.people import House
from tests.screens import DESK, PHONE, a_screen_of, faults_of_access
from tests.what_if import a_done_experiment, keep_the_city


@pytest.fixture
def city(house: House) -> House:
    keep_the_city(house)
    return house


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_open_to_everybody(
    city: House, browser: Any, viewport: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = a_done_experiment(city, monkeypatch)
    with a_screen_of(city, browser, Role.PLANNER, viewport=viewport) as screen:
        for path in ("", "/new", f"/{experiment_id}", f"/{experiment_id}/compare"):
            assert faults_of_access(screen, f"/what-if{path}") == []
