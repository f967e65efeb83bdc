"""What programs read of letters, rules and the audit trail."""

from dataclasses import replace
from datetime import timedelta

from api.access import Role
from api.store import letters
from scheduler.rules.load import available_packs, load_rule_set
from tests.people import House, a_published_plan

NUMBER = "7K3M-9PQR-2TUV-4WXY-6ZAB-8CDE-1FGH"


def test_letters_of_a_plan_are_listed_without_their_numbers(house: House) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)
        letters.issue(
            unit,
            number=NUMBER,
            plan_id=plan_id,
            visit_code="v1",
            collector_codes=["s1-a", "s1-b"],
            valid_from=unit.now,
            valid_until=unit.now + timedelta(hours=8),
        )
    client = house.program(house.user(Role.DISPATCHER))

    answer = client.get(f"/api/v1/plans/{plan_id}/letters")
    (listed,) = answer.get_json()["letters"]

    assert NUMBER not in answer.text
    assert (listed["visit_id"], listed["collector_ids"]) == ("v1", ["s1-a", "s1-b"])
    assert NUMBER.startswith(listed["reference"])
    assert listed["revoked_at"] is None
    assert client.get(f"/api/v1/plans/{'0' * 32}/letters").status_code == 404


def test_every_rule_pack_is_listed_and_tells_its_rules_in_both_languages(house: House) -> None:
    client = house.program(house.user(Role.PLANNER))

    listed = client.get("/api/v1/rule-packs").get_json()["rule_packs"]
    assert {one["name"] for one in listed} == set(available_packs())
    assert any(one["is_in_use"] for one in listed)
    assert not all(one["is_in_use"] for one in listed)

    name = listed[0]["name"]
    pack = next(pack for pack in load_rule_set((name,)).packs if pack.name == name)
    told = {
        language: client.get(f"/api/v1/rule-packs/{name}?language={language}").get_json()["versions"][0]
        for language in ("en", "zh-CN")
    }
    assert {one["id"] for one in told["en"]["rules"]} == {rule.id for rule in pack.rules}
    assert told["en"]["sha256"] == pack.sha256
    assert told["en"]["rules"][0]["says"] != told["zh-CN"]["rules"][0]["says"]


def test_a_rule_pack_that_is_not_installed_is_not_looked_for_on_the_disk(house: House) -> None:
    client = house.program(house.user(Role.PLANNER))
    for name in ("nowhere", "..%2F..%2Fpyproject", "cn-core.toml"):
        assert client.get(f"/api/v1/rule-packs/{name}").status_code == 404


def test_compliance_reads_the_trail_row_by_row_and_page_by_page(house: House) -> None:
    with house.writing() as unit:
        plan_id = a_published_plan(unit)
        for number in range(3):
            unit.note("plan.seen", f"plan:{plan_id}", turn=number)
    whole = replace(house.own, branch_id=None)
    client = house.program(house.user(Role.COMPLIANCE, whole), whole)
    asked = f"/api/v1/audit?action=plan.seen&subject=plan:{plan_id}&limit=2"

    first = client.get(asked).get_json()
    second = client.get(f"{asked}&cursor={first['next_cursor']}").get_json()

    assert [row["facts"]["turn"] for page in (first, second) for row in page["rows"]] == [2, 1, 0]
    assert second["next_cursor"] is None
    assert all(len(row["sha256"]) == 64 for row in first["rows"])
    assert client.get("/api/v1/audit?since=yesterday").status_code == 422
    assert house.program(house.user(Role.DISPATCHER)).get("/api/v1/audit").status_code == 403
