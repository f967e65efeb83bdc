"""Experiments from JSON or TOML documents, with all faults at once."""

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import product

from scheduler.documents import parse_json
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.rules.fields import Fields
from scheduler.simulation.behaviour import Behaviour, changed_behaviour
from scheduler.simulation.behaviour_reader import read_behaviour
from scheduler.simulation.change_reader import read_change
from scheduler.simulation.changes import Change
from scheduler.simulation.experiment import FORMAT, Experiment, Replications, Scenario
from scheduler.simulation.figures import FIGURES
from scheduler.simulation.questions import Kind, Question

BASE = "base"
_MOST_SCENARIOS = 200
_MOST_REPLICATIONS = 100_000
_MOST_DAYS = 60
_MOST_ITERATIONS = 10_000_000
_MOST_STEADY_SECONDS = 36_000


def read_experiment(data: bytes, behaviour: Behaviour | None = None) -> Experiment:
    """Read an experiment.

    Args:
        data: TOML, or JSON when it begins with a brace.
        behaviour: What the document's `behaviour` starts from, such as one that was fitted; the defaults unless given.

    Raises:
        InvalidInput: With every fault and where it stands.
    """
    document = _parsed(data)
    faults: list[Fault] = []
    fields = Fields(document, "", faults)
    if fields.text("format") != FORMAT:
        fields.fault("format", "unknown_format", f"this is no {FORMAT}", f'Write format = "{FORMAT}".')
    fields.optional_text("problem")
    fields.optional_text("history")
    known = behaviour or Behaviour()
    if fields.has("behaviour"):
        table = fields.table("behaviour")
        known = changed_behaviour(known, read_behaviour(table, known))
        table.finish()
    planner = fields.table("planner") if fields.has("planner") else Fields({}, "/planner", faults)
    replications = fields.table("replications") if fields.has("replications") else Fields({}, "/replications", faults)
    scenarios = _scenarios(fields, known)
    experiment = Experiment(
        name=fields.text("name"),
        seed=_whole(fields, "seed", 1, 0, 2**63 - 1),
        days=_whole(fields, "days", 1, 1, _MOST_DAYS),
        priority_a=_whole(fields, "priority_a", 75, 0, 100),
        iterations=_whole(planner, "iterations", 1000, 1, _MOST_ITERATIONS),
        production_iterations=_whole(planner, "production_iterations", 0, 1, _MOST_ITERATIONS) or None,
        steady_seconds=_whole(planner, "steady_seconds", 0, 0, _MOST_STEADY_SECONDS),
        planner_seeds=_whole(planner, "seeds", 1, 1, 20),
        behaviour=known,
        replications=_replications(replications),
        scenarios=scenarios,
        questions=_questions(fields, scenarios),
        document=document,
    )
    for one in (fields, planner, replications):
        one.finish()
    if faults:
        raise InvalidInput(faults)
    return experiment


def named_file(data: bytes, key: str) -> str | None:
    """The path that the document names as `problem` or `history`; None for none, or where it cannot be read."""
    value = _parsed(data).get(key)
    return value if isinstance(value, str) and value else None


def _parsed(data: bytes) -> Mapping[str, object]:
    if data.lstrip()[:1] == b"{":
        value = parse_json(data)
        return value if isinstance(value, dict) else {}
    refusal: InvalidInput
    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        refusal = _refuse("not_utf8", f"byte {error.start:,} is not UTF-8", "Save the file in the encoding UTF-8.")
    except tomllib.TOMLDecodeError as error:
        refusal = _refuse("not_toml", f"no TOML: {error}", "Write TOML, or JSON that begins with a brace.")
    raise refusal


def _refuse(code: str, message: str, hint: str, where: str = "") -> InvalidInput:
    return InvalidInput([Fault(where=where, code=code, message=message, hint=hint)])


def _whole(fields: Fields, key: str, otherwise: int, least: int, most: int) -> int:
    if not fields.has(key):
        return otherwise
    value = fields.whole(key, least)
    if value > most:
        fields.fault(key, "number_range", f"{value} is more than {most}", f"Give at most {most}.")
    return value


def _replications(fields: Fields) -> Replications:
    usual = Replications()
    most = _whole(fields, "most", usual.most, 2, _MOST_REPLICATIONS)
    figure = None
    if fields.has("figure"):
        figure = fields.text("figure")
        _known_figure(fields, "figure", figure)
    return Replications(
        first=min(most, _whole(fields, "first", usual.first, 2, _MOST_REPLICATIONS)),
        most=most,
        figure=figure,
        half_width=fields.number("half_width", least=0.0) if figure is not None else 0.0,
        chunk=_whole(fields, "chunk", usual.chunk, 1, _MOST_REPLICATIONS),
    )


def _scenarios(fields: Fields, behaviour: Behaviour) -> tuple[Scenario, ...]:
    """All scenarios, each with the experiment's own changes before its own."""
    shared = _changes(fields.tables("changes"), behaviour) if fields.has("changes") else ()
    own = [Scenario(name=BASE)]
    for table in fields.tables("scenarios") if fields.has("scenarios") else ():
        own.append(_scenario(table, behaviour))
        table.finish()
    if fields.has("grid"):
        own += _grid(fields, behaviour)
    found = [replace(one, changes=(*shared, *one.changes)) for one in own]
    names = [one.name for one in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        fields.fault("scenarios", "duplicate_name", f"two scenarios are called '{name}'", "Give each another name.")
    if len(found) > _MOST_SCENARIOS:
        message = f"these are {len(found)} scenarios; at most {_MOST_SCENARIOS} are run"
        fields.fault("scenarios", "too_many", message, "Split the experiment.")
    return tuple(found)


def _scenario(table: Fields, behaviour: Behaviour, name: str | None = None, amount: float | None = None) -> Scenario:
    tables = table.tables("changes")
    if amount is None and table.has("amount"):
        amount = table.number("amount", least=0.0)
    return Scenario(
        name=table.text("name") if name is None else name,
        changes=_changes(tables, behaviour),
        inputs=tuple(one.values for one in tables),
        amount=amount,
    )


def _changes(tables: Iterable[Fields], behaviour: Behaviour) -> tuple[Change, ...]:
    changes = [read_change(one, behaviour) for one in tables]
    return tuple(one for one in changes if one is not None)


def _grid(fields: Fields, behaviour: Behaviour) -> list[Scenario]:
    """Every combination of the values that each axis lists."""
    axes: list[list[tuple[str, object, dict[str, object]]]] = []
    for axis in fields.tables("grid"):
        kind, key = axis.text("kind"), axis.text("vary")
        others = {name: value for name, value in axis.values.items() if name not in {"kind", "vary", "values"}}
        values = axis.values.get("values")
        if not isinstance(values, list) or not values:
            axis.fault("values", "wrong_value", "an axis lists at least one value", "Give a list.")
            values = []
        axes.append([(key, value, {"kind": kind, key: value, **others}) for value in values])
    if math.prod(len(axis) for axis in axes) > _MOST_SCENARIOS:
        raise _refuse(
            "too_many", f"the grid has more than {_MOST_SCENARIOS} scenarios", "Ask for fewer values.", "/grid"
        )
    found: list[Scenario] = []
    for number, point in enumerate(product(*axes) if axes else ()):
        table = Fields({"changes": [one for _, _, one in point]}, f"/grid/{number}", fields.faults)
        name = ", ".join(f"{one['kind']} {value}" for _, value, one in point)
        first = point[0][1]
        amount = float(first) if isinstance(first, int | float) and not isinstance(first, bool) else None
        found.append(_scenario(table, behaviour, name, amount if len(axes) == 1 else None))
    return found


def _questions(fields: Fields, scenarios: tuple[Scenario, ...]) -> tuple[Question, ...]:
    found = []
    for table in fields.tables("questions") if fields.has("questions") else ():
        kind = table.choice("kind", Kind)
        usual = Question(kind=kind, figure="attempted" if kind is Kind.EFFECT else "share_a_attempted")
        figure = table.text("figure") if table.has("figure") else usual.figure
        _known_figure(table, "figure", figure)
        scenario = table.text("scenario") if kind is Kind.EFFECT else ""
        if kind is Kind.EFFECT and scenario not in {one.name for one in scenarios}:
            table.fault("scenario", "unknown_id", f"there is no scenario '{scenario}'", "Name one of the experiment.")
        otherwise = 0.01 if kind is Kind.LIMIT else usual.probability
        found.append(
            Question(
                kind=kind,
                figure=figure,
                scenario=scenario,
                at_least=table.number("at_least", least=0.0) if table.has("at_least") else usual.at_least,
                probability=table.number("probability", least=0.0, most=1.0) if table.has("probability") else otherwise,
            )
        )
        table.finish()
    return tuple(found)


def _known_figure(fields: Fields, key: str, figure: str) -> None:
    if figure and figure not in FIGURES:
        fields.fault(key, "unknown_value", f"there is no figure '{figure}'", f"Choose one of: {', '.join(FIGURES)}.")
