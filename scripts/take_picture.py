"""Takes the README's picture of a map page: `python scripts/take_picture.py PAGE.html PICTURE.png`; needs Chromium."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SIZE = {"width": 1200, "height": 720}


def take(page_path: Path, picture_path: Path) -> None:
    """Open the page without a network and write what it shows."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")
    picture_path.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(viewport=SIZE, offline=True)
        page = context.new_page()
        page.goto(page_path.resolve().as_uri())
        page.wait_for_selector(".leaflet-marker-icon")
        page.screenshot(path=str(picture_path))
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
