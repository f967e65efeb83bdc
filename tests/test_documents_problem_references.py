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
        "unknown_id",
    ),
    "an unknown start": (put(*SHIFT, "start_location_id", "moon"), "/shifts/0/start_location_id", "unknown_id"),
    "an unknown end": (put(*SHIFT, "end_location_id", "moon"), "/shifts/0/end_location_id", "unknown_id"),
    "a place at an unknown location": (
        put(*VISIT, "places", 1, "location_id", "moon"),
        "/visits/0/places/1/location_id",
        "unknown_id",
    ),
    "an unknown required collector": (
        put(*VISIT, "required_collectors", ["c1", "c9"]),
        "/visits/0/required_collectors/1",
        "unknown_id",
    ),
    "an unknown preferred collector": (
        put(*VISIT, "preferred_collectors", ["c9"]),
        "/visits/0/preferred_collectors/0",
        "unknown_id",
    ),
    "an unknown prohibited collector": (
        put(*VISIT, "prohibited_collectors", ["c9"]),
        "/visits/0/prohibited_collectors/0",
        "unknown_id",
    ),
    "a pin to an unknown shift": (put(*VISIT, "pinned", "shift_id", "s9"), "/visits/0/pinned/shift_id", "unknown_id"),
    "a pin to another visit's place": (
        put(*VISIT, "pinned", "place_id", "v2-other"),
        "/visits/0/pinned/place_id",
        "unknown_id",
    ),
    "a location given twice": (repeated("locations"), "/locations/3/id", "duplicate_id"),
    "a collector given twice": (repeated("collectors"), "/collectors/4/id", "duplicate_id"),
    "a shift id given twice": (put("shifts", 1, "id", "s1"), "/shifts/1/id", "duplicate_id"),
    "a visit id given twice": (put("visits", 1, "id", "v1"), "/visits/1/id", "duplicate_id"),
    "a place id given to two visits": (
        put("visits", 1, "places", 0, "id", "v1-home"),
        "/visits/1/places/0/id",
        "duplicate_id",
    ),
    "a rule pack named twice": (put("rule_packs", ["cn-base", "cn-base"]), "/rule_packs/1", "duplicate_id"),
    "a collector twice in one crew": (
        put("shifts", 1, "collector_ids", ["c3", "c3"]),
        "/shifts/1/collector_ids/1",
        "duplicate_id",
    ),
    "a collector on two shifts at once": (
        put("shifts", 1, "earliest_start", moment("17:59")),
        "/shifts/1/collector_ids/0",
        "overlapping_shifts",
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
        "overlapping_shifts",
    ),
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
        "negative_duration",
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
    "a fraction": (in_matrix("duration_seconds", 1, 2, 60.0), "/travel/duration_seconds/1/2", "wrong_type"),
    "true": (in_matrix("duration_seconds", 1, 2, True), "/travel/duration_seconds/1/2", "wrong_type"),
    "a row that is no list": (in_matrix("duration_seconds", 1, 2), "/travel/duration_seconds/1", "wrong_type"),
    "no list at all": (in_matrix("duration_seconds", None), "/travel/duration_seconds", "wrong_type"),
}

SUPPORT = {
    "neither shifts nor duties": (without_shifts, "/shifts", "no_shifts"),
    "duties": (put("duties", [{"collector_id": "c1"}]), "/duties", "unsupported"),
    "hour factors": (put("travel", "hour_factors", [1] * 23 + [1.2]), "/travel/hour_factors", "unsupported"),
    "a bicycle": (put(*SHIFT, "travel_profile", "bicycle"), "/shifts/0/travel_profile", "unsupported"),
    "a case of a later version": (put("visits", 1, "case", "version", 2), "/visits/1/case/version", "unsupported"),
    "a history": (put("history", {"c1": 3}), "/history", "unsupported"),
    "a published plan": (put("published_plan", {"format": "visit-plan/1"}), "/published_plan", "unsupported"),
    **{
        f"the term {term}": (put("objective", term, 1), f"/objective/{term}", "unsupported")
        for term in (
            "overtime_weight",
            "max_overtime_seconds",
            "waiting_weight",
            "unfairness_weight",
            "change_of_collector_seconds",
            "change_of_plan_seconds",
        )
    },
}

TABLE = {**REFERENCES, **MATRIX, **SUPPORT}


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


def test_what_is_not_supported_may_stand_there_empty() -> None:
    document = a_problem_document()
    document |= {"duties": [], "history": {}, "published_plan": None}
    document["travel"]["hour_factors"] = [1] * 12 + [1.0] * 12
    document["objective"] |= {"overtime_weight": 0, "waiting_weight": 0.0, "change_of_plan_seconds": 0}
    assert read_problem(as_bytes(document)) == read_problem(as_bytes(a_problem_document()))


def test_a_break_window_may_reach_beyond_the_shift_when_room_is_left_inside() -> None:
    document = a_problem_document()
    put("shifts", 0, "breaks", [{**span("17:00", "19:00"), "duration_seconds": 3600}])(document)
    assert len(read_problem(as_bytes(document)).shifts[0].breaks) == 1
