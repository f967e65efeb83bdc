"""Several plans side by side, as a table for people and as a document for programs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from api.cli.figures import COST_PARTS, figures, figures_document, told_cost_parts, whole_seconds
from api.cli.tables import clock_hours, table
from scheduler.domain.plan import Plan

NamedPlans = Sequence[tuple[str, Plan]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One comparable number of a plan; a `timed` one is in seconds and shown as hours."""

    name: str
    title: str
    value: int
    timed: bool = False


def comparison_table(plans: NamedPlans) -> str:
    """A row a figure; a column a plan, and after each but the first its difference to the first."""
    reasons = _reasons(plans)
    parts = told_cost_parts(plan.cost for _name, plan in plans)
    measured = [_measures(plan, reasons, parts) for _name, plan in plans]
    rows = [_row(measures) for measures in zip(*measured, strict=True)]
    header = ["", plans[0][0]]
    for name, _plan in plans[1:]:
        header += [name, "difference"]
    lines = [table(header, [*rows, _kept_out(plans)], right=range(1, len(header)))]
    if not _same_problem(plans):
        lines.append("Note: these plans do not answer the same problem, so their costs do not compare.")
    return "\n".join(lines)


def comparison_document(plans: NamedPlans) -> dict[str, object]:
    """The same for programs; times in whole seconds, `difference` null for the first plan."""
    reasons = _reasons(plans)
    first = _measures(plans[0][1], reasons)
    return {
        "same_problem": _same_problem(plans),
        "plans": [
            {
                "plan": name,
                **figures_document(plan),
                "difference": None if i == 0 else _difference(first, _measures(plan, reasons)),
            }
            for i, (name, plan) in enumerate(plans)
        ],
    }


def _measures(plan: Plan, reasons: Sequence[str], parts: Iterable[str] = COST_PARTS) -> list[Measure]:
    found = figures(plan)
    cost_parts = [
        Measure(name=f"cost.{part}", title=f"  {_in_words(part)} (s)", value=getattr(plan.cost, part)) for part in parts
    ]
    left_out = [
        Measure(name=f"unassigned_by_reason.{code}", title=f"  {code}", value=found.unassigned_by_reason.get(code, 0))
        for code in reasons
    ]
    return [
        Measure(name="cost_seconds", title="cost (s)", value=plan.cost.total_seconds),
        *cost_parts,
        Measure(name="crews_used", title="crews used", value=found.crews_used),
        Measure(name="visits_placed", title="visits placed", value=found.visits_placed),
        Measure(name="unassigned", title="visits left out", value=found.unassigned),
        *left_out,
        Measure(name="working_seconds", title="hours out", value=whole_seconds(found.working), timed=True),
        Measure(name="travel_seconds", title="travel hours", value=whole_seconds(found.travel), timed=True),
        Measure(name="waiting_seconds", title="waiting hours", value=whole_seconds(found.waiting), timed=True),
    ]


def _in_words(part: str) -> str:
    return part.removesuffix("_seconds").replace("_", " ")


def _reasons(plans: NamedPlans) -> list[str]:
    return sorted({code for _name, plan in plans for code in figures(plan).unassigned_by_reason})


def _row(measures: tuple[Measure, ...]) -> list[str]:
    first = measures[0]
    cells = [first.title, _shown(first.value, timed=first.timed)]
    for other in measures[1:]:
        cells.append(_shown(other.value, timed=other.timed))
        cells.append(_shown(other.value - first.value, timed=other.timed, signed=True))
    return cells


def _shown(value: int, *, timed: bool, signed: bool = False) -> str:
    if timed:
        return clock_hours(timedelta(seconds=value), signed=signed)
    return f"{value:+,}" if signed and value else f"{value:,}"


def _kept_out(plans: NamedPlans) -> list[str]:
    lists = [", ".join(plan.engine.without_shifts) or "none" for _name, plan in plans]
    cells = ["shifts kept out", lists[0]]
    for kept_out in lists[1:]:
        cells += [kept_out, ""]
    return cells


def _same_problem(plans: NamedPlans) -> bool:
    """Whether no certificate names another problem than the rest."""
    return len({plan.certificate.problem_sha256 for _name, plan in plans if plan.certificate}) <= 1


def _difference(first: Sequence[Measure], other: Sequence[Measure]) -> dict[str, int]:
    return {after.name: after.value - before.value for before, after in zip(first, other, strict=True)}
