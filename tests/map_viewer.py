"""A Chromium without a network that looks at map pages; `tests/conftest.py` makes its fixtures known everywhere."""

from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.parts import require_chromium

PATIENCE_MS = 120_000
"""How long a browser may take; what is there is found at once, and machines are busy."""
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@dataclass
class Viewer:
    """A browser without a network that remembers everything which went wrong."""

    browser: Any
    folder: Path
    troubles: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, html: str, viewport: dict[str, int] = DESKTOP, **context: Any) -> Any:
        file = self.folder / "map.html"
        file.write_text(html, encoding="utf-8")
        page = self.browser.new_context(viewport=viewport, offline=True, reduced_motion="reduce", **context).new_page()
        page.set_default_timeout(PATIENCE_MS)
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
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
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
