"""Why a visit happens where and when it does, or why it does not: layer by layer, in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.inputs import plan_from, problem_from
from api.cli.options import A_FILE, json_option, language_option, problem_argument
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan, Reason, Stop
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Place, Visit
from scheduler.rules.decision import Decision

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from scheduler.planning import Explanation

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "assigned": "Visit {visit} is on the route of shift {shift}: place {place}, {start} to {end}.",
        "unassigned": "Visit {visit} is not on any route.",
        "possible": "Visit {visit}: without a plan, nothing speaks against it.",
        "impossible": "Visit {visit} cannot be planned.",
        "law": "1. Law ({packs})",
        "no_law": "none",
        "places": "2. Place windows",
        "crews": "3. Crews",
        "allowed": "allowed",
        "denied": "not allowed",
        "any_hour": "at any hour",
        "no_window": "none",
        "crew_minimum": "at least {count} people{rule}",
        "qualification": "each with {code}{rule}",
        "penalty": "preference penalty {seconds} s",
        "all_crews": "all crews",
        "this_crew": "{shift}: makes this visit",
        "nothing": "nothing speaks against it",
        "home": "home",
        "workplace": "workplace",
        "other": "other place",
        "join": ", ",
        "colon": ": ",
        "open": " (",
        "close": ")",
    },
    "zh-CN": {
        "assigned": "外访 {visit} 已排入班次 {shift} 的路线：地点 {place}，{start} 至 {end}。",
        "unassigned": "外访 {visit} 未排入任何路线。",
        "possible": "外访 {visit}：未给出计划，没有发现不可安排的原因。",
        "impossible": "外访 {visit} 无法安排。",
        "law": "1. 法规（{packs}）",
        "no_law": "无",
        "places": "2. 地点时间窗",
        "crews": "3. 外访组",
        "allowed": "允许",
        "denied": "不允许",
        "any_hour": "任何时间",
        "no_window": "无",
        "crew_minimum": "至少 {count} 人{rule}",
        "qualification": "每人须持有 {code}{rule}",
        "penalty": "偏好代价 {seconds} 秒",
        "all_crews": "所有外访组",
        "this_crew": "{shift}：执行该外访",
        "nothing": "没有发现障碍",
        "home": "住所",
        "workplace": "工作地点",
        "other": "其他地点",
        "join": "，",
        "colon": "：",
        "open": "（",
        "close": "）",
    },
}


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
    explanation = explain_visit(problem, visit_id, made)
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
    packs = words["join"].join(problem.rule_packs) or words["no_law"]
    law = [_law_line(place, explanation.decisions.get(place.id), words, language, problem) for place in visit.places]
    return [
        _headline(visit, explanation, stop, problem, words),
        "",
        words["law"].format(packs=packs),
        *(f"   {line}" for lines in law for line in lines),
        words["places"],
        *(f"   {_place_line(place, words, problem)}" for place in visit.places),
        words["crews"],
        *(f"   {line}" for line in _crew_lines(explanation, words, language)),
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


def _law_line(
    place: Place, decision: Decision | None, words: Mapping[str, str], language: str, problem: Problem
) -> list[str]:
    """The decision about one place, and a line more for each rule that says no."""
    name = f"{place.id}{words['open']}{words[place.kind.value]}{words['close']}{words['colon']}"
    if decision is None:
        return [name + words["any_hour"]]
    if not decision.allowed:
        reasons = [
            f"   {one.rule_id}{words['colon']}{one.zh if language == 'zh-CN' else one.en}" for one in decision.reasons
        ]
        return [name + words["denied"], *reasons]
    return [name + words["join"].join(_conditions(decision, words, problem))]


def _conditions(decision: Decision, words: Mapping[str, str], problem: Problem) -> list[str]:
    hours = words["any_hour"] if decision.windows is None else _windows(decision.windows, words, problem)
    parts = [words["allowed"], hours + _rule(decision.hours_rule_ids, words)]
    if decision.crew_minimum > 1:
        rule = _rule((decision.crew_rule_id,) if decision.crew_rule_id else (), words)
        parts.append(words["crew_minimum"].format(count=decision.crew_minimum, rule=rule))
    parts += [
        words["qualification"].format(code=needed.code, rule=_rule((needed.rule_id,), words))
        for needed in decision.qualifications
    ]
    return parts


def _rule(rule_ids: Sequence[str], words: Mapping[str, str]) -> str:
    return f"{words['open']}{words['join'].join(rule_ids)}{words['close']}" if rule_ids else ""


def _place_line(place: Place, words: Mapping[str, str], problem: Problem) -> str:
    line = f"{place.id}{words['colon']}{_windows(place.time_windows, words, problem)}"
    if place.preference_penalty:
        seconds = f"{place.preference_penalty.total_seconds():.0f}"
        line += words["open"] + words["penalty"].format(seconds=seconds) + words["close"]
    return line


def _windows(windows: Sequence[TimeWindow], words: Mapping[str, str], problem: Problem) -> str:
    shown = []
    for window in windows:
        start, end = (moment.astimezone(problem.time_zone) for moment in (window.earliest_start, window.latest_end))
        last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
        shown.append(f"{start:%Y-%m-%d %H:%M}-{last}")
    return words["join"].join(shown) or words["no_window"]


def _crew_lines(explanation: "Explanation", words: Mapping[str, str], language: str) -> list[str]:
    from scheduler.wording import reason_sentence

    if explanation.assigned_shift_id is not None:
        return [words["this_crew"].format(shift=explanation.assigned_shift_id)]
    lines = []
    for reason in explanation.reasons:
        rule = _rule((reason.rule_id,), words) if reason.rule_id else ""
        who = reason.shift_id or words["all_crews"]
        lines.append(
            f"{who}{words['colon']}{reason.code.value}{words['colon']}{reason_sentence(reason, language)}{rule}"
        )
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
        "assigned": assigned,
        "reasons": [_reason_document(reason, language) for reason in explanation.reasons],
        "places": [_place_document(place, explanation.decisions.get(place.id), problem) for place in visit.places],
    }


def _reason_document(reason: Reason, language: str) -> dict[str, str | None]:
    from scheduler.wording import reason_sentence

    return {
        "code": reason.code.value,
        "shift_id": reason.shift_id,
        "rule_id": reason.rule_id,
        "sentence": reason_sentence(reason, language),
    }


def _place_document(place: Place, decision: Decision | None, problem: Problem) -> dict[str, object]:
    return {
        "place_id": place.id,
        "kind": place.kind.value,
        "time_windows": _window_documents(place.time_windows, problem),
        "law": None if decision is None else _decision_document(decision, problem),
    }


def _decision_document(decision: Decision, problem: Problem) -> dict[str, object]:
    return {
        "allowed": decision.allowed,
        "windows": None if decision.windows is None else _window_documents(decision.windows, problem),
        "hours_rule_ids": list(decision.hours_rule_ids),
        "crew_minimum": decision.crew_minimum,
        "crew_rule_id": decision.crew_rule_id,
        "qualifications": [asdict(needed) for needed in decision.qualifications],
        "reasons": [{"rule_id": one.rule_id, "kind": one.kind, "zh": one.zh, "en": one.en} for one in decision.reasons],
    }


def _window_documents(windows: Sequence[TimeWindow], problem: Problem) -> list[dict[str, str]]:
    return [
        {
            "earliest_start": window.earliest_start.astimezone(problem.time_zone).isoformat(),
            "latest_end": window.latest_end.astimezone(problem.time_zone).isoformat(),
        }
        for window in windows
    ]
