import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from api import create_app
from api.store import PlanStore
from tests.parts import require_chromium
from tests.service import TEXTS, a_day, its_plan, settings_in

PHONE = {"width": 390, "height": 844}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=10)


def an_app(folder: Path) -> Flask:
    settings = settings_in(folder)
    store = PlanStore(settings)
    store.save(a_day(), its_plan(), TEXTS)
    store.close()
    return create_app(settings)


def walk(page: Page, origin: str) -> None:
    page.goto(origin)
    page.get_by_role("link", name="2026年12月1日").click()
    page.get_by_role("heading", level=1).get_by_text("2026年12月1日").wait_for()
    page.frame_locator("iframe").locator(".leaflet-container").first.wait_for()
    page.get_by_role("link", name="English").click()
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
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: said.append(request.url))

        walk(page, origin)

        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        button = page.get_by_role("button", name="Amap").or_(page.get_by_role("link", name="Amap")).first.bounding_box()
        assert button is not None
        assert button["height"] >= 44
        browser.close()

    assert said == []
    assert asked
    assert [url for url in asked if not url.startswith((origin, "data:"))] == []
