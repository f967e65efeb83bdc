"""How often visits met somebody: what is told of it, who switches it on, and that nothing about a person is in it."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.access import Role
from api.kept_city import keep_city
from api.store import Scope, plans
from api.store.audit import last_change
from api.store.branches import switch_found_rates
from api.store.rung import visits_made
from api.store.tables.cases import ContactRow
from api.visiting.found_rates import KnownRates, expected_contacts, known_rates
from benchmarks.stored_cases import add_case
from scheduler.domain.case import Channel, Contact
from scheduler.domain.visit import PlaceKind
from scheduler.expected_contacts import Rung, learned, rung_doors
from scheduler.planning import check_plan
from tests.builders import ZONE
from tests.job_runs import done
from tests.people import House
from tests.screens import DESK, PHONE, a_screen_of, faults_of_access
from tests.test_service_pages import words_of

TUESDAY_AT_TEN = datetime(2026, 11, 3, 2, tzinfo=UTC)
WEDNESDAY_AT_THREE = datetime(2026, 11, 4, 7, tzinfo=UTC)
THURSDAY_AT_FOUR = datetime(2026, 11, 5, 8, tzinfo=UTC)
EARLY = datetime(2026, 11, 27, 10, tzinfo=UTC)
type Made = tuple[datetime, bool]


def made(at: datetime, count: int, *, met: int) -> list[Made]:
    """So many visits a minute apart, of which the first ones met somebody."""
    return [(at + timedelta(minutes=number), number < met) for number in range(count)]


FEW = [*made(TUESDAY_AT_TEN, 12, met=9), *made(WEDNESDAY_AT_THREE, 3, met=0)]
A_FEW_WEEKS = [*FEW, *made(THURSDAY_AT_FOUR, 3, met=0)]


def keep_visits(house: House, visits: Iterable[Made], scope: Scope | None = None, **facts: Any) -> None:
    """Visits to homes in the contact log, each of a case of its own."""
    with house.writing(scope) as unit:
        for number, (at, met) in enumerate(visits):
            case = add_case(unit, f"k{number}", name=f"张{number}", **facts)
            unit.session.add(
                ContactRow(case_id=case.id, channel=Channel.VISIT, at=at, reached=met, place_kind=PlaceKind.HOME)
            )


def rates_of(house: House, scope: Scope | None = None) -> KnownRates:
    with house.writing(scope) as unit:
        return known_rates(unit, by_default=False)


def whole_lender(house: House, role: Role) -> Any:
    scope = replace(house.own, branch_id=None)
    return house.program(house.user(role, scope), scope)


def told(known: dict[str, Any]) -> dict[tuple[int | None, int | None], tuple[int, int, int]]:
    assert {one["place_kind"] for one in known["rates"]} <= {"home"}
    return {
        (one["weekday"], one["hour"]): (one["percent"], one["visits"], one["prior_percent"]) for one in known["rates"]
    }


def test_each_rate_is_told_with_its_visits_and_what_it_leans_on(each_house: House) -> None:
    keep_visits(each_house, A_FEW_WEEKS)
    known = each_house.program(each_house.user(Role.COMPLIANCE)).get("/api/v1/found-rates").get_json()

    assert (known["on"], known["chosen_at"]) == (False, None)
    assert known["counted_since"] == "2026-11-03"
    assert known["assumed_percent"] == {"home": 50, "workplace": 65, "other": 50}
    assert told(known) == {
        (1, 10): (71, 12, 59),
        (1, None): (59, 12, 50),
        (None, 10): (59, 12, 50),
        (None, None): (50, 18, 50),
    }


def test_the_whole_less_what_is_shown_tells_of_no_few_visits(house: House) -> None:
    keep_visits(house, FEW)
    known = house.program(house.user(Role.COMPLIANCE)).get("/api/v1/found-rates").get_json()

    assert told(known) == {(None, None): (54, 15, 50)}


def test_what_fewer_than_five_visits_say_is_told_to_nobody(house: House) -> None:
    keep_visits(house, made(TUESDAY_AT_TEN, 4, met=4))
    client = house.program(house.user(Role.DISPATCHER))
    known = client.get("/api/v1/found-rates").get_json()

    assert (known["rates"], known["counted_since"]) == ([], None)
    assert "too few visits" in words_of(client.get("/found-rates?lang=en").text)
    with house.writing() as unit:
        case = add_case(unit, "fifth")
        unit.session.add(
            ContactRow(case_id=case.id, channel=Channel.VISIT, at=TUESDAY_AT_TEN, reached=True, place_kind="home")
        )
    assert [one["visits"] for one in client.get("/api/v1/found-rates").get_json()["rates"]] == [5, 5, 5, 5]


def test_only_kind_weekday_hour_and_whether_anybody_was_met_reach_the_learner(house: House) -> None:
    keep_visits(house, A_FEW_WEEKS)
    with house.writing() as unit:
        read = visits_made(unit)
    plain = Contact(channel=Channel.VISIT, at=TUESDAY_AT_TEN)
    differing = {
        one.name for one in fields(Contact) for entry in read if getattr(entry, one.name) != getattr(plain, one.name)
    }

    assert {one.name for one in fields(Rung)} == {"kind", "weekday", "hour", "met"}
    assert len(read) == 18
    assert differing <= {"at", "reached", "place_kind", "outcome"}


def test_rates_are_the_same_whoever_was_visited() -> None:
    visits = [
        Contact(
            channel=Channel.VISIT, at=at, reached=met, place_kind="home", place_id=f"p{number}", person="b1", debt="d"
        )
        for number, (at, met) in enumerate(A_FEW_WEEKS)
    ]
    others = [replace(one, place_id="elsewhere", person=f"b{number}", debt=None) for number, one in enumerate(visits)]

    assert learned(rung_doors(visits, ZONE)) == learned(rung_doors(others, ZONE))


def test_facts_of_cases_and_names_of_borrowers_change_no_rate(house: House) -> None:
    keep_visits(house, A_FEW_WEEKS)
    keep_visits(house, A_FEW_WEEKS, house.foreign, amount_band="d", product="card", priority=99)

    assert rates_of(house).rates == rates_of(house, house.foreign).rates != ()


def test_a_branch_that_did_not_choose_does_as_the_installation_says(each_house: House) -> None:
    with each_house.writing() as unit:
        assert expected_contacts(unit, by_default=False) is None
        assert expected_contacts(unit, by_default=True) is not None
        switch_found_rates(unit, str(each_house.own.branch_id), is_on=False)
        assert expected_contacts(unit, by_default=True) is None
    with each_house.writing(each_house.beside) as unit:
        assert expected_contacts(unit, by_default=True) is not None


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.PLANNER, 200), (Role.ADMINISTRATOR, 200), (Role.DISPATCHER, 403), (Role.COMPLIANCE, 403)],
    ids=["planner", "administrator", "dispatcher", "compliance"],
)
def test_planners_and_administrators_switch_it(house: House, role: Role, status: int) -> None:
    client = house.program(house.user(role))
    assert client.put("/api/v1/found-rates", json={"on": True}).status_code == status
    assert client.get("/api/v1/found-rates").get_json()["on"] == (status == 200)


def test_a_switch_holds_for_one_branch_and_stands_in_the_audit_trail(each_house: House) -> None:
    client = whole_lender(each_house, Role.ADMINISTRATOR)
    assert client.get("/api/v1/found-rates").status_code == 422
    answer = client.put("/api/v1/found-rates", json={"on": True, "branch": "beside"}).get_json()
    again = client.put("/api/v1/found-rates", json={"on": True, "branch": "beside"}).get_json()

    assert (answer["on"], answer["chosen_at"]) == (True, "2026-12-01T04:00:00+00:00")
    assert again == answer
    assert rates_of(each_house).is_on is False
    assert rates_of(each_house, each_house.beside).is_on is True
    with each_house.writing() as unit:
        noted = last_change(unit.session, f"branch:{each_house.beside.branch_id}")
    assert noted is not None
    assert noted.action == "branch.found_rates_switched"


@pytest.mark.parametrize("body", [{}, {"on": "yes"}, {"on": 1}, {"on": True, "x": 1}, {"on": True, "branch": "no"}])
def test_what_is_no_switch_is_refused(house: House, body: dict[str, Any]) -> None:
    client = house.program(house.user(Role.PLANNER))
    assert client.put("/api/v1/found-rates", json=body).status_code == 422


@pytest.mark.parametrize("kind", ["day", "week"])
def test_plans_of_days_and_weeks_weigh_the_rates_where_the_branch_switched_them_on(house: House, kind: str) -> None:
    house.clock.now = EARLY
    with house.writing() as unit:
        assert keep_city(unit, datetime(2026, 12, 1, tzinfo=UTC).date())
        switch_found_rates(unit, str(house.own.branch_id), is_on=True)
    client = house.program(house.user(Role.PLANNER))
    day, week = {"kind": "plan", "day": "2026-12-01", "seconds": 1}, {"day": "2026-12-01", "days": 1, "seconds": 1}
    asked = client.post("/api/v1/jobs", json=day) if kind == "day" else client.post("/api/v1/weeks", json=week)
    job = done(client, asked)
    assert job["state"] == "done", job
    with house.writing() as unit:
        (entry,) = plans.listed(unit)
        stored = plans.get(unit, entry.id)
    assert stored is not None
    weighed = stored.problem.objective.expected_contacts

    assert weighed is not None
    assert stored.plan.cost.missed_contact_seconds > 0
    assert check_plan(stored.problem, stored.plan) == ()


def test_a_planner_switches_it_on_and_off_on_the_page(house: House) -> None:
    client = house.browser(house.user(Role.PLANNER))
    page = client.get("/found-rates?lang=en").text
    assert "do not weigh the rates" in words_of(page)
    branch = page.split('name="branch" value="')[1].split('"')[0]
    for word, said in (("on", "weigh the rates"), ("off", "do not weigh the rates")):
        token = client.get("/found-rates").text.split('name="csrf_token" value="')[1].split('"')[0]
        answer = client.post("/found-rates", data={"weigh": word, "branch": branch, "csrf_token": token})
        assert answer.status_code == 303, answer.text
        assert said in words_of(client.get(answer.headers["Location"] + "&lang=en").text)
    assert client.post("/found-rates", data={"weigh": "x", "branch": branch, "csrf_token": token}).status_code == 422
    assert client.post("/found-rates", data={"weigh": "on", "branch": "x", "csrf_token": token}).status_code == 404


def test_a_dispatcher_sees_the_rates_and_switches_nothing(house: House) -> None:
    keep_visits(house, A_FEW_WEEKS)
    client = house.program(house.user(Role.DISPATCHER))
    words = words_of(client.get("/found-rates?lang=en").text)

    assert "71 % (12)" in words
    assert "No protected attribute is used" in words
    assert 'name="weigh"' not in client.get("/found-rates").text
    assert client.post("/found-rates", data={"weigh": "on", "branch": "x"}).status_code == 403


def test_who_sees_several_branches_chooses_one(house: House) -> None:
    keep_visits(house, A_FEW_WEEKS, house.beside)
    client = whole_lender(house, Role.COMPLIANCE)

    assert "71 % (12)" in words_of(client.get("/found-rates?branch=beside&lang=en").text)
    assert client.get("/found-rates").status_code == 200
    assert client.get("/found-rates?branch=nowhere").status_code == 404


def test_the_page_can_be_used_by_everybody(house: House, browser: Any) -> None:
    keep_visits(house, A_FEW_WEEKS)
    for viewport in (PHONE, DESK):
        with a_screen_of(house, browser, Role.PLANNER, viewport=viewport) as screen:
            assert faults_of_access(screen, "/found-rates") == []
