"""A day on which every rule lets a crew go: people, cases and plans that a service publishes when it is asked to."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import product

from api.store import Unit
from api.store.tables.people import CollectorRow
from benchmarks.stored_cases import MILDER_CHANNELS, MILDER_TRIES, add_case, add_milder_tries, place_code
from scheduler.documents import read_problem, to_bytes, write_plan
from scheduler.planning import plan_by_hand

DAY = date(2026, 12, 4)
NOW = datetime(2026, 12, 4, 2, tzinfo=UTC)  # ten o'clock in Shanghai
SHIFT = "s1"
CREW = ("p1", "p2")
CARRIED = ("work-badge", "identity-card")
_DUE = 60
_POINT = {"latitude": 31.2, "longitude": 112.9}


def add_crew(unit: Unit, prefix: str) -> None:
    """The people of a branch's crew."""
    for name in crew_of(prefix):
        unit.session.add(
            CollectorRow(
                code=name,
                badge_number=f"B-{name}",
                employer="",
                skills=[],
                is_new=False,
                prohibited_partners=[],
                sealed_text=unit.seal("{}"),
                name_index=unit.index(name),
            )
        )


def crew_of(prefix: str) -> tuple[str, ...]:
    """Codes of a branch's crew; codes are a lender's, so every branch has its own."""
    return tuple(f"{prefix}-{name}" for name in CREW)


def add_cases(unit: Unit, codes: Iterable[str]) -> None:
    """Cases whose borrowers may be visited on the day."""
    for code in codes:
        case = add_case(
            unit, code, due_since=DAY - timedelta(days=_DUE), subject="debtor", actor="first_party", priority=50
        )
        add_milder_tries(unit, case.id)


def documents_of(code: str, prefix: str) -> tuple[dict[str, object], dict[str, object]]:
    """A Problem with one visit to a case of `add_cases`, and a lawful Plan of it."""
    hours = {"earliest_start": f"{DAY}T09:00:00+08:00", "latest_end": f"{DAY}T18:00:00+08:00"}
    people = crew_of(prefix)
    tries = [
        {"channel": str(channel), "at": at.isoformat(timespec="seconds"), "reached": False}
        for at, channel in product(MILDER_TRIES, MILDER_CHANNELS)
    ]
    place = {"id": place_code(code), "kind": "home", "location_id": "l1", "time_windows": [hours]}
    facts = {"version": 1, "days_past_due": _DUE, "subject": "debtor", "actor": "first_party"}
    problem: dict[str, object] = {
        "format": "visit-planning-problem/1",
        "time_zone": "Asia/Shanghai",
        "as_of": f"{DAY}T08:00:00+08:00",
        "rule_packs": ["cn-base"],  # the house's own rules want notices of days before
        "travel": {"source": "great_circle", "detour_factor": 1.4, "speed_kmh": 25, "overhead_seconds": 60},
        "locations": [{"id": "l0", **_POINT}, {"id": "l1", "latitude": 31.21, "longitude": 112.91}],
        "collectors": [
            {"id": name, "qualifications": [{"code": "pre-job-training", "valid_until": "2027-06-30"}]}
            for name in people
        ],
        "shifts": [
            {"id": SHIFT, "collector_ids": list(people), **hours, "start_location_id": "l0", "end_location_id": "l0"}
        ],
        "visits": [
            {
                "id": code,
                "service_duration_seconds": 1800,
                "crew_size": 2,
                "places": [place],
                "case": {**facts, "blocks": [], "contacts": tries, "notices": [], "consents": []},
            }
        ],
    }
    read = read_problem(to_bytes(problem))
    plan = plan_by_hand(read, {SHIFT: [(code, place_code(code))]})
    return problem, write_plan(plan, read.time_zone)
