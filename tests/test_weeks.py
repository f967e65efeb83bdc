"""A week of the service: asked for, planned as a job, kept as drafts, and shown by day and crew."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.access import Role
from api.jobs.weeks import KIND, ask_nightly
from api.kept_city import keep_city
from api.store import jobs, plans
from api.store.jobs import JobState, Outcome
from api.store.tables.people import ShiftRow
from api.store.tables.service import JobRow
from tests.job_runs import done
from tests.people import House
from tests.screens import DESK, PHONE, a_screen_of, faults_of_access
from tests.service import a_day, its_plan
from tests.test_service_pages import words_of

DAY = date(2026, 12, 1)
EARLY = datetime(2026, 11, 27, 10, tzinfo=UTC)
EVE = datetime(2026, 11, 30, 10, tzinfo=UTC)
A_NIGHT = datetime(2026, 11, 30, 20, tzinfo=UTC)  # four o'clock in Shanghai
_COPIED = ("collector_codes", "start_office_code", "end_office_code", "max_visits", "travel_profile", "position")


def with_two_days(house: House) -> None:
    """The city, whose first two crews work on the next day too; nobody needs a break on that."""
    with house.writing() as unit:
        assert keep_city(unit, DAY)
        unit.session.flush()
        later = timedelta(days=1)
        for row in unit.session.scalars(select(ShiftRow).order_by(ShiftRow.position).limit(2)).all():
            copied = {name: getattr(row, name) for name in _COPIED}
            unit.session.add(
                ShiftRow(
                    code=f"next-{row.code}",
                    day=row.day + later,
                    earliest_start=row.earliest_start + later,
                    latest_end=row.latest_end + later,
                    breaks=[],
                    **copied,
                )
            )


def planned(house: House, now: datetime) -> tuple[Any, dict[str, Any]]:
    house.clock.now = now
    client = house.program(house.user(Role.PLANNER))
    return client, done(client, client.post("/api/v1/weeks", json={"day": "2026-12-01", "seconds": 8}))


def test_a_week_becomes_a_draft_for_each_free_day(house: House) -> None:
    with_two_days(house)
    client, job = planned(house, EARLY)
    assert (job["state"], job["error_code"]) == ("done", None)
    week = client.get(f"/api/v1/weeks/{job['id']}").get_json()
    assert [(day["day"], day["firm"]) for day in week["days"]] == [("2026-12-01", False), ("2026-12-02", False)]
    drafts = [client.get(f"/api/v1/plans/{day['plan_id']}").get_json() for day in week["days"]]
    visits = [
        [stop["visit_id"] for route in plan["routes"] for stop in route["stops"] if stop["type"] == "visit"]
        for plan in drafts
    ]
    assert set(visits[0]).isdisjoint(visits[1])
    assert len(visits[0]) + len(visits[1]) == week["visits"] > 0
    page = words_of(house.browser(house.user(Role.DISPATCHER)).get("/week?lang=en").text)
    assert f"{week['visits']} visits are planned" in page
    assert page.count("free") >= 2


def test_nothing_new_is_kept_for_a_firm_day(house: House) -> None:
    with_two_days(house)
    client, job = planned(house, EVE)
    week = client.get(f"/api/v1/weeks/{job['id']}").get_json()
    assert [(day["firm"], day["plan_id"]) for day in week["days"]] == [(True, None), (True, None)]
    assert "firm" in words_of(house.browser(house.user(Role.DISPATCHER)).get("/week?lang=en").text)


def test_a_week_in_which_nobody_works_fails_in_words(house: House) -> None:
    _, job = planned(house, EARLY)
    assert (job["state"], job["error_code"]) == ("failed", "nothing_to_plan")


@pytest.mark.parametrize(
    "body", [{"day": "2026-13-01"}, {"day": "2026-12-01", "days": 8}, {"day": "2026-12-01", "x": 1}]
)
def test_what_is_no_week_is_refused(house: House, body: dict[str, Any]) -> None:
    client = house.program(house.user(Role.PLANNER))
    assert client.post("/api/v1/weeks", json=body).status_code == 422


def test_a_week_that_is_not_planned_yet_has_no_answer(house: House) -> None:
    client = house.program(house.user(Role.PLANNER))
    job = client.post("/api/v1/weeks", json={"day": "2026-12-01"}).get_json()
    assert client.get(f"/api/v1/weeks/{job['id']}").status_code == 409
    assert client.get("/api/v1/weeks/nothing").status_code == 404


def test_every_branch_is_asked_for_once_a_night(house: House) -> None:
    for minutes in (0, 10):
        ask_nightly(house.database, A_NIGHT + timedelta(minutes=minutes))
    with house.database.reading(None, A_NIGHT) as unit:
        found = list(unit.session.scalars(select(JobRow).where(JobRow.kind == KIND)))
    assert len({row.branch_id for row in found}) == len(found) >= 3
    assert {dict(row.arguments)["day"] for row in found} == {"2026-12-02"}


def a_known_week(house: House) -> None:
    """A week that was planned, of one day with a plan and a firm one without."""
    with house.writing() as unit:
        plan_id = plans.save(unit, a_day(), its_plan(), {})
        job_id = jobs.submit(unit, KIND, {"day": "2026-12-01"}, branch_id=str(house.own.branch_id))
        begun = jobs.begin(unit, job_id)
        assert begun is not None
        days = f"2026-11-30:firm:,2026-12-01:free:{plan_id}"
        outcome = Outcome(state=JobState.DONE, keep=lambda _: {"days": days, "visits": 3, "unassigned": 1})
        assert jobs.end(unit, job_id, begun.attempts, outcome)


def test_the_page_of_the_week_can_be_used_by_everybody(house: House, browser: Any) -> None:
    a_known_week(house)
    for viewport in (PHONE, DESK):
        with a_screen_of(house, browser, Role.DISPATCHER, viewport=viewport) as screen:
            assert faults_of_access(screen, "/week") == []


def test_a_dispatcher_asks_for_a_week_on_the_page(house: House) -> None:
    client = house.program(house.user(Role.DISPATCHER))
    assert "No week has been planned yet" in client.get("/week?lang=en").text
    asked = client.post("/week", data={"day": "2026-12-01", "seconds": "10"})
    assert asked.status_code == 303, asked.text
    assert "/jobs/" in asked.headers["Location"]
    assert "A week is being planned" in client.get("/week?lang=en").text
    assert client.post("/week", data={"day": "tomorrow", "seconds": "10"}).status_code == 422


def test_who_does_not_plan_sees_the_week_and_asks_for_none(house: House) -> None:
    client = house.program(house.user(Role.COMPLIANCE))
    assert 'name="seconds"' not in client.get("/week").text
    assert client.post("/week", data={"day": "2026-12-01", "seconds": "10"}).status_code == 403
