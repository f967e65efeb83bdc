"""From the domain to a Plan document."""

from zoneinfo import ZoneInfo

from scheduler.documents.optional_keys import Document, given, known
from scheduler.documents.plan_wire import PLAN_FORMAT
from scheduler.documents.shifts import written_shift
from scheduler.documents.wire_types import whole_seconds, written_time
from scheduler.domain.plan import Certificate, Cost, Engine, Plan, Reason, Route, Stop, StopDecision, Unassigned
from scheduler.domain.violation import Violation


def write_plan(plan: Plan, time_zone: ZoneInfo) -> Document:
    """The Plan document.

    Args:
        plan: What to write.
        time_zone: The problem's; all times are written in it, with their offset.

    Raises:
        ValueError: When a time or duration is not in whole seconds.
    """
    return {
        "format": PLAN_FORMAT,
        "status": plan.status.value,
        "cost_seconds": plan.cost.total_seconds,
        "cost": _cost(plan.cost),
        "travel_source": plan.travel_source,
        "engine": _engine(plan.engine),
        "routes": [_route(route, time_zone) for route in plan.routes],
        "unassigned": [_unassigned(left_out) for left_out in plan.unassigned],
        **given(shifts=[written_shift(shift, time_zone) for shift in plan.shifts]),
        "violations": [_violation(violation) for violation in plan.violations],
        "certificate": None if plan.certificate is None else _certificate(plan.certificate, time_zone),
    }


def _cost(cost: Cost) -> Document:
    return {
        "travel_seconds": cost.travel_seconds,
        "preference_penalty_seconds": cost.preference_penalty_seconds,
        "unassigned_penalty_seconds": cost.unassigned_penalty_seconds,
    } | given(
        non_preferred_collector_seconds=cost.non_preferred_collector_seconds,
        overtime_penalty_seconds=cost.overtime_penalty_seconds,
        waiting_penalty_seconds=cost.waiting_penalty_seconds,
        unfairness_penalty_seconds=cost.unfairness_penalty_seconds,
        change_of_collector_seconds=cost.change_of_collector_seconds,
        change_of_plan_seconds=cost.change_of_plan_seconds,
        missed_contact_seconds=cost.missed_contact_seconds,
    )


def _engine(engine: Engine) -> Document:
    seconds = engine.seconds
    return (
        {
            "name": engine.name,
            "version": engine.version,
            "seed": engine.seed,
            # One spelling for one limit: 30 and 30.0 would hash differently.
            "seconds": int(seconds) if seconds is not None and seconds == int(seconds) else seconds,
            "iterations": engine.iterations,
        }
        | given(without_shifts=list(engine.without_shifts))
        | known(note=engine.note, lower_bound_seconds=engine.lower_bound_seconds)
    )


def _route(route: Route, zone: ZoneInfo) -> Document:
    return {
        "shift_id": route.shift_id,
        "collector_ids": list(route.collector_ids),
        "stops": [written_stop(stop, zone) for stop in route.stops],
    }


def written_stop(stop: Stop, zone: ZoneInfo) -> Document:
    """A stop as documents write it."""
    return (
        {"type": stop.type.value}
        | known(visit_id=stop.visit_id, place_id=stop.place_id)
        | {
            "location_id": stop.location_id,
            "arrival_time": written_time(stop.arrival_time, zone),
            "service_start_time": written_time(stop.service_start_time, zone),
            "departure_time": written_time(stop.departure_time, zone),
            "waiting_seconds": whole_seconds(stop.waiting),
            "travel_seconds": whole_seconds(stop.travel),
            "travel_meters": stop.travel_meters,
        }
    )


def _unassigned(left_out: Unassigned) -> Document:
    return {"visit_id": left_out.visit_id, "reasons": [_reason(reason) for reason in left_out.reasons]}


def _reason(reason: Reason) -> Document:
    return (
        {"code": reason.code.value}
        | known(shift_id=reason.shift_id, rule_id=reason.rule_id)
        | {"detail": reason.detail}
    )


def _violation(violation: Violation) -> Document:
    return {"code": violation.code, "message": violation.message} | known(
        visit_id=violation.visit_id, shift_id=violation.shift_id, rule_id=violation.rule_id
    )


def _certificate(certificate: Certificate, zone: ZoneInfo) -> Document:
    decisions = certificate.decisions
    return {
        "scope": certificate.scope,
        "rule_packs": [
            {"name": pack.name, "version": pack.version, "sha256": pack.sha256} for pack in certificate.rule_packs
        ],
        "checker_version": certificate.checker_version,
        "problem_sha256": certificate.problem_sha256,
        "plan_sha256": certificate.plan_sha256,
    } | known(decisions=None if decisions is None else [_decision(decision, zone) for decision in decisions])


def _decision(decision: StopDecision, zone: ZoneInfo) -> Document:
    first, last = decision.lawful_from, decision.lawful_until
    return (
        {"visit_id": decision.visit_id, "place_id": decision.place_id, "rule_ids": list(decision.rule_ids)}
        | known(
            lawful_from=None if first is None else written_time(first, zone),
            lawful_until=None if last is None else written_time(last, zone),
        )
        | {"crew_minimum": decision.crew_minimum}
        | given(overridden_rule_ids=list(decision.overridden_rule_ids))
    )
