"""`visits serve` and `visits worker` as processes of their own, for tests that end them in bad ways."""

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from api.access import Role
from api.client import VisitsClient
from api.settings import Settings
from api.store import PlanStore
from tests.databases import KEY
from tests.service import a_token

ROOT = Path(__file__).parent.parent


def token_for(settings: Settings) -> str:
    """The token of a new dispatcher."""
    store = PlanStore(settings)
    try:
        return a_token(store, Role.DISPATCHER)
    finally:
        store.close()


def environment_of(settings: Settings) -> dict[str, str]:
    """What a process needs to use the same data; a worker counts as dead soon."""
    given = {
        "VISITS_DATA_DIR": str(settings.data_dir),
        "VISITS_SECRET_KEY": KEY.decode(),
        "VISITS_WORKER_NAME": settings.worker_name,
        "PYTHONUNBUFFERED": "1",
    }
    if settings.log_file is not None:
        given["VISITS_LOG_FILE"] = str(settings.log_file)
    if settings.given_database_url is not None:
        given["VISITS_DATABASE_URL"] = settings.given_database_url
    return {name: value for name, value in os.environ.items() if not name.startswith("VISITS_")} | given


@contextlib.contextmanager
def running(settings: Settings, *words: str) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A `visits` process, and the line with which it says that it is ready; killed at the end unless it has ended."""
    command = [sys.executable, "-m", "api.cli", *words]
    with subprocess.Popen(
        command, env=environment_of(settings), cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process, _first_line(process.stdout)
        finally:
            process.kill()


@contextlib.contextmanager
def served(settings: Settings, token: str, *words: str) -> Iterator[tuple["subprocess.Popen[str]", VisitsClient]]:
    """`visits serve` on a free port, and a client of it."""
    with running(settings, "serve", "--port", "0", *words) as (process, line):
        match = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert match, line
        yield process, VisitsClient(match[0], token=token, timeout_seconds=60)


def _first_line(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()
