"""Imports, cases, collectors and shifts in a real browser: walks of those who use them, and pages for everybody."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from api.access import Role
from api.kept_city import keep_city
from api.store.tables.visiting import WishRow
from tests.desk import case_id, collector_id, files_in, keep_sheets, shift_id
from tests.hostile_names import HOSTILE_NAMES
from tests.people import House
from tests.screens import DESK, PHONE, Screen, a_screen_of, faults_of_access
from tests.sheets import a_case_row, a_place_row, sheets, write_files

VIEWPORTS = pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
# Nothing forbids to visit it on the day of the house's clock: its notice was sent and received in time.
ALLOWED = "YX26-0010"


@pytest.fixture
def city(house: House) -> House:
    """The fictional city's tables in the first branch."""
    with house.writing() as unit:
        keep_city(unit, date(2026, 11, 27))
    return house


@VIEWPORTS
def test_the_pages_of_cases_are_open_to_everybody(city: House, browser: Any, viewport: dict[str, int]) -> None:
    identifier = case_id(city, ALLOWED)
    with city.writing() as unit:
        text = unit.seal("下午五点以后")
        unit.session.add(WishRow(case_id=identifier, kind="another_time", sealed_text=text, asked_at=unit.now))

    with a_screen_of(city, browser, Role.DISPATCHER, viewport=viewport) as screen:
        for path in ("/cases", f"/cases/{identifier}"):
            assert faults_of_access(screen, path) == []


@VIEWPORTS
def test_the_pages_of_collectors_shifts_and_imports_are_open_to_everybody(
    house: House, browser: Any, viewport: dict[str, int]
) -> None:
    keep_sheets(house)
    paths = ("/imports", "/collectors", f"/collectors/{collector_id(house)}", "/shifts", f"/shifts/{shift_id(house)}")

    with a_screen_of(house, browser, Role.DISPATCHER, viewport=viewport) as screen:
        for path in paths:
            assert faults_of_access(screen, path) == []


@VIEWPORTS
def test_mistakes_in_their_rows_are_open_to_everybody(
    house: House, browser: Any, viewport: dict[str, int], tmp_path: Path
) -> None:
    files = files_in(tmp_path, cases=[a_case_row("C1", 逾期天数="abc"), a_case_row("C2")])

    with a_screen_of(house, browser, Role.DISPATCHER, viewport=viewport) as screen:
        for theme in ("light", "dark"):
            screen.open(f"/imports?theme={theme}")
            send(screen, files)
            assert faults_of_shown(screen) == []


def test_a_dispatcher_imports_mends_keeps_and_reads_why_nobody_may_come(
    house: House, browser: Any, tmp_path: Path
) -> None:
    broken = files_in(tmp_path, cases=[a_case_row("C1", 逾期天数="abc"), a_case_row("C2")])

    with a_screen_of(house, browser, Role.DISPATCHER) as screen:
        page = screen.page
        screen.open("/imports?lang=en")
        send(screen, broken)
        assert page.locator("td.faulty").inner_text().endswith("abc")
        assert page.get_by_role("button", name="Keep everything").count() == 0

        write_files(tmp_path, sheets())
        send(screen, broken)
        page.get_by_text("Nothing is wrong with them.").wait_for()
        # The files are still chosen: nothing but a button lies between the check and the keeping.
        page.get_by_role("button", name="Keep everything").click()
        page.get_by_role("link", name="Go to the cases").click()
        page.get_by_role("link", name="C1").click()

        page.get_by_role("heading", name="Case C1 Not allowed").wait_for()
        assert "must be overdue" not in page.locator("article.place").inner_text()
        assert "phone" in page.locator("article.place .reasons").inner_text()
        assert page.locator(".rules .badge.bad").count() >= 2


def test_a_block_changes_the_verdict_at_once_and_a_lifted_one_stays_on_record(city: House, browser: Any) -> None:
    with a_screen_of(city, browser, Role.DISPATCHER) as screen:
        page = screen.page
        screen.open(f"/cases/{case_id(city, ALLOWED)}?lang=en")
        page.get_by_role("heading", name=f"Case {ALLOWED} Allowed").wait_for()

        page.get_by_label("Another one").select_option("disputed")
        page.get_by_role("button", name="Put on record").click()
        page.get_by_role("heading", name=f"Case {ALLOWED} Not allowed").wait_for()
        assert "CN-CARD-69" in page.locator(".rules li").first.inner_text()

        page.get_by_role("button", name="Lift disputed").click()
        page.get_by_text("It is lifted, and holds to the end of today.").wait_for()
        assert page.get_by_role("button", name="Lift disputed").count() == 0


def test_a_case_is_found_by_its_borrowers_name_which_stands_in_no_address(house: House, browser: Any) -> None:
    keep_sheets(house)
    with a_screen_of(house, browser, Role.DISPATCHER) as screen:
        asked: list[str] = []
        screen.page.on("request", lambda request: asked.append(request.url))
        screen.open("/cases")
        screen.page.get_by_label("查找案件").fill("陆晚晴")
        screen.page.get_by_role("button", name="查找").click()
        screen.page.get_by_role("link", name="C2").wait_for()

        assert not [url for url in asked if "%E9%99%86" in url or "陆" in url]
        assert "陆晚晴" not in screen.page.title()


def test_a_photo_is_chosen_and_shown(house: House, browser: Any, tmp_path: Path) -> None:
    keep_sheets(house)
    photo = tmp_path / "me.png"
    photo.write_bytes(_A_PICTURE)
    with a_screen_of(house, browser, Role.ADMINISTRATOR, viewport=PHONE) as screen:
        screen.open(f"/collectors/{collector_id(house)}")
        screen.page.get_by_label("照片").set_input_files(str(photo))
        screen.page.get_by_role("button", name="保存照片").click()

        screen.page.get_by_role("img", name="穆怀瑾的照片").wait_for()
        assert screen.page.evaluate("document.querySelector('img.portrait').naturalWidth") == 1


def test_hostile_names_and_words_stay_words(house: House, browser: Any, tmp_path: Path) -> None:
    # Line breaks and hidden signs are refused by the import itself, and shown in its rows like all others.
    codes = [f"C{number}" for number in range(len(HOSTILE_NAMES))]
    rows = [a_case_row(code, 姓名=name, 备注=name) for code, name in zip(codes, HOSTILE_NAMES, strict=True)]
    rows[0]["逾期天数"] = "abc"
    files = files_in(tmp_path, cases=[*rows[:1], *rows], places=[a_place_row(code) for code in codes])
    keep_sheets(house)
    identifier = case_id(house)
    with house.writing() as unit:
        for name in HOSTILE_NAMES:
            unit.session.add(
                WishRow(case_id=identifier, kind="need_help", sealed_text=unit.seal(name), asked_at=unit.now)
            )

    with a_screen_of(house, browser, Role.DISPATCHER) as screen:
        screen.page.on("dialog", lambda dialog: screen.troubles.append(f"dialog: {dialog.message}"))
        screen.open("/imports")
        send(screen, files)
        assert HOSTILE_NAMES[0] in screen.page.locator("table.sheet").first.inner_text()
        screen.open(f"/cases/{case_id(house)}")
        assert HOSTILE_NAMES[0] in screen.page.locator("main").inner_text()
        assert screen.page.locator("main script, main iframe, main img").count() == 0


def send(screen: Screen, files: list[str]) -> None:
    """Choose files and have them checked; the answer appears below the form, which keeps its files."""
    page = screen.page
    page.evaluate("document.querySelector('#result')?.remove()")
    page.locator("#files").set_input_files(files)
    page.locator("#import-form button").click()
    page.locator("#result").wait_for()
    # The browser says on its console that an answer was a refusal; that is no trouble here.
    screen.troubles[:] = [trouble for trouble in screen.troubles if "status of 422" not in trouble]


def faults_of_shown(screen: Screen) -> list[str]:
    """What axe-core finds on the page as it is shown now."""
    return [found["id"] for found in Axe().run(screen.page).response["violations"]]


_A_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
