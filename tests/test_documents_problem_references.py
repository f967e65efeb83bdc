"""Faults between the parts of a Problem document: references, shapes, and what is not supported."""

import copy
from typing import Any

import pytest

from scheduler.documents import read_problem
from tests.good_documents import (
    Document,
    Spoil,
    a_matrix,
    a_problem_document,
    as_bytes,
    faults_of,
    moment,
    places_and_codes,
    put,
    span,
)

SHIFT, VISIT = ("shifts", 0), ("visits", 0)
WALKED = "/travel/profiles/foot/duration_seconds"
DUTY = {
    "collector_id": "c2",
    **span("19:00", "21:00"),
    "start_location_id": "office",
    "end_location_id": "office",
}


def together(*changes: Spoil) -> Spoil:
    def spoil(document: Document) -> None:
        for change in changes:
            change(document)

    return spoil


def travel_by_matrix(document: Document) -> None:
    document["travel"] = a_matrix(document)


def in_matrix(*path_and_value: Any) -> Spoil:
    return together(travel_by_matrix, put("travel", *path_and_value))


def repeated(section: str) -> Spoil:
    return lambda document: document[section].append(copy.deepcopy(document[section][0]))


def without_shifts(document: Document) -> None:
    document.pop("shifts")
    document["visits"][0].pop("pinned")


REFERENCES = {
    "a crew member who is not listed": (
        put("shifts", 1, "collector_ids", ["c9"]),
        "/shifts/1/collector_ids/0",
        "ref_unknown",
    ),
    "an unknown start": (put(*SHIFT, "start_location_id", "moon"), "/shifts/0/start_location_id", "ref_unknown"),
    "an unknown end": (put(*SHIFT, "end_location_id", "moon"), "/shifts/0/end_location_id", "ref_unknown"),
    "a place at an unknown location": (
        put(*VISIT, "places", 1, "location_id", "moon"),
        "/visits/0/places/1/location_id",
        "ref_unknown",
    ),
    "an unknown required collector": (
        put(*VISIT, "required_collectors", ["c1", "c9"]),
        "/visits/0/required_collectors/1",
        "ref_unknown",
    ),
    "an unknown preferred collector": (
        put(*VISIT, "preferred_collectors", ["c9"]),
        "/visits/0/preferred_collectors/0",
        "ref_unknown",
    ),
    "an unknown prohibited collector": (
        put(*VISIT, "prohibited_collectors", ["c9"]),
        "/visits/0/prohibited_collectors/0",
        "ref_unknown",
    ),
    "a pin to an unknown shift": (put(*VISIT, "pinned", "shift_id", "s9"), "/visits/0/pinned/shift_id", "ref_unknown"),
    "a pin to another visit's place": (
        put(*VISIT, "pinned", "place_id", "v2-other"),
        "/visits/0/pinned/place_id",
        "ref_unknown",
    ),
    "a location given twice": (repeated("locations"), "/locations/3/id", "id_duplicate"),
    "a collector given twice": (repeated("collectors"), "/collectors/4/id", "id_duplicate"),
    "a shift id given twice": (put("shifts", 1, "id", "s1"), "/shifts/1/id", "id_duplicate"),
    "a visit id given twice": (put("visits", 1, "id", "v1"), "/visits/1/id", "id_duplicate"),
    "a place id given to two visits": (
        put("visits", 1, "places", 0, "id", "v1-home"),
        "/visits/1/places/0/id",
        "id_duplicate",
    ),
    "a rule pack named twice": (put("rule_packs", ["cn-base", "cn-base"]), "/rule_packs/1", "id_duplicate"),
    "a collector twice in one crew": (
        put("shifts", 1, "collector_ids", ["c3", "c3"]),
        "/shifts/1/collector_ids/1",
        "id_duplicate",
    ),
    "a collector on two shifts at once": (
        put("shifts", 1, "earliest_start", moment("17:59")),
        "/shifts/1/collector_ids/0",
        "shift_overlap",
    ),
    "a shift listed first that starts inside the other": (
        together(
            put(*SHIFT, "earliest_start", moment("11:00")),
            put(
                "shifts",
                1,
                {
                    "id": "s2",
                    "collector_ids": ["c3", "c2"],
                    **span("09:00", "11:01"),
                    "start_location_id": "office",
                    "end_location_id": "office",
                },
            ),
        ),
        "/shifts/0/collector_ids/1",
        "shift_overlap",
    ),
}

WORKING, LAST = ("history", "working_seconds"), ("history", "last_collectors")

BEFORE = {
    "working time of nobody here": (put(*WORKING, "c9", 60), "/history/working_seconds/c9", "ref_unknown"),
    "last collectors of no visit": (put(*LAST, "v9", ["c1"]), "/history/last_collectors/v9", "ref_unknown"),
    "negative working time": (put(*WORKING, "c1", -1), "/history/working_seconds/c1", "number_range"),
    "working time of ages": (put(*WORKING, "c1", 10**10), "/history/working_seconds/c1", "number_range"),
    "half a second of work": (put(*WORKING, "c1", 0.5), "/history/working_seconds/c1", "type_number"),
    "true for working time": (put(*WORKING, "c1", True), "/history/working_seconds/c1", "type_number"),
    "null for working time": (put(*WORKING, "c1", None), "/history/working_seconds/c1", "type_number"),
    "a list of working times": (put(*WORKING, []), "/history/working_seconds", "wrong_type"),
    "a text for last collectors": (put(*LAST, "v1", "c1"), "/history/last_collectors/v1", "wrong_type"),
    "a number among last collectors": (put(*LAST, "v1", [1]), "/history/last_collectors/v1/0", "wrong_type"),
    "a name among last collectors": (put(*LAST, "v1", ["c1", "Zhang Wei"]), "/history/last_collectors/v1/1", "bad_id"),
    "1,001 last collectors": (put(*LAST, "v1", ["x"] * 1_001), "/history/last_collectors/v1", "too_many"),
    "a name for a collector": (put(*WORKING, "Zhang Wei", 60), "/history/working_seconds", "bad_id"),
    "10,001 working times": (
        put(*WORKING, {f"x{number}": 1 for number in range(10_001)}),
        "/history/working_seconds",
        "too_many",
    ),
    "an unknown key of the history": (put("history", "mood", 1), "/history/mood", "field_unknown"),
    "a list for the history": (put("history", []), "/history", "wrong_type"),
    "a list for the published plan": (put("published_plan", []), "/published_plan", "wrong_type"),
    "a problem for the published plan": (
        put("published_plan", "format", "visit-planning-problem/1"),
        "/published_plan/format",
        "unknown_format",
    ),
    "an unknown key of the published plan": (
        put("published_plan", "made_at", "today"),
        "/published_plan/made_at",
        "field_unknown",
    ),
    "a cost of the published plan that is not the sum": (
        put("published_plan", "cost_seconds", 1),
        "/published_plan/cost_seconds",
        "cost_mismatch",
    ),
    "a naive time in the published plan": (
        put("published_plan", "routes", 0, "stops", 1, "arrival_time", "2026-12-01T09:10:00"),
        "/published_plan/routes/0/stops/1/arrival_time",
        "tz_missing",
    ),
    "a published break with a visit": (
        put("published_plan", "routes", 0, "stops", 2, "visit_id", "v1"),
        "/published_plan/routes/0/stops/2/visit_id",
        "field_unknown",
    ),
    "a reason that the published plan made up": (
        put("published_plan", "unassigned", 0, "reasons", 0, "code", "TIRED"),
        "/published_plan/unassigned/0/reasons/0/code",
        "unknown_value",
    ),
    "a visit that the published plan has twice": (
        lambda document: document["published_plan"]["routes"].append(document["published_plan"]["routes"][0]),
        "/published_plan/routes/1/stops/1/visit_id",
        "id_duplicate",
    ),
    "5,001 published routes": (put("published_plan", "routes", [{}] * 5_001), "/published_plan/routes", "too_many"),
}

MATRIX = {
    "a row too few": (
        in_matrix("duration_seconds", [[0, 1, 2], [1, 0, 2]]),
        "/travel/duration_seconds",
        "matrix_shape",
    ),
    "a row too short": (
        in_matrix("duration_seconds", 1, [0, 1]),
        "/travel/duration_seconds/1",
        "matrix_shape",
    ),
    "distances of another size": (in_matrix("distance_meters", []), "/travel/distance_meters", "matrix_shape"),
    "a negative duration": (
        in_matrix("duration_seconds", 1, 2, -60),
        "/travel/duration_seconds/1/2",
        "number_range",
    ),
    "a negative distance": (
        in_matrix("distance_meters", 1, 2, -60),
        "/travel/distance_meters/1/2",
        "number_range",
    ),
    "a duration of ages": (
        in_matrix("duration_seconds", 1, 2, 10**10),
        "/travel/duration_seconds/1/2",
        "number_range",
    ),
    "a fraction": (in_matrix("duration_seconds", 1, 2, 60.0), "/travel/duration_seconds/1/2", "type_number"),
    "true": (in_matrix("duration_seconds", 1, 2, True), "/travel/duration_seconds/1/2", "type_number"),
    "a row that is no list": (in_matrix("duration_seconds", 1, 2), "/travel/duration_seconds/1", "wrong_type"),
    "a walker's matrix": (in_matrix("profiles", {"foot": {"duration_seconds": 1}}), WALKED, "wrong_type"),
    "no list at all": (in_matrix("duration_seconds", None), "/travel/duration_seconds", "wrong_type"),
}

SUPPORT = {
    "neither shifts nor duties": (without_shifts, "/shifts", "no_shifts"),
    "a case of a later version": (put("visits", 1, "case", "version", 2), "/visits/1/case/version", "unsupported"),
}

DUTIES = {
    "somebody unknown on duty": (
        put("duties", [DUTY | {"collector_id": "c9"}]),
        "/duties/0/collector_id",
        "ref_unknown",
    ),
    "a duty that starts nowhere": (
        put("duties", [DUTY | {"start_location_id": "l9"}]),
        "/duties/0/start_location_id",
        "ref_unknown",
    ),
    "a duty that ends before it starts": (
        put("duties", [DUTY | span("22:00", "21:00")]),
        "/duties/0",
        "window_reversed",
    ),
    "a duty during a shift of the same person": (
        put("duties", [DUTY | span("12:00", "21:00")]),
        "/duties/0",
        "shift_overlap",
    ),
    "two duties of one person at a time": (put("duties", [DUTY, DUTY]), "/duties/1", "shift_overlap"),
    "a break that is longer than its window": (
        put("duties", [DUTY | {"breaks": [{**span("19:30", "20:00"), "duration_seconds": 3600}]}]),
        "/duties/0/breaks/0",
        "break_too_long",
    ),
    "an unknown partner": (
        put("collectors", 0, "prohibited_partners", ["c9"]),
        "/collectors/0/prohibited_partners/0",
        "ref_unknown",
    ),
    "somebody unknown in a standing crew": (
        put("standing_crews", [["c1", "c9"]]),
        "/standing_crews/0/1",
        "ref_unknown",
    ),
    "a standing crew of one": (put("standing_crews", [["c1"]]), "/standing_crews/0", "too_few"),
    "somebody in two standing crews": (
        put("standing_crews", [["c1", "c2"], ["c3", "c1"]]),
        "/standing_crews/1/1",
        "id_duplicate",
    ),
    "a standing crew of people who must not go together": (
        together(put("collectors", 0, "prohibited_partners", ["c2"]), put("standing_crews", [["c1", "c2"]])),
        "/standing_crews/0/0",
        "contradiction",
    ),
}
PARTS = ("visits", 1, "priority_parts")
PRIORITIES = {
    "parts that do not sum to the default priority": (
        put(*PARTS, 0, "points", 46),
        "/visits/1/priority_parts",
        "wrong_sum",
    ),
    "parts that do not sum to the priority given": (
        put("visits", 1, "priority", 0),
        "/visits/1/priority_parts",
        "wrong_sum",
    ),
    "a part that stands twice": (
        put(*PARTS, 1, "code", "days_past_due"),
        "/visits/1/priority_parts/1/code",
        "id_duplicate",
    ),
    "the amount as the only part": (
        put(*PARTS, [{"code": "amount_band", "points": 50}]),
        "/visits/1/priority_parts",
        "amount_alone",
    ),
    "the amount as the only part with points": (
        put(*PARTS, [{"code": "amount_band", "points": 50}, {"code": "waiting", "points": 0}]),
        "/visits/1/priority_parts",
        "amount_alone",
    ),
    "a part of more than 100 points": (
        put(*PARTS, 0, "points", 101),
        "/visits/1/priority_parts/0/points",
        "number_range",
    ),
    "a part below 0": (put(*PARTS, 0, "points", -1), "/visits/1/priority_parts/0/points", "number_range"),
    "a part without a code": (put(*PARTS, 0, {"points": 45}), "/visits/1/priority_parts/0/code", "field_required"),
    "a priority above 100 that has parts": (put("visits", 1, "priority", 101), "/visits/1/priority", "number_range"),
}
TABLE = {**REFERENCES, **BEFORE, **MATRIX, **SUPPORT, **DUTIES, **PRIORITIES}


@pytest.mark.parametrize(("spoil", "where", "code"), TABLE.values(), ids=TABLE.keys())
def test_a_single_fault_is_named_by_place_and_code_and_nothing_else_is(spoil: Spoil, where: str, code: str) -> None:
    document = a_problem_document()
    spoil(document)
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [(where, code)]


def test_a_window_shorter_than_the_service_is_no_fault() -> None:
    document = a_problem_document()
    put("visits", 0, "places", 0, "time_windows", [span("09:00", "09:01")])(document)
    problem = read_problem(as_bytes(document))
    assert problem.visits[0].service_duration > problem.visits[0].places[0].time_windows[0].duration


def test_no_shifts_at_all_is_no_fault() -> None:
    document = a_problem_document()
    document["shifts"] = []
    document["visits"][0].pop("pinned")
    assert read_problem(as_bytes(document)).shifts == ()


def test_faults_in_history_and_published_plan_are_told_at_once_in_the_order_of_the_document() -> None:
    document = a_problem_document()
    for spoil in (
        put("published_plan", "certificate", "plan_sha256", ""),
        put("published_plan", "status", "perfect"),
        put(*LAST, "v9", [7]),
        put(*WORKING, "Zhang Wei", -1),
        put(*WORKING, "c2", -1),
        put("objective", "waiting_weight", -1),
        put("visits", 2, "priority", 101),
    ):
        spoil(document)
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [
        ("/visits/2/priority", "number_range"),
        ("/objective/waiting_weight", "number_range"),
        ("/history/working_seconds", "bad_id"),
        ("/history/working_seconds/c2", "number_range"),
        ("/history/last_collectors/v9", "ref_unknown"),
        ("/history/last_collectors/v9/0", "wrong_type"),
        ("/published_plan/status", "unknown_value"),
        ("/published_plan/certificate/plan_sha256", "bad_hash"),
    ]


def test_a_name_in_the_place_of_an_id_is_not_repeated() -> None:
    document = a_problem_document()
    put(*WORKING, "Zhang Wei", "5 River Road")(document)
    put(*LAST, "Zhang Wei", ["5 River Road"])(document)
    faults = faults_of(read_problem, as_bytes(document))
    assert places_and_codes(faults) == [("/history/working_seconds", "bad_id"), ("/history/last_collectors", "bad_id")]
    assert not any("Zhang" in str(fault) or "River" in str(fault) for fault in faults)


def test_a_history_and_a_published_plan_full_of_faults_are_left_when_the_list_of_faults_is_full() -> None:
    document = a_problem_document()
    put(*WORKING, {f"x{number}": "?" for number in range(600)})(document)
    put("published_plan", "unassigned", [7] * 600)(document)
    faults = faults_of(read_problem, as_bytes(document))
    assert len(faults) == 1_001
    assert faults[-1].code == "more_faults"


def test_what_is_not_supported_may_stand_there_empty() -> None:
    document = a_problem_document()
    document["duties"] = []
    assert read_problem(as_bytes(document)) == read_problem(as_bytes(a_problem_document()))


def test_a_break_window_may_reach_beyond_the_shift_when_room_is_left_inside() -> None:
    document = a_problem_document()
    put("shifts", 0, "breaks", [{**span("17:00", "19:00"), "duration_seconds": 3600}])(document)
    assert len(read_problem(as_bytes(document)).shifts[0].breaks) == 1
