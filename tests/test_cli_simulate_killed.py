"""`visits simulate` that is killed at half of its way, and started again."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.command import problem_file
from tests.simulations import a_busy_day, files_in

EXPERIMENT = {
    "format": "visits-experiment/1",
    "name": "killed",
    "problem": "problem.json",
    "planner": {"iterations": 30},
    "replications": {"most": 400, "chunk": 20},
}
CHUNKS = 20
PATIENCE_SECONDS = 240
_BEAT = threading.Event()


def started(folder: Path, out: str) -> "subprocess.Popen[str]":
    """The real command with one worker process."""
    words = ("simulate", folder / "experiment.json", "-o", folder / out, "--processes", "1")
    return subprocess.Popen(
        [sys.executable, "-m", "api.cli", *map(str, words)],
        env=os.environ | {"VISITS_DATA_DIR": str(folder / "var")},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parent.parent,
    )


def chunks_in(folder: Path) -> dict[Path, int]:
    """Steps that are done, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in (folder / "chunks").rglob("*.json") if path.name[0] != "."}


def test_a_kill_at_half_of_the_way_costs_at_most_the_chunk_that_was_being_simulated(tmp_path: Path) -> None:
    problem_file(tmp_path, a_busy_day())
    (tmp_path / "experiment.json").write_text(json.dumps(EXPERIMENT))
    with started(tmp_path, "whole") as whole:
        assert whole.communicate(timeout=PATIENCE_SECONDS)[1]
    assert whole.returncode == 0

    with started(tmp_path, "killed") as victim:
        while len(before := chunks_in(tmp_path / "killed")) < CHUNKS // 2:
            assert victim.poll() is None
            _BEAT.wait(0.002)
        victim.send_signal(signal.SIGKILL)
        victim.wait(timeout=PATIENCE_SECONDS)
    before = chunks_in(tmp_path / "killed")
    with started(tmp_path, "killed") as again:
        err = again.communicate(timeout=PATIENCE_SECONDS)[1]
    after = chunks_in(tmp_path / "killed")

    assert again.returncode == 0, err
    assert CHUNKS // 2 <= len(before) < CHUNKS
    # What was kept is not done again: of all the work, only the step in the one worker's hands is lost.
    assert {path: after[path] for path in before} == before
    kept = re.search(r"\((\d+) kept from before\)", err)
    assert kept is not None
    assert int(kept[1]) == len(before) + 1
    assert without_workbook(tmp_path / "killed") == without_workbook(tmp_path / "whole")


def without_workbook(folder: Path) -> dict[str, bytes]:
    """All results but the workbook, which says when it was zipped, and what a kill left half-written."""
    found = files_in(folder)
    return {name: data for name, data in found.items() if not name.endswith((".xlsx", ".tmp"))}
