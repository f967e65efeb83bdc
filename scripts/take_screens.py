"""Takes a picture of every page in both languages: `python -m scripts.take_screens FOLDER [light|dark] [desk|phone]`.

The pages are those that the tests walk, so a page that is added later is taken too. Pages of crews, borrowers and
strangers are taken as a phone shows them, all others as a desk does, unless one of both is asked for. Needs Chromium.
"""

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from api.access import Role
from api.setting_values import LANGUAGES
from tests.every_page import CREW, STRANGER, WHO, Everything, Page, everything
from tests.parts import require_chromium
from tests.phone_days import a_phone_screen
from tests.screens import DESK, PHONE, Screen, a_screen_on

_TALLEST = 1600  # pixels; a longer page is cut off there
_PATIENCE = 180_000  # milliseconds
_COLOURS = 48  # enough for pages of few colours, and a third of the bytes


def take(made: Everything, folder: Path, browser: Any, theme: str, only: str | None) -> None:
    """Take all pages into `folder`, a file for each page and language."""
    pages = made.pages()
    for who in WHO:
        viewport = {"desk": DESK, "phone": PHONE}.get(only or "", PHONE if who in (CREW, STRANGER) else DESK)
        with _screen_of(made, who, browser, viewport) as screen:
            screen.page.set_default_timeout(_PATIENCE)
            for page in pages:
                if page.who == who:
                    for language in LANGUAGES:
                        _open(screen, page, language, theme)
                        (folder / f"{name_of(page)}.{language}.png").write_bytes(_picture(screen))


def name_of(page: Page) -> str:
    """What the picture of a page is called."""
    *_, view = page.endpoint.split(".")
    module = page.endpoint.split(".")[0].removesuffix("_pages").removesuffix("_page")
    return f"{module}-{view}-{page.who}".replace("_", "-")


def _screen_of(made: Everything, who: str, browser: Any, viewport: dict[str, int]) -> Any:
    if who == CREW:
        return a_phone_screen(made.service, browser)
    secret = None if who == STRANGER else made.service.session(Role(who))
    return a_screen_on(made.service.app, browser, secret, viewport)


def _open(screen: Screen, page: Page, language: str, theme: str) -> None:
    joint = "&" if "?" in page.address else "?"
    screen.open(f"{page.address}{joint}lang={language}&theme={theme}")
    screen.page.wait_for_load_state("networkidle")


def _picture(screen: Screen) -> bytes:
    width = screen.page.viewport_size["width"]
    height = min(_TALLEST, screen.page.evaluate("document.documentElement.scrollHeight"))
    taken = screen.page.screenshot(full_page=True, clip={"x": 0, "y": 0, "width": width, "height": height})
    small = io.BytesIO()
    Image.open(io.BytesIO(taken)).convert("RGB").quantize(_COLOURS).save(small, "PNG", optimize=True)
    return small.getvalue()


def main(into: Path, theme: str = "light", only: str | None = None) -> None:
    """Make the day, open the browser, take the pictures."""
    into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=require_chromium(), args=["--no-sandbox", "--disable-gpu"])
        with everything(Path(folder)) as made:
            take(made, into, browser, theme, only)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
