"""The pages in a real Chromium without a network: what people see, and that no text of a person ever runs."""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from maps.navigation import PROVIDERS
from maps.preview import crew_map, overview_map
from scheduler.domain.texts import Text
from tests.map_days import a_day, a_plan, ids_of, texts_of
from tests.parts import require_chromium

HOSTILE = "${alert(1)}</script><script>alert(2)</script>`+(alert(3))+`\"'\\ <img src=x onerror=alert(4)> &amp; {{7*7}}"
NONCE = "c2l4dGVlbi1ieXRlcy1vaw=="
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@dataclass
class Viewer:
    """A browser without a network that remembers everything which went wrong."""

    browser: Any
    folder: Path
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, html: str, viewport: dict[str, int] = DESKTOP) -> Any:
        file = self.folder / "map.html"
        file.write_text(html, encoding="utf-8")
        page = self.browser.new_context(viewport=viewport, offline=True, reduced_motion="reduce").new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: self.troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("requestfailed", lambda request: self.troubles.append(f"failed: {request.url}"))
        page.on("dialog", self._refuse)
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri())
        return page

    def _refuse(self, dialog: Any) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="module")
def browser() -> Generator[Any]:
    executable = require_chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def viewer(browser: Any, tmp_path: Path) -> Generator[Viewer]:
    viewer = Viewer(browser, tmp_path)
    yield viewer
    for context in browser.contexts:
        context.close()
    assert viewer.troubles == []
    assert [url for url in viewer.requests if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
@pytest.mark.parametrize("nonce", [None, NONCE])
def test_an_overview_shows_every_pin_with_the_network_cut(
    viewer: Viewer, nonce: str | None, viewport: dict[str, int]
) -> None:
    problem = a_day(crews=3, stops=4, left_out=2)
    html = overview_map(
        a_plan(problem), problem, texts=texts_of(problem), language="en", providers=PROVIDERS, script_nonce=nonce
    )
    page = viewer.open(html, viewport)
    numbered = page.locator(".leaflet-marker-icon[class*=crew-]")
    assert numbered.all_inner_texts() == ["1", "2", "3", "4"] * 3
    assert all(numbered.nth(index).is_visible() for index in range(12))
    assert page.locator(".leaflet-marker-icon.pin-left-out").count() == 2
    assert page.locator(".leaflet-marker-icon.pin-office").count() == 1
    assert page.locator("path.route-line").count() == 3
    assert page.locator(".leaflet-control-scale-line").inner_text().endswith("km")


def test_all_pins_lie_inside_the_map_after_loading(viewer: Viewer) -> None:
    problem = a_day(crews=8, stops=10, left_out=3)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"), PHONE)
    frame = page.locator("#map_visits").bounding_box()
    for box in [pin.bounding_box() for pin in page.locator(".leaflet-marker-icon").all()]:
        assert frame["x"] <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= box["y"]
        assert box["y"] + box["height"] <= frame["y"] + frame["height"]


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


def test_a_popup_tells_the_stop_and_links_to_navigation_only(viewer: Viewer) -> None:
    problem = a_day(crews=2, stops=2, left_out=0)
    html = overview_map(a_plan(problem), problem, texts=texts_of(problem), language="en", providers=PROVIDERS)
    page = viewer.open(html)
    page.locator(".leaflet-marker-icon.crew-1").first.click()
    popup = page.locator(".visit-popup")
    assert popup.locator("h3").inner_text() == "Crew S2 · Visit 1 · 09:12–09:42"
    assert popup.locator(".kind").inner_text() == "Home"
    assert popup.locator(".address").inner_text() == "云河区柳荫街12号3单元"
    links = popup.locator("a").all()
    assert [link.inner_text() for link in links] == ["Map app", "Amap", "Google Maps", "Apple Maps"]
    for link in page.locator("a.link-button").all():
        assert link.get_attribute("target") == "_blank"
        assert link.get_attribute("rel") == "noopener noreferrer"
    addresses = {link.get_attribute("href") for link in page.locator("a[href]").all()}
    hosts = {
        str(address).split("?")[0].split(":")[0 if str(address).startswith("geo:") else -1] for address in addresses
    }
    assert hosts <= {
        "#",
        "#close",
        "geo",
        "//uri.amap.com/navigation",
        "//www.google.com/maps/dir/",
        "//maps.apple.com/",
    }


def test_choosing_a_crew_dims_the_others_until_all_are_shown_again(viewer: Viewer) -> None:
    problem = a_day(crews=3, stops=2, left_out=1)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    button = page.locator(".crew-button").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".leaflet-marker-icon.dimmed").count() == 2 * 2 + 1
    assert page.locator(".leaflet-marker-icon.crew-1.dimmed").count() == 0
    assert page.locator("path.route.dimmed").count() == 2 * 2
    page.get_by_role("button", name="Show all crews").click()
    assert page.locator(".dimmed").count() == 0
    assert button.get_attribute("aria-pressed") == "false"
    assert page.get_by_role("button", name="Show all crews").count() == 0


def test_many_pins_become_dots_until_a_crew_is_chosen(viewer: Viewer) -> None:
    problem = a_day(crews=8, stops=10, left_out=0)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    assert page.locator("#map_visits.dense").count() == 1
    page.locator(".crew-button").first.click()
    assert page.locator("#map_visits.dense").count() == 0


def test_a_crews_page_on_a_phone_has_the_list_below_the_map_and_fits_the_width(viewer: Viewer) -> None:
    problem = a_day(crews=2, stops=6, left_out=0)
    html = crew_map(
        a_plan(problem), problem, "S2", texts=texts_of(problem), language="zh-CN", providers=("geo", "amap")
    )
    page = viewer.open(html, PHONE)
    frame, listed = page.locator("#map_visits").bounding_box(), page.locator("#route-list").bounding_box()
    assert listed["y"] >= frame["y"] + frame["height"] - 1
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator(".stop-visit a.link-button").count() == 12
    assert page.locator(".stop-visit a.link-button").first.is_visible()
    last = page.locator(".stop-visit .stop-button").last
    last.click()
    assert page.locator(".visit-popup h3").inner_text() == "外访 6 · 13:27–13:57"
    assert page.locator(".stop-visit.open .number").inner_text() == "6"


def test_a_page_without_any_point_still_lists_what_it_has(viewer: Viewer) -> None:
    problem = a_day(crews=0, stops=1, left_out=0)
    page = viewer.open(overview_map(a_plan(problem), problem, texts={}, language="en"))
    assert page.get_by_text("No visit is planned.").is_visible()
    assert page.locator(".leaflet-marker-icon").count() == 0
