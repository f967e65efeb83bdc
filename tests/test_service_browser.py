from pathlib import Path

from flask import Flask
from playwright.sync_api import Geolocation, Page, ViewportSize, sync_playwright

from api.app import create_app
from api.clock import utc_now
from api.store import PlanStore
from tests.map_viewer import PATIENCE_MS
from tests.parts import require_chromium
from tests.service import TEXTS, a_day, a_user, its_plan, served, settings_in

LOGIN = "zhou"
PASSWORD = "four quiet words together"  # noqa: S105 - of this test's own service
PHONE: ViewportSize = {"width": 390, "height": 844}


def an_app(folder: Path) -> Flask:
    settings = settings_in(folder)
    store = PlanStore(settings)
    store.save(a_day(), its_plan(), TEXTS)
    with store.database.writing(store.scope, utc_now()) as unit:
        a_user(unit, login=LOGIN, password=PASSWORD)
    store.close()
    return create_app(settings)


def sign_in(page: Page, address: str) -> None:
    """Ask for an address, and sign in when the service asks for that."""
    page.goto(address)
    page.get_by_label("用户名").fill(LOGIN)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def walk(page: Page, origin: str) -> None:
    sign_in(page, origin)
    page.get_by_role("link", name="2026年12月1日").click()
    page.get_by_role("heading", level=1).get_by_text("2026年12月1日").wait_for()
    page.get_by_role("main").get_by_role("link", name="计划").first.click()
    page.frame_locator("iframe").locator(".leaflet-container").first.wait_for()
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", level=1).get_by_text("Tuesday").wait_for()
    page.frame_locator("iframe").locator(".leaflet-container").first.wait_for()
    page.get_by_role("rowheader", name="s1").get_by_role("link").click()
    page.get_by_role("heading", level=1, name="Route of s1").wait_for()
    page.get_by_role("heading", name="王小明").wait_for()


def test_a_person_walks_from_the_list_to_the_crew_and_nothing_leaves_the_machine(tmp_path: Path) -> None:
    chromium = require_chromium()
    said: list[str] = []
    asked: list[str] = []
    with served(an_app(tmp_path)) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: said.append(request.url))

        walk(page, origin)

        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        button = page.get_by_role("button", name="Amap").or_(page.get_by_role("link", name="Amap")).first.bounding_box()
        assert button is not None
        assert button["height"] >= 44
        browser.close()

    assert said == []
    assert asked
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []


def test_a_crews_map_shows_where_the_phone_is_on_a_tap_and_tells_nobody(tmp_path: Path) -> None:
    chromium = require_chromium()
    said: list[str] = []
    asked: list[str] = []
    with served(an_app(tmp_path)) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        here: Geolocation = {"latitude": 31.21, "longitude": 112.81, "accuracy": 40}
        context = browser.new_context(viewport=PHONE, geolocation=here, permissions=["geolocation"])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        sign_in(page, f"{origin}/days/2026-12-01")
        page.get_by_role("main").get_by_role("link", name="计划").first.click()
        page.get_by_role("rowheader", name="s1").get_by_role("link").click()
        page.get_by_role("button", name="打开路线地图").click()
        crew_map = page.frame_locator("#crew-map")
        crew_map.locator(".leaflet-marker-icon").first.wait_for()
        assert crew_map.locator("path.here").count() == 0
        page.on("request", lambda request: asked.append(request.url))

        crew_map.get_by_role("button", name="我在哪里？").click()

        crew_map.locator("path.here").wait_for()
        frame = page.locator("#crew-map").bounding_box()
        assert frame is not None
        assert frame["y"] + frame["height"] == PHONE["height"]
        page.get_by_role("link", name="← s1 的路线").click()
        page.get_by_role("heading", name="王小明").wait_for()
        browser.close()

    assert said == []
    assert [url for url in asked if "31.21" in url or "112.81" in url or not url.startswith((origin, "data:"))] == []
