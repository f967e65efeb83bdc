"""The planner's form: plain fields on a branch's real data become an experiment document."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.store import Unit, people
from api.web.catalogue import texts_in
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.clock import parse_clock
from scheduler.simulation.experiment import FORMAT, STEADY_SECONDS

# Of these, more is better, so that a least number of crews can be asked for.
_TO_REACH = ("share_a_attempted", "attempted", "contacts")
FIGURES = (*_TO_REACH, "backlog", "overtime_minutes", "finish_mean_minutes", "kilometers")
DAYS = ("1", "3", "5")
REPLICATIONS = ("20", "50", "100", "200", "500")
BUDGETS = ("300", "1000", "5000")
STEADY, ANEW = "steady", "anew"
PLANS: Mapping[str, str] = {STEADY: "what_if_plans_steady", ANEW: "what_if_plans_anew"}
_CHUNKS = {"1": 20, "3": 5, "5": 2}
_MOST_VALUES = 12
_LARGEST = 1_000.0
USUAL: Mapping[str, str] = {
    "days": "1",
    "replications": "50",
    "iterations": "300",
    "plans": STEADY,
    "seed": "1",
    "past": "0",
    "figure": "share_a_attempted",
    "at_least": "0.95",
    "probability": "0.9",
}
type Typed = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What of the branch's own data the form offers.

    Attributes:
        certificates: Held by somebody.
        skills: Had by somebody.
        branches: Codes to choose from; empty where there is nothing to choose.
    """

    certificates: tuple[str, ...]
    skills: tuple[str, ...]
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vary:
    """A field of which each value is a scenario.

    Attributes:
        field: Its name, and of the text of its scenarios after `what_if_named_`.
        change: The change for a value.
        read: Understands one; None for none.
        has_amount: Whether the values make a curve.
    """

    field: str
    change: Callable[[Any], Mapping[str, Any]]
    read: Callable[[str], object | None]
    has_amount: bool = False


def choices_of(unit: Unit, branches: Sequence[str]) -> Choices:
    """What the branch's people have."""
    here = people.collectors(unit, is_here=True)
    return Choices(
        certificates=tuple(sorted({one.code for person in here for one in person.qualifications})),
        skills=tuple(sorted({skill for person in here for skill in person.skills})),
        branches=tuple(branches) if len(branches) > 1 else (),
    )


def usual_crews(crews: int) -> str:
    """Numbers of crews around the real one, as the form writes them."""
    return ", ".join(str(count) for count in range(max(1, crews - 2), crews + 3))


def document_of(typed: Typed, language: str) -> dict[str, Any]:
    """The experiment that a form asks for.

    Raises:
        InvalidInput: What cannot be understood, each with its field.
    """
    faults: list[Fault] = []
    scenarios = [*_varied(typed, language, faults), *_single(typed, language, faults)]
    if not scenarios and not faults:
        faults.append(_fault("crews", "what_if_nothing"))
    level, chance = _number(typed, "at_least", faults), _number(typed, "probability", faults)
    figure = _chosen(typed, "figure", FIGURES, faults)
    days = _chosen(typed, "days", DAYS, faults)
    replications = _chosen(typed, "replications", REPLICATIONS, faults)
    iterations = _chosen(typed, "iterations", BUDGETS, faults)
    plans = _chosen(typed, "plans", tuple(PLANS), faults)
    seed = _whole(typed["seed"])
    if seed is None:
        faults.append(_fault("seed", "what_if_no_number"))
    if faults:
        raise InvalidInput(faults)
    questions: list[dict[str, Any]] = []
    if level is not None and figure in _TO_REACH and any("amount" in one for one in scenarios):
        least = {"kind": "least", "figure": figure, "at_least": level}
        questions.append(least if chance is None else least | {"probability": min(chance, 1.0)})
    questions += [{"kind": "effect", "figure": figure, "scenario": one["name"]} for one in scenarios]
    questions += [{"kind": "shortage"}, {"kind": "limit"}]
    return {
        "format": FORMAT,
        "name": typed["name"] or "; ".join(one["name"] for one in scenarios)[:120],
        "seed": seed,
        "days": int(days),
        "planner": {"iterations": int(iterations), "steady_seconds": STEADY_SECONDS if plans == STEADY else 0},
        "replications": {"most": int(replications), "chunk": _CHUNKS[days]},
        "scenarios": scenarios,
        "questions": questions,
    }


def past_of(typed: Typed, most: int) -> int:
    """From how many past days is learnt.

    Raises:
        InvalidInput: It is no number up to `most`.
    """
    found = _whole(typed["past"] or "0")
    if found is None or found > most:
        raise InvalidInput([_fault("past", "what_if_no_number")])
    return found


def _varied(typed: Typed, language: str, faults: list[Fault]) -> Iterator[dict[str, Any]]:
    """A scenario for each value of each field that lists values."""
    t = texts_in(language)
    for vary in _VARIED:
        texts = dict.fromkeys(part.strip() for part in typed[vary.field].replace("，", ",").split(",") if part.strip())
        if len(texts) > _MOST_VALUES:
            faults.append(_fault(vary.field, "what_if_too_many"))
            continue
        for text in texts:
            value = vary.read(text)
            if value is None:
                faults.append(_fault(vary.field, "what_if_no_number"))
                continue
            name = t[_NAMES[vary.field]].format(value=text)
            found: dict[str, Any] = {"name": name, "changes": [vary.change(value)]}
            yield found | {"amount": value} if vary.has_amount else found


def _single(typed: Typed, language: str, faults: list[Fault]) -> Iterator[dict[str, Any]]:
    """The scenarios of fields that belong together."""
    t = texts_in(language)
    start, end = typed["shift_start"], typed["shift_end"]
    if start or end:
        minutes = {f"{key}_minutes": _signed(text) for key, text in (("start", start), ("end", end)) if text}
        if None in minutes.values():
            faults.append(_fault("shift_start", "what_if_no_number"))
        else:
            name = t["what_if_named_shifts"].format(start=start or 0, end=end or 0)
            yield {"name": name, "changes": [{"kind": "shift_hours", **minutes}]}
    if typed["cap_most"] or typed["cap_days"]:
        most, days = _counted(typed["cap_most"]), _counted(typed["cap_days"])
        if most is None or days is None:
            faults.append(_fault("cap_most", "what_if_no_number"))
        else:
            name = t["what_if_named_cap"].format(most=most, days=days)
            yield {"name": name, "changes": [{"kind": "frequency_cap", "most": most, "days": days}]}
    if typed["trained_people"]:
        people_count, (kind, _, code) = _counted(typed["trained_people"]), typed["trained_in"].partition(":")
        if people_count is None or kind not in {"skill", "certificate"} or not code:
            faults.append(_fault("trained_people", "what_if_no_number"))
        else:
            name = t["what_if_named_trained"].format(count=people_count, what=code)
            yield {"name": name, "changes": [{"kind": "training", "people": people_count, kind: code}]}


def _number(typed: Typed, field: str, faults: list[Fault]) -> float | None:
    text = typed[field]
    value = _factor(text) if text else None
    if text and value is None:
        faults.append(_fault(field, "what_if_no_number"))
    return value


def _chosen(typed: Typed, field: str, known: Sequence[str], faults: list[Fault]) -> str:
    if typed[field] not in known:
        faults.append(_fault(field, "what_if_no_number"))
    return typed[field]


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _counted(text: str) -> int | None:
    return _whole(text) or None


def _signed(text: str) -> int | None:
    sign = -1 if text.startswith("-") else 1
    value = _whole(text[1:] if sign < 0 else text)
    return None if value is None else sign * value


def _factor(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= _LARGEST else None


def _clock(text: str) -> str | None:
    return None if parse_clock(text) is None else text


def _fault(field: str, key: str) -> Fault:
    return Fault(
        where=f"/{field}",
        code="wrong_value",
        message=texts_in("en")[key],
        message_zh=texts_in("zh-CN")[key],
    )


_VARIED = (
    _Vary(field="crews", change=lambda count: {"kind": "crews", "count": count}, read=_counted, has_amount=True),
    _Vary(field="crew_size", change=lambda count: {"kind": "crew_size", "people": count}, read=_counted),
    _Vary(field="latest", change=lambda time: {"kind": "contact_hours", "latest": time}, read=_clock),
    _Vary(field="buffer", change=lambda minutes: {"kind": "plan_buffer", "minutes": minutes}, read=_counted),
    _Vary(field="demand", change=lambda factor: {"kind": "demand", "factor": factor}, read=_factor),
    _Vary(field="travel", change=lambda factor: {"kind": "travel_factor", "factor": factor}, read=_factor),
    _Vary(field="service", change=lambda factor: {"kind": "behaviour", "service": {"median": factor}}, read=_factor),
    _Vary(field="found", change=lambda factor: {"kind": "found_factor", "factor": factor}, read=_factor),
    _Vary(field="replan_at", change=lambda time: {"kind": "replanning", "at": [time]}, read=_clock),
    _Vary(field="replan_late", change=lambda minutes: {"kind": "replanning", "late_minutes": minutes}, read=_counted),
    _Vary(
        field="replan_kept",
        change=lambda minutes: {"kind": "replanning", "late_minutes": minutes, "keeps_crews": True},
        read=_counted,
    ),
)
_NAMES: Mapping[str, str] = {
    "crews": "what_if_named_crews",
    "crew_size": "what_if_named_crew_size",
    "latest": "what_if_named_latest",
    "buffer": "what_if_named_buffer",
    "demand": "what_if_named_demand",
    "travel": "what_if_named_travel",
    "service": "what_if_named_service",
    "found": "what_if_named_found",
    "replan_at": "what_if_named_replan_at",
    "replan_late": "what_if_named_replan_late",
    "replan_kept": "what_if_named_replan_kept",
}
FIELDS = (
    "name",
    "note",
    "day",
    "branch",
    *(vary.field for vary in _VARIED),
    "shift_start",
    "shift_end",
    "cap_most",
    "cap_days",
    "trained_people",
    "trained_in",
    *USUAL,
)
