"""Parts of the machine that some tests need: a test asks for one and is left out, with the reason, where it is missing.

`tests/conftest.py` lists what was left out, and turns it into failures with `VISITS_TEST_EVERYTHING=1`.
"""

import os
import shutil

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def require_chromium() -> str:
    """The path of an installed Chromium."""
    search_path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/bin"])
    found = next(filter(None, (shutil.which(name, path=search_path) for name in CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(CHROMIUM_NAMES)})")
    return found
