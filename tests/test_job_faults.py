"""Real processes that end in bad ways and in good order; `make jobfaults` does it a hundred times."""

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from api.client import RefusedError, VisitsClient
from api.settings import Settings
from benchmarks.job_faults import kill_while_planning
from scheduler.documents import read_plan, to_bytes, write_problem
from scheduler.planning import check_plan
from tests.databases import KEY
from tests.live_service import running, served, token_for
from tests.random_problems import a_random_problem
from tests.service import settings_in

PROBLEM = a_random_problem(Random(4), visits=14, shifts=3)
DOCUMENT = to_bytes(write_problem(PROBLEM))
PATIENCE_SECONDS = 300.0


@pytest.mark.skipif(sys.platform != "linux", reason="no /proc to find the planning process by")
def test_jobs_end_exactly_once_whoever_is_killed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = kill_while_planning(
        settings_in(tmp_path, given_secret_key=KEY), DOCUMENT, cycles=2, random=Random(1), seconds=1
    )
    with capsys.disabled():
        print(f" [{tally}]", end="")  # noqa: T201
    assert tally.is_clean
    assert tally.states == {"done": 2}


def test_a_server_that_is_told_to_stop_finishes_requests_and_releases_its_jobs(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, given_secret_key=KEY)
    token = token_for(settings)
    refused: list[BaseException] = []
    answered = threading.Event()
    with served(settings, token) as (process, client):
        job = client.compute(DOCUMENT, seconds=600)
        _wait_until_running(client, job.id)

        def ask_on() -> None:
            try:
                while True:
                    client.job(job.id)
                    answered.set()
            except (OSError, RefusedError) as error:
                refused.append(error)

        asking = threading.Thread(target=ask_on)
        asking.start()
        assert answered.wait(PATIENCE_SECONDS)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        asking.join()
    # Nobody is let in after the end; whoever was let in got a whole answer.
    assert [isinstance(error, ConnectionError) for error in refused] == [True]

    with served(settings, token) as (_, client):
        assert client.job(job.id).attempts <= 1
        client.cancel(job.id)
        ended = client.wait(job.id, timeout_seconds=PATIENCE_SECONDS)
    assert ended.state == "cancelled"


def test_a_worker_takes_over_what_a_dead_one_had_begun(database_settings: Settings) -> None:
    """Web and worker as processes of their own, on both databases; the second worker has another name."""
    settings = replace(database_settings, worker_name="first")
    token = token_for(settings)
    with served(settings, token, "--no-jobs") as (_, client):
        job = client.compute(DOCUMENT, seconds=1)
        with running(settings, "worker") as (worker, line):
            assert "first-1" in line
            _wait_until_running(client, job.id)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        with running(replace(database_settings, worker_name="second"), "worker") as (worker, line):
            assert "second-1" in line
            ended = client.wait(job.id, timeout_seconds=PATIENCE_SECONDS)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(PATIENCE_SECONDS) == 0
        assert (ended.state, ended.attempts) == ("done", 2)
        assert check_plan(PROBLEM, read_plan(to_bytes(client.result(job.id)))) == ()


def _wait_until_running(client: VisitsClient, job_id: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while client.job(job_id).state != "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
