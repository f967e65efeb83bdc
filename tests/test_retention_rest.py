"""How long data are kept, by the interface: less at once, more when a second person agrees; what a restore tells."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from api.access import Role
from api.app import create_app
from api.current import close, kept_by
from api.settings import Settings
from api.store import Database
from api.store.backup import back_up, restore
from api.store.tables.service import AuditRow
from tests.people import NOON, House
from tests.service import a_token
from tests.stored import NOW, a_scope


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json
    return found


def whole(house: House, role: Role) -> Any:
    """A client of somebody who sees all branches."""
    from dataclasses import replace

    scope = replace(house.own, branch_id=None)
    return house.program(house.user(role, scope=scope), scope=scope)


def kept(client: Any, kind: str) -> int:
    (found,) = [one for one in body(client.get("/api/v1/retention"))["kinds"] if one["kind"] == kind]
    return int(found["days"])


def test_a_shorter_time_holds_at_once_and_a_longer_one_when_an_officer_agrees(each_house: House) -> None:
    administrator, officer = (whole(each_house, role) for role in (Role.ADMINISTRATOR, Role.COMPLIANCE))
    usual = kept(administrator, "wishes")

    shorter = administrator.put("/api/v1/retention/wishes", json={"days": usual - 30, "reason": "x"})
    longer = administrator.put("/api/v1/retention/wishes", json={"days": usual + 30, "reason": "投诉未结"})

    assert (body(shorter)["days"], body(longer, 202)["days"]) == (usual - 30, usual - 30)
    where = longer.headers["Location"]
    asked = body(officer.get(where))
    assert (asked["kind"], asked["kept"], asked["days"], asked["rule_id"]) == ("keep_days", "wishes", usual + 30, None)
    assert kept(officer, "wishes") == usual - 30
    body(officer.post(f"{where}/decision", json={"is_granted": True}))
    assert kept(officer, "wishes") == usual + 30


def test_a_longer_time_that_an_officer_refuses_changes_nothing(each_house: House) -> None:
    administrator, officer = (whole(each_house, role) for role in (Role.ADMINISTRATOR, Role.COMPLIANCE))
    usual = kept(administrator, "plans")
    where = administrator.put("/api/v1/retention/plans", json={"days": usual + 1, "reason": "x"}).headers["Location"]

    body(officer.post(f"{where}/decision", json={"is_granted": False}))

    assert kept(officer, "plans") == usual


@pytest.mark.parametrize(
    ("kind", "days", "status"), [("wishes", 0, 422), ("contacts", 1, 422), ("wishes", 99_999, 422), ("x", 9, 404)]
)
def test_a_time_that_the_rules_do_not_allow_is_refused(house: House, kind: str, days: int, status: int) -> None:
    administrator = whole(house, Role.ADMINISTRATOR)
    answer = administrator.put(f"/api/v1/retention/{kind}", json={"days": days, "reason": "x"})
    assert answer.status_code == status
    if status == 422:
        assert body(answer, 422)["errors"][0]["pointer"] == "/days"


def test_one_branch_changes_nothing_for_the_whole_lender(house: House) -> None:
    answer = house.program(house.user(Role.ADMINISTRATOR)).put(
        "/api/v1/retention/wishes", json={"days": 9, "reason": "x"}
    )
    assert answer.status_code == 403


def test_after_a_restore_everybody_is_told_to_which_moment(database_settings: Settings, tmp_path: Path) -> None:
    with closing(Database(database_settings)) as database:
        tenant_id = a_scope(database).tenant_id
    back_up(database_settings, tmp_path / "backup", lambda: NOW)

    def status() -> dict[str, Any]:
        app = create_app(database_settings, lambda: NOON)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = (
            f"Bearer {a_token(kept_by(app).plans, Role.COLLECTOR, lambda: NOON)}"
        )
        try:
            return body(client.get("/api/v1/status"))
        finally:
            close(app)

    assert (status()["restored_at"], status()["restored_to"]) == (None, None)
    restore(database_settings, tmp_path / "backup", lambda: NOON, replaces=True)

    told = status()

    assert told["restored_to"].startswith("2026-12-01T09:00:00")
    assert told["restored_at"].startswith("2026-12-01T04:00:00")
    with closing(Database(database_settings)) as database, database.reading(None, NOON) as unit:
        lines = select(AuditRow.tenant_id).where(AuditRow.action == "database.restored")
        assert set(unit.session.scalars(lines)) == {None, tenant_id}
