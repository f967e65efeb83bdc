"""Each fault of a Plan document is named by its place and a stable code."""

import pytest

from scheduler.documents import read_plan
from tests.good_documents import Spoil, a_plan_document, as_bytes, drop, faults_of, places_and_codes, put

VISIT = ("routes", 0, "stops", 1)
AT_VISIT = "/routes/0/stops/1"

TABLE = {
    "another format": (put("format", "visit-planning-problem/1"), "/format", "unknown_format"),
    "an unknown key": (put("made_at", "today"), "/made_at", "field_unknown"),
    "an unknown key of a stop": (put(*VISIT, "mood", "fine"), f"{AT_VISIT}/mood", "field_unknown"),
    "a missing key": (drop("travel_source"), "/travel_source", "field_required"),
    "a missing certificate": (drop("certificate"), "/certificate", "field_required"),
    "a missing length": (drop(*VISIT, "travel_meters"), f"{AT_VISIT}/travel_meters", "field_required"),
    "a visit stop without its visit": (drop(*VISIT, "visit_id"), f"{AT_VISIT}/visit_id", "field_required"),
    "a visit stop without its place": (drop(*VISIT, "place_id"), f"{AT_VISIT}/place_id", "field_required"),
    "a break with a visit": (
        put("routes", 0, "stops", 2, "visit_id", "v1"),
        "/routes/0/stops/2/visit_id",
        "field_unknown",
    ),
    "a start with a place": (
        put("routes", 0, "stops", 0, "place_id", "v1-home"),
        "/routes/0/stops/0/place_id",
        "field_unknown",
    ),
    "null for a visit": (put("routes", 0, "stops", 1, "visit_id", None), f"{AT_VISIT}/visit_id", "wrong_type"),
    "an unknown status": (put("status", "perfect"), "/status", "unknown_value"),
    "a number for a status": (put("status", 1), "/status", "wrong_type"),
    "an unknown kind of stop": (put(*VISIT, "type", "lunch"), f"{AT_VISIT}/type", "unknown_value"),
    "an unknown reason": (
        put("unassigned", 0, "reasons", 1, "code", "TIRED"),
        "/unassigned/0/reasons/1/code",
        "unknown_value",
    ),
    "no reason": (put("unassigned", 0, "reasons", []), "/unassigned/0/reasons", "too_few"),
    "an unknown scope": (put("certificate", "scope", "most rules"), "/certificate/scope", "unknown_value"),
    "a cost that is not the sum": (put("cost_seconds", 5501), "/cost_seconds", "cost_mismatch"),
    **{
        f"a forgotten {part}": (drop("cost", part), "/cost_seconds", "cost_mismatch")
        for part in (
            "non_preferred_collector_seconds",
            "overtime_penalty_seconds",
            "waiting_penalty_seconds",
            "unfairness_penalty_seconds",
            "change_of_collector_seconds",
            "change_of_plan_seconds",
            "missed_contact_seconds",
        )
    },
    "a negative lower bound": (
        put("engine", "lower_bound_seconds", -1),
        "/engine/lower_bound_seconds",
        "number_range",
    ),
    "a lower bound with a fraction": (
        put("engine", "lower_bound_seconds", 1.5),
        "/engine/lower_bound_seconds",
        "type_number",
    ),
    "null for a lower bound": (
        put("engine", "lower_bound_seconds", None),
        "/engine/lower_bound_seconds",
        "type_number",
    ),
    "a negative cost": (put("cost", "travel_seconds", -1), "/cost/travel_seconds", "number_range"),
    "a cost with a fraction": (put("cost_seconds", 5500.0), "/cost_seconds", "type_number"),
    "a hash of 63 digits": (
        put("certificate", "plan_sha256", "c" * 63),
        "/certificate/plan_sha256",
        "bad_hash",
    ),
    "a visit by nobody": (
        put("certificate", "decisions", 0, "crew_minimum", 0),
        "/certificate/decisions/0/crew_minimum",
        "number_range",
    ),
    "decisions that are null": (put("certificate", "decisions", None), "/certificate/decisions", "wrong_type"),
    "a hash in capitals": (put("certificate", "problem_sha256", "B" * 64), "/certificate/problem_sha256", "bad_hash"),
    "a pack's hash that is none": (
        put("certificate", "rule_packs", 0, "sha256", "cn-base"),
        "/certificate/rule_packs/0/sha256",
        "bad_hash",
    ),
    "a naive time": (put(*VISIT, "arrival_time", "2026-12-01T09:10:00"), f"{AT_VISIT}/arrival_time", "tz_missing"),
    "a bad id": (put("routes", 0, "collector_ids", 1, "c 2"), "/routes/0/collector_ids/1", "bad_id"),
    "a negative wait": (put(*VISIT, "waiting_seconds", -1), f"{AT_VISIT}/waiting_seconds", "number_range"),
    "routes that are no list": (put("routes", {}), "/routes", "wrong_type"),
    "a route that is no object": (put("routes", 0, "s1"), "/routes/0", "wrong_type"),
    "5,001 routes": (put("routes", [{}] * 5_001), "/routes", "too_many"),
    "20,001 visits left out": (put("unassigned", [{}] * 20_001), "/unassigned", "too_many"),
    "a limit that is not finite": (put("engine", "seconds", float("inf")), "/engine/seconds", "not_finite"),
}


@pytest.mark.parametrize(("spoil", "where", "code"), TABLE.values(), ids=TABLE.keys())
def test_a_single_fault_is_named_by_place_and_code_and_nothing_else_is(spoil: Spoil, where: str, code: str) -> None:
    document = a_plan_document()
    spoil(document)
    assert places_and_codes(faults_of(read_plan, as_bytes(document))) == [(where, code)]


def test_all_faults_are_reported_at_once_in_the_order_of_the_document() -> None:
    document = a_plan_document()
    for spoil in (
        put("certificate", "plan_sha256", ""),
        put("cost_seconds", 1),
        put("routes", 0, "extra", 1),
        drop("routes", 0, "stops", 1, "visit_id"),
    ):
        spoil(document)
    assert places_and_codes(faults_of(read_plan, as_bytes(document))) == [
        ("/cost_seconds", "cost_mismatch"),
        ("/routes/0/stops/1/visit_id", "field_required"),
        ("/routes/0/extra", "field_unknown"),
        ("/certificate/plan_sha256", "bad_hash"),
    ]


def test_a_plan_that_breaks_rules_is_read_for_the_checker_to_judge() -> None:
    document = a_plan_document()
    document["routes"][0]["stops"].reverse()
    document["unassigned"][0]["visit_id"] = "v1"
    assert read_plan(as_bytes(document)).routes[0].visit_ids == ("v1",)
