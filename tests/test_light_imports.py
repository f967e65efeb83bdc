"""What a process need not load it does not load: one that plans begins within a second or two, and not after seven."""

import subprocess
import sys

import pytest

import api
from api.app import create_app

NO_SERVICE = ("flask", "sqlalchemy", "folium", "fpdf", "dbos", "openpyxl", "scipy.stats")


@pytest.mark.parametrize(
    ("module", "others"),
    [
        ("api.executors", NO_SERVICE),
        ("api.what_if.executors", NO_SERVICE),
        ("api.cli", (*NO_SERVICE, "ortools")),
        ("api.app", ("scipy.stats", "numba")),
    ],
)
def test_a_process_loads_nothing_that_only_others_need(module: str, others: tuple[str, ...]) -> None:
    script = f"import sys, {module}\nprint(*sorted(set({others!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_application_is_made_by_the_function_that_the_package_names() -> None:
    assert api.create_app is create_app


def test_the_package_has_nothing_else_to_give() -> None:
    with pytest.raises(AttributeError, match="create_everything"):
        api.create_everything  # type: ignore[attr-defined]  # noqa: B018 - asked for, and refused
