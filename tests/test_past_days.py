"""Closed days in the store, as simulations learn from them."""

from datetime import timedelta

import pytest

from api.store import PlanState, Unit, plans, stops
from api.store.past_days import past_days
from api.store.tables.visiting import VisitRecordRow
from scheduler.domain.visit import PlaceKind
from tests.people import House
from tests.service import TEXTS, a_day, its_plan
from tests.what_if import a_planner, asked, keep_the_city, perform_job, simulate_in_this_process


def a_closed_day(unit: Unit) -> None:
    """The day of `tests.service`: v1 was met for twelve minutes, at v2 nobody answered, v3 was never begun."""
    plan = its_plan()
    plan_id = plans.save(unit, a_day(), plan, TEXTS)
    stops.write(unit, plan_id, plan, {})
    for stop, outcome, minutes in zip(stops.of_plan(unit, plan_id), ("PTP", "NOT_HOME", None), (12, 3, 0), strict=True):
        begun = None if outcome is None else stop.service_start_time
        unit.session.add(
            VisitRecordRow(
                stop_id=stop.id,
                plan_id=plan_id,
                checked_in_at=begun,
                ended_at=None if begun is None else begun + timedelta(minutes=minutes),
                outcome=outcome or "ABORT_OPS",
                present_collectors=[],
                checklist=[],
                sealed_note=unit.seal(""),
            )
        )
    plans.set_state(unit, plan_id, PlanState.CLOSED)


def test_a_closed_day_tells_kinds_moments_and_lengths_of_the_visits_that_were_begun(each_house: House) -> None:
    with each_house.writing() as unit:
        a_closed_day(unit)
    with each_house.writing() as unit:
        (day,) = past_days(unit, 5)
        assert past_days(unit, 0) == ()
    with each_house.writing(each_house.beside) as unit:
        assert past_days(unit, 5) == ()

    assert [(one.place_kind, one.found, one.served_seconds) for one in day.visits] == [
        (PlaceKind.HOME, True, 720.0),
        (PlaceKind.WORKPLACE, False, 180.0),
    ]
    assert day.visits[0].planned_seconds == a_day().visits[0].service_duration.total_seconds()


def test_an_experiment_learns_from_closed_days_and_shows_them_replayed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_the_city(house)
    simulate_in_this_process(monkeypatch)
    with house.writing() as unit:
        a_closed_day(unit)
    planner = a_planner(house)
    job = asked(planner, past_days=3)
    perform_job(house, job["id"])
    address = f"/api/v1/experiments/{job['arguments']['experiment_id']}"
    tables = {one["name"]: one for one in planner.get(f"{address}/tables?language=en").get_json()["tables"]}
    rows = {row[1]: row for row in tables["validation"]["rows"]}

    assert rows["visits attempted"][2] == 3
    assert rows["visits attempted"][6] == 2
    assert rows["doors that somebody opened"][6] == 1
    assert rows["minutes at doors"][6] == 15
    assert "only 1 times are known" in planner.get(f"{address}/export?format=html&language=en").text
