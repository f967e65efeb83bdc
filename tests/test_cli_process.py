"""`visits` as a process of its own: Ctrl-C, pipes that close, and the service's port."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from scheduler.planning import check_plan
from tests.command import plan_at, problem_file, visits
from tests.random_problems import a_random_problem

VISITS = (sys.executable, "-m", "api.cli")
PROBLEM = a_random_problem(Random(4), visits=14, shifts=3)
PATIENCE_SECONDS = 120


def started(folder: Path, *words: str | Path) -> "subprocess.Popen[str]":
    """A `visits` process with its data under `folder`."""
    return subprocess.Popen(
        [*VISITS, *map(str, words)],
        env=os.environ | {"VISITS_DATA_DIR": str(folder / "var"), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_ctrl_c_writes_the_best_plan_found_so_far(tmp_path: Path) -> None:
    path = tmp_path / "made.json"
    with started(tmp_path, "plan", problem_file(tmp_path, PROBLEM), "-o", path, "--seconds", "3600") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("planning for ")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 0, err
    assert "Written to" in out
    assert check_plan(PROBLEM, plan_at(path)) == ()


def test_a_reader_that_leaves_the_pipe_ends_the_command_quietly(tmp_path: Path) -> None:
    with started(tmp_path, "rules", "show", "cn-base") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=PATIENCE_SECONDS)
        assert process.stderr is not None
        assert process.stderr.read() == ""

    assert process.returncode == 141


def test_the_service_answers_on_a_free_port_until_ctrl_c(tmp_path: Path) -> None:
    with started(tmp_path, "serve", "--port", "0") as process:
        assert process.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert match
        connection = http.client.HTTPConnection("127.0.0.1", int(match[1]), timeout=PATIENCE_SECONDS)
        connection.request("GET", "/livez")
        status = connection.getresponse().status
        connection.close()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)

    assert status == 200


def test_a_port_in_use_is_named_with_another_to_try(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started(tmp_path, "serve", "--port", str(port)) as process:
            _, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 3
    assert f"Port {port} on 127.0.0.1 is in use." in err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.com"])
def test_every_host_but_loopback_is_refused(host: str) -> None:
    answer = visits("serve", "--host", host)

    assert answer.code == 2
    assert "not_loopback" in answer.err
