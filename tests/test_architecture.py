"""Holds the house to its rules; below each rule stands a snippet that breaks it, so that the rule can fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import architecture

ROOT = Path(__file__).parent.parent
FOLDERS = ("scheduler", "api", "maps", "fixtures", "benchmarks", "tests")

type Rule = Callable[[str, str], list[str]]


def sources(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("rule", "folders"),
    [
        (architecture.third_party_complaints, FOLDERS[:-1]),
        (architecture.length_complaints, FOLDERS),
        (architecture.name_complaints, FOLDERS),
        (architecture.outside_world_complaints, ("scheduler",)),
        (architecture.sibling_complaints, ("scheduler",)),
        (architecture.docstring_complaints, ("scheduler",)),
    ],
    ids=lambda value: getattr(value, "__name__", "in"),
)
def test_the_house_keeps(rule: Rule, folders: tuple[str, ...]) -> None:
    files = list(sources(*folders))
    assert files
    complaints = [complaint for path, source in files for complaint in rule(path, source)]
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("scheduler/domain/visit.py", "import numpy"),
        ("scheduler/planning.py", "from ortools.sat.python import cp_model"),
        ("scheduler/checker/times.py", "import numpy as np"),
        ("api/rest/plans.py", "from sqlalchemy import select"),
        ("api/web/pages.py", "import folium"),
        ("maps/preview.py", "def draw():\n    import requests"),
        ("fixtures/city.py", "import faker"),
    ],
)
def test_a_third_party_outside_its_folder_is_refused(path: str, source: str) -> None:
    assert len(architecture.third_party_complaints(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("scheduler/domain/visit.py", "from dataclasses import dataclass\nfrom scheduler.domain.case import Case"),
        ("scheduler/solver/routing_model.py", "from ortools.constraint_solver import pywrapcp"),
        ("api/store/tables.py", "import sqlalchemy"),
        ("maps/preview.py", "import folium"),
    ],
)
def test_a_third_party_in_its_folder_is_welcome(path: str, source: str) -> None:
    assert architecture.third_party_complaints(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nnow = datetime.now(zone)",
        "import datetime as dt\nnow = dt.datetime.utcnow()",
        "from datetime import date\ntoday = date.today()",
        "import time\nbegin = time.time()",
        "from time import time\nbegin = time()",
        "import time\nbegin = time.monotonic()",
        "import os\nhome = os.environ['HOME']",
        "from os import getenv\nhome = getenv('HOME')",
        "import random\nrandom.shuffle(visits)",
        "from random import choice\nchoice(visits)",
        "import random\nchance = random.Random()",
        "import numpy as np\nnp.random.seed(1)",
        "import numpy as np\nchance = np.random.default_rng()",
        "import uuid\nname = uuid.uuid4()",
        "local = moment.astimezone()",
        "import secrets",
        "from urllib.request import urlopen",
        "import socket",
    ],
)
def test_the_outside_world_is_refused_in_the_planning_library(source: str) -> None:
    assert architecture.outside_world_complaints("scheduler/checker/times.py", source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("scheduler/solver/search.py", "import time\nbegin = time.monotonic()"),
        ("scheduler/planning.py", "from time import monotonic\nbegin = monotonic()"),
        ("scheduler/solver/search.py", "import random\nchance = random.Random(seed)\nchance.shuffle(visits)"),
        ("scheduler/travel/roads.py", "from urllib.parse import quote"),
        ("scheduler/travel/osrm_http.py", "import http.client"),
        ("scheduler/domain/visit.py", "def late(time):\n    return time.time\nlocal = moment.astimezone(zone)"),
    ],
)
def test_what_is_handed_in_or_decides_nothing_is_no_outside_world(path: str, source: str) -> None:
    assert architecture.outside_world_complaints(path, source) == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("scheduler/checker/times.py", "from scheduler.solver.instance import Instance"),
        ("scheduler/checker/__init__.py", "from scheduler import travel"),
        ("scheduler/solver/search.py", "import scheduler.checker"),
        ("scheduler/travel/__init__.py", "from scheduler.checker import violations"),
    ],
)
def test_checker_solver_and_travel_share_no_code(path: str, source: str) -> None:
    assert architecture.sibling_complaints(path, source)


def test_siblings_may_use_the_domain_and_themselves() -> None:
    source = "from scheduler.domain.plan import Plan\nfrom scheduler.checker.times import late"
    assert architecture.sibling_complaints("scheduler/checker/__init__.py", source) == []


def test_a_file_of_401_lines_is_too_long() -> None:
    assert architecture.length_complaints("api/cli.py", "pass\n" * 400) == []
    assert architecture.length_complaints("api/cli.py", "pass\n" * 401)


@pytest.mark.parametrize("path", ["api/utils.py", "scheduler/common/times.py", "maps/helpers.py", "api/manager.py"])
def test_a_name_that_says_nothing_is_refused(path: str) -> None:
    assert architecture.name_complaints(path)


def test_a_name_may_contain_such_a_word() -> None:
    assert architecture.name_complaints("scheduler/rules/base_hours.py") == []


def test_a_module_without_a_docstring_is_refused() -> None:
    assert architecture.docstring_complaints("scheduler/planning.py", "x = 1  # a comment is no docstring")
