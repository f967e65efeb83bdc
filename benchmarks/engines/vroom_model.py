"""VROOM: an instance in its terms, where every visit has one place; skills say which shift may make it."""

import time
from datetime import timedelta

import numpy as np
from vroom import Input, Job, Vehicle

from benchmarks.case import Case
from benchmarks.document import Document
from benchmarks.engines.answer import Answer, NoAnswer, Orders, Task
from benchmarks.engines.fleet import vehicle_types
from benchmarks.engines.objections import vroom_objection
from scheduler.solver.instance import Instance
from scheduler.solver.limits import usable_cores

# VROOM's own scale of effort ends here.
MOST_EXPLORATION = 5


def solve(task: Task) -> Answer | NoAnswer:
    """Run VROOM with all cores and the most exploration; it ends by itself, or when the seconds are over."""
    benchmark = task.benchmark
    case = benchmark.case()
    objection = vroom_objection(case)
    if objection or isinstance(benchmark, Document):
        return NoAnswer(reason=objection or "no prizes or penalties")
    began = time.perf_counter()
    solution = _input(case.instance).solve(
        exploration_level=MOST_EXPLORATION,
        nb_threads=usable_cores(),
        timeout=timedelta(seconds=task.seconds),
    )
    elapsed = time.perf_counter() - began
    if solution.summary.unassigned:
        return NoAnswer(reason=f"left {solution.summary.unassigned} out")
    steps = solution.to_dict()["routes"]
    routes = benchmark.routes(case.instance, _orders(case, steps))
    return Answer(solution=routes, points=((elapsed, float(solution.summary.cost)),))


def _input(instance: Instance) -> Input:
    problem = Input()
    problem.set_durations_matrix("car", np.array(instance.travel, dtype=np.uint32))
    if instance.leg_costs:
        problem.set_costs_matrix("car", np.array(instance.leg_costs, dtype=np.uint32))
    # An option that not every shift may make is a skill of its own.
    every = len(instance.frames)
    restricted = {option for option, shifts in enumerate(instance.allowed_shifts) if len(shifts) < every}
    problem.add_vehicle(_vehicles(instance, restricted))
    for visit, options in enumerate(instance.options_of):
        for option in options:
            call = instance.options[option].call
            problem.add_job(
                Job(
                    id=option,
                    location=call.location,
                    default_service=call.service,
                    delivery=[instance.loads[visit] if instance.loads else 0],
                    skills={option} & restricted,
                    time_windows=[list(window) for window in call.starts],
                )
            )
    return problem


def _vehicles(instance: Instance, restricted: set[int]) -> list[Vehicle]:
    everything = sum(instance.loads)
    vehicles = []
    for kind in vehicle_types(instance):
        more = {} if kind.most_visits is None else {"max_tasks": kind.most_visits}
        for shift in kind.shifts:
            vehicle = Vehicle(
                id=shift,
                start=kind.frame.start_location,
                end=kind.frame.end_location,
                capacity=[everything if kind.capacity is None else kind.capacity],
                skills=restricted & kind.crew.options,
                time_window=[kind.frame.earliest_start, kind.frame.latest_end],
                **more,
            )
            vehicles.append(vehicle)
    return vehicles


def _orders(case: Case, routes: list[dict[str, object]]) -> Orders:
    orders: Orders = [[] for _ in case.instance.frames]
    for route in routes:
        steps = route["steps"]
        orders[int(str(route["vehicle"]))] = [
            step["id"] for step in (steps if isinstance(steps, list) else []) if step["type"] == "job"
        ]
    return orders
