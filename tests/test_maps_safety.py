"""No text of a person ever runs on a map, and no map asks anybody but the operator's tile server; in Chromium."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest

from maps.base_map import TileServer
from maps.navigation import PROVIDERS
from maps.preview import overview_map
from scheduler.domain.texts import Text
from tests.hostile_names import HOSTILE_NAMES
from tests.map_days import a_day, a_plan, ids_of, roads_of
from tests.map_viewer import DESKTOP, PHONE, Viewer

HOSTILE = "${alert(1)}</script><script>alert(2)</script>`+(alert(3))+`\"'\\ <img src=x onerror=alert(4)> &amp; {{7*7}}"
NONCE = "c2l4dGVlbi1ieXRlcy1vaw=="
ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("nonce", [None, NONCE])
def test_a_hostile_text_is_shown_as_text_everywhere(viewer: Viewer, nonce: str | None) -> None:
    problem = a_day(crews=1, stops=1, left_out=1)
    texts = {name: Text(name=HOSTILE, address=HOSTILE, note=HOSTILE) for name in ids_of(problem)}
    html = overview_map(
        a_plan(problem), problem, texts=texts, language="zh-CN", providers=PROVIDERS, script_nonce=nonce
    )
    page = viewer.open(html)
    page.locator(".crew .stop-button").click()
    popup = page.locator(".visit-popup").last  # one that closes still fades
    for part in ("name", "address", "note"):
        assert popup.locator(f".{part}").text_content() == HOSTILE
        assert page.locator(f".stop-visit .{part}").text_content() == HOSTILE
    assert page.locator(".people").text_content() == f"{HOSTILE} · {HOSTILE}"
    for button in page.locator(".left-out .stop-button").all():
        button.click()
        assert popup.locator(".name").text_content() == HOSTILE
    page.locator(".pin-office.leaflet-marker-icon").focus()
    page.keyboard.press("Enter")
    assert popup.locator(".name").text_content() == HOSTILE
    assert page.locator("img, iframe, object, embed").count() == 0
    assert page.locator("script").count() == 5


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_40_hostile_names_are_shown_as_text(viewer: Viewer, viewport: dict[str, int], language: str) -> None:
    problem = a_day(crews=4, stops=10, left_out=0)
    names = dict(zip((visit.id for visit in problem.visits), HOSTILE_NAMES, strict=True))
    texts = {visit_id: Text(name=name, address=name, note=name) for visit_id, name in names.items()}
    html = overview_map(
        a_plan(problem), problem, texts=texts, language=language, providers=PROVIDERS, geometry=roads_of(problem)
    )
    page = viewer.open(html, viewport)
    for part in ("name", "address", "note"):
        assert tuple(page.locator(f".stop-visit .{part}").all_text_contents()) == HOSTILE_NAMES
    for button, name in zip(page.locator(".stop-visit .stop-button").all(), HOSTILE_NAMES, strict=True):
        button.dispatch_event("click")
        assert page.locator(".visit-popup .name").last.text_content() == name
    page.get_by_role("searchbox").fill("<script>alert(1)")
    assert page.locator(".stop-visit:visible").count() == 1
    assert (
        page.locator("#route-list :is(img, iframe, object, script, math), .leaflet-pane :is(img, iframe)").count() == 0
    )


def test_streets_come_from_the_operators_tile_server_alone(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "map.html"
    problem = a_day(crews=1, stops=2, left_out=0)
    tiles = TileServer(url="https://tiles.example/{z}/{x}/{y}.png", attribution="© <b>Streets</b>")
    file.write_text(overview_map(a_plan(problem), problem, texts={}, language="en", tiles=tiles), encoding="utf-8")
    context = browser.new_context(viewport=DESKTOP)
    asked: list[Any] = []
    said: list[str] = []

    def answer(route: Any) -> None:
        asked.append(route.request)
        route.fulfill(status=200, content_type="image/png", body=ONE_PIXEL)

    context.route(re.compile("^https?:"), answer)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    page.locator("img.leaflet-tile-loaded").first.wait_for()
    assert page.locator(".attribution").inner_text() == "© <b>Streets</b>"
    page.evaluate("new Image().src = 'https://evil.example/x.png'")
    page.evaluate("fetch('https://tiles.example/steal').catch(() => null)")
    context.close()
    assert asked
    assert [
        request.url for request in asked if not re.fullmatch(r"https://tiles\.example/\d+/\d+/\d+\.png", request.url)
    ] == []
    assert not any("referer" in request.headers for request in asked)
    assert len([text for text in said if "Content Security Policy" in text]) >= 2
