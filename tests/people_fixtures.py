"""Fixtures for people; the service is imported by the tests that ask for it, and by no others."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from api.settings import Settings
    from tests.people import House


@pytest.fixture
def house(tmp_path: Path) -> Iterator["House"]:
    """A service with two lenders on SQLite."""
    from tests.databases import sqlite_settings
    from tests.people import a_house

    with a_house(sqlite_settings(tmp_path)) as made:
        yield made


@pytest.fixture
def each_house(database_settings: "Settings") -> Iterator["House"]:
    """A service with two lenders, once for each of the two databases."""
    from tests.people import a_house

    with a_house(database_settings) as made:
        yield made
