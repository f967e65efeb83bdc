"""What a compliance officer's pages say, and what two people may do on them."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

import api
from api.access import Role
from api.rest.given_files import EXPORTS, PAPERS
from api.store import Scope, Unit, letters, plans, tenants, wishes
from api.store.audit_search import AuditSearch, found_rows
from api.store.tables.service import ApprovalRow
from api.visiting import visits
from api.web.audit_words import is_translated
from scheduler.rules.load import available_packs, load_rule_set
from tests.databases import sqlite_settings
from tests.people import House, a_published_plan
from tests.test_service_pages import words_of
from tests.visiting import CARRIED, CREWS, at_the_door
from tests.visiting_service import VisitingService, a_visiting_service


def of_all_branches(house: House) -> Scope:
    return replace(house.own, branch_id=None)


def an_officer(house: House) -> FlaskClient:
    """A program of a compliance officer of the whole lender."""
    scope = of_all_branches(house)
    return house.program(house.user(Role.COMPLIANCE, scope), scope)


def packs_of(house: House) -> tuple[str, ...]:
    with house.writing() as unit:
        return tenants.rule_packs_of(unit, house.own.tenant_id)


def ask(client: FlaskClient, *packs: str, reason: str = "新规") -> Any:
    return client.post("/rules/packs", data={"packs": list(packs), "reason": reason})


def waiting(house: House) -> str:
    with house.writing(of_all_branches(house)) as unit:
        return str(unit.session.query(ApprovalRow).filter_by(decided_at=None).one().id)


def decide(client: FlaskClient, approval_id: str, decision: str = "grant", reason: str = "同意") -> Any:
    return client.post(f"/approvals/{approval_id}/decision", data={"decision": decision, "reason": reason})


def test_every_pack_stands_in_the_list_with_its_version_and_hash(house: House) -> None:
    html = words_of(house.program(house.user(Role.DISPATCHER)).get("/rules?lang=en").text)

    for name in available_packs():
        pack = next(one for one in load_rule_set((name,)).packs if one.name == name)
        assert f"{name}" in html
        assert pack.version in html
        assert pack.sha256[:12] in html
    assert "cn-base in use" in html
    assert "us-wa in use" not in html


def test_a_rule_is_told_with_its_numbers_source_and_how_sure_it_is(house: House) -> None:
    html = words_of(house.program(house.user(Role.COMPLIANCE)).get("/rules/packs/cn-base?lang=en").text)

    assert "No visits from 22:00 to 08:00" in html
    assert "08:00" in html
    assert "article 22" in html
    assert "source not read" in html
    assert "binding" in html


@pytest.mark.parametrize("path", ["/rules/packs/nowhere", "/rules/diff?old=../x.toml&new=cn-base@1", "/visits?day=x"])
def test_what_is_not_there_is_not_found(house: House, path: str) -> None:
    assert house.program(house.user(Role.COMPLIANCE)).get(path).status_code == 404


def test_two_packs_are_compared_with_the_effect_on_open_plans(house: House) -> None:
    with house.writing() as unit:
        a_published_plan(unit)
    client = house.program(house.user(Role.COMPLIANCE))
    versions = {pack.name: f"{pack.name}@{pack.version}" for pack in load_rule_set(("cn-house", "uk-house")).packs}
    query = f"?old={versions['cn-house']}&new={versions['uk-house']}&lang=en"

    html = words_of(client.get(f"/rules/diff{query}").text)
    effect = words_of(client.get(f"/rules/diff/effect{query}").text)

    assert "removed" in html
    assert "added" in html
    assert "1 December 2026" in effect


def test_packs_change_when_a_second_officer_grants_it_and_not_before(house: House) -> None:
    first, second = an_officer(house), an_officer(house)

    assert ask(first, "cn-base").status_code == 303
    assert packs_of(house) == ("cn-base", "cn-house")
    assert decide(second, waiting(house)).status_code == 303

    assert packs_of(house) == ("cn-base",)
    with house.writing(of_all_branches(house)) as unit:
        (row, *_) = found_rows(unit, AuditSearch(action="rule_packs."), limit=5)
    assert row.facts == {"before": ["cn-base", "cn-house"], "packs": ["cn-base"]}
    page = words_of(second.get("/approvals?lang=en").text)
    assert "granted" in page
    assert "同意" in page


def test_who_asked_cannot_grant(house: House) -> None:
    first = an_officer(house)
    ask(first, "cn-base")

    answer = decide(first, waiting(house))

    assert answer.status_code == 403
    assert packs_of(house) == ("cn-base", "cn-house")
    assert "另一位合规人员" in answer.text


def test_a_refusal_changes_nothing_and_is_final(house: House) -> None:
    first, second = an_officer(house), an_officer(house)
    ask(first, "cn-base")
    approval_id = waiting(house)

    assert decide(second, approval_id, "refuse", "不合适").status_code == 303
    assert decide(second, approval_id).status_code == 409
    assert packs_of(house) == ("cn-base", "cn-house")


@pytest.mark.parametrize(("decision", "reason"), [("grant", ""), ("", "x"), ("maybe", "x"), ("grant", "x" * 2001)])
def test_a_decision_has_a_reason_and_is_yes_or_no(house: House, decision: str, reason: str) -> None:
    ask(an_officer(house), "cn-base")

    assert decide(an_officer(house), waiting(house), decision, reason).status_code == 422
    assert packs_of(house) == ("cn-base", "cn-house")


@pytest.mark.parametrize(
    ("packs", "reason"),
    [((), "x"), (("cn-base",), " "), (("nowhere",), "x"), (("cn-house", "cn-base"), "x")],
    ids=["none", "no reason", "unknown", "the same"],
)
def test_what_cannot_be_asked_for_is_said_on_the_page(house: House, packs: tuple[str, ...], reason: str) -> None:
    answer = ask(an_officer(house), *packs, reason=reason)

    assert answer.status_code == 422
    assert "没有保存" in answer.text


def test_an_officer_of_one_branch_changes_nothing_for_the_whole_lender(house: House) -> None:
    client = house.program(house.user(Role.COMPLIANCE))

    assert "申请更换规则包" not in client.get("/rules").text
    assert ask(client, "cn-base").status_code == 403


def test_programs_list_and_grant_what_pages_asked_for(house: House) -> None:
    ask(an_officer(house), "cn-base")
    client = an_officer(house)

    (listed,) = client.get("/api/v1/approvals").json["approvals"]  # type: ignore[index]
    answer = client.post(f"/api/v1/approvals/{listed['id']}/decision", json={"is_granted": True})

    assert (listed["kind"], listed["packs"], listed["rule_id"]) == ("rule_packs", ["cn-base"], None)
    assert answer.status_code == 200
    assert packs_of(house) == ("cn-base",)


def test_the_trail_is_searched_by_who_and_what_and_when(house: House) -> None:
    officer = an_officer(house)
    with house.writing() as unit:
        unit.note("plan.published", "plan:1")
    house.user(Role.PLANNER)

    found = words_of(officer.post("/audit?lang=en", data={"what": "user.", "who": "system"}).text)
    nothing = words_of(officer.post("/audit?lang=en", data={"who": "nobody-there"}).text)
    later = words_of(officer.post("/audit?lang=en", data={"first": "2026-12-02"}).text)

    assert "Users: added" in found
    assert "Plans: published" not in found
    assert "No row is like that." in nothing
    assert "No row is like that." in later


def test_the_trail_is_shown_a_page_at_a_time(house: House) -> None:
    with house.writing() as unit:
        for number in range(60):
            unit.note("plan.saved", f"plan:{number:032}")
    officer = an_officer(house)

    first = officer.post("/audit", data={"what": "plan."}).text
    before = re.search(r'name="before" value="(\d+)"', first)
    assert before is not None
    second = officer.post("/audit", data={"what": "plan.", "before": before[1]}).text

    rows = [re.findall(r"<code>plan:(\d+)</code>", page) for page in (first, second)]
    assert [len(one) for one in rows] == [50, 10]
    assert not set(rows[0]) & set(rows[1])


@pytest.mark.parametrize(
    "days", [{"first": "x"}, {"first": "2026-12-02", "last": "2026-12-01"}, {"last": "0001-01-01"}]
)
def test_days_of_a_search_must_be_days(house: House, days: dict[str, str]) -> None:
    officer = an_officer(house)

    assert officer.post("/audit", data=days).status_code == 422
    assert officer.post("/audit/rows.csv", data=days).status_code == 422


def test_another_lenders_rows_are_never_found(house: House) -> None:
    with house.writing(house.foreign) as unit:
        unit.note("plan.published", "plan:foreign")
    officer = an_officer(house)

    assert "plan:foreign" not in officer.get("/audit").text
    assert "plan:foreign" not in officer.post("/audit/rows.csv").text


def test_an_officer_of_a_branch_is_shown_what_its_people_did(house: House) -> None:
    own, beside = house.user(Role.DISPATCHER), house.user(Role.DISPATCHER, house.beside)
    for user_id, scope in ((own, house.own), (beside, house.beside)):
        with house.writing(replace(scope, actor=user_id)) as unit:
            unit.note("plan.edited", f"plan:of-{user_id}")

    page = house.program(house.user(Role.COMPLIANCE)).get("/audit").text

    assert f"plan:of-{own}" in page
    assert f"plan:of-{beside}" not in page


def test_the_trail_is_taken_along_as_a_table_that_runs_nothing(house: House) -> None:
    with house.writing() as unit:
        unit.note("plan.saved", "=1+1")

    answer = an_officer(house).post("/audit/rows.csv", data={"what": "plan."})

    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert answer.content_type.startswith("text/csv")
    assert row["subject"] == "'=1+1"
    assert row["action"] == "plan.saved"


def test_a_whole_chain_is_said_to_be_whole(house: House) -> None:
    assert "The chain is whole" in an_officer(house).post("/audit/check?lang=en").text


def test_a_broken_chain_is_shown_with_its_row(house: House) -> None:
    officer = an_officer(house)
    with house.writing() as unit:
        unit.note("plan.saved", "plan:1")
    with house.database.engine.begin() as connection:
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE audit SET subject = 'plan:2' WHERE subject = 'plan:1'"))

    english, chinese = (words_of(officer.post(f"/audit/check?lang={one}").text) for one in ("en", "zh-CN"))

    assert re.search(r"The chain is broken: row \d+ was changed\.", english)
    assert "被改动" in chinese


def test_every_action_of_the_trail_has_words() -> None:
    sources = "".join(path.read_text() for path in Path(api.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'\bnote\(\s*"([a-z_]+\.[a-z_]+)"', sources)) | {"person.revealed"}
    named |= {f"plan.{state}" for state in plans.PlanState} | {*EXPORTS.actions, *PAPERS.actions}

    assert named
    assert [action for action in sorted(named) if not is_translated(action)] == []


@pytest.fixture
def service(tmp_path: Path) -> Iterator[VisitingService]:
    with a_visiting_service(sqlite_settings(tmp_path), now=at_the_door("10:00")) as made:
        yield made


def an_ended_visit(service: VisitingService) -> str:
    """A visit that was published, announced, begun and ended: its plan's id."""
    with service.database.writing(service.scope, at_the_door("10:00")) as unit:
        record = visits.check_in(unit, service.plan_id, "c1", by=None, present=CREWS["s1"], carried=CARRIED)
    with service.database.writing(service.scope, at_the_door("10:20")) as unit:
        visits.end(unit, record.id, outcome="COMPLAINT", until=None, note="敏感备注")
    return service.plan_id


def test_the_page_of_a_visit_says_why_it_was_made_from_planning_to_outcome(service: VisitingService) -> None:
    plan_id = an_ended_visit(service)
    client = service.client(Role.COMPLIANCE)

    html = client.get(f"/visits/{plan_id}/c1?lang=en").text
    words = words_of(html)

    for rule_id in ("CN-HRS-1", "CN-CREW-1", "CN-STAFF-1", "CN-LADDER-1"):
        assert rule_id in words
    assert "article 22" in words
    assert "All rules were asked again" in words
    assert re.search(r"Checked in .*4 December 2026 10:00", words)
    assert re.search(r"Delivered .*27 November 2026", words)
    assert "complaint" in words
    assert "Called back" in words
    assert "Visits: started" in words
    assert "敏感备注" not in html
    with service.database.reading(service.scope, service.now) as unit:
        number = letters.of_plan(unit, plan_id)[0].number
    assert number not in html


def test_the_rules_asked_at_the_door_are_kept_in_the_trail(service: VisitingService) -> None:
    an_ended_visit(service)

    with service.database.reading(replace(service.scope, branch_id=None), service.now) as unit:
        (row,) = found_rows(unit, AuditSearch(action="visit.started"), limit=5)

    assert "CN-HRS-1" in row.facts["rules"]  # type: ignore[operator]
    assert any(str(pack).startswith("cn-base ") for pack in row.facts["packs"])  # type: ignore[attr-defined]


def test_names_of_borrowers_stand_on_no_page_of_an_officer(service: VisitingService) -> None:
    plan_id = an_ended_visit(service)
    client = service.client(Role.COMPLIANCE)

    pages = [client.get(path).text for path in (f"/visits/{plan_id}/c1", "/visits?day=2026-12-04", "/conduct")]

    assert "李借" not in "".join(pages)
    assert "柳荫路" not in "".join(pages)
    assert "员s1-a" in pages[0]


def test_a_visit_that_nobody_began_says_so(service: VisitingService) -> None:
    words = words_of(service.client(Role.COMPLIANCE).get(f"/visits/{service.plan_id}/c2?lang=en").text)

    assert "Nobody has checked in." in words


def test_the_visits_of_a_day_lead_to_their_pages(service: VisitingService) -> None:
    plan_id = an_ended_visit(service)

    html = service.client(Role.COMPLIANCE).get("/visits?day=2026-12-04&lang=en").text

    assert f"/visits/{plan_id}/c1" in html
    assert "COMPLAINT" in html
    assert "not begun" in words_of(html)


@pytest.mark.parametrize(("plan", "visit"), [("0" * 32, "c1"), (None, "nobody")])
def test_a_visit_that_is_not_there_is_not_found(service: VisitingService, plan: str | None, visit: str) -> None:
    client = service.client(Role.COMPLIANCE)

    assert client.get(f"/visits/{plan or service.plan_id}/{visit}").status_code == 404


def reported(unit: Unit, plan_id: str) -> None:
    number = letters.of_plan(unit, plan_id)[0].number
    wishes.report_to_lenders(unit, number, "陌生人")


def test_conduct_counts_outcomes_reports_and_wishes_by_crew_and_week(service: VisitingService) -> None:
    plan_id = an_ended_visit(service)
    with service.database.writing(None, service.now) as unit:
        reported(unit, plan_id)

    words = words_of(service.client(Role.COMPLIANCE).get("/conduct?lang=en").text)

    assert "Week from Monday 30 November 2026" in words
    assert "s1-a + s1-b 1 complaint 1 1" in words


def test_retention_says_what_is_over(service: VisitingService) -> None:
    client = service.client(Role.COMPLIANCE)
    assert "Nothing is due." in words_of(client.get("/retention?lang=en").text)

    service.now += timedelta(days=200)
    late = service.client(Role.COMPLIANCE)

    assert "rows are due" in words_of(late.get("/retention?lang=en").text)
