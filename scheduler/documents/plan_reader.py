"""From a Plan document to the domain, or to all of its faults at once; whether the plan is lawful is not asked here."""

from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel

from scheduler.documents import plan_wire as wire
from scheduler.documents.faults import FaultList, pointer
from scheduler.documents.raw import Row, integer_of, rows
from scheduler.documents.sections import check_heading, parsed_document, validated_sections
from scheduler.documents.shift_wire import ShiftWire
from scheduler.documents.shifts import shift_of
from scheduler.domain.errors import InternalFault
from scheduler.domain.plan import (
    Certificate,
    Cost,
    Engine,
    PackVersion,
    Plan,
    Reason,
    Route,
    Stop,
    StopDecision,
    StopType,
    Unassigned,
)
from scheduler.domain.violation import Violation

_ENTRY_MODELS: Mapping[str, type[BaseModel]] = {
    "routes": wire.RouteWire,
    "unassigned": wire.UnassignedWire,
    "violations": wire.ViolationWire,
    "shifts": ShiftWire,
}
_COST_PARTS = tuple(wire.CostWire.model_fields)
_OPTIONAL_COST_PARTS = {key: 0 for key, part in wire.CostWire.model_fields.items() if not part.is_required()}
_OTHER_STOPS = tuple(kind for kind in StopType if kind is not StopType.VISIT)


def read_plan(data: bytes) -> Plan:
    """The Plan in a document, gzipped or not; its times keep the offset that the document gives.

    Raises:
        InvalidInput: With every fault of the document (the first thousand), in its order.
    """
    faults = FaultList()
    document = parsed_document(data, wire.PLAN_FORMAT, wire.PLAN_LIMITS, faults)
    plan = _judged(document, "", faults)
    faults.raise_any(document)
    if plan is None:
        raise InternalFault("a Plan document without faults could not be read")
    return plan_of(plan)


def judged_plan(given: object, at: str, faults: FaultList) -> wire.PlanWire | None:
    """The Plan document that stands at `at` in another one, None when it is none.

    Without a fault noted, `plan_of` makes a plan of it.
    """
    if not isinstance(given, dict) or not check_heading(given, at, wire.PLAN_FORMAT, wire.PLAN_LIMITS, faults):
        return None
    return _judged(given, at, faults)


def _judged(document: Row, at: str, faults: FaultList) -> wire.PlanWire | None:
    plan = validated_sections(wire.PlanWire, document, at, _ENTRY_MODELS, faults)
    _check_cost(document, at, faults)
    _check_stops(document, at, faults)
    return plan


def _check_cost(document: Row, at: str, faults: FaultList) -> None:
    cost, total = document.get("cost"), integer_of(document, "cost_seconds")
    if not isinstance(cost, dict) or total is None:
        return
    parts = [integer_of({**_OPTIONAL_COST_PARTS, **cost}, key) for key in _COST_PARTS]
    known = [part for part in parts if part is not None and part >= 0]
    if len(known) == len(parts) and sum(known) != total:
        message = "cost_seconds is not the sum of the parts in 'cost'"
        faults.add(pointer(at, "cost_seconds"), "cost_mismatch", message, "Was the document changed by hand?")


def _check_stops(document: Row, at: str, faults: FaultList) -> None:
    """A visit names its visit and place; no other stop does."""
    for at_route, route in rows(document, "routes", at, limit=None):
        for where, stop in rows(route, "stops", at_route, limit=wire.MAX_STOPS):
            for key in ("visit_id", "place_id"):
                if stop.get("type") == StopType.VISIT and key not in stop:
                    faults.add(pointer(where, key), "field_required", f"the key '{key}' is missing", "Add it.")
                elif stop.get("type") in _OTHER_STOPS and key in stop:
                    faults.add(pointer(where, key), "field_unknown", f"only a visit has the key '{key}'", "Remove it.")


def plan_of(given: wire.PlanWire) -> Plan:
    """The plan that a document without faults means."""
    return Plan(
        status=given.status,
        cost=Cost(
            travel_seconds=given.cost.travel_seconds,
            preference_penalty_seconds=given.cost.preference_penalty_seconds,
            unassigned_penalty_seconds=given.cost.unassigned_penalty_seconds,
            non_preferred_collector_seconds=given.cost.non_preferred_collector_seconds,
            overtime_penalty_seconds=given.cost.overtime_penalty_seconds,
            waiting_penalty_seconds=given.cost.waiting_penalty_seconds,
            unfairness_penalty_seconds=given.cost.unfairness_penalty_seconds,
            change_of_collector_seconds=given.cost.change_of_collector_seconds,
            change_of_plan_seconds=given.cost.change_of_plan_seconds,
            missed_contact_seconds=given.cost.missed_contact_seconds,
        ),
        travel_source=given.travel_source,
        engine=_engine(given.engine),
        routes=tuple(_route(route) for route in given.routes),
        unassigned=tuple(
            Unassigned(visit_id=left_out.visit_id, reasons=tuple(_reason(reason) for reason in left_out.reasons))
            for left_out in given.unassigned
        ),
        shifts=tuple(shift_of(shift, None) for shift in given.shifts),
        violations=tuple(_violation(violation) for violation in given.violations),
        certificate=None if given.certificate is None else _certificate(given.certificate),
    )


def _engine(given: wire.EngineWire) -> Engine:
    return Engine(
        name=given.name,
        version=given.version,
        seed=given.seed,
        seconds=given.seconds,
        iterations=given.iterations,
        without_shifts=tuple(given.without_shifts),
        note=given.note,
        lower_bound_seconds=given.lower_bound_seconds,
    )


def _route(given: wire.RouteWire) -> Route:
    return Route(
        shift_id=given.shift_id,
        collector_ids=tuple(given.collector_ids),
        stops=tuple(stop_of(stop) for stop in given.stops),
    )


def stop_of(given: wire.StopWire) -> Stop:
    """The stop that a document without faults means."""
    return Stop(
        type=given.type,
        location_id=given.location_id,
        arrival_time=given.arrival_time,
        service_start_time=given.service_start_time,
        departure_time=given.departure_time,
        waiting=timedelta(seconds=given.waiting_seconds),
        travel=timedelta(seconds=given.travel_seconds),
        travel_meters=given.travel_meters,
        visit_id=given.visit_id,
        place_id=given.place_id,
    )


def _reason(given: wire.ReasonWire) -> Reason:
    return Reason(code=given.code, detail=given.detail, shift_id=given.shift_id, rule_id=given.rule_id)


def _violation(given: wire.ViolationWire) -> Violation:
    return Violation(
        code=given.code,
        message=given.message,
        visit_id=given.visit_id,
        shift_id=given.shift_id,
        rule_id=given.rule_id,
    )


def _certificate(given: wire.CertificateWire) -> Certificate:
    return Certificate(
        scope=given.scope,
        rule_packs=tuple(
            PackVersion(name=pack.name, version=pack.version, sha256=pack.sha256) for pack in given.rule_packs
        ),
        checker_version=given.checker_version,
        problem_sha256=given.problem_sha256,
        plan_sha256=given.plan_sha256,
        decisions=None if given.decisions is None else tuple(_decision(one) for one in given.decisions),
    )


def _decision(given: wire.StopDecisionWire) -> StopDecision:
    return StopDecision(
        visit_id=given.visit_id,
        place_id=given.place_id,
        rule_ids=tuple(given.rule_ids),
        lawful_from=given.lawful_from,
        lawful_until=given.lawful_until,
        crew_minimum=given.crew_minimum,
        overridden_rule_ids=tuple(given.overridden_rule_ids),
    )
