"""A day from the lender's tables to the question why somebody was visited, by those who live it, each in a browser.

Everything is real but the clock, which the test turns, and the post: notices are received when the test says so.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.access import Role
from api.fixture_city import city_tables
from api.store import letters, notices, stops
from api.store.stops import PlannedStop
from tests.job_runs import a_worker
from tests.people import House
from tests.screens import PHONE, a_screen, a_screen_of

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 12, 1)
IMPORTED_AT = datetime(2026, 11, 26, 10, tzinfo=ZONE).astimezone(UTC)
RECEIVED_AT = IMPORTED_AT + timedelta(hours=3)
_MINUTES = 60_000  # as Playwright counts them; a plan is computed meanwhile


@pytest.fixture
def lender(house: House) -> Iterator[House]:
    """A service whose jobs are done, some days before the day."""
    house.clock.now = IMPORTED_AT
    with a_worker(house):
        yield house


def test_a_day_is_lived_from_the_tables_to_the_question_why(lender: House, browser: Any) -> None:
    plan_id = plan_and_publish(lender, browser)
    stop = first_stop(lender, plan_id)
    lender.clock.now = RECEIVED_AT
    with lender.writing() as unit:
        for notice in notices.of_plan(unit, plan_id):
            notices.receive(unit, notice.id, RECEIVED_AT, None)

    address = a_link(lender, browser, plan_id, stop.shift_code)
    lender.clock.now = stop.service_start_time
    a_borrower_checks_the_letter(lender, browser, plan_id, stop)
    visit_and_promise(lender, browser, address)
    nobody_may_come_again_soon(lender, browser, stop)
    an_officer_reads_why(lender, browser, plan_id, stop)


def plan_and_publish(lender: House, browser: Any) -> str:
    """What a dispatcher does some days before: import, plan, be refused an unlawful change, publish."""
    with a_screen_of(lender, browser, Role.DISPATCHER) as screen:
        page = screen.page
        screen.open("/imports?lang=en")
        page.get_by_label("Files").set_input_files([str(path) for path in city_tables()])
        page.get_by_role("button", name="Check the files").click()
        page.get_by_role("button", name="Keep everything").click()
        page.get_by_role("link", name="Go to the cases").wait_for()

        screen.open(f"/days/{DAY}")
        page.get_by_role("button", name="Make a plan").click()
        page.get_by_role("button", name="Open the plan").click(timeout=3 * _MINUTES)

        page.locator("#left-out button[data-visit='YX26-0006']").click()
        page.get_by_role("button", name="Put back").click()
        page.get_by_text("so it was put back").wait_for()
        assert page.get_by_role("button", name="Save as a new draft").count() == 0

        page.get_by_role("button", name="Check and publish").click()
        page.get_by_label("estimate").check()
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("heading", name="Published:").wait_for()
        return str(page.url).split("/plans/")[1].split("/")[0]


def first_stop(lender: House, plan_id: str) -> PlannedStop:
    """The stop of the day that begins first."""
    with lender.writing() as unit:
        return min(stops.of_plan(unit, plan_id), key=lambda stop: stop.service_start_time)


def a_link(lender: House, browser: Any, plan_id: str, crew: str) -> str:
    """The address that a dispatcher sends to a crew, behind the name of the service."""
    with a_screen_of(lender, browser, Role.DISPATCHER) as screen:
        screen.open(f"/plans/{plan_id}/links?lang=en")
        screen.page.get_by_role("button", name="Make links for all crews").click()
        row = screen.page.locator(".link-once").filter(has_text=crew)
        return f"/go#{str(row.locator('code').last.text_content()).partition('#')[2]}"


def visit_and_promise(lender: House, browser: Any, address: str) -> None:
    """What a crew does on its phone."""
    with a_screen(lender, browser, None, viewport=PHONE) as phone:
        page = phone.page
        phone.open(address)
        page.get_by_role("button").first.click()
        page.get_by_text("到了，开始上门").click()
        page.get_by_role("button", name="全部符合").click()
        page.get_by_role("button", name="开始", exact=True).click()
        page.get_by_text("已记录：上门开始").wait_for()
        page.get_by_text("见到本人").click()
        page.get_by_label("约定了日期").check()
        page.get_by_label("约定的日期").fill("2026-12-10")
        page.get_by_role("button", name="保存结果").click()
        page.get_by_text("结果已保存").wait_for()


def a_borrower_checks_the_letter(lender: House, browser: Any, plan_id: str, stop: PlannedStop) -> None:
    """What somebody at the door sees: who they are, and nothing else."""
    with lender.writing() as unit:
        number = next(one.number for one in letters.of_plan(unit, plan_id) if one.visit_code == stop.visit_code)
    with a_screen(lender, browser, None, viewport=PHONE) as screen:
        screen.open("/verify?lang=en")
        screen.page.get_by_label("Number of the letter").first.fill(number)
        screen.page.get_by_role("button", name="Check", exact=True).first.click()
        screen.page.get_by_text("These people may call on").wait_for()


def nobody_may_come_again_soon(lender: House, browser: Any, stop: PlannedStop) -> None:
    """What the dispatcher reads of the case afterwards."""
    with a_screen_of(lender, browser, Role.DISPATCHER) as screen:
        screen.open(f"/cases/{stop.case_id}?lang=en&day=2026-12-03")
        screen.page.get_by_text("Not allowed").first.wait_for()
        assert "CN-OUT-1" in screen.page.locator("main").inner_text()


def an_officer_reads_why(lender: House, browser: Any, plan_id: str, stop: PlannedStop) -> None:
    """What the law said when it was planned, and what was done."""
    with a_screen_of(lender, browser, Role.COMPLIANCE) as screen:
        screen.open(f"/visits/{plan_id}/{stop.visit_code}?lang=en")
        told = screen.page.locator("main").inner_text()
    assert all(rule in told for rule in ("CN-HRS-1", "CN-CREW-1", "CN-LADDER-1", "CN-NOTE-2")), told
