"""The planner's what-if pages in a real browser."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.access import Role
from api.store import jobs
from tests.people import House
from tests.screens import DESK, PHONE, a_screen_of, faults_of_access
from tests.what_if import a_done_experiment, keep_the_city, perform_job, simulate_in_this_process


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


def test_a_question_is_answered_in_at_most_six_clicks(
    city: House, browser: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate_in_this_process(monkeypatch)
    with a_screen_of(city, browser, Role.PLANNER) as screen, ThreadPoolExecutor(1) as worker:
        page, clicks = screen.page, 0
        screen.open("/?lang=en")
        for role, name in (("link", "What if"), ("button", "New experiment"), ("button", "Simulate")):
            page.get_by_role(role, name=name, exact=True).click()
            clicks += 1
        page.get_by_text("The simulation has begun.").wait_for()
        with city.writing() as unit:
            (job,) = jobs.open_jobs(unit)
        done = worker.submit(perform_job, city, job.id)
        page.get_by_role("heading", name="Answers").wait_for(timeout=120_000)
        done.result()

        assert clicks <= 6
        assert "share of priority-A visits attempted" in page.locator(".answers li").first.inner_text()
        page.get_by_role("link", name="Compare scenarios").click()
        page.get_by_role("heading", name="What was put in").wait_for()
        assert page.get_by_role("columnheader", name="6 crews").count() == 2
