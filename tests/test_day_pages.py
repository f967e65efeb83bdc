"""A day at a glance, and having it planned while somebody looks on."""

from datetime import date
from typing import Any

import pytest

from api.access import Role
from api.jobs.curve import MOST_POINTS, CostCurve, on_canvas, points_of
from api.kept_city import keep_city, weeks_until
from api.store import jobs
from api.store.jobs import JobState, Outcome
from api.store.tables.cases import CaseRow, PlaceRow
from tests.people import House, a_published_plan
from tests.screens import DESK, PHONE, a_screen_of, faults_of_access
from tests.test_service_pages import words_of

DAY = date(2026, 12, 1)


def with_city(house: House) -> None:
    with house.writing() as unit:
        assert keep_city(unit, DAY)


def a_job(house: House, **progress: Any) -> str:
    """A plan of the day that is being made."""
    with house.writing() as unit:
        job_id = jobs.submit(
            unit, "plan", {"day": DAY.isoformat(), "seconds": 10, "seed": 0}, branch_id=str(house.own.branch_id)
        )
        begun = jobs.begin(unit, job_id)
        assert begun is not None
        jobs.tell_progress(unit, job_id, begun.attempts, progress)
    return job_id


def test_a_day_tells_who_works_and_which_rules_keep_cases_back(house: House) -> None:
    with_city(house)
    client = house.browser(house.user(Role.DISPATCHER))

    day = words_of(client.get("/days/2026-12-01?lang=en").text)
    cases = words_of(client.get("/days/2026-12-01/cases").text)

    assert "Crews 8" in day
    assert "People 16" in day
    assert "There is no plan of this day yet." in day
    assert "of 80 open cases" in cases
    assert "CN-BLK-1 5" in cases


def test_the_day_counts_cases_as_the_list_of_cases_sorts_them(house: House) -> None:
    with_city(house)
    with house.writing() as unit:  # the rules allow a visit, and the borrower is never there then
        allowed = unit.session.query(CaseRow).filter_by(code="YX26-0010").one()
        unit.session.query(PlaceRow).filter_by(case_id=allowed.id).update({"hours": "05:00-06:00"})
    client = house.browser(house.user(Role.DISPATCHER))

    counts = words_of(client.get("/days/2026-12-01/cases?lang=en").text)
    listed = {
        standing: client.get(f"/cases?day=2026-12-01&fits={standing}").text.count('<th scope="row">')
        for standing in ("allowed", "blocked", "no_place", "no_hours")
    }

    assert listed["no_hours"] == 1
    assert f"May be visited {listed['allowed']} of 80 open cases" in counts
    assert f"Kept back by a rule {listed['blocked']}" in counts
    assert f"Without a place on the map {listed['no_place']}" in counts
    assert f"Without a fitting hour {listed['no_hours']}" in counts


def test_a_day_on_which_nobody_works_says_what_to_do_and_offers_no_plan(house: House) -> None:
    client = house.browser(house.user(Role.DISPATCHER))

    html = client.get("/days/2026-12-03?lang=en").text

    assert "Please import shifts first." in html
    assert "/days/2026-12-03/plan" not in html
    assert "no open case yet" in client.get("/days/2026-12-03/cases").text


def test_only_who_plans_is_offered_to_make_a_plan(house: House) -> None:
    with_city(house)

    offered = {
        role
        for role in (Role.DISPATCHER, Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR)
        if "/days/2026-12-01/plan" in house.browser(house.user(role)).get("/days/2026-12-01").text
    }

    assert offered == {Role.DISPATCHER, Role.PLANNER}


@pytest.mark.parametrize("seconds", ["", "0", "11", "1e3", "99999"])
def test_no_other_search_time_is_taken_than_those_offered(house: House, seconds: str) -> None:
    program = house.program(house.user(Role.DISPATCHER))

    answer = program.post("/days/2026-12-01/plan", data={"seconds": seconds})

    assert answer.status_code == 422
    with house.writing() as unit:
        assert jobs.open_count(unit) == 0


def test_asking_for_a_plan_leads_to_its_progress(house: House) -> None:
    client = house.program(house.user(Role.DISPATCHER))

    answer = client.post("/days/2026-12-01/plan?lang=en", data={"seconds": "30"})
    page = client.get(answer.headers["Location"])

    assert answer.status_code == 303
    assert "Planning has begun." in page.text
    with house.writing() as unit:
        (job,) = jobs.open_jobs(unit)
    assert dict(job.arguments) == {"day": "2026-12-01", "seconds": 30, "seed": 0}


def test_progress_shows_how_the_cost_falls_until_the_job_has_ended(house: House) -> None:
    job_id = a_job(house, seconds=4.2, cost_seconds=4100, unassigned=3, curve="0.5:9000 4.2:4100")
    client = house.browser(house.user(Role.DISPATCHER))
    path = f"/jobs/{job_id}/progress?lang=en"

    running = client.get(path).text
    with house.writing() as unit:
        jobs.end(unit, job_id, 1, Outcome(state=JobState.DONE, keep=lambda _: {"plan_id": "1234"}))
    ended = client.get(path).text

    assert "Cost from 9,000 down to 4,100" in running
    assert 'data-hx-trigger="every 1s"' in running
    assert "Stop and keep the best plan" in running
    assert "data-hx-trigger" not in ended
    assert 'href="/plans/1234"' in ended


def test_a_job_can_be_stopped_once(house: House) -> None:
    job_id = a_job(house)
    client = house.program(house.user(Role.DISPATCHER))

    page = client.get(client.post(f"/jobs/{job_id}/stop?lang=en").headers["Location"])

    assert "stopping" in page.text
    assert "Stop and keep the best plan" not in page.text


@pytest.mark.parametrize(("code", "told"), [("worker_died", "ended several times"), ("no_travel", "code no_travel")])
def test_a_job_that_failed_says_why(house: House, code: str, told: str) -> None:
    job_id = a_job(house)
    with house.writing() as unit:
        jobs.end(unit, job_id, 1, Outcome(state=JobState.FAILED, error_code=code))

    assert told in house.browser(house.user(Role.DISPATCHER)).get(f"/jobs/{job_id}?lang=en").text


def test_a_curve_keeps_its_first_and_newest_point_and_never_too_many() -> None:
    curve = CostCurve()
    for second in range(1000):
        curve.add(float(second), 5000 - second)

    points = points_of(str(curve))

    assert len(points) <= MOST_POINTS
    assert (points[0], points[-1]) == ((0.0, 5000), (999.0, 4001))
    assert list(points) == sorted(points)


def test_a_curve_fills_its_canvas() -> None:
    assert on_canvas([(0.0, 30), (5.0, 20), (10.0, 10)], 100, 50) == "0.0,0.0 50.0,25.0 100.0,50.0"
    assert on_canvas([], 100, 50) == ""


@pytest.mark.parametrize(
    ("first", "weeks"), [("2026-11-20", 0), ("2026-12-01", 0), ("2026-12-02", 1), ("2026-12-16", 3)]
)
def test_the_citys_day_is_moved_by_whole_weeks_to_lie_ahead(first: str, weeks: int) -> None:
    assert weeks_until(DAY, date.fromisoformat(first)) == weeks


def test_a_moved_city_is_the_same_city_some_weeks_later(house: House) -> None:
    with house.writing() as unit:
        assert keep_city(unit, DAY, weeks=2)
        assert not keep_city(unit, DAY)
    client = house.browser(house.user(Role.DISPATCHER))

    assert "Crews 8" in words_of(client.get("/days/2026-12-15?lang=en").text)
    assert "CN-BLK-1 5" in words_of(client.get("/days/2026-12-15/cases?lang=en").text)


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_of_a_day_are_open_to_everybody(house: House, browser: Any, viewport: dict[str, int]) -> None:
    with_city(house)
    with house.writing() as unit:
        a_published_plan(unit)
    job_id = a_job(house, seconds=4.2, cost_seconds=4100, unassigned=3, curve="0.5:9000 4.2:4100")

    with a_screen_of(house, browser, Role.DISPATCHER, viewport=viewport) as screen:
        for path in ("/", "/days/2026-12-01", f"/jobs/{job_id}"):
            assert faults_of_access(screen, path) == []
        screen.open("/days/2026-12-01?lang=en")
        screen.page.get_by_text("of 80 open cases").wait_for()
