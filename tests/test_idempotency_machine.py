"""Two people send requests with keys of their own, again and again and in any order: each key acts once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from api.access import Role
from api.store import Unit, answers, audit
from api.store.tables.people import OfficeRow
from api.store.tables.service import AuditRow
from tests.people import House

KEYS = st.sampled_from(("a", "b", "c", None))
# Few ids, so that one person's request often meets what the other one has done.
NUMBERS = st.integers(0, 3)
NAMES = st.sampled_from(("east", "west"))


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that acted, and what it was answered."""

    sent: dict[str, Any]
    told: Any
    etag: str


class TwoSenders(RuleBasedStateMachine):
    """Both are dispatchers of one branch; an office that is there already is refused."""

    house: House
    examples = 0

    @initialize()
    def begin(self) -> None:
        TwoSenders.examples += 1
        self.clients: list[FlaskClient] = [self.house.program(self.house.user(Role.DISPATCHER)) for _ in range(2)]
        self.kept: dict[str, str] = {}
        self.answered: dict[tuple[int, str], Answered] = {}
        self.days = 0
        with self.house.database.reading(self.house.own, self.house.clock()) as unit:
            self.noted_before = _noted(unit)

    @rule(by=st.sampled_from((0, 1)), key=KEYS, number=NUMBERS, name=NAMES)
    def send(self, by: int, key: str | None, number: int, name: str) -> None:
        point = {"address": "云川市青石区柳荫路1号", "latitude": 31.21742, "longitude": 112.83517, "datum": "wgs84"}
        code = self._code(number)
        sent = {"id": code, "name": name, **point}
        headers = {} if key is None else {"Idempotency-Key": key}

        answer = self.clients[by].post("/api/v1/offices", json=sent, headers=headers)

        before = None if key is None else self.answered.get((by, key))
        if before is not None and before.sent == sent:
            assert (answer.status_code, answer.json) == (201, before.told)
            assert (answer.headers["ETag"], answer.headers["Idempotent-Replayed"]) == (before.etag, "true")
            return
        assert "Idempotent-Replayed" not in answer.headers
        if before is not None:
            assert (answer.status_code, (answer.json or {})["code"]) == (422, "idempotency_key_reused")
        elif code in self.kept:
            assert answer.status_code == 409
        else:
            assert answer.status_code == 201, answer.text
            self.kept[code] = name
            if key is not None:
                self.answered[by, key] = Answered(sent=sent, told=answer.json, etag=answer.headers["ETag"])

    @precondition(lambda self: self.days < 20)  # the clients' keys end after thirty
    @rule()
    def a_day_goes_by(self) -> None:
        self.days += 1
        self.house.clock.forward(hours=25)
        with self.house.writing() as unit:
            answers.forget(unit, before=unit.now - timedelta(hours=24))
        self.answered.clear()

    @invariant()
    def what_acted_is_there_once_and_nothing_else_is(self) -> None:
        if not hasattr(self, "kept"):
            return
        with self.house.database.reading(self.house.own, self.house.clock()) as unit:
            mine = OfficeRow.code.startswith(self._code(""))
            rows = unit.session.scalars(select(OfficeRow).where(mine)).all()
            assert {row.code: row.name for row in rows} == self.kept
            assert _noted(unit) - self.noted_before == len(self.kept)

    def teardown(self) -> None:
        with self.house.database.reading(None, self.house.clock()) as unit:
            assert audit.broken_chain(unit.session) is None

    def _code(self, number: int | str) -> str:
        return f"office-{TwoSenders.examples}-{number}"


def _noted(unit: Unit) -> int:
    kept = select(func.count()).select_from(AuditRow).where(AuditRow.action == "office.kept")
    return unit.session.scalars(kept).one()


def test_each_key_of_each_sender_acts_once_until_it_is_forgotten(each_house: House) -> None:
    class Machine(TwoSenders):
        house = each_house

    examples = settings().max_examples // 5
    run_state_machine_as_test(Machine, settings=settings(settings(), max_examples=examples, stateful_step_count=30))
