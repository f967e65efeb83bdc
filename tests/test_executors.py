"""Planning in a process of its own."""

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from api.executors import Bounds, plan_in_process
from scheduler.domain.errors import (
    InternalFault,
    InvalidInput,
    MemoryExhausted,
    MissingResource,
    PlanRefused,
    ProcessHung,
)
from scheduler.domain.problem import RoadTravel
from scheduler.domain.violation import Violation
from scheduler.planning import Progress, SearchLimits, check_plan, plan_visits
from tests.random_problems import a_random_problem

PROBLEM = a_random_problem(Random(1), visits=10, shifts=2)
LIMITS = SearchLimits(seconds=None, iterations=10)


def test_a_plan_from_another_process_equals_the_plan_made_here() -> None:
    assert plan_in_process(PROBLEM, limits=LIMITS) == plan_visits(PROBLEM, limits=LIMITS)


def test_progress_reaches_the_caller() -> None:
    told: list[Progress] = []
    plan = plan_in_process(PROBLEM, limits=LIMITS, on_progress=told.append)
    assert told[-1].cost_seconds == plan.cost.total_seconds


def test_ctrl_c_keeps_the_best_plan_and_gives_the_signal_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    plan = plan_in_process(
        PROBLEM,
        limits=SearchLimits(seconds=3600.0),
        on_progress=lambda _: os.kill(os.getpid(), signal.SIGINT),
    )
    assert check_plan(PROBLEM, plan) == ()
    assert signal.getsignal(signal.SIGINT) == before


def test_planning_works_outside_the_main_thread() -> None:
    plans = []
    thread = threading.Thread(target=lambda: plans.append(plan_in_process(PROBLEM, limits=LIMITS)))
    thread.start()
    thread.join()
    assert plans == [plan_visits(PROBLEM, limits=LIMITS)]


def test_a_callers_fault_arrives_whole() -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_in_process(replace(PROBLEM, rule_packs=("no-such-pack",)), limits=LIMITS)
    assert refused.value.faults[0].code == "unknown_rule_pack"


def test_a_missing_road_network_arrives_with_its_hint() -> None:
    with pytest.raises(MissingResource) as missing:
        plan_in_process(replace(PROBLEM, travel=RoadTravel(network="nowhere")), limits=LIMITS)
    assert "great_circle" in missing.value.hint


def test_a_refused_plan_travels_with_its_violations() -> None:
    refused = PlanRefused([Violation(code="x", message="y")])
    arrived = pickle.loads(pickle.dumps(refused))  # noqa: S301  # our own bytes
    assert arrived.violations == refused.violations


def test_a_dead_process_is_an_internal_fault_and_not_a_hang() -> None:
    with pytest.raises(InternalFault, match="died"):
        plan_in_process(PROBLEM, limits=SearchLimits(seconds=3600.0), on_progress=_kill_the_child)


def _kill_the_child(_: Progress) -> None:
    for child in multiprocessing.active_children():
        child.kill()


def test_the_callers_wish_to_stop_keeps_the_best_plan() -> None:
    told: list[Progress] = []
    plan = plan_in_process(
        PROBLEM, limits=SearchLimits(seconds=3600.0), on_progress=told.append, should_stop=lambda: bool(told)
    )
    assert check_plan(PROBLEM, plan) == ()


def test_what_the_wish_to_stop_raises_ends_the_process_at_once() -> None:
    with pytest.raises(KeyboardInterrupt):
        plan_in_process(PROBLEM, limits=SearchLimits(seconds=3600.0), should_stop=_interrupted)
    assert multiprocessing.active_children() == []


def test_a_process_that_does_not_keep_its_limit_is_ended() -> None:
    with pytest.raises(ProcessHung):
        plan_in_process(
            PROBLEM,
            limits=SearchLimits(seconds=1.0),
            on_progress=_stop_the_child,
            bounds=Bounds(grace_seconds=1.0),
        )
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="no bound of memory on this system")
def test_a_process_that_needs_more_memory_than_it_may_take_says_so() -> None:
    with pytest.raises(MemoryExhausted):
        plan_in_process(PROBLEM, limits=LIMITS, bounds=Bounds(memory_bytes=64 * 1024**2))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_a_process_dies_with_its_parent_even_when_it_is_stopped(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from tests.test_executors import PROBLEM, SearchLimits, _stop_the_child, plan_in_process\n"
        "import multiprocessing\n"
        "def tell(_):\n"
        "    _stop_the_child(_)\n"
        "    print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "if __name__ == '__main__':\n"
        "    plan_in_process(PROBLEM, limits=SearchLimits(seconds=3600.0), on_progress=tell)\n"
    )
    path = tmp_path / "parent.py"
    path.write_text(script)
    root = Path(__file__).parent.parent
    environment = os.environ | {"PYTHONPATH": str(root)}
    with subprocess.Popen([sys.executable, path], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    _wait_until_gone(child)


def _interrupted() -> bool:
    raise KeyboardInterrupt


def _stop_the_child(_: Progress) -> None:
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGSTOP)


def _wait_until_gone(process_id: int) -> None:
    state = Path(f"/proc/{process_id}/stat")
    for _ in range(600):
        # Whoever adopted it may not have collected it yet.
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the process is still there")
