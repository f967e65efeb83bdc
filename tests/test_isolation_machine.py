"""Two branches work at the same time, in any order: neither sees or touches anything of the other one."""

from dataclasses import dataclass, field, replace
from typing import Any

from flask.testing import FlaskClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from api.access import Role
from api.store import Scope, audit
from tests.people import House, a_branch, a_case

SIDES = st.sampled_from((0, 1))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that one side made, and its id."""

    side: int
    id: str


@dataclass
class Side:
    """A branch with its people at work, and what we know that it has."""

    scope: Scope
    administrator: FlaskClient
    officers: tuple[FlaskClient, FlaskClient]
    users: set[str]
    tokens: set[str] = field(default_factory=set)
    approvals: set[str] = field(default_factory=set)


class TwoBranches(RuleBasedStateMachine):
    """Each rule is done by either side with a thing of either side."""

    users = Bundle("users")
    tokens = Bundle("tokens")
    cases = Bundle("cases")
    requests = Bundle("requests")
    house: House
    logins = 0

    @initialize()
    def begin(self) -> None:
        self.sides = [self._a_side() for _ in range(2)]

    def _a_side(self) -> Side:
        house = self.house
        TwoBranches.logins += 1
        with house.database.writing(None, house.clock()) as unit:
            branch_id = a_branch(unit, house.own.tenant_id, f"side-{TwoBranches.logins}")
        scope = replace(house.own, branch_id=branch_id)
        people = [house.user(role, scope) for role in (Role.ADMINISTRATOR, Role.COMPLIANCE, Role.COMPLIANCE)]
        administrator, *officers = (house.program(user_id, scope) for user_id in people)
        first, second = officers
        known = {token["id"] for token in _all(administrator, "tokens")}
        return Side(scope=scope, administrator=administrator, officers=(first, second), users=set(people), tokens=known)

    @rule(target=users, by=SIDES)
    def add_a_user(self, by: int) -> Thing:
        TwoBranches.logins += 1
        given = {"login": f"machine-{TwoBranches.logins}", "role": "planner", "name": "新"}
        made = self.sides[by].administrator.post("/api/v1/users", json=given)
        assert made.status_code == 201
        self.sides[by].users.add(_document(made)["id"])
        return Thing(by, _document(made)["id"])

    @rule(by=SIDES, user=users, change=st.sampled_from(({"name": "名"}, {"is_disabled": True}, {"role": "planner"})))
    def change_a_user(self, by: int, user: Thing, change: dict[str, object]) -> None:
        where = f"/api/v1/users/{user.id}"
        known = {"If-Match": self.sides[user.side].administrator.get(where).headers["ETag"]}
        answer = self.sides[by].administrator.patch(where, json=change, headers=known)
        assert answer.status_code == (200 if user.side == by else 404)

    @rule(target=tokens, by=SIDES, user=users)
    def make_a_key(self, by: int, user: Thing) -> Any:
        made = self.sides[by].administrator.post("/api/v1/tokens", json={"user_id": user.id, "name": "x"})
        if user.side != by:
            assert made.status_code == 422
            return multiple()
        self.sides[by].tokens.add(_document(made)["id"])
        return Thing(by, _document(made)["id"])

    @rule(by=SIDES, token=tokens)
    def end_a_key(self, by: int, token: Thing) -> None:
        answer = self.sides[by].administrator.delete(f"/api/v1/tokens/{token.id}")
        assert answer.status_code == (204 if token.side == by else 404)

    @rule(target=cases, of=SIDES)
    def get_a_case(self, of: int) -> Thing:
        with self.house.writing(self.sides[of].scope) as unit:
            return Thing(of, a_case(unit)[0])

    @rule(by=SIDES, case=cases)
    def reveal(self, by: int, case: Thing) -> None:
        asked = {"subject": f"case:{case.id}", "reason": "contact"}
        answer = self.sides[by].officers[0].post("/api/v1/reveals", json=asked)
        assert answer.status_code == (200 if case.side == by else 404)

    @rule(target=requests, by=SIDES, case=cases)
    def ask_for_an_exception(self, by: int, case: Thing) -> Any:
        asked = {"subject": f"case:{case.id}", "rule_id": "CN-VIS-CAP", "until": "2026-12-31", "reason": "x"}
        made = self.sides[by].officers[0].post("/api/v1/approvals", json={"kind": "override"} | asked)
        if case.side != by:
            assert made.status_code == 404
            return multiple()
        self.sides[by].approvals.add(_document(made)["id"])
        return Thing(by, _document(made)["id"])

    @rule(target=requests, by=SIDES, request=consumes(requests))
    def decide(self, by: int, request: Thing) -> Any:
        where = f"/api/v1/approvals/{request.id}/decision"
        answer = self.sides[by].officers[1].post(where, json={"is_granted": True})
        if request.side == by:
            assert answer.status_code == 200
            return multiple()
        assert answer.status_code == 404
        return request

    @invariant()
    def each_side_has_what_it_made_and_nothing_else(self) -> None:
        for side in self.sides if hasattr(self, "sides") else ():
            assert {user["id"] for user in _all(side.administrator, "users")} == side.users
            assert {token["id"] for token in _all(side.administrator, "tokens")} == side.tokens
            assert {one["id"] for one in _all(side.officers[0], "approvals")} == side.approvals

    def teardown(self) -> None:
        with self.house.database.reading(None, self.house.clock()) as unit:
            assert audit.broken_chain(unit.session) is None


def _document(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.json
    return found


def _all(client: FlaskClient, what: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _document(client.get(f"/api/v1/{what}?limit=200"))[what]
    return found


def test_neither_branch_sees_or_touches_anything_of_the_other_one(each_house: House) -> None:
    class Machine(TwoBranches):
        house = each_house

    # A step is several requests, so there are fewer examples than of what is quick.
    examples = settings().max_examples // 5
    run_state_machine_as_test(Machine, settings=settings(settings(), max_examples=examples, stateful_step_count=25))
