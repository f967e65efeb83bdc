"""The figures of a plan that people compare: how many crews and visits, how many hours on the road."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.cli.tables import clock_hours, table
from scheduler.domain.plan import Certificate, Cost, Plan, Route
from scheduler.domain.travel import ESTIMATED_SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a plan comes to; `working` runs from each crew's start to its end."""

    crews_used: int
    visits_placed: int
    unassigned: int
    unassigned_by_reason: Mapping[str, int]
    working: timedelta
    travel: timedelta
    waiting: timedelta
    travel_meters: int | None


def figures(plan: Plan) -> Figures:
    """Count a plan; each unassigned visit counts under its first reason."""
    by_reason = Counter(left_out.reasons[0].code.value for left_out in plan.unassigned)
    return Figures(
        crews_used=len(plan.routes),
        visits_placed=sum(len(route.visit_ids) for route in plan.routes),
        unassigned=len(plan.unassigned),
        unassigned_by_reason=dict(sorted(by_reason.items())),
        working=sum((_working(route) for route in plan.routes), timedelta()),
        travel=sum((_travel(route) for route in plan.routes), timedelta()),
        waiting=sum((stop.waiting for route in plan.routes for stop in route.stops), timedelta()),
        travel_meters=_meters(plan.routes),
    )


def figures_document(plan: Plan) -> dict[str, object]:
    """The figures and the cost for programs, times in whole seconds."""
    found = figures(plan)
    return {
        "status": plan.status.value,
        "cost_seconds": plan.cost.total_seconds,
        "cost": {name: getattr(plan.cost, name) for name in COST_PARTS},
        "crews_used": found.crews_used,
        "visits_placed": found.visits_placed,
        "unassigned": found.unassigned,
        "unassigned_by_reason": dict(found.unassigned_by_reason),
        "working_seconds": whole_seconds(found.working),
        "travel_seconds": whole_seconds(found.travel),
        "waiting_seconds": whole_seconds(found.waiting),
        "travel_meters": found.travel_meters,
        "travel_source": plan.travel_source,
        "estimated": plan.travel_source == ESTIMATED_SOURCE,
        "lower_bound_seconds": plan.engine.lower_bound_seconds,
        "without_shifts": list(plan.engine.without_shifts),
    }


COST_PARTS = {
    "travel_seconds": "travel",
    "preference_penalty_seconds": "places",
    "unassigned_penalty_seconds": "left out",
    "non_preferred_collector_seconds": "collectors",
    "overtime_penalty_seconds": "overtime",
    "waiting_penalty_seconds": "waiting",
    "unfairness_penalty_seconds": "unfairness",
    "change_of_collector_seconds": "new collectors",
    "change_of_plan_seconds": "moved visits",
    "missed_contact_seconds": "missed contacts",
}
"""Each part of the cost, and the word for it where there is little room."""
_ALWAYS_TOLD = tuple(COST_PARTS)[:4]


def told_cost_parts(costs: Iterable[Cost]) -> list[str]:
    """The parts worth telling people about: the usual ones, and every other that one of the costs has."""
    seen = list(costs)
    return [part for part in COST_PARTS if part in _ALWAYS_TOLD or any(getattr(cost, part) for cost in seen)]


def crews_table(plan: Plan) -> str:
    """One line a crew and a total: visits, hours, travel, waiting."""
    rows = [
        (
            route.shift_id,
            " ".join(route.collector_ids),
            str(len(route.visit_ids)),
            f"{_local(route.stops[0].departure_time)}-{_local(route.stops[-1].arrival_time)}",
            clock_hours(_working(route)),
            clock_hours(_travel(route)),
            _kilometers(_meters((route,))),
            clock_hours(sum((stop.waiting for stop in route.stops), timedelta())),
        )
        for route in plan.routes
    ]
    total = figures(plan)
    rows.append(
        (
            f"{total.crews_used} crews",
            "",
            str(total.visits_placed),
            "",
            clock_hours(total.working),
            clock_hours(total.travel),
            _kilometers(total.travel_meters),
            clock_hours(total.waiting),
        )
    )
    return table(
        ("crew", "collectors", "visits", "out", "hours", "travel", "km", "waiting"), rows, right=(2, 4, 5, 6, 7)
    )


def reasons_table(plan: Plan) -> str:
    """How many visits were left out, by their first reason."""
    from scheduler.domain.plan import ReasonCode
    from scheduler.wording import reason_title

    found = figures(plan)
    if not found.unassigned:
        return "No visit was left out."
    rows = [
        (code, str(count), reason_title(ReasonCode(code), "en")) for code, count in found.unassigned_by_reason.items()
    ]
    return table(("left out because", "visits", ""), [*rows, ("in all", str(found.unassigned), "")], right=(1,))


def certificate_line(certificate: Certificate | None) -> str:
    """The certificate in one line."""
    if certificate is None:
        return "No certificate."
    packs = ", ".join(f"{pack.name} {pack.version}" for pack in certificate.rule_packs) or "no rule packs"
    return (
        f"Certificate: checked for {certificate.scope} ({packs}) by checker {certificate.checker_version}, "
        f"plan {certificate.plan_sha256[:12]}."
    )


def summary(plan: Plan) -> str:
    """All that a person wants to see right after planning."""
    cost = plan.cost
    parts = ", ".join(f"{COST_PARTS[part]} {getattr(cost, part):,}" for part in told_cost_parts([cost]))
    bound = plan.engine.lower_bound_seconds
    status = plan.status.value if bound is None else f"{plan.status.value}, no plan costs less than {bound:,} s"
    lines = [
        crews_table(plan),
        "",
        reasons_table(plan),
        "",
        f"Cost {cost.total_seconds:,} s ({parts}); {status}; travel by {plan.travel_source}"
        f"{' (estimated)' if plan.travel_source == ESTIMATED_SOURCE else ''}.",
        certificate_line(plan.certificate),
    ]
    if plan.engine.without_shifts:
        lines.append(f"What if: planned without {', '.join(plan.engine.without_shifts)}.")
    if plan.engine.note:
        lines.append(f"Note: {plan.engine.note}")
    return "\n".join(lines)


def whole_seconds(duration: timedelta) -> int:
    """A duration as a whole number of seconds; plans hold no fractions."""
    return duration // timedelta(seconds=1)


def _working(route: Route) -> timedelta:
    return route.stops[-1].arrival_time - route.stops[0].departure_time


def _travel(route: Route) -> timedelta:
    return sum((stop.travel for stop in route.stops), timedelta())


def _meters(routes: tuple[Route, ...]) -> int | None:
    lengths = [stop.travel_meters for route in routes for stop in route.stops]
    known = [length for length in lengths if length is not None]
    return sum(known) if known and len(known) == len(lengths) else None


def _kilometers(meters: int | None) -> str:
    return "" if meters is None else f"{meters / 1000:.1f}"


def _local(moment: datetime) -> str:
    return f"{moment:%H:%M}"
