"""The rest of a running day: what the store knows of the crews goes in, a draft comes out that can be followed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.access import Role
from api.store import Database, PlanState, Scope, plans, records, stops
from api.visiting import day_events, offering, publishing, replanning, visits
from api.visiting.day_events import DayEvent, DayEventKind
from api.visiting.replanning import Wanted
from scheduler.domain.errors import InvalidInput, NotNow
from scheduler.domain.plan import Plan, StopType
from scheduler.domain.problem import Problem
from scheduler.planning import plan_visits
from scheduler.slot_offers import Slot
from tests.databases import sqlite_settings
from tests.days_begun import QUICK, start_of
from tests.job_runs import done
from tests.visiting import (
    CARRIED,
    CREWS,
    PUBLISHED_AT,
    a_branch,
    a_case_with_a_point,
    a_published_plan,
    a_received_notice,
    at_the_door,
    keep_a_shift,
    no_roads,
    received,
)
from tests.visiting_service import VisitingService, a_visiting_service

CODES = ("c1", "c2", "c3")


def a_running_day(database: Database, *, begun: str = "09:10", ended: str | None = "09:20") -> tuple[Scope, str]:
    """Crew s1 is at, or was at, the first of its three visits."""
    scope = a_branch(database)
    plan_id = a_published_plan(database, scope, {"s1": CODES})
    received(database, scope, plan_id)
    with database.writing(scope, at_the_door(begun)) as unit:
        record = visits.check_in(unit, plan_id, "c1", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    if ended is not None:
        with database.writing(scope, at_the_door(ended)) as unit:
            visits.end(unit, record.id, outcome="NOT_HOME", until=None)
    return scope, plan_id


def planned_quickly(left: Problem, first: Plan) -> Plan:
    return plan_visits(left, limits=QUICK, first_plan=first)


def replanned_draft(database: Database, scope: Scope, plan_id: str, clock: str, wanted: Wanted | None = None) -> str:
    with database.reading(scope, at_the_door(clock)) as unit:
        asked = replanning.as_it_is(unit, plan_id, wanted or Wanted())
    found = replanning.planned_anew(asked, lambda left: planned_quickly(left, asked.stored.plan))
    with database.writing(scope, at_the_door(clock)) as unit:
        return replanning.keep(unit, asked, found)


def followed(database: Database, scope: Scope, draft_id: str, clock: str) -> None:
    with database.writing(scope, at_the_door(clock)) as unit:
        publishing.check(unit, draft_id, no_roads())
        publishing.publish(unit, draft_id, no_roads(), accept_estimate=False)


def test_what_a_crew_told_stands_in_the_new_plan_with_its_real_times(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    draft_id = replanned_draft(database, scope, plan_id, "09:30")
    with database.reading(scope, at_the_door("09:30")) as unit:
        draft = publishing.opened(unit, draft_id)
    progress = next(one for one in draft.problem.progress if one.shift_id == "s1")
    assert progress.visit_ids == ("c1",)
    route = draft.plan.route_of("s1")
    assert route is not None
    first = route.stops[1]
    assert (first.visit_id, first.service_start_time, first.departure_time) == (
        "c1",
        at_the_door("09:10"),
        at_the_door("09:20"),
    )
    assert [stop.type for stop in route.stops] == [StopType.START, *[StopType.VISIT] * 3, StopType.END]
    # The crew could have been there at 09:22; nothing begins in the past.
    assert start_of(draft.plan, "c2") == at_the_door("09:30")


def test_a_draft_takes_over_what_happened_when_it_is_published(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    draft_id = replanned_draft(database, scope, plan_id, "09:30", Wanted(cancelled=frozenset({"c3"})))
    followed(database, scope, draft_id, "09:31")
    with database.reading(scope, at_the_door("09:32")) as unit:
        assert [stop.visit_code for stop in stops.of_plan(unit, draft_id)] == ["c1", "c2"]
        assert [record.outcome for record in records.of_plan(unit, draft_id)] == ["NOT_HOME"]
        entry, old = plans.entry(unit, draft_id), plans.entry(unit, plan_id)
    assert entry is not None
    assert old is not None
    assert (entry.state, old.state, old.replaced_by) == (PlanState.RUNNING, PlanState.CLOSED, draft_id)


def test_a_visit_that_runs_is_expected_to_take_its_time(database: Database) -> None:
    scope, plan_id = a_running_day(database, begun="09:40", ended=None)
    draft_id = replanned_draft(database, scope, plan_id, "09:50")
    with database.reading(scope, at_the_door("09:50")) as unit:
        draft = publishing.opened(unit, draft_id)
    assert next(one for one in draft.problem.progress if one.shift_id == "s1").free_at == at_the_door("10:10")
    assert start_of(draft.plan, "c2") >= at_the_door("10:10")


def test_a_crew_that_left_a_door_is_free_before_it_writes_down_the_outcome(database: Database) -> None:
    scope, plan_id = a_running_day(database, begun="09:10", ended=None)
    told(database, scope, plan_id, "09:15", DayEvent(kind=DayEventKind.LEFT, visit_id="c1"))
    with database.reading(scope, at_the_door("09:16")) as unit:
        crew = next(one for one in replanning.as_it_is(unit, plan_id, Wanted()).situation.progress if one.stops)
    assert crew.free_at == at_the_door("09:15")


def test_a_draft_of_which_a_crew_did_otherwise_meanwhile_is_not_published(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    with database.writing(scope, at_the_door("09:25")) as unit:
        stored = publishing.opened(unit, plan_id)
        away = replanning.as_it_is(unit, plan_id, Wanted(crews={"s1": ()}))
    found = replanning.planned_anew(away, lambda left: planned_quickly(left, stored.plan))
    assert found.plan.route_of("s2") is None  # the notice names the people of s1
    moved = replanned_draft(database, scope, plan_id, "09:26")
    with database.writing(scope, at_the_door("09:40")) as unit:
        visits.check_in(unit, plan_id, "c2", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    followed(database, scope, moved, "09:41")


def test_a_plan_that_nobody_follows_has_no_rest_of_the_day(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    followed(database, scope, replanned_draft(database, scope, plan_id, "09:30"), "09:31")
    with database.reading(scope, at_the_door("09:32")) as unit, pytest.raises(NotNow):
        replanning.as_it_is(unit, plan_id, Wanted())


def test_a_case_that_is_not_to_be_visited_cannot_be_added(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    with database.writing(scope, at_the_door("09:30")) as unit, pytest.raises(InvalidInput):
        replanning.as_it_is(unit, plan_id, Wanted(added=("nobody",)))


def told(database: Database, scope: Scope, plan_id: str, clock: str, event: DayEvent) -> None:
    with database.writing(scope, at_the_door(clock)) as unit:
        day_events.tell(unit, plan_id, event)


def test_a_crew_that_said_to_be_late_begins_that_much_later(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    with database.reading(scope, at_the_door("09:29")) as unit:
        known = start_of(publishing.opened(unit, plan_id).plan, "c2")
    told(database, scope, plan_id, "09:29", DayEvent(kind=DayEventKind.LATE, shift_id="s1", delay=timedelta(hours=2)))

    draft_id = replanned_draft(database, scope, plan_id, "09:30")

    with database.reading(scope, at_the_door("09:30")) as unit:
        assert start_of(publishing.opened(unit, draft_id).plan, "c2") >= known + timedelta(hours=2)
    with database.writing(scope, at_the_door("11:40")) as unit:
        visits.check_in(unit, plan_id, "c2", by="s1-a", present=CREWS["s1"], carried=CARRIED)
    with database.reading(scope, at_the_door("11:45")) as unit:
        crew = next(one for one in replanning.as_it_is(unit, plan_id, Wanted()).situation.progress if one.stops)
        assert crew.free_at < at_the_door("12:30")  # what was said before is over


@pytest.mark.parametrize(
    "event",
    [
        DayEvent(kind=DayEventKind.COLLECTOR_OUT, collector_id="s1-a"),
        DayEvent(kind=DayEventKind.VEHICLE_OUT, shift_id="s1"),
    ],
    ids=["a person", "the vehicle"],
)
def test_a_crew_that_cannot_go_on_makes_no_more_visits(database: Database, event: DayEvent) -> None:
    scope, plan_id = a_running_day(database)
    told(database, scope, plan_id, "09:29", event)

    draft_id = replanned_draft(database, scope, plan_id, "09:30")

    with database.reading(scope, at_the_door("09:30")) as unit:
        plan = publishing.opened(unit, draft_id).plan
    assert {one.visit_id for one in plan.unassigned} == {"c2", "c3"}


def test_a_visit_that_was_told_to_be_urgent_is_put_in(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    with database.writing(scope, PUBLISHED_AT) as unit:
        case_id = a_case_with_a_point(unit, "c7")
        unit.session.add(a_received_notice(case_id))
        keep_a_shift(unit)
    told(database, scope, plan_id, "09:29", DayEvent(kind=DayEventKind.URGENT_VISIT, case_id=case_id))

    with database.reading(scope, at_the_door("09:30")) as unit:
        asked = replanning.as_it_is(unit, plan_id, Wanted())

    assert [visit.id for visit in asked.situation.new_visits] == ["c7"]


def test_a_booked_slot_is_followed_in_place_of_the_plan(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    with database.reading(scope, at_the_door("09:30")) as unit:
        found = offering.laid_out(unit, plan_id)
    slots = offering.offered(found, "c2", no_roads())
    late = _at(slots, "15:00")
    made = offering.booked(found, "c2", late.window, no_roads(), shift_id="s1", place_id=late.place_id)
    with database.writing(scope, at_the_door("09:31")) as unit:
        entry = offering.follow(unit, found, made, no_roads())
    with database.reading(scope, at_the_door("09:32")) as unit:
        (stop,) = [stop for stop in stops.of_plan(unit, entry.id) if stop.visit_code == "c2"]
    assert at_the_door("15:00") <= stop.service_start_time <= at_the_door("15:30")
    with database.writing(scope, at_the_door("09:33")) as unit, pytest.raises(NotNow):
        offering.follow(unit, found, made, no_roads())


def test_no_slot_is_offered_for_who_was_visited_already(database: Database) -> None:
    scope, plan_id = a_running_day(database)
    with database.reading(scope, at_the_door("09:30")) as unit:
        found = offering.laid_out(unit, plan_id)
    assert offering.offered(found, "c1", no_roads()) == ()
    assert all(slot.window.earliest_start >= at_the_door("09:30") for slot in offering.offered(found, "c3", no_roads()))


def _at(slots: tuple[Slot, ...], clock: str) -> Slot:
    return next(slot for slot in slots if slot.window.earliest_start == at_the_door(clock))


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VisitingService]:
    settings = sqlite_settings(tmp_path_factory.mktemp("course"))
    with a_visiting_service(settings, {"s1": ("c1", "c2"), "s2": ("c3",)}, now=at_the_door("08:00")) as made:
        yield made


def test_the_rest_of_a_day_is_asked_for_as_a_job_and_becomes_a_draft(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    asked = client.post(
        f"/api/v1/plans/{service.plan_id}/replans",
        json={"seconds": 1, "held_up": [{"shift_id": "s1", "free_at": "2026-12-04T10:00:00+08:00"}]},
    )
    job = done(client, asked)
    assert (job["kind"], job["state"]) == ("replan", "done")
    draft = client.get(f"/api/v1/plans/{job['result']['plan_id']}").get_json()
    starts = {
        stop["visit_id"]: stop["service_start_time"]
        for route in draft["routes"]
        for stop in route["stops"]
        if "visit_id" in stop
    }
    assert starts["c1"] >= "2026-12-04T10:00:00+08:00"
    assert job["result"]["based_on"] == service.plan_id
    assert job["result"]["disturbed_moved"] == 0


def test_words_that_a_request_does_not_know_are_refused(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    path = f"/api/v1/plans/{service.plan_id}/replans"
    assert client.post(path, json={"late": []}).status_code == 422
    assert client.post("/api/v1/plans/nothing/replans", json={}).status_code == 404
    unknown = client.post(path, json={"cancelled": ["nobody"], "seconds": 1})
    assert done(client, unknown)["state"] == "failed"


def test_slots_are_listed_and_booked_over_http(service: VisitingService) -> None:
    client = service.client(Role.DISPATCHER)
    path = f"/api/v1/plans/{service.plan_id}"
    slots = client.get(f"{path}/slots?visit_id=c3").get_json()["slots"]
    chosen = next(slot for slot in slots if slot["earliest_start"].startswith("2026-12-04T14:00"))
    wanted = {key: chosen[key] for key in ("shift_id", "place_id", "earliest_start", "latest_end")}
    booked = client.post(f"{path}/bookings", json={"visit_id": "c3", **wanted})
    assert booked.status_code == 201, booked.text
    assert [change["visit_id"] for change in booked.get_json()["difference"]["changes"]] == ["c3"]
    gone = client.post(f"{path}/bookings", json={"visit_id": "c3", **wanted, "latest_end": "2026-12-04T15:30:00+08:00"})
    assert (gone.status_code, gone.get_json()["errors"][0]["code"]) == (409, "slot_gone")
    assert client.get(f"{path}/slots?visit_id=nobody").status_code == 422
