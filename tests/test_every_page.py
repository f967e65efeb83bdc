"""Every page in the service's map of addresses: open to everybody, and inert whatever people are called."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.access import Role
from api.setting_values import LANGUAGES
from api.web.theme import THEMES
from tests.every_page import CREW, STRANGER, WHO, Everything, Page, everything
from tests.hostile_names import HOSTILE_NAMES
from tests.phone_days import a_phone_screen
from tests.screens import PHONE, Screen, a_screen_on, faults_shown

# What hostile names would have put into a page, were they more than words.
_BRED = """Array.from(document.querySelectorAll(
    "iframe[src^='javascript'], img[src='x'], math, details[ontoggle], [onload], [onerror], a[href^='javascript']"
  ), (one) => one.outerHTML)"""

_SEE_NOBODY = (STRANGER, str(Role.PLANNER), str(Role.COLLECTOR))  # of whom there is nothing on their own pages here


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Everything, tuple[Page, ...]]]:
    """The service with people who have names, and its pages."""
    with everything(tmp_path_factory.mktemp("named")) as made:
        yield made, made.pages()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Everything, tuple[Page, ...]]]:
    """The service with people whose names are programs, and its pages."""
    with everything(tmp_path_factory.mktemp("hostile"), HOSTILE_NAMES) as made:
        yield made, made.pages()


def a_screen_as(made: Everything, who: str, browser: Any) -> Any:
    """A phone's browser in which somebody is signed in."""
    if who == CREW:
        return a_phone_screen(made.service, browser)
    secret = None if who == STRANGER else made.service.session(Role(who))
    return a_screen_on(made.service.app, browser, secret, PHONE)


def test_every_address_is_a_page_that_is_walked_or_known_to_be_none(
    named: tuple[Everything, tuple[Page, ...]],
) -> None:
    _, pages = named
    assert {page.who for page in pages} == set(WHO)
    assert len({page.endpoint for page in pages}) >= 44


@pytest.mark.parametrize("who", WHO)
def test_every_page_is_open_to_everybody_in_both_languages_light_and_dark(
    named: tuple[Everything, tuple[Page, ...]], browser: Any, who: str
) -> None:
    made, pages = named
    with a_screen_as(made, who, browser) as screen:
        found = [fault for page in pages if page.who == who for fault in faults_of(screen, page.address)]
    assert found == []


@pytest.mark.parametrize("who", WHO)
def test_hostile_names_are_words_on_every_page(
    hostile: tuple[Everything, tuple[Page, ...]], browser: Any, who: str
) -> None:
    made, pages = hostile
    found: list[str] = []
    read = ""
    with a_screen_as(made, who, browser) as screen:
        screen.page.on("dialog", lambda dialog: screen.troubles.append(f"dialog: {dialog.message}"))
        for page in pages:
            if page.who == who:
                screen.open(page.address)
                found += [f"{page.address}: {bred}" for bred in screen.page.evaluate(_BRED)]
                read += screen.page.locator("body").inner_text()
    assert found == []
    if who not in _SEE_NOBODY:
        assert any(name in read for name in HOSTILE_NAMES)


def faults_of(screen: Screen, address: str) -> list[str]:
    """What axe-core finds on a page; its colours are changed as a page opened anew would have them."""
    found: list[str] = []
    for language in LANGUAGES:
        screen.open(f"{address}{'&' if '?' in address else '?'}lang={language}")
        for theme in THEMES:
            screen.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
            found += faults_shown(screen, f"{address} {language} {theme}")
    return found
