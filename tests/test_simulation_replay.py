"""Past days replayed, and simulations that learn from them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.what_if.kept_document import KeptDocument, read_days, written_days
from api.what_if.validation import validation_table
from scheduler.domain.visit import PlaceKind
from scheduler.planning import plan_visits
from scheduler.simulation.behaviour import CERTAIN, FoundRates
from scheduler.simulation.calibration import PastVisit, calibrated
from scheduler.simulation.replay import PastDay, replayed
from tests.builders import time
from tests.simulations import BUDGET, a_busy_day, an_experiment, run_in

ANSWERED = 6


def a_past_day(served_seconds: float = 1800) -> PastDay:
    """A busy day on which every planned visit was begun, and so many doors were opened."""
    problem = a_busy_day()
    plan = plan_visits(problem, limits=BUDGET)
    count = sum(len(route.visit_ids) for route in plan.routes)
    visits = tuple(
        PastVisit(
            at=time("09:00") + timedelta(minutes=30 * number),
            place_kind=PlaceKind.HOME,
            found=number < ANSWERED,
            planned_seconds=1800,
            served_seconds=served_seconds,
        )
        for number in range(count)
    )
    return PastDay(day=time("09:00").date(), problem=problem, plan=plan, visits=visits)


def test_a_day_that_went_as_planned_lies_inside_what_is_simulated_without_chance() -> None:
    past = a_past_day()
    found = {one.figure: one for one in replayed(past, CERTAIN, seed=1, replications=5)}
    count = len(past.visits)

    assert (found["visits"].planned, found["visits"].mean, found["visits"].actual) == (count, count, count)
    assert found["visits"].is_inside
    assert found["door_minutes"].planned == found["door_minutes"].mean
    assert (found["found"].planned, found["found"].actual) == (None, ANSWERED)
    assert not found["found"].is_inside


def test_a_rate_that_is_as_it_was_holds_what_happened_and_another_one_does_not() -> None:
    past = a_past_day()
    rates = {share: FoundRates(by_kind=dict.fromkeys(PlaceKind, share)) for share in (0.6, 0.05)}
    inside = {
        share: replayed(past, replace(CERTAIN, found=found), seed=1, replications=200)[1].is_inside
        for share, found in rates.items()
    }

    assert inside == {0.6: True, 0.05: False}


def test_past_days_and_what_was_learnt_of_them_are_read_as_they_were_written(tmp_path: Path) -> None:
    days = (a_past_day(), a_past_day(2400))
    again = read_days(written_days(days))
    fitted = calibrated([visit for day in days for visit in day.visits] * 5, days[0].problem.time_zone)
    replays = replayed(days[0], CERTAIN, seed=1, replications=5)
    kept = KeptDocument(run=run_in(tmp_path, an_experiment()), fitted=fitted, replays=replays)
    read = KeptDocument.read(kept.written())

    assert [one.visits for one in again] == [one.visits for one in days]
    assert [one.plan.routes for one in again] == [one.plan.routes for one in days]
    assert (read.run, read.replays) == (kept.run, kept.replays)
    assert read.fitted is not None
    assert replace(read.fitted, behaviour=fitted.behaviour) == fitted


@pytest.mark.parametrize(("language", "word"), [("en", "visits attempted"), ("zh-CN", "实际上门")])
def test_the_table_has_planned_simulated_and_actual(language: str, word: str) -> None:
    table: Any = validation_table(replayed(a_past_day(), CERTAIN, seed=1, replications=5), language)

    assert table.rows[0][1] == word
    assert len(table.header) == len(table.rows[0]) == 8
