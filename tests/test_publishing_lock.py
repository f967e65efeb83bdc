"""Publishing asks the checker while others write, and what they wrote meanwhile counts."""

import json
import re
import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from api.access import Role
from api.rest import plans as plans_view
from api.settings import Settings
from api.store import PlanState, notices, plans, stops
from api.store.tables.cases import BlockRow
from api.visiting import changing, judging, publishing
from api.visiting.judging import Basis, Verdict, judged
from api.web import publishing_page
from scheduler.editing import edited_plan
from scheduler.travel import RoadNetworks
from tests.service import COOKIE
from tests.visiting import PUBLISHED_AT, a_draft, a_stored_case, no_roads
from tests.visiting_service import VisitingService, a_visiting_service

PATIENCE_SECONDS = 120.0


class SlowChecker:
    """Judges as ever, but not before it is let go on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.asked = 0

    def __call__(self, basis: Basis, networks: RoadNetworks) -> Verdict:
        self.asked += 1
        self.begun.set()
        assert self.go_on.wait(PATIENCE_SECONDS)
        return judged(basis, networks)


class Publishing:
    """A checked plan of one case, and a request to publish it that is held by the checker."""

    def __init__(self, service: VisitingService, checker: SlowChecker) -> None:
        self.service, self.checker = service, checker
        with service.database.writing(service.scope, service.now) as unit:
            self.case_id = a_stored_case(unit, "c4")
            self.plan_id = a_draft(unit, {"s1": ["c4"]})
            rev = publishing.check(unit, self.plan_id, no_roads()).rev
        self.client: FlaskClient = service.client(Role.DISPATCHER)
        self.headers = {"If-Match": f'"{rev}"'}
        self.answers: list[tuple[int, dict[str, object]]] = []

    def _ask(self) -> None:
        answer = self.client.post(f"/api/v1/plans/{self.plan_id}/publish", json={}, headers=self.headers)
        self.answers.append((answer.status_code, answer.json or {}))

    def while_the_checker_runs(self, what: Callable[[], None]) -> tuple[int, dict[str, object]]:
        """Publish, and do something in between; the answer."""
        thread = threading.Thread(target=self._ask)
        thread.start()
        try:
            assert self.checker.begun.wait(PATIENCE_SECONDS)
            what()
        finally:
            self.checker.go_on.set()
            thread.join()
        return self.answers[0]

    def block(self) -> None:
        """Somebody disputes."""
        with self.service.database.writing(self.service.scope, self.service.now) as unit:
            sealed = unit.seal("disputed")
            unit.session.add(BlockRow(case_id=self.case_id, sealed_code=sealed, source="staff", added_at=unit.now))

    @property
    def state(self) -> PlanState:
        with self.service.database.reading(self.service.scope, self.service.now) as unit:
            entry = plans.entry(unit, self.plan_id)
        assert entry is not None
        return entry.state


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> SlowChecker:
    slow = SlowChecker()
    monkeypatch.setattr(plans_view, "judged", slow)
    return slow


def test_others_write_while_the_checker_runs(database_settings: Settings, checker: SlowChecker) -> None:
    with a_visiting_service(database_settings) as service:
        asking = Publishing(service, checker)
        written: list[str] = []

        def write() -> None:
            with service.database.writing(service.scope, service.now) as unit:
                written.append(a_stored_case(unit, "c5"))

        status, body = asking.while_the_checker_runs(write)

        assert (len(written), status, body["state"]) == (1, 200, "published")
        assert checker.asked == 1


def test_a_block_that_comes_between_the_check_and_the_publishing_is_honoured(
    database_settings: Settings, checker: SlowChecker
) -> None:
    with a_visiting_service(database_settings) as service:
        asking = Publishing(service, checker)

        status, body = asking.while_the_checker_runs(asking.block)

        assert status == 422
        assert "CN-CARD-69" in str(body)
        assert asking.state is PlanState.CHECKED
        with service.database.reading(service.scope, service.now) as unit:
            assert stops.of_plan(unit, asking.plan_id) == ()
            assert notices.of_plan(unit, asking.plan_id) == ()


def test_a_plan_whose_facts_did_not_change_is_not_judged_twice(
    database_settings: Settings, checker: SlowChecker, monkeypatch: pytest.MonkeyPatch
) -> None:
    again: list[Basis] = []

    def judged_again(basis: Basis, networks: RoadNetworks) -> Verdict:
        again.append(basis)
        return judged(basis, networks)

    with a_visiting_service(database_settings) as service:
        asking = Publishing(service, checker)
        monkeypatch.setattr(publishing, "judged", judged_again)
        assert asking.while_the_checker_runs(lambda: None)[0] == 200
        assert again == []


def test_a_verdict_of_yesterday_says_nothing_of_today(database_settings: Settings) -> None:
    with a_visiting_service(database_settings) as service, service.database.reading(service.scope, service.now) as unit:
        stored = publishing.opened(unit, service.plan_id)
        basis = judging.Basis.of(unit, stored)
    tomorrow = judging.Basis(stored=stored, cases=basis.cases, now=PUBLISHED_AT.replace(day=28))
    later = judging.Basis(stored=stored, cases=basis.cases, now=PUBLISHED_AT.replace(hour=3))

    assert basis.says_the_same_as(later)
    assert not basis.says_the_same_as(tomorrow)


def _by_the_interface(service: VisitingService, path: str, body: dict[str, object]) -> int:
    headers = {"If-Match": '"1"'}
    return service.client(Role.DISPATCHER).post(f"/api/v1{path}", json=body, headers=headers).status_code


def _on_a_page(service: VisitingService, path: str, fields: dict[str, str]) -> int:
    client = service.client()
    client.set_cookie(COOKIE, service.session(Role.DISPATCHER))
    found = re.search(r'name="csrf_token" value="(\w+)"', client.get("/").text)
    assert found is not None
    return client.post(path, data={"csrf_token": found[1], "rev": "1", **fields}).status_code


_EDITS = [{"kind": "exclude", "visit_id": "c4"}]
_WAYS: dict[str, Callable[[VisitingService, str], int]] = {
    "checked": lambda service, path: _by_the_interface(service, f"{path}/check", {}),
    "changed": lambda service, path: _by_the_interface(service, f"{path}/edits", {"edits": _EDITS}),
    "saved on the board": lambda service, path: _on_a_page(
        service, f"{path}/board/save", {"edits": json.dumps(_EDITS)}
    ),
    "published on its page": lambda service, path: _on_a_page(service, f"{path}/publish", {}),
}


@pytest.mark.parametrize("way", list(_WAYS))
def test_others_write_while_a_plan_is_worked_on(
    database_settings: Settings, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    with a_visiting_service(database_settings) as service:
        with service.database.writing(service.scope, service.now) as unit:
            a_stored_case(unit, "c4")
            draft_id = a_draft(unit, {"s1": ["c4"]})
        written: list[str] = []

        def while_somebody_writes[**Given, Made](work: Callable[Given, Made]) -> Callable[Given, Made]:
            def working(*given: Given.args, **named: Given.kwargs) -> Made:
                with service.database.writing(service.scope, service.now) as unit:
                    written.append(a_stored_case(unit, f"c{len(written) + 5}"))
                return work(*given, **named)

            return working

        monkeypatch.setattr(changing, "edited_plan", while_somebody_writes(edited_plan))
        monkeypatch.setattr(plans_view, "checked", while_somebody_writes(judging.checked))
        monkeypatch.setattr(publishing, "checked", while_somebody_writes(judging.checked))
        monkeypatch.setattr(publishing, "judged", while_somebody_writes(judged))
        monkeypatch.setattr(publishing_page, "judged", while_somebody_writes(judged))

        status = _WAYS[way](service, f"/plans/{draft_id}")

        assert status in (200, 201, 303)
        assert len(written) == 1
