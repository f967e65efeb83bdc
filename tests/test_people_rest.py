"""Users, keys, reveals and approvals by HTTP: each change leaves its line, and nobody reaches beyond their branch."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access import Role
from api.desk.revealing import A_DAY
from api.rest.tokens import TokenItem
from api.store import sessions
from api.store.tables.organisation import UserRow
from api.store.tables.service import AuditRow
from api.store.tables.visiting import LinkRow
from tests.people import ADDRESS, NAME, PHONE, House, a_case, a_collector, a_link, a_published_plan

PASSWORD = "four quiet words together"  # noqa: S105 - of this test's own users


def actions(house: House) -> list[str]:
    """What the audit trail says was done, in order, without what the test itself did to begin."""
    with house.database.reading(None, house.clock()) as unit:
        return list(unit.session.scalars(select(AuditRow.action).order_by(AuditRow.sequence)))


def document(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.json
    return found


def changed(client: FlaskClient, user_id: str, change: dict[str, Any]) -> Any:
    """The answer to a change of the revision that was just read."""
    where = f"/api/v1/users/{user_id}"
    return client.patch(where, json=change, headers={"If-Match": client.get(where).headers["ETag"]})


def code_of(answer: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in document(answer)["errors"]]


def test_an_administrator_adds_a_user_who_can_sign_in(each_house: House) -> None:
    client = each_house.program(each_house.user(Role.ADMINISTRATOR))

    made = client.post(
        "/api/v1/users", json={"login": "Li.Na", "role": "dispatcher", "name": "李娜", "password": PASSWORD}
    )

    assert made.status_code == 201
    user = document(made)
    assert (user["login"], user["name"], user["role"]) == ("li.na", "李娜", "dispatcher")
    assert user["branch_id"] == each_house.own.branch_id
    assert document(client.get(made.headers["Location"])) == user
    assert user in document(client.get("/api/v1/users"))["users"]
    assert PASSWORD not in made.text
    form = {"login": "li.na", "password": PASSWORD}
    assert each_house.stranger().post("/sign-in", data=form).status_code == 303


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"login": "taken"}, ("/login", "login_taken")),
        ({"login": "TAKEN"}, ("/login", "login_taken")),
        ({"login": "two words"}, ("/login", "string_pattern_mismatch")),
        ({"login": "王"}, ("/login", "string_pattern_mismatch")),
        ({"name": "\ud800"}, ("/name", "invalid_unicode")),
        ({"role": "king"}, ("/role", "value_unknown")),
        ({"password": "short"}, ("/password", "string_too_short")),
        ({"password": "my-new-user-login"}, ("/password", "holds_login")),
        ({"password": "aaaaaaaaaaaaaaaa"}, ("/password", "too_simple")),
        ({"branch_id": "0" * 32}, ("/branch_id", "unknown_branch")),
        ({"collector_id": "0" * 32}, ("/collector_id", "unknown_collector")),
        ({"tenant_id": "0" * 32}, ("/tenant_id", "field_unknown")),
        ({"created_at": "2020-01-01T00:00:00Z"}, ("/created_at", "field_unknown")),
    ],
)
def test_a_user_who_cannot_be_added_is_refused_with_the_field(
    house: House, change: dict[str, str], code: tuple[str, str]
) -> None:
    house.user(login="taken", scope=house.foreign)
    client = house.program(house.user(Role.ADMINISTRATOR))
    given = {"login": "new-user", "role": "planner", "name": "新"} | change
    before = len(actions(house))

    answer = client.post("/api/v1/users", json=given)

    assert answer.status_code == (400 if code[1] == "invalid_unicode" else 422)
    assert code_of(answer) == [code]
    assert len(actions(house)) == before


def test_an_administrator_of_one_branch_gives_nobody_another_branch(house: House) -> None:
    client = house.program(house.user(Role.ADMINISTRATOR))

    for scope in (house.beside, house.foreign):
        given = {"login": "new", "role": "planner", "name": "新", "branch_id": scope.branch_id}
        assert code_of(client.post("/api/v1/users", json=given)) == [("/branch_id", "unknown_branch")]


def test_a_list_comes_in_parts_without_a_gap_or_a_repetition(house: House) -> None:
    client = house.program(house.user(Role.ADMINISTRATOR))
    for _ in range(6):
        house.user()

    seen: list[str] = []
    after: str | None = None
    while True:
        query = {"limit": 3} | ({} if after is None else {"after": after})
        part = document(client.get("/api/v1/users", query_string=query))
        seen += [user["id"] for user in part["users"]]
        after = part["next"]
        if after is None:
            break

    assert len(seen) == len(set(seen)) == 7
    assert client.get("/api/v1/users?limit=0").status_code == 422
    assert client.get("/api/v1/users?limit=201").status_code == 422


def test_a_new_password_or_role_ends_the_sessions_of_before(each_house: House) -> None:
    client = each_house.program(each_house.user(Role.ADMINISTRATOR))
    for change in ({"password": PASSWORD}, {"role": "planner"}):
        user_id = each_house.user()
        browser = each_house.browser(user_id)
        assert browser.get("/api/v1/me").status_code == 200

        assert changed(client, user_id, change).status_code == 200

        assert browser.get("/api/v1/me").status_code == 401


def test_of_two_who_change_a_user_the_second_is_told_and_must_read_anew(each_house: House) -> None:
    client = each_house.program(each_house.user(Role.ADMINISTRATOR))
    where = f"/api/v1/users/{each_house.user()}"
    read = {"If-Match": client.get(where).headers["ETag"]}

    first = client.patch(where, json={"name": "新名"}, headers=read)
    second = client.patch(where, json={"role": "planner"}, headers=read)
    unread = client.patch(where, json={"role": "planner"})

    assert [first.status_code, second.status_code, unread.status_code] == [200, 412, 428]
    assert first.headers["ETag"] == second.headers["ETag"] != read["If-Match"]
    assert document(second)["current"]["name"] == "新名"
    assert document(client.get(where)) == document(first)


def test_a_role_that_was_taken_away_is_gone_at_the_next_request_of_a_program(house: House) -> None:
    user_id = house.user(Role.ADMINISTRATOR)
    program = house.program(user_id)
    changed(house.program(house.user(Role.ADMINISTRATOR)), user_id, {"role": "planner"})

    assert program.get("/api/v1/users").status_code == 403


@pytest.mark.parametrize("change", [{"is_disabled": True}, {"role": "planner"}])
def test_nobody_shuts_themselves_out(house: House, change: dict[str, object]) -> None:
    user_id = house.user(Role.ADMINISTRATOR)

    assert changed(house.program(user_id), user_id, change).status_code == 409


def links_alive(house: House) -> set[str]:
    with house.database.reading(None, house.clock()) as unit:
        return set(unit.session.scalars(select(LinkRow.id).where(LinkRow.revoked_at.is_(None))))


def test_disabling_a_user_ends_sessions_tokens_addresses_and_links_at_once(each_house: House) -> None:
    house = each_house
    with house.writing() as unit:
        collector_id = a_collector(unit, "s1-a")
        plan_id = a_published_plan(unit)
    gone = house.user(Role.COLLECTOR, login="gone", password=PASSWORD, collector_id=collector_id)
    with house.writing() as unit:
        address = sessions.add_sign_in(unit, gone, life=timedelta(minutes=15))
        crew_link = a_link(unit, plan_id, "s1")
        kept = a_link(unit, plan_id, "s2")
        handed_out = a_link(unit, plan_id, "s2", created_by=gone)
        opened = a_link(unit, plan_id, "s2", created_by=gone, browser_sha256="ab" * 32)
    browser, program = house.browser(gone, house.own), house.program(gone)
    assert [client.get("/api/v1/me").status_code for client in (browser, program)] == [200, 200]

    administrator = house.program(house.user(Role.ADMINISTRATOR))
    answer = changed(administrator, gone, {"is_disabled": True})

    assert document(answer)["disabled_at"] is not None
    assert [client.get("/api/v1/me").status_code for client in (browser, program)] == [401, 401]
    assert house.stranger().post("/sign-in/once", data={"secret": address}).status_code == 401
    form = {"login": "gone", "password": PASSWORD}
    assert house.stranger().post("/sign-in", data=form).status_code == 401
    assert links_alive(house) == {kept, opened}
    assert {crew_link, handed_out} & links_alive(house) == set()
    with house.database.reading(None, house.clock()) as unit:
        row = unit.session.scalars(select(AuditRow).where(AuditRow.action == "user.disabled")).one()
    assert row.facts == {"sessions": 1, "tokens": 1, "links": 2}

    changed(administrator, gone, {"is_disabled": False})
    assert [client.get("/api/v1/me").status_code for client in (browser, program)] == [401, 401]
    assert house.stranger().post("/sign-in", data=form).status_code == 303


def test_a_key_is_told_once_and_ended_at_once(each_house: House) -> None:
    client = each_house.program(each_house.user(Role.ADMINISTRATOR))
    planner = each_house.user(Role.PLANNER)

    made = document(client.post("/api/v1/tokens", json={"user_id": planner, "name": "night export", "days": 7}))
    program = each_house.app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['secret']}"

    assert document(program.get("/api/v1/me"))["role"] == "planner"
    listed = document(client.get("/api/v1/tokens"))["tokens"]
    assert {key: value for key, value in made.items() if key != "secret"} in listed
    assert all(set(item) == set(TokenItem.model_fields) for item in listed)
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204
    assert program.get("/api/v1/me").status_code == 401
    assert client.delete(f"/api/v1/tokens/{made['id']}").status_code == 204


def test_a_key_for_somebody_of_another_branch_is_refused(house: House) -> None:
    client = house.program(house.user(Role.ADMINISTRATOR))

    for scope in (house.beside, house.foreign):
        given = {"user_id": house.user(scope=scope), "name": "x"}
        assert code_of(client.post("/api/v1/tokens", json=given)) == [("/user_id", "unknown_user")]


def test_signs_that_no_database_keeps_are_no_fault_of_ours(each_house: House) -> None:
    administrator = each_house.user(Role.ADMINISTRATOR)
    client = each_house.program(administrator)

    assert client.get("/api/v1/users/%00").status_code == 404
    assert client.get("/plans/%00").status_code == 404
    assert client.post("/api/v1/tokens", json={"user_id": administrator, "name": "a\0b"}).status_code == 422
    assert client.post("/api/v1/users", json={"login": "n", "role": "planner", "name": "a\0b"}).status_code == 201
    form = {"login": "a\0b", "password": PASSWORD}
    assert each_house.stranger().post("/sign-in", data=form).status_code == 401


def test_every_change_leaves_one_line_in_the_trail(house: House) -> None:
    client = house.program(house.user(Role.ADMINISTRATOR))
    begun = len(actions(house))

    user_id = document(client.post("/api/v1/users", json={"login": "new", "role": "planner", "name": "新"}))["id"]
    token_id = document(client.post("/api/v1/tokens", json={"user_id": user_id, "name": "x"}))["id"]
    client.delete(f"/api/v1/tokens/{token_id}")
    changed(client, user_id, {"name": "新名"})
    for is_disabled in (True, True, False, False):
        changed(client, user_id, {"is_disabled": is_disabled})

    assert actions(house)[begun:] == [
        "user.added",
        "token.added",
        "token.revoked",
        "user.changed",
        "user.disabled",
        "user.enabled",
    ]


def test_a_name_stands_in_no_line_of_the_trail_and_in_no_open_field(house: House) -> None:
    client = house.program(house.user(Role.ADMINISTRATOR))
    user_id = document(client.post("/api/v1/users", json={"login": "new", "role": "planner", "name": NAME}))["id"]
    changed(client, user_id, {"name": NAME + "二"})

    with house.database.reading(None, house.clock()) as unit:
        facts = [str(row.facts) + row.subject for row in unit.session.scalars(select(AuditRow))]
        sealed = unit.session.get_one(UserRow, user_id).sealed_name
    assert not any(NAME in line for line in facts)
    assert NAME.encode() not in sealed


def revealed(client: FlaskClient, subject: str, reason: str = "contact") -> Any:
    return client.post("/api/v1/reveals", json={"subject": subject, "reason": reason})


def test_a_reveal_shows_the_text_and_leaves_exactly_one_line(each_house: House) -> None:
    with each_house.writing() as unit:
        case_id, place_id = a_case(unit)
    client = each_house.program(each_house.user(Role.DISPATCHER))
    begun = len(actions(each_house))

    person, place = revealed(client, f"case:{case_id}"), revealed(client, f"place:{place_id}", "complaint")

    assert (document(person)["name"], document(person)["phone"], document(person)["address"]) == (NAME, PHONE, None)
    assert (document(place)["name"], document(place)["address"]) == (None, ADDRESS)
    assert actions(each_house)[begun:] == ["person.revealed"] * 2
    with each_house.database.reading(None, each_house.clock()) as unit:
        last = unit.session.scalars(select(AuditRow).order_by(AuditRow.sequence.desc()).limit(1)).one()
    assert (last.subject, last.facts) == (f"place:{place_id}", {"reason": "complaint"})


def test_a_reveal_that_fails_leaves_no_line(house: House) -> None:
    with house.writing(house.beside) as unit:
        case_id, place_id = a_case(unit)
    client = house.program(house.user(Role.DISPATCHER))
    begun = len(actions(house))

    for subject in (f"case:{case_id}", f"place:{place_id}", f"case:{'0' * 32}"):
        assert revealed(client, subject).status_code == 404
    for subject, reason in (
        ("borrower:1", "contact"),
        (f"case:{case_id}", "because"),
        (f"case:{case_id}\n", "contact"),
    ):
        assert revealed(client, subject, reason).status_code == 422
    assert actions(house)[begun:] == []


def test_the_fifty_first_reveal_of_a_day_is_refused_until_the_lenders_midnight(house: House) -> None:
    with house.writing() as unit:
        case_id, _ = a_case(unit)
    client, colleague = (house.program(house.user(Role.DISPATCHER)) for _ in range(2))
    for _ in range(A_DAY):
        assert revealed(client, f"case:{case_id}").status_code == 200
    begun = len(actions(house))

    refused = revealed(client, f"case:{case_id}")

    assert refused.status_code == 429
    assert "Retry-After" in refused.headers
    assert NAME not in refused.text
    assert len(actions(house)) == begun
    assert revealed(colleague, f"case:{case_id}").status_code == 200
    house.clock.forward(hours=11, minutes=59)
    assert revealed(client, f"case:{case_id}").status_code == 429
    house.clock.forward(minutes=1)
    assert revealed(client, f"case:{case_id}").status_code == 200


def asked(client: FlaskClient, case_id: str, **change: str) -> Any:
    given = {
        "kind": "override",
        "subject": f"case:{case_id}",
        "rule_id": "CN-VIS-CAP",
        "until": "2026-12-31",
        "reason": "客户本人来电要求再谈一次。",
    }
    return client.post("/api/v1/approvals", json=given | change)


def test_what_one_officer_asks_for_another_one_decides_once(each_house: House) -> None:
    with each_house.writing() as unit:
        case_id, _ = a_case(unit)
    first, second, third = (each_house.program(each_house.user(Role.COMPLIANCE)) for _ in range(3))

    made = asked(first, case_id)
    where = made.headers["Location"]
    own = first.post(f"{where}/decision", json={"is_granted": True})
    granted = second.post(f"{where}/decision", json={"is_granted": True})
    again = third.post(f"{where}/decision", json={"is_granted": False})

    assert [made.status_code, own.status_code, granted.status_code, again.status_code] == [201, 403, 200, 409]
    assert document(made)["is_granted"] is None
    assert document(granted)["is_granted"] is True
    assert document(granted)["decided_by"] != document(granted)["asked_by"]
    assert document(third.get(where)) == document(granted)
    assert document(third.get("/api/v1/approvals"))["approvals"] == [document(granted)]
    assert actions(each_house)[-2:] == ["approval.asked", "approval.decided"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"rule_id": "CN-HRS-1"}, "/rule_id", "no_exception"),
        ({"rule_id": "CN-PI-1"}, "/rule_id", "no_exception"),
        ({"rule_id": "CN-NOTE-2"}, "/rule_id", "no_exception"),
        ({"rule_id": "CN-BLK-1"}, "/rule_id", "no_exception"),
        ({"rule_id": "XX-1"}, "/rule_id", "unknown_rule"),
        ({"kind": "rule_packs"}, "/kind", "value_unknown"),
        ({"until": "2026-02-30"}, "/until", "date_format"),
        ({"until": "1700000000"}, "/until", "date_format"),
        ({"reason": ""}, "/reason", "string_too_short"),
    ],
)
def test_law_has_no_exceptions_and_a_request_must_make_sense(
    house: House, change: dict[str, str], pointer: str, code: str
) -> None:
    with house.writing() as unit:
        case_id, _ = a_case(unit)

    answer = asked(house.program(house.user(Role.COMPLIANCE)), case_id, **change)

    assert answer.status_code == 422
    assert code_of(answer) == [(pointer, code)]


def test_an_exception_for_a_case_of_another_branch_cannot_be_asked_for(house: House) -> None:
    with house.writing(house.beside) as unit:
        case_id, _ = a_case(unit)

    assert asked(house.program(house.user(Role.COMPLIANCE)), case_id).status_code == 404
