"""A dispatcher books a visit on a coming day on a page; a borrower does on a phone, in a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.access import Role
from api.store.tables.cases import CaseRow
from tests.databases import sqlite_settings
from tests.screens import DESK, PHONE, a_screen_on, faults_of_access, faults_shown
from tests.test_doors import notice_secret
from tests.two_days import MONDAY, TwoDays, two_days
from tests.visiting import DAY


@pytest.fixture
def days(tmp_path: Path) -> Iterator[TwoDays]:
    with two_days(sqlite_settings(tmp_path)) as made:
        yield made


def address(days: TwoDays, visit: str = "c1") -> str:
    return f"/plans/{days.service.plan_id}/visits/{visit}/slots"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_is_open_to_everybodys_eyes_and_hands(days: TwoDays, browser: Any, viewport: dict[str, int]) -> None:
    with a_screen_on(days.service.app, browser, days.service.session(Role.DISPATCHER), viewport) as screen:
        assert faults_of_access(screen, address(days)) == []


def test_a_dispatcher_books_a_coming_day_from_the_board(days: TwoDays, browser: Any) -> None:
    with a_screen_on(days.service.app, browser, days.service.session(Role.DISPATCHER)) as screen:
        page = screen.page
        screen.open(f"/plans/{days.service.plan_id}/board?lang=en")
        page.locator('button[data-visit="c1"]').first.click()
        page.get_by_role("link", name="Times that fit, coming days too").click()
        page.get_by_text("Monday 7 December 2026").first.click()
        page.get_by_label("10:00–11:00").last.check()
        page.get_by_role("button", name="Book the chosen time").click()
        page.get_by_text("The visit is on this day now").wait_for()
    assert days.stop(DAY) is None
    assert days.stop(MONDAY) is not None


def test_a_time_of_the_same_day_becomes_a_draft(days: TwoDays) -> None:
    client = days.service.client(Role.DISPATCHER)
    value = client.get(address(days)).text.split('name="slot" value="')[1].split('"')[0].replace("&#34;", '"')
    booked = client.post(address(days), data={"slot": value})
    assert booked.status_code == 303
    assert "said=slot_drafted" in booked.headers["Location"]
    assert days.followed(DAY).id == days.service.plan_id
    elsewhere = client.post(address(days, "c2"), data={"slot": value})
    assert elsewhere.status_code == 422


def test_what_does_not_fit_or_is_not_there_is_said(days: TwoDays) -> None:
    client = days.service.client(Role.DISPATCHER)
    page = client.get(f"{address(days)}?lang=en").text
    value = page.split('name="slot" value="')[1].split('"')[0].replace("&#34;", '"')
    gone = client.post(f"{address(days)}?lang=en", data={"slot": value.replace("T02:00:00Z", "T02:15:00Z")})
    assert gone.status_code == 409
    assert "does not fit any more" in gone.text
    assert client.post(address(days), data={"slot": "soon"}).status_code == 422
    assert client.get(address(days, "nobody")).status_code == 404
    assert client.get("/plans/nothing/visits/c1/slots").status_code == 404
    for role in (Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        assert days.service.client(role).get(address(days)).status_code == 403


def test_a_borrower_moves_the_visit_to_another_day_on_a_phone(days: TwoDays, browser: Any) -> None:
    secret = notice_secret(days.service)
    with a_screen_on(days.service.app, browser, None, PHONE, has_touch=True) as screen:
        page = screen.page
        screen.open(f"/n#{secret}")
        page.get_by_role("button", name="继续").click()
        page.get_by_role("button", name="查看可以改到的时间").click()
        page.get_by_text("2026年12月7日 星期一").first.tap()
        shown = page.locator("body").inner_text()
        assert not any(word in shown for word in ("李借", "柳荫路", "员s1", "债", "欠", "还款"))
        page.locator('input[value^="2026-12-07T10:00"]').check()
        assert faults_shown(screen, "times") == []
        page.get_by_role("button", name="改到这个时间").tap()

        page.get_by_text("来访时间：2026年12月7日 星期一，10:00 至 11:00 之间。").wait_for()
        page.get_by_text("来访会在您选的时段内进行").wait_for()
    assert days.stop(DAY) is None
    assert days.stop(MONDAY) is not None


def test_the_page_of_a_case_leads_a_dispatcher_to_the_times_of_its_coming_visit(days: TwoDays) -> None:
    with days.service.database.reading(days.service.scope, days.service.now) as unit:
        case_id = unit.session.scalars(select(CaseRow.id).where(CaseRow.code == "c1")).one()
    link = f'href="{address(days)}"'
    assert link in days.service.client(Role.DISPATCHER).get(f"/cases/{case_id}").text
    assert link not in days.service.client(Role.COMPLIANCE).get(f"/cases/{case_id}").text
