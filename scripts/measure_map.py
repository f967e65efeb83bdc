"""Weighs a map page and times how long Chromium takes to open it: `python scripts/measure_map.py PAGE.html`."""

import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from maps.page import vendored_bytes

SIZE = {"width": 1280, "height": 800}
RUNS = 5
# Until the browser has shown two frames after everything was drawn.
SHOWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))"


def measure(page_path: Path) -> None:
    """Print bytes, pins and milliseconds, each run in a browser context of its own without a network."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome") or sys.exit("no Chromium on this machine")
    times = []
    pins = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(RUNS):
            context = browser.new_context(viewport=SIZE, offline=True)
            page = context.new_page()
            page.goto(page_path.resolve().as_uri())
            times.append(page.evaluate(SHOWN))
            pins = page.locator(".leaflet-marker-icon.pin").count()
            context.close()
        browser.close()
    weight = page_path.stat().st_size
    print(f"{weight:,} bytes, {weight - vendored_bytes():,} without Leaflet and jQuery; {pins} pins")  # noqa: T201
    print(f"open after {statistics.median(times):.0f} ms (median of {RUNS}), {max(times):.0f} ms at most")  # noqa: T201


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
