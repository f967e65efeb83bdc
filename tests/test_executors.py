"""Planning in a process of its own."""

import multiprocessing
import os
import pickle
import signal
import threading
from dataclasses import replace
from random import Random

import pytest

from api.executors import plan_in_process
from scheduler.domain.errors import InternalFault, InvalidInput, MissingResource, PlanRefused
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
