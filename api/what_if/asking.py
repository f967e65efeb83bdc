"""Asking for an experiment on a branch's own data."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from api import current
from api.access.policy import actor
from api.jobs.simulating import KIND, packed
from api.rest.jobs import asked_for
from api.rest.responses import one_branch
from api.store import Scope, Unit, experiments
from api.store.day_records import day_problem, nothing_to_plan
from api.store.past_days import past_days
from api.store.tables.parent import new_id
from api.visiting.found_rates import expected_contacts, weighing
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.problem import Problem
from scheduler.simulation.experiment import Experiment
from scheduler.simulation.reading import read_experiment

MOST_SIMULATED_DAYS = 500_000
# So long before the day its plan is taken to be made, so that borrowers can be told in time.
PLANNED_BEFORE = timedelta(days=7)
_OF_FILES = ("problem", "history")


def ask(
    day: date, document: Mapping[str, Any], *, note: str, branch_id: str | None = None, past: int = 0
) -> tuple[str, str]:
    """Ask for a simulation of a stored day, in the unit of work of this request.

    Args:
        day: Whose open cases, collectors and shifts all scenarios start from, as they are now.
        document: The experiment, without a problem of its own.
        note: What the caller writes about it.
        branch_id: Whose day; None where the caller's scope knows.
        past: From how many past days how people and doors behave is learnt; 0 assumes it.

    Returns:
        The ids of the experiment and of its job.

    Raises:
        InvalidInput: Faults of the document, with pointers into it, or a day on which nobody works.
        Refusal: No branch is meant, or too many jobs wait.
    """
    refuse_unfit(document)
    scope = _narrowed(branch_id)
    with current.database().reading(scope, current.now()) as unit:
        content = packed(_to_simulate(unit, day), document, past_days(unit, past))
    experiment_id = new_id()
    with current.writing(scope) as unit:
        arguments = {"experiment_id": experiment_id, "day": day.isoformat()}
        job_id = asked_for(unit, KIND, arguments, branch_id=scope.branch_id, document=content)
        experiments.add(
            unit, experiment_id, document, day=day, note=note, job_id=job_id, branch_id=str(scope.branch_id)
        )
    return experiment_id, job_id


def refuse_unfit(document: Mapping[str, Any]) -> Experiment:
    """Read an experiment that the service can simulate.

    Raises:
        InvalidInput: All its faults.
    """
    faults = [
        Fault(
            where=f"/{key}",
            code="unknown_key",
            message="an experiment on stored data names no files",
            hint="Leave it out.",
        )
        for key in _OF_FILES
        if key in document
    ]
    experiment = read_experiment(json.dumps(dict(document)).encode())
    days = _simulated_days(experiment)
    if days > MOST_SIMULATED_DAYS:
        message = f"these are {days:,} days to simulate; at most {MOST_SIMULATED_DAYS:,} are"
        faults.append(
            Fault(
                where="/replications/most",
                code="too_many",
                message=message,
                hint="Ask for fewer scenarios, days or replications.",
                message_zh=f"共需模拟 {days:,} 天，最多 {MOST_SIMULATED_DAYS:,} 天。",
                hint_zh="请减少方案、天数或重复次数。",
            )
        )
    if faults:
        raise InvalidInput(faults)
    return experiment


def _simulated_days(experiment: Experiment) -> int:
    """At most; a steady horizon simulates the baseline's course beside that of each scenario."""
    courses = 2 if experiment.steady_seconds and experiment.days > 1 else 1
    scenarios = len(experiment.scenarios) * experiment.planner_seeds
    return courses * scenarios * experiment.replications.most * experiment.days


def _narrowed(branch_id: str | None) -> Scope:
    """The caller's scope, of one branch."""
    scope = actor().scope
    with current.database().reading(scope, current.now()) as unit:
        return replace(scope, branch_id=one_branch(unit, branch_id))


def _to_simulate(unit: Unit, day: date) -> Problem:
    expected = expected_contacts(unit, by_default=current.settings().expected_contacts)
    problem = weighing(day_problem(unit, day).problem, expected)
    if not problem.visits:
        said = (f"There is no open case on {day}.", f"{day} 没有未结案件。")
        raise InvalidInput([nothing_to_plan(*said, "Import cases first.", "请先导入案件。")])
    return replace(problem, as_of=_in_time(problem, day))


def _in_time(problem: Problem, day: date) -> datetime | None:
    """When the day is planned at the latest: who asks about tomorrow asks about days like it, not about its haste."""
    if problem.as_of is None:
        return None
    early = problem.as_of.astimezone(problem.time_zone)
    planned = datetime.combine(day - PLANNED_BEFORE, early.timetz())
    return min(problem.as_of, planned)
