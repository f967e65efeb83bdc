"""The client for programs, and that what docs/api.md shows is what happens."""

import contextlib
import io
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest

from api.client import VisitsClient
from scheduler.documents import to_bytes, write_problem
from tests.databases import KEY
from tests.live_service import served, token_for
from tests.random_problems import a_random_problem
from tests.service import settings_in

DOCS = Path(__file__).parent.parent / "docs" / "api.md"
BLOCK = re.compile(r"```(python|)\n(.*?)```", re.DOTALL)
PROBLEM = to_bytes(write_problem(a_random_problem(Random(4), visits=14, shifts=3)))


def test_the_examples_of_the_docs_print_what_they_say(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, given_secret_key=KEY)
    token = token_for(settings)
    with served(settings, token) as (_, client):
        names: dict[str, Any] = {"ADDRESS": f"http://127.0.0.1:{client.port}", "TOKEN": token, "problem": PROBLEM}
        printed = ""
        for kind, block in BLOCK.findall(DOCS.read_text(encoding="utf-8")):
            if kind == "python":
                with contextlib.redirect_stdout(io.StringIO()) as out:
                    exec(compile(block, "docs/api.md", "exec"), names)  # noqa: S102  # our own examples
                printed = out.getvalue()
            else:
                assert printed == block


@pytest.mark.parametrize("address", ["", "127.0.0.1:8000", "ftp://127.0.0.1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no URL"):
        VisitsClient(address, token=address)
