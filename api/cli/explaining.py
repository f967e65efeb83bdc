"""Why a visit happens where and when it does, or why it does not: layer by layer, in words."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.explanation_words import WORDS
from api.cli.inputs import networks_for, plan_from, problem_from
from api.cli.layer_documents import place_documents, reason_document
from api.cli.layer_lines import LayerLines
from api.cli.options import A_FILE, json_option, language_option, problem_argument
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan, Stop
from scheduler.domain.problem import Problem
from scheduler.domain.visit import Visit

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from scheduler.planning import Explanation


@click.command()
@problem_argument
@click.argument("visit_id", metavar="VISIT_ID")
@click.option("--plan", "plan_path", metavar="PLAN", type=A_FILE, help="Explain the visit's part in this plan.")
@language_option
@json_option
def why(problem_path: Path, visit_id: str, *, plan_path: Path | None, language: str, as_json: bool) -> None:
    """Say why VISIT_ID of PROBLEM happens where and when it does, or why it is left out."""
    from scheduler.planning import explain_visit

    problem = problem_from(problem_path)
    visit = _visit_of(problem, visit_id)
    made = None if plan_path is None else plan_from(plan_path)
    if made is not None:
        _refuse_a_plan_without(visit_id, made)
    explanation = explain_visit(problem, visit_id, made, networks_for(problem))
    stop = _stop_of(visit_id, made)
    if as_json:
        document = _document(visit, explanation, stop, problem, language)
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_lines(visit, explanation, stop, problem, WORDS[language], language)))


def _visit_of(problem: Problem, visit_id: str) -> Visit:
    for visit in problem.visits:
        if visit.id == visit_id:
            return visit
    message = f"The problem has no visit {visit_id!r}."
    raise InvalidInput([Fault(where="VISIT_ID", code="unknown_id", message=message, hint="Ids are case-sensitive.")])


def _refuse_a_plan_without(visit_id: str, plan: Plan) -> None:
    left_out = any(one.visit_id == visit_id for one in plan.unassigned)
    if left_out or _stop_of(visit_id, plan) is not None:
        return
    message = f"The plan does not mention visit {visit_id!r}."
    hint = "Give the plan that was made from this problem."
    raise InvalidInput([Fault(where="--plan", code="other_problem", message=message, hint=hint)])


def _stop_of(visit_id: str, plan: Plan | None) -> Stop | None:
    routes = () if plan is None else plan.routes
    return next((stop for route in routes for stop in route.stops if stop.visit_id == visit_id), None)


def _lines(
    visit: Visit,
    explanation: "Explanation",
    stop: Stop | None,
    problem: Problem,
    words: Mapping[str, str],
    language: str,
) -> list[str]:
    layers = LayerLines(problem=problem, visit=visit, words=words, language=language)
    return [
        _headline(visit, explanation, stop, problem, words),
        _priority(visit, words),
        "",
        *layers.of(explanation.places),
        words["answer"],
        *(f"   {line}" for line in _answer(explanation, layers, words)),
    ]


def _headline(
    visit: Visit, explanation: "Explanation", stop: Stop | None, problem: Problem, words: Mapping[str, str]
) -> str:
    if stop is not None:
        start, end = (moment.astimezone(problem.time_zone) for moment in (stop.service_start_time, stop.departure_time))
        return words["assigned"].format(
            visit=visit.id,
            shift=explanation.assigned_shift_id,
            place=stop.place_id,
            start=f"{start:%Y-%m-%d %H:%M}",
            end=f"{end:%H:%M}",
        )
    return words[_verdict(explanation)].format(visit=visit.id)


def _verdict(explanation: "Explanation") -> str:
    if explanation.plan_given:
        return "unassigned"
    return "impossible" if explanation.reasons else "possible"


def _priority(visit: Visit, words: Mapping[str, str]) -> str:
    """The number with its parts, when they are known; a lender's own code is shown as it is."""
    named = words["priority"].format(priority=visit.priority)
    parts = [
        words.get(f"part_{part.code}", words["part_of_their_own"]).format(code=part.code, points=part.points)
        for part in visit.priority_parts
    ]
    return named + words["colon"] + words["join"].join(parts) if parts else named


def _answer(explanation: "Explanation", layers: LayerLines, words: Mapping[str, str]) -> list[str]:
    if explanation.assigned_shift_id is not None:
        return [words["this_crew"].format(shift=explanation.assigned_shift_id)]
    lines = [layers.reason(reason.shift_id or words["all_crews"], reason) for reason in explanation.reasons]
    return lines or [words["nothing"]]


def _document(
    visit: Visit, explanation: "Explanation", stop: Stop | None, problem: Problem, language: str
) -> dict[str, object]:
    assigned = None
    if stop is not None:
        assigned = {
            "shift_id": explanation.assigned_shift_id,
            "place_id": stop.place_id,
            "service_start_time": stop.service_start_time.astimezone(problem.time_zone).isoformat(),
            "departure_time": stop.departure_time.astimezone(problem.time_zone).isoformat(),
        }
    return {
        "visit_id": visit.id,
        "priority": visit.priority,
        "priority_parts": [{"code": part.code, "points": part.points} for part in visit.priority_parts],
        "assigned": assigned,
        "reasons": [reason_document(reason, language) for reason in explanation.reasons],
        "places": place_documents(visit, explanation.places, problem, language),
    }
