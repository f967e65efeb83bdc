"""Exceptions on the page of a case: asked for by one person, granted by another one, ended before their last day."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.store import approvals
from tests.desk import case_id, keep_sheets, words_of
from tests.people import House

CAP = {"rule_id": "CN-VIS-CAP", "until": "2026-12-31", "reason": "客户本人来电要求再谈一次"}


@pytest.fixture
def lender(house: House) -> House:
    keep_sheets(house)
    return house


def ask(house: House, client: FlaskClient, **fields: str) -> tuple[int, str]:
    """Send the form; the status, and the page that follows in English."""
    path = f"/cases/{case_id(house)}"
    sent = client.post(f"{path}/exceptions?lang=en", data=CAP | fields)
    return sent.status_code, sent.text if sent.status_code != 303 else client.get(f"{path}?lang=en").text


def granted(house: House) -> str:
    """An exception that two people wanted: the id."""
    ask(house, house.program(house.user()))
    with house.writing() as unit:
        (found,) = approvals.about(unit, f"case:{case_id(house)}")
    answer = house.program(house.user(Role.COMPLIANCE)).post(
        f"/approvals/{found.id}/decision", data={"decision": "grant", "reason": "同意"}
    )
    assert answer.status_code == 303
    return found.id


def test_a_dispatcher_asks_and_only_an_officer_may_grant(lender: House) -> None:
    client = lender.program(lender.user())

    status, page = ask(lender, client)

    assert status == 303
    assert "waits" in words_of(page)
    assert client.get("/approvals").status_code == 403
    assert "客户本人来电" in lender.program(lender.user(Role.COMPLIANCE)).get("/approvals").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"rule_id": "CN-CARD-69"}, "Only rules of the house have exceptions"),
        ({"rule_id": "no-such-rule"}, "No rule pack of yours has this rule."),
        ({"until": "2026-02-30"}, "A last day is needed."),
        ({"reason": " "}, "A reason has 1 to"),
    ],
    ids=["law", "no rule", "no day", "no reason"],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(
    lender: House, fields: dict[str, str], said: str
) -> None:
    status, page = ask(lender, lender.program(lender.user()), **fields)

    assert status == 422
    assert said in page
    assert (fields.get("reason", CAP["reason"]).strip() or "required") in page


def test_only_rules_of_the_house_are_offered(lender: House) -> None:
    page = lender.program(lender.user()).get(f"/cases/{case_id(lender)}").text
    offered = page.partition('name="rule_id"')[2].partition("</select>")[0]

    assert 'value="CN-VIS-CAP"' in offered
    assert "CN-CARD-69" not in offered
    assert "CN-NOTE-2" not in offered


def test_planners_read_exceptions_and_ask_for_none(lender: House) -> None:
    client = lender.program(lender.user(Role.PLANNER))

    assert 'name="rule_id"' not in client.get(f"/cases/{case_id(lender)}").text
    assert ask(lender, client)[0] == 403


def test_an_officer_ends_an_exception_and_a_dispatcher_cannot(lender: House) -> None:
    approval_id, path = granted(lender), f"/cases/{case_id(lender)}"
    dispatcher, officer = (lender.program(lender.user(role)) for role in (Role.DISPATCHER, Role.COMPLIANCE))
    withdraw = f"{path}/exceptions/{approval_id}/withdraw"

    assert withdraw not in dispatcher.get(path).text
    assert dispatcher.post(withdraw).status_code == 403
    assert withdraw in officer.get(path).text
    assert officer.post(f"/cases/{case_id(lender, 'C2')}/exceptions/{approval_id}/withdraw").status_code == 404
    assert [officer.post(withdraw).status_code for _ in range(2)] == [303, 303]
    page = officer.get(f"{path}?lang=en").text
    assert withdraw not in page
    assert "withdrawn" in words_of(page)
    assert "withdrawn" in words_of(officer.get("/approvals").text)


def test_an_officer_of_all_branches_ends_an_exception_by_the_interface_twice_is_once(lender: House) -> None:
    approval_id = granted(lender)
    everywhere = replace(lender.own, branch_id=None)
    officer = lender.program(lender.user(Role.COMPLIANCE, everywhere), everywhere)

    first, again = (officer.post(f"/api/v1/approvals/{approval_id}/withdrawal") for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json is not None
    assert first.json["withdrawn_at"] is not None
    assert first.json == again.json
