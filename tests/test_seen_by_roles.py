"""Who sees how much of a plan: dispatchers and the own crew everything, others masked names, strangers nothing."""

import pytest

from api.access import Role
from api.masking import masked
from api.store.tables.organisation import UserRow
from api.store.tables.plans import PlanRow
from scheduler.domain.errors import InternalFault
from tests.people import House, a_collector, a_published_plan
from tests.service import NAMES_AND_ADDRESSES, TEXTS

OURS = {TEXTS[key].name for key in ("s1-a", "s1-b", "l0")} | {TEXTS["l0"].address}
THEIRS = [word for word in NAMES_AND_ADDRESSES if word not in OURS]


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("欧阳小明", "欧*"), (" Wang Fang ", "W*"), ("", ""), ("  ", "")]
)
def test_a_masked_name_is_its_first_sign(name: str, shown: str) -> None:
    assert masked(name) == shown


def crew_of(plan_id: str) -> str:
    return f"/plans/{plan_id}/crews/s1"


def pages_of(plan_id: str) -> list[str]:
    crew = crew_of(plan_id)
    return ["/", "/days/2026-12-01", f"/plans/{plan_id}", f"/plans/{plan_id}/map", crew, f"{crew}/route", f"{crew}/map"]


def test_the_list_and_the_day_show_no_full_name_and_no_address_to_anybody(house: House) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)

    for role in (Role.DISPATCHER, Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR):
        client = house.browser(house.user(role))
        for path in ("/", "/days/2026-12-01", *((f"/plans/{plan_id}",) if role is not Role.DISPATCHER else ())):
            page = client.get(path).text
            assert [word for word in THEIRS if word in page] == [], (role, path)
    assert "刘*" in client.get(f"/plans/{plan_id}").text


@pytest.mark.parametrize("role", [Role.PLANNER, Role.COMPLIANCE, Role.ADMINISTRATOR])
def test_who_sends_nobody_out_sees_no_name_and_no_address_on_any_page(house: House, role: Role) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)
    client = house.browser(house.user(role))

    for path in [*pages_of(plan_id), f"{crew_of(plan_id)}.ics"]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert [word for word in THEIRS if word in answer.text] == [], path
    assert client.get(f"{crew_of(plan_id)}.csv").status_code == 403


def test_a_dispatcher_sees_the_addresses_of_a_crew(house: House) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)
    client = house.browser(house.user(Role.DISPATCHER))

    for path in (crew_of(plan_id), f"{crew_of(plan_id)}/map", f"{crew_of(plan_id)}.csv"):
        assert "王小明" in client.get(path).get_data().decode("utf-8-sig"), path


def a_collectors_user(house: House, code: str) -> str:
    with house.writing() as unit:
        collector_id = a_collector(unit, code)
    return house.user(Role.COLLECTOR, collector_id=collector_id)


def test_a_collector_sees_the_route_of_the_own_crew_and_nothing_else_of_the_day(each_house: House) -> None:
    with each_house.writing() as unit:
        plan_id = a_published_plan(unit)
    mine = each_house.browser(a_collectors_user(each_house, "s1-a"))
    others = each_house.browser(a_collectors_user(each_house, "s2-a"))
    crew = crew_of(plan_id)

    assert f'href="{crew}"' in mine.get("/").text
    assert plan_id not in others.get("/").text
    assert "王小明" in mine.get(crew).text
    for path in (crew, f"{crew}/route", f"{crew}/map", f"{crew}.csv", f"{crew}.ics"):
        assert mine.get(path).status_code == 200, path
        assert others.get(path).status_code == 404, path
    assert mine.get(f"/plans/{plan_id}/crews/s2").status_code == 404
    for path in ("/days/2026-12-01", f"/plans/{plan_id}", f"/plans/{plan_id}/map"):
        assert mine.get(path).status_code == 403, path


def test_a_collector_does_not_see_a_draft_nor_a_day_that_is_over(house: House) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)
    client = house.browser(a_collectors_user(house, "s1-a"))
    seen = {}
    for state in ("draft", "checked", "published", "running", "closed"):
        with house.writing() as unit:
            unit.session.query(PlanRow).update({"state": state})
        seen[state] = client.get(crew_of(plan_id)).status_code

    assert seen == {"draft": 404, "checked": 404, "published": 200, "running": 200, "closed": 404}


def test_a_branch_user_is_of_that_branch_even_when_nobody_says_so(each_house: House) -> None:
    user_id = each_house.user()
    with each_house.database.reading(None, each_house.clock()) as unit:
        assert unit.session.get_one(UserRow, user_id).branch_id == each_house.own.branch_id
    with pytest.raises(InternalFault), each_house.writing() as unit:
        unit.session.get_one(UserRow, user_id).branch_id = each_house.beside.branch_id
