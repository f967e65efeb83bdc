"""Documents without a fault that use every supported key, as fresh dictionaries for tests to spoil."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from scheduler.domain.errors import Fault, InvalidInput

Document = dict[str, Any]
Spoil = Callable[[Document], object]


def moment(clock: str, day: str = "2026-12-01") -> str:
    """`moment("09:30")` is a time of the day as documents write it."""
    return f"{day}T{clock}:00+08:00"


def span(start: str, end: str) -> Document:
    """The two keys of a window on the day."""
    return {"earliest_start": moment(start), "latest_end": moment(end)}


def a_problem_document() -> Document:
    """Two crews, three visits, every optional key of the problem at least once."""
    return {
        "format": "visit-planning-problem/1",
        "time_zone": "Asia/Shanghai",
        "rule_packs": ["cn-base"],
        "travel": {"source": "great_circle", "detour_factor": 1.4, "speed_kmh": 25, "overhead_seconds": 60},
        "locations": [
            {"id": "office", "latitude": 31.2, "longitude": 112.8},
            {"id": "north", "latitude": 31.3, "longitude": 112.8},
            {"id": "nowhere", "latitude": None, "longitude": None},
        ],
        "collectors": [
            {
                "id": "c1",
                "skills": ["dialect"],
                "qualifications": [{"code": "pre-job-training", "valid_until": "2027-06-30"}],
                "max_visits": 8,
            },
            {"id": "c2"},
            {"id": "c3"},
            {"id": "nobodys-mate"},
        ],
        "shifts": [
            {
                "id": "s1",
                "collector_ids": ["c1", "c2"],
                **span("09:00", "18:00"),
                "start_location_id": "office",
                "end_location_id": "office",
                "breaks": [
                    {**span("11:30", "13:30"), "duration_seconds": 2700},
                    {**span("12:00", "16:00"), "duration_seconds": 900},
                ],
                "max_visits": 9,
                "travel_profile": "car",
            },
            {
                "id": "s2",
                "collector_ids": ["c1", "c3"],
                **span("18:00", "21:00"),
                "start_location_id": "office",
                "end_location_id": "north",
            },
        ],
        "visits": [
            {
                "id": "v1",
                "service_duration_seconds": 1800,
                "priority": 70,
                "mandatory": True,
                "unassigned_penalty_seconds": 9000,
                "required_skills": ["dialect"],
                "crew_size": 2,
                "required_collectors": ["c1"],
                "preferred_collectors": ["c2"],
                "prohibited_collectors": ["c3"],
                "places": [
                    {
                        "id": "v1-home",
                        "kind": "home",
                        "location_id": "north",
                        "time_windows": [span("09:00", "12:00"), span("17:00", "20:00")],
                        "preference_penalty_seconds": 300,
                    },
                    {
                        "id": "v1-work",
                        "kind": "workplace",
                        "location_id": "office",
                        "time_windows": [span("09:00", "18:00")],
                    },
                ],
                "pinned": {
                    "shift_id": "s1",
                    "place_id": "v1-home",
                    "service_start_time": moment("09:30"),
                    "position": 1,
                },
            },
            {
                "id": "v2",
                "service_duration_seconds": 600,
                "priority_parts": [{"code": "days_past_due", "points": 45}, {"code": "amount_band", "points": 5}],
                "places": [
                    {
                        "id": "v2-other",
                        "kind": "other",
                        "location_id": "nowhere",
                        "time_windows": [{**span("09:00", "09:05")}],
                    }
                ],
                "case": {
                    "version": 1,
                    "days_past_due": 45,
                    "subject": "debtor",
                    "blocks": [{"code": "disputed", "until": "2026-12-24"}, {"code": "hardship"}],
                    "contacts": [{"channel": "phone", "at": "2026-11-10T03:00:00Z", "reached": False}],
                    "consents": [{"place_kind": "home", "given": True, "at": moment("10:00", "2026-11-01")}],
                },
            },
            {
                "id": "v3",
                "service_duration_seconds": 600,
                "places": [
                    {
                        "id": "v3-home",
                        "kind": "home",
                        "location_id": "north",
                        "time_windows": [span("09:00", "18:00")],
                    }
                ],
                "case": {"version": 1, "blocks": [], "contacts": []},
            },
        ],
        "objective": {
            "overtime_weight": 2,
            "max_overtime_seconds": 1800,
            "waiting_weight": 0.25,
            "unfairness_weight": 0.001,
            "non_preferred_collector_seconds": 600,
            "change_of_collector_seconds": 700,
            "change_of_plan_seconds": 800,
            "expected_contacts": {
                "missed_contact_seconds": 3600,
                "home": [[40] * 17 + [70] * 7] * 7,
                "workplace": [[60] * 24] * 7,
                "other": [[50] * 24] * 7,
            },
            "lawful_margin_seconds": 120,
        },
        "history": {
            "working_seconds": {"c1": 36_000, "c3": 0},
            "last_collectors": {"v1": ["c1", "who-left"]},
        },
        "published_plan": a_plan_document(),
    }


def a_matrix(document: Document) -> Document:
    """Travel by an explicit matrix for the document's locations, slower in the evening."""
    size = len(document["locations"])
    travel: Document = {
        "source": "matrix",
        "duration_seconds": [[60 * abs(i - j) for j in range(size)] for i in range(size)],
        "distance_meters": [[500 * abs(i - j) for j in range(size)] for i in range(size)],
    }
    travel["duration_seconds"][0][2] = None
    travel["hour_factors"] = [*[1.0] * 17, 1.5, 1.25, *[1.0] * 5]
    return travel


def a_stop(kind: str, clock: str, **more: object) -> Document:
    """A stop at the office that takes no time."""
    times = dict.fromkeys(("arrival_time", "service_start_time", "departure_time"), moment(clock))
    still: Document = {"waiting_seconds": 0, "travel_seconds": 0, "travel_meters": None}
    return {"type": kind, "location_id": "office", **times, **still, **more}


def a_plan_document() -> Document:
    """One route with a visit and a break, one visit left out."""
    return {
        "format": "visit-plan/1",
        "status": "feasible",
        "cost_seconds": 5500,
        "cost": {
            "travel_seconds": 1200,
            "preference_penalty_seconds": 0,
            "unassigned_penalty_seconds": 3600,
            "non_preferred_collector_seconds": 600,
            "overtime_penalty_seconds": 10,
            "waiting_penalty_seconds": 20,
            "unfairness_penalty_seconds": 30,
            "change_of_collector_seconds": 15,
            "change_of_plan_seconds": 20,
            "missed_contact_seconds": 5,
        },
        "travel_source": "great_circle",
        "engine": {
            "name": "visits",
            "version": "0.1.0",
            "seed": 0,
            "seconds": 30,
            "iterations": None,
            "without_shifts": ["s2"],
            "note": "stopped early",
            "lower_bound_seconds": 5000,
        },
        "routes": [
            {
                "shift_id": "s1",
                "collector_ids": ["c1", "c2"],
                "stops": [
                    a_stop("start", "09:00"),
                    {
                        "type": "visit",
                        "visit_id": "v1",
                        "place_id": "v1-home",
                        "location_id": "north",
                        "arrival_time": moment("09:10"),
                        "service_start_time": moment("09:30"),
                        "departure_time": moment("10:00"),
                        "waiting_seconds": 1200,
                        "travel_seconds": 600,
                        "travel_meters": 4000,
                    },
                    a_stop("break", "12:00", location_id="north"),
                    a_stop("end", "12:55", travel_seconds=600),
                ],
            }
        ],
        "unassigned": [
            {
                "visit_id": "v2",
                "reasons": [
                    {"code": "NOT_ELIGIBLE", "rule_id": "CN-BLK-1", "detail": "v2 is blocked"},
                    {"code": "VISIT_LIMIT", "shift_id": "s1", "detail": "s1 is full"},
                ],
            }
        ],
        "violations": [{"code": "outside_time_window", "message": "v1 ends too late", "visit_id": "v1"}],
        "certificate": {
            "scope": "all rules",
            "rule_packs": [{"name": "cn-base", "version": "2026.1", "sha256": "a" * 64}],
            "checker_version": "1",
            "problem_sha256": "b" * 64,
            "plan_sha256": "c" * 64,
            "decisions": [
                {
                    "visit_id": "v1",
                    "place_id": "v1-home",
                    "rule_ids": ["CN-HRS-1", "CN-CREW-1"],
                    "lawful_from": moment("08:00"),
                    "lawful_until": moment("22:00"),
                    "crew_minimum": 2,
                }
            ],
        },
    }


def as_bytes(document: object) -> bytes:
    """Plain JSON."""
    return json.dumps(document, ensure_ascii=False).encode()


def put(*path_and_value: Any) -> Spoil:
    """A change that sets the value at a path: `put("visits", 0, "priority", 101)`."""
    *path, last, value = path_and_value

    def spoil(document: Document) -> None:
        node: Any = document
        for step in path:
            node = node[step]
        node[last] = value

    spoil.__name__ = f"put {'/'.join(map(str, [*path, last]))} {value}"
    return spoil


def drop(*path: Any) -> Spoil:
    """A change that removes the key at a path."""
    *parents, last = path

    def spoil(document: Document) -> None:
        node: Any = document
        for step in parents:
            node = node[step]
        del node[last]

    spoil.__name__ = f"drop {'/'.join(map(str, path))}"
    return spoil


def faults_of(read: Callable[[bytes], object], data: bytes) -> tuple[Fault, ...]:
    """The faults with which `read` refuses `data`."""
    with pytest.raises(InvalidInput) as refusal:
        read(data)
    return refusal.value.faults


def places_and_codes(faults: tuple[Fault, ...]) -> list[tuple[str, str]]:
    """What a table of expected faults compares."""
    return [(fault.where, fault.code) for fault in faults]
