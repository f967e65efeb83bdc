"""Each fault of a Problem document is named by its place and a stable code."""

import pytest

from scheduler.documents import read_problem
from tests.good_documents import (
    Spoil,
    a_problem_document,
    as_bytes,
    drop,
    faults_of,
    moment,
    places_and_codes,
    put,
    span,
)

SHIFT, VISIT = ("shifts", 0), ("visits", 0)
WINDOW = (*VISIT, "places", 0, "time_windows", 0)
AT_WINDOW = "/visits/0/places/0/time_windows/0"

STRUCTURE = {
    "a key that is not defined": (put(*VISIT, "colour", 1), "/visits/0/colour", "field_unknown"),
    "a key with a slash and a tilde": (put(*VISIT, "a/b~c", 1), "/visits/0/a~1b~0c", "field_unknown"),
    "a top key that is not defined": (put("extra", {}), "/extra", "field_unknown"),
    "an unknown key of the travel": (put("travel", "wind", 1), "/travel/wind", "field_unknown"),
    "a missing key": (drop(*VISIT, "service_duration_seconds"), "/visits/0/service_duration_seconds", "field_required"),
    "a missing section": (drop("collectors"), "/collectors", "field_required"),
    "a missing travel source": (drop("travel", "source"), "/travel/source", "field_required"),
    "a missing format": (drop("format"), "/format", "field_required"),
    "true for an integer": (put(*VISIT, "priority", True), "/visits/0/priority", "type_number"),
    "text for an integer": (put(*VISIT, "priority", "50"), "/visits/0/priority", "type_number"),
    "30.0 for an integer": (put(*VISIT, "priority", 30.0), "/visits/0/priority", "type_number"),
    "1 for a truth value": (put(*VISIT, "mandatory", 1), "/visits/0/mandatory", "wrong_type"),
    "text for a degree": (put("locations", 0, "latitude", "31.2"), "/locations/0/latitude", "type_number"),
    "true for a degree": (put("locations", 0, "latitude", True), "/locations/0/latitude", "type_number"),
    "a number for an id": (put("collectors", 3, "id", 7), "/collectors/3/id", "wrong_type"),
    "a list for an item": (put("collectors", 3, []), "/collectors/3", "wrong_type"),
    "an object for a section": (put("rule_packs", {}), "/rule_packs", "wrong_type"),
    "null for an optional key": (put("collectors", 3, "max_visits", None), "/collectors/3/max_visits", "type_number"),
    "a number for a time": (put(*WINDOW, "latest_end", 9), f"{AT_WINDOW}/latest_end", "wrong_type"),
    "a number for a zone": (put("time_zone", 8), "/time_zone", "wrong_type"),
    "an id with a space": (put("collectors", 0, "skills", ["a b"]), "/collectors/0/skills/0", "bad_id"),
    "an id that ends in a newline": (put("rule_packs", ["cn\n"]), "/rule_packs/0", "bad_id"),
    "an id of 65 letters": (put("rule_packs", ["x" * 65]), "/rule_packs/0", "bad_id"),
    "a kind of place that is not defined": (
        put(*VISIT, "places", 0, "kind", "garden"),
        "/visits/0/places/0/kind",
        "unknown_value",
    ),
    "a crew by boat": (put(*SHIFT, "travel_profile", "boat"), "/shifts/0/travel_profile", "unknown_value"),
    "a travel source that is not defined": (put("travel", "source", "guess"), "/travel/source", "unknown_value"),
    "a crew of nobody": (put(*SHIFT, "collector_ids", []), "/shifts/0/collector_ids", "too_few"),
    "a visit without places": (
        put("visits", 2, "places", []),
        "/visits/2/places",
        "too_few",
    ),
    "23 hour factors": (put("travel", "hour_factors", [1] * 23), "/travel/hour_factors", "too_few"),
    "25 hour factors": (put("travel", "hour_factors", [1] * 25), "/travel/hour_factors", "too_many"),
    "1,001 skills": (put("collectors", 1, "skills", ["x"] * 1001), "/collectors/1/skills", "too_many"),
    "20,001 visits": (put("visits", [{}] * 20_001), "/visits", "too_many"),
    "5,001 shifts": (put("shifts", [{}] * 5_001), "/shifts", "too_many"),
    "10,001 collectors": (put("collectors", [{}] * 10_001), "/collectors", "too_many"),
    "30,001 locations": (put("locations", [{}] * 30_001), "/locations", "too_many"),
    "another format": (put("format", "visit-plan/1"), "/format", "unknown_format"),
}

NUMBERS = {
    "a priority above 100": (put(*VISIT, "priority", 101), "/visits/0/priority", "number_range"),
    "a negative priority": (put(*VISIT, "priority", -1), "/visits/0/priority", "number_range"),
    "a crew size of 0": (put(*VISIT, "crew_size", 0), "/visits/0/crew_size", "number_range"),
    "a position of 0": (put(*VISIT, "pinned", "position", 0), "/visits/0/pinned/position", "number_range"),
    "an integer of 300 digits": (put(*VISIT, "priority", 10**299), "/visits/0/priority", "number_range"),
    "an integer of 301 digits": (put(*VISIT, "priority", 10**300), "/visits/0/priority", "number_range"),
    "a detour factor below 1": (put("travel", "detour_factor", 0.99), "/travel/detour_factor", "number_range"),
    "a detour factor above 10": (put("travel", "detour_factor", 10.1), "/travel/detour_factor", "number_range"),
    "a speed of 0": (put("travel", "speed_kmh", 0), "/travel/speed_kmh", "number_range"),
    "a speed above 300": (put("travel", "speed_kmh", 301), "/travel/speed_kmh", "number_range"),
    "a negative overhead": (put("travel", "overhead_seconds", -1), "/travel/overhead_seconds", "number_range"),
    "an hour factor of 0": (put("travel", "hour_factors", [0] + [1] * 23), "/travel/hour_factors/0", "number_range"),
    "an hour factor below 0.1": (
        put("travel", "hour_factors", [1] * 23 + [0.099]),
        "/travel/hour_factors/23",
        "number_range",
    ),
    "an hour factor above 10": (
        put("travel", "hour_factors", [1] * 23 + [10.001]),
        "/travel/hour_factors/23",
        "number_range",
    ),
    "true for an hour factor": (
        put("travel", "hour_factors", [1] * 23 + [True]),
        "/travel/hour_factors/23",
        "type_number",
    ),
    **{
        f"the weight {value} of {term}": (put("objective", term, value), f"/objective/{term}", "number_range")
        for term in ("overtime_weight", "waiting_weight", "unfairness_weight")
        for value in (-0.001, 1000.001)
    },
    "a weight in words": (put("objective", "waiting_weight", "2"), "/objective/waiting_weight", "type_number"),
    "more than a day of overtime": (
        put("objective", "max_overtime_seconds", 86_401),
        "/objective/max_overtime_seconds",
        "number_range",
    ),
    "half a second for a change": (
        put("objective", "change_of_plan_seconds", 0.5),
        "/objective/change_of_plan_seconds",
        "type_number",
    ),
    "a negative service": (
        put(*VISIT, "service_duration_seconds", -5),
        "/visits/0/service_duration_seconds",
        "number_range",
    ),
    "a negative break": (
        put(*SHIFT, "breaks", 0, "duration_seconds", -1),
        "/shifts/0/breaks/0/duration_seconds",
        "number_range",
    ),
    "NaN": (put("locations", 0, "latitude", float("nan")), "/locations/0/latitude", "not_finite"),
    "Infinity": (put("travel", "speed_kmh", float("inf")), "/travel/speed_kmh", "not_finite"),
    "-Infinity": (put(*VISIT, "priority", float("-inf")), "/visits/0/priority", "not_finite"),
    "a latitude beyond the pole": (
        put("locations", 0, {"id": "office", "latitude": -91, "longitude": 112.8}),
        "/locations/0/latitude",
        "coord_range",
    ),
    "a longitude beyond the date line": (
        put("locations", 0, "longitude", 180.5),
        "/locations/0/longitude",
        "coord_range",
    ),
    "exchanged coordinates": (
        put("locations", 0, {"id": "office", "latitude": 112.8, "longitude": 31.2}),
        "/locations/0",
        "coord_swapped",
    ),
    "half a geocode": (put("locations", 0, "longitude", None), "/locations/0/longitude", "coord_incomplete"),
    "the other half": (put("locations", 0, "latitude", None), "/locations/0/latitude", "coord_incomplete"),
}

TIMES = {
    "a time without offset": (
        put(*WINDOW, "latest_end", "2026-12-01T12:00:00"),
        f"{AT_WINDOW}/latest_end",
        "tz_missing",
    ),
    "half a second": (
        put(*WINDOW, "latest_end", "2026-12-01T12:00:00.5+08:00"),
        f"{AT_WINDOW}/latest_end",
        "not_whole_seconds",
    ),
    **{
        f"the time {text}": (put(*WINDOW, "latest_end", text), f"{AT_WINDOW}/latest_end", "time_invalid")
        for text in (
            "",
            "noon",
            "20261201T120000+0800",
            "2026-W49-2T12:00:00+08:00",
            "2026-12-01 12:00:00+08:00",
            "2026-12-01T24:00:00+08:00",
            "2026-12-01T23:59:60+08:00",
            "2026-02-29T12:00:00+08:00",
            "0001-01-01T00:00:00+08:00",
            "9999-12-31T23:59:59-08:00",
            "２026-12-01T12:00:00+08:00",
        )
    },
    "a time instead of a date": (
        put("collectors", 0, "qualifications", 0, "valid_until", moment("09:00")),
        "/collectors/0/qualifications/0/valid_until",
        "date_invalid",
    ),
    "a window that ends before it starts": (
        put(*WINDOW, span("12:00", "09:00")),
        AT_WINDOW,
        "window_reversed",
    ),
    "a window without length": (put(*WINDOW, span("12:00", "12:00")), AT_WINDOW, "window_empty"),
    "an instant written in two offsets": (
        put(*WINDOW, "latest_end", "2026-12-01T01:00:00Z"),
        AT_WINDOW,
        "window_empty",
    ),
    "a shift that ends before it starts": (
        put("shifts", 1, "latest_end", moment("17:00")),
        "/shifts/1",
        "window_reversed",
    ),
    "a break window that ends before it starts": (
        put(*SHIFT, "breaks", 0, "latest_end", moment("11:00")),
        "/shifts/0/breaks/0",
        "window_reversed",
    ),
    "a break after the shift": (
        put(*SHIFT, "breaks", 1, {**span("19:00", "20:00"), "duration_seconds": 900}),
        "/shifts/0/breaks/1",
        "break_outside_shift",
    ),
    "a break with too little of its window inside the shift": (
        put(*SHIFT, "breaks", 0, {**span("08:00", "09:10"), "duration_seconds": 900}),
        "/shifts/0/breaks/0",
        "break_outside_shift",
    ),
    "a break longer than its window": (
        put(*SHIFT, "breaks", 0, "duration_seconds", 7201),
        "/shifts/0/breaks/0",
        "break_too_long",
    ),
    "breaks listed against their order": (
        lambda document: document["shifts"][0]["breaks"].append({**span("09:30", "12:00"), "duration_seconds": 900}),
        "/shifts/0/breaks/2",
        "breaks_out_of_order",
    ),
    "a zone that does not exist": (put("time_zone", "Asia/Peking"), "/time_zone", "tz_unknown"),
    "a location in a zone that does not exist": (
        put("locations", 0, "time_zone", "Asia/Peking"),
        "/locations/0/time_zone",
        "tz_unknown",
    ),
    "the machine's own zone": (put("time_zone", "localtime"), "/time_zone", "tz_unknown"),
    "a path for a zone": (put("time_zone", "../../etc/passwd"), "/time_zone", "tz_unknown"),
    "a folder of zones": (put("time_zone", "Asia"), "/time_zone", "tz_unknown"),
}

TABLE = {**STRUCTURE, **NUMBERS, **TIMES}


@pytest.mark.parametrize(("spoil", "where", "code"), TABLE.values(), ids=TABLE.keys())
def test_a_single_fault_is_named_by_place_and_code_and_nothing_else_is(spoil: Spoil, where: str, code: str) -> None:
    document = a_problem_document()
    spoil(document)
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [(where, code)]


@pytest.mark.parametrize("document", [None, True, 1, "problem", [], [[]]], ids=repr)
def test_a_document_that_is_no_object_is_refused(document: object) -> None:
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [("", "wrong_type")]


def test_all_faults_are_reported_at_once_in_the_order_of_the_document() -> None:
    document = a_problem_document()
    for spoil in (
        put("visits", 2, "places", 0, "location_id", "moon"),
        put("visits", 2, "id", "v1"),
        put("visits", 1, "priority", True),
        put("shifts", 1, "earliest_start", moment("17:00")),
        put("shifts", 1, "colour", "red"),
        put("locations", 1, "latitude", float("nan")),
        put("time_zone", "Asia/Peking"),
    ):
        spoil(document)
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [
        ("/time_zone", "tz_unknown"),
        ("/locations/1/latitude", "not_finite"),
        ("/shifts/1/collector_ids/0", "shift_overlap"),
        ("/shifts/1/colour", "field_unknown"),
        ("/visits/1/priority", "type_number"),
        ("/visits/2/id", "id_duplicate"),
        ("/visits/2/places/0/location_id", "ref_unknown"),
    ]


def test_a_missing_section_makes_no_reference_to_it_unknown() -> None:
    document = a_problem_document()
    del document["locations"]
    put("visits", 0, "required_collectors", ["c9"])(document)
    assert places_and_codes(faults_of(read_problem, as_bytes(document))) == [
        ("/visits/0/required_collectors/0", "ref_unknown"),
        ("/locations", "field_required"),
    ]


def test_after_a_thousand_faults_a_last_one_says_that_there_are_more() -> None:
    document = a_problem_document()
    put("visits", [{"id": f"v{number}"} for number in range(900)])(document)
    faults = faults_of(read_problem, as_bytes(document))
    assert len(faults) == 1_001
    assert [fault.code for fault in faults[-1:]] == ["more_faults"]
    assert {fault.code for fault in faults[:-1]} == {"field_required"}


def test_exactly_a_thousand_faults_are_all_there_is() -> None:
    document = a_problem_document()
    put("visits", [{"id": f"v{number}"} for number in range(500)])(document)
    faults = faults_of(read_problem, as_bytes(document))
    assert len(faults) == 1_000
    assert "more_faults" not in {fault.code for fault in faults}


def test_a_misspelt_key_comes_with_the_key_that_was_meant() -> None:
    document = a_problem_document()
    put("visits", 0, "places", 0, "time_window", [])(document)
    (fault,) = faults_of(read_problem, as_bytes(document))
    assert fault.hint == "Did you mean 'time_windows'?"


def test_no_message_repeats_a_long_value_or_free_text() -> None:
    document = a_problem_document()
    endless, person = "x" * 100_000, "Zhang Wei, 5 River Road"
    put(endless, 1)(document)
    put("rule_packs", [endless, person])(document)
    put("visits", 0, "places", 0, "kind", person)(document)
    put("visits", 1, "places", 0, "kind", endless)(document)
    put("time_zone", person)(document)
    put("locations", 0, "latitude", person)(document)
    put("shifts", 0, "travel_profile", person)(document)
    put("shifts", 0, "earliest_start", person)(document)
    faults = faults_of(read_problem, as_bytes(document))
    assert len(faults) == 9
    for fault in faults:
        assert len(fault.where + fault.message + fault.hint) < 400
        assert "Zhang" not in fault.where + fault.message + fault.hint


def test_a_million_visits_are_refused_by_their_number() -> None:
    document = a_problem_document()
    document["visits"] = []
    data = as_bytes(document).replace(b'"visits": []', b'"visits": [' + b"{}," * 999_999 + b"{}]")
    assert places_and_codes(faults_of(read_problem, data)) == [("/visits", "too_many")]
