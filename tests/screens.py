"""Pages in a real browser: as each role, in both languages, in light and dark, on a phone and on a desk.

A `Screen` fails its test when anything outside the service is asked for, the console says something, a script raises,
or a page breaks its own policy.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from api.access import Role
from api.setting_values import LANGUAGES
from api.store import sessions
from api.web.theme import THEMES
from tests.map_viewer import PATIENCE_MS
from tests.people import House
from tests.service import COOKIE, served

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
_GIVEN_UP = "net::ERR_ABORTED"  # somebody went on to another page meanwhile
_BREACHES = """document.addEventListener("securitypolicyviolation",
    (event) => console.error("policy: " + event.violatedDirective + " " + event.blockedURI));"""


@dataclass
class Screen:
    """A browser's page, and what went wrong on it.

    Attributes:
        page: Of Playwright.
        origin: Of the service.
        troubles: Everything that must not happen.
    """

    page: Any
    origin: str
    troubles: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of the service."""
        answer = self.page.goto(self.origin + path)
        assert answer is not None
        assert answer.status == 200, (path, answer.status)

    def watch(self) -> None:
        """Begin to gather troubles."""
        page = self.page
        page.set_default_timeout(PATIENCE_MS)
        page.add_init_script(_BREACHES)
        page.on("console", lambda message: self.troubles.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("requestfailed", self._note_failed)
        page.on("request", self._note_outside)

    def _note_failed(self, request: Any) -> None:
        if request.failure != _GIVEN_UP:
            self.troubles.append(f"failed: {request.url}: {request.failure}")

    def _note_outside(self, request: Any) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "about:")):
            self.troubles.append(f"outside: {request.url}")


@contextlib.contextmanager
def a_screen(
    house: House, browser: Any, user_id: str | None, viewport: dict[str, int] = DESK, **context: Any
) -> Iterator[Screen]:
    """A browser in which a user is signed in; None for a stranger.

    Args:
        house: The service.
        browser: See `tests.map_viewer.browser`.
        user_id: Who is signed in.
        viewport: `PHONE` or `DESK`.
        context: More for Playwright's `new_context`.
    """
    secret = None
    if user_id is not None:
        with house.writing() as unit:
            secret = sessions.start(unit, user_id, life=house.session_life, way="password")
    with a_screen_on(house.app, browser, secret, viewport, **context) as screen:
        yield screen


@contextlib.contextmanager
def a_screen_on(
    app: Flask, browser: Any, secret: str | None = None, viewport: dict[str, int] = DESK, **context: Any
) -> Iterator[Screen]:
    """A browser before any of our services, with the session of this secret; see `a_screen`."""
    with served(app) as origin:
        opened = browser.new_context(viewport=viewport, reduced_motion="reduce", **context)
        if secret is not None:
            opened.add_cookies([{"name": COOKIE, "value": secret, "url": origin}])
        screen = Screen(opened.new_page(), origin)
        screen.watch()
        try:
            yield screen
        finally:
            opened.close()
        assert screen.troubles == [], screen.troubles


def faults_of_access(screen: Screen, path: str) -> list[str]:
    """What axe-core finds on a page in both languages, light and dark; also a page wider than its window."""
    found = []
    for language in LANGUAGES:
        for theme in THEMES:
            screen.open(f"{path}{'&' if '?' in path else '?'}lang={language}&theme={theme}")
            found += faults_shown(screen, f"{path} {language} {theme}")
    return found


def faults_shown(screen: Screen, where: str) -> list[str]:
    """What axe-core finds on the page as it stands; also that it is wider than its window."""
    found = []
    for violation in Axe().run(screen.page).response["violations"]:
        targets = [node["target"] for node in violation["nodes"]][:3]
        found.append(f"{where}: {violation['id']}: {violation['help']}: {targets}")
    if screen.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(f"{where}: wider than its window")
    return found


def a_screen_of(house: House, browser: Any, role: Role, **given: Any) -> contextlib.AbstractContextManager[Screen]:
    """A browser in which a new user of a role is signed in; see `a_screen`."""
    return a_screen(house, browser, house.user(role), **given)
