"""What a process need not load it does not load: one that plans begins within a second or two, and not after seven."""

import subprocess
import sys

import pytest

import api
from api.app import create_app

ONLY_THE_SERVICE_NEEDS = ("flask", "sqlalchemy", "folium", "fpdf", "dbos", "openpyxl")


@pytest.mark.parametrize("module", ["api.executors", "api.what_if.executors", "api.cli"])
def test_neither_planning_processes_nor_the_command_line_load_the_service(module: str) -> None:
    script = f"import sys, {module}\nprint(*sorted(set({ONLY_THE_SERVICE_NEEDS!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_application_is_made_by_the_function_that_the_package_names() -> None:
    assert api.create_app is create_app


def test_the_package_has_nothing_else_to_give() -> None:
    with pytest.raises(AttributeError, match="create_everything"):
        api.create_everything  # type: ignore[attr-defined]  # noqa: B018 - asked for, and refused
