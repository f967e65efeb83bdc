"""The plan board in a browser: an unlawful drag goes back, a lawful one is saved, published and opened on a phone."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from api.access import Role
from api.store import plans
from scheduler.domain.texts import Text
from scheduler.planning import plan_by_hand
from tests.boards import a_board
from tests.hostile_names import HOSTILE_NAMES
from tests.people import House
from tests.screens import DESK, PHONE, Screen, a_screen, a_screen_of, faults_of_access
from tests.visiting import CREWS, PUBLISHED_AT, a_day, at_the_door


@pytest.fixture
def board(house: House) -> str:
    house.clock.now = PUBLISHED_AT
    return a_board(house)


@pytest.fixture
def screen(house: House, browser: Any, board: str) -> Iterator[Screen]:
    with a_screen_of(house, browser, Role.DISPATCHER) as opened:
        opened.open(f"/plans/{board}/board?lang=en")
        opened.page.frame_locator("#board-map").locator(".pin").first.wait_for()
        yield opened


def bar(screen: Screen, visit: str) -> Any:
    return screen.page.locator(f'.lane button[data-visit="{visit}"]')


def drag(screen: Screen, visit: str, crew: str, share: float) -> None:
    """Take a visit to a place along a crew's lane."""
    begins, ends = bar(screen, visit).bounding_box(), screen.page.locator(f"#lane-{crew} svg.lane-day").bounding_box()
    mouse = screen.page.mouse
    mouse.move(begins["x"] + begins["width"] / 2, begins["y"] + begins["height"] / 2)
    mouse.down()
    mouse.move(begins["x"] + 30, begins["y"] + 20, steps=3)
    mouse.move(ends["x"] + ends["width"] * share, ends["y"] + ends["height"] / 2, steps=5)
    mouse.up()


def test_a_lawful_drag_is_judged_saved_published_and_opened_on_a_phone(
    house: House, browser: Any, screen: Screen, board: str
) -> None:
    page = screen.page

    drag(screen, "c1", "s2", 0.01)
    page.get_by_text("Breaks no rule").wait_for()
    assert page.locator('#lane-s2 button[data-visit="c1"]').count() == 1
    page.get_by_role("button", name="Save as a new draft").click()
    page.get_by_text("The changes are kept as a new draft").wait_for()
    assert board not in page.url
    page.get_by_role("button", name="Check and publish").click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("heading", name="Published:").wait_for()
    page.get_by_role("button", name="Send links to crews").click()
    page.get_by_role("button", name="Make links for all crews").click()
    (address,) = [one for one in page.locator(".link-once code").all_text_contents() if one][1:2]

    house.clock.now = at_the_door("09:30")
    with a_screen(house, browser, None, viewport=PHONE) as phone:
        phone.open(f"/go{address[address.index('#') :]}")
        phone.page.get_by_role("button").first.click()
        phone.page.get_by_text("李借1").first.wait_for()


def test_an_unlawful_drag_is_refused_in_words_and_goes_back(house: House, browser: Any) -> None:
    house.clock.now = PUBLISHED_AT
    problem = a_day("c1", "c2", "c3")
    alone = tuple(
        replace(one, collector_ids=one.collector_ids[:1]) if one.id == "s2" else one for one in problem.shifts
    )
    problem = replace(problem, shifts=alone)
    plan = plan_by_hand(problem, {"s1": [(code, f"{code}-home") for code in ("c1", "c2", "c3")]})
    with house.writing() as unit:
        plan_id = plans.save(unit, problem, plan, {})

    with a_screen_of(house, browser, Role.DISPATCHER) as screen:
        screen.open(f"/plans/{plan_id}/board?lang=en")
        drag(screen, "c2", "s2", 0.5)
        screen.page.get_by_text("so it was put back").wait_for()

        refusal = screen.page.locator(".refused").inner_text()
        assert "CN-CRW" in refusal or "crew is too small" in refusal
        assert screen.page.locator('#lane-s1 button[data-visit="c2"]').count() == 1
        assert screen.page.get_by_role("button", name="Save as a new draft").count() == 0


def test_the_keyboard_alone_moves_pins_leaves_out_and_puts_back(screen: Screen) -> None:
    page = screen.page
    bar(screen, "c1").focus()
    page.keyboard.press("Enter")
    page.locator(".chosen").get_by_text("李借1").wait_for()
    assert page.evaluate("document.activeElement.name") == "crew"

    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Move", exact=True).press("Enter")
    page.locator('#lane-s2 button[data-visit="c1"]').wait_for()

    page.get_by_role("button", name="Leave out").press("Enter")
    page.locator('#left-out button[data-visit="c1"]').wait_for()
    page.get_by_role("button", name="Put back").press("Enter")
    page.locator('.lane button[data-visit="c1"]').wait_for()
    page.get_by_role("button", name="Pin", exact=True).press("Enter")
    page.locator(".lane button.pinned").wait_for()
    for left in (3, 2, 1):
        page.get_by_role("button", name="Undo the last one").press("Enter")
        page.wait_for_function("(n) => document.querySelectorAll('.pending li').length === n", arg=left)
    page.get_by_role("button", name="Discard all").press("Enter")
    page.get_by_text("Nothing is changed yet").wait_for()


def test_a_visit_is_shown_on_map_and_timeline_together(screen: Screen) -> None:
    page, frame = screen.page, screen.page.frame_locator("#board-map")

    bar(screen, "c2").hover()
    frame.locator(".pin.linked").wait_for()
    assert "李借2" in page.locator("#shown").inner_text()

    page.mouse.move(0, 0)
    page.locator("h1").hover()
    frame.locator(".pin.linked").wait_for(state="detached")
    frame.locator(".pin").first.dispatch_event("mouseenter")
    page.locator(".lane button.linked").wait_for()


def test_the_map_is_told_ids_and_nothing_else(screen: Screen) -> None:
    page = screen.page
    frame = page.frame(url=lambda url: url.endswith("/map"))
    assert frame is not None
    frame.evaluate("window.heard = []; addEventListener('message', (event) => window.heard.push(event.data))")

    for visit in ("c1", "c3"):
        bar(screen, visit).focus()

    assert frame.evaluate("window.heard") == [
        {"kind": "show-visit", "visit": "c1"},
        {"kind": "show-visit", "visit": "c3"},
    ]


def test_what_another_window_says_is_passed_over(screen: Screen) -> None:
    page = screen.page
    page.evaluate("window.postMessage({ kind: 'visit-shown', visit: 'c1' }, '*')")
    page.evaluate("new Promise((done) => setTimeout(done, 0))")

    assert page.locator(".linked").count() == 0


def test_hostile_names_are_inert_on_the_board(house: House, browser: Any) -> None:
    house.clock.now = PUBLISHED_AT
    problem = a_day("c1", "c2", "c3")
    orders = {"s1": [("c1", "c1-home"), ("c2", "c2-home")]}
    plan = plan_by_hand(problem, orders)
    with a_screen_of(house, browser, Role.DISPATCHER) as screen:
        for first in range(0, len(HOSTILE_NAMES), 5):
            names = HOSTILE_NAMES[first : first + 5]
            things = ("c1", "c2", "c3", *CREWS["s1"])
            with house.writing() as unit:
                plan_id = plans.save(unit, problem, plan, dict(zip(things, map(_named, names), strict=True)))
            screen.open(f"/plans/{plan_id}/board")
            bar(screen, "c1").click()
            screen.page.locator(".chosen legend").get_by_text(names[0].strip()[:6]).first.wait_for()


def _named(name: str) -> Text:
    return Text(name=name)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_around_a_plan_are_open_to_everybody(
    house: House, browser: Any, board: str, viewport: dict[str, int]
) -> None:
    with a_screen_of(house, browser, Role.DISPATCHER, viewport=viewport) as screen:
        for page in ("board", "publish", "close", "links", "difference", "issued", "visits/c1/fit"):
            assert faults_of_access(screen, f"/plans/{board}/{page}") == []


def test_the_board_with_a_draft_is_open_to_everybody(screen: Screen) -> None:
    from axe_playwright_python.sync_playwright import Axe

    bar(screen, "c1").click()
    screen.page.locator(".chosen select").first.select_option("s2")
    screen.page.get_by_role("button", name="Move", exact=True).click()
    screen.page.get_by_text("Breaks no rule").wait_for()

    assert [one["id"] for one in Axe().run(screen.page).response["violations"]] == []
