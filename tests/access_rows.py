"""Asks every route as everybody about everybody's things; `python -m tests.access_rows` prints what the table lacks.

The table is tests/access.csv: a row for each route, method and owner of the thing that is asked for, a column for each
kind of caller, in the cells the status of the answer. The callers with a role belong to the first branch.
"""

import csv
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from api.access import Role
from api.store import Scope, Unit, alarms, approvals, jobs, users, webhooks
from api.store.tables.cases import BlockRow, NoticeRow
from api.store.tables.people import OfficeRow, ShiftRow
from api.store.tables.plans import PlanRow, RouteRow, StopRow
from api.store.tables.visiting import LinkRow, ReportRow, VisitRecordRow, WishRow
from tests.databases import sqlite_settings
from tests.people import House, a_case, a_collector, a_house, a_published_plan
from tests.service import a_user
from tests.what_if import a_kept_experiment

TABLE = Path(__file__).parent / "access.csv"
CALLERS = ("nobody", "collector", "dispatcher", "planner", "compliance", "administrator")
OWNERS = ("own", "other branch", "other tenant", "missing")
HEADER = ("method", "path", "whose", *CALLERS)
_MISSING = "0" * 32
type Row = tuple[str, ...]


def _a_token_id(unit: Unit) -> str:
    found = users.token_of(unit, users.add_token(unit, a_user(unit), name="x", life=timedelta(days=1)))
    assert found is not None
    return found.id


def _an_approval_id(unit: Unit) -> str:
    facts = {"rule_id": "CN-VIS-CAP", "until": "2026-12-31"}
    case_id, _ = a_case(unit)
    return approvals.ask(
        unit,
        a_user(unit, Role.COMPLIANCE),
        kind="override",
        subject=f"case:{case_id}",
        facts=facts,
        reason="x",
        branch_id=_branch_of(unit),
    )


def _branch_of(unit: Unit) -> str:
    assert unit.scope is not None
    assert unit.scope.branch_id is not None
    return unit.scope.branch_id


def _an_office_id(unit: Unit) -> str:
    code = f"o-{secrets.token_hex(4)}"
    row = OfficeRow(code=code, name="x", address="", latitude_degrees=31.2, longitude_degrees=112.8)
    unit.session.add(row)
    unit.session.flush()
    return row.id


def _a_shift_id(unit: Unit) -> str:
    row = ShiftRow(
        code=f"s-{secrets.token_hex(4)}",
        day=date(2026, 12, 1),
        collector_codes=[],
        earliest_start=datetime(2026, 12, 1, 1, tzinfo=UTC),
        latest_end=datetime(2026, 12, 1, 10, tzinfo=UTC),
        start_office_code="o",
        end_office_code="o",
        breaks=[],
        travel_profile="car",
    )
    unit.session.add(row)
    unit.session.flush()
    return row.id


def _a_plan_id(unit: Unit) -> str:
    known = unit.session.scalars(select(PlanRow.id).order_by(PlanRow.sequence)).first()
    return known or a_published_plan(unit)


def _added(unit: Unit, row: Any) -> str:
    unit.session.add(row)
    unit.session.flush()
    return str(row.id)


def _a_notice_id(unit: Unit) -> str:
    day = date(2026, 12, 1)
    case_id, _ = a_case(unit)
    row = NoticeRow(case_id=case_id, plan_id=_a_plan_id(unit), first_day=day, last_day=day, collector_codes=[])
    return _added(unit, row)


def _a_link_id(unit: Unit) -> str:
    return _added(
        unit,
        LinkRow(
            kind="route",
            secret_sha256=secrets.token_hex(32),
            plan_id=_a_plan_id(unit),
            shift_code="s1",
            created_at=unit.now,
            valid_from=unit.now,
            expires_at=unit.now + timedelta(days=1),
            epoch=1,
        ),
    )


def _a_wish_id(unit: Unit) -> str:
    case_id, _ = a_case(unit)
    text = unit.seal("x")
    row = WishRow(case_id=case_id, link_id=_a_link_id(unit), kind="need_help", sealed_text=text, asked_at=unit.now)
    return _added(unit, row)


def _a_record_id(unit: Unit) -> str:
    plan_id = _a_plan_id(unit)
    route_id = unit.session.scalars(select(RouteRow.id).where(RouteRow.plan_id == plan_id)).first()
    stop_id = _added(
        unit,
        StopRow(
            plan_id=plan_id,
            route_id=route_id,
            position=1,
            visit_code=f"v-{secrets.token_hex(4)}",
            place_code="x",
            service_start_time=unit.now,
            departure_time=unit.now,
        ),
    )
    note = unit.seal("")
    row = VisitRecordRow(
        stop_id=stop_id,
        plan_id=plan_id,
        checked_in_at=unit.now,
        checked_in_by="s1-a",
        present_collectors=[],
        checklist=[],
        sealed_note=note,
    )
    return _added(unit, row)


def _an_alarm(unit: Unit) -> str:
    plan_id = _a_plan_id(unit)
    alarms.ask_for_help(unit, "link:x", plan_id=plan_id, shift_code="s1", visit_code=None, key=None)
    return str(alarms.lately(unit)[0].sequence)


def _a_block_id(unit: Unit, case_id: str) -> str:
    row = BlockRow(case_id=case_id, sealed_code=unit.seal("disputed"), source="staff", added_at=unit.now)
    unit.session.add(row)
    unit.session.flush()
    return row.id


# What a name in a path, or in the body of a request, stands for: makes such a thing anew in the unit's branch.
MAKERS: Mapping[str, Callable[[Unit], str]] = {
    "approval_id": _an_approval_id,
    "alarm_id": _an_alarm,
    "branch_id": _branch_of,
    "case_id": lambda unit: a_case(unit)[0],
    "job_id": lambda unit: jobs.submit(unit, "plan", {}, branch_id=_branch_of(unit)),
    "import_job_id": lambda unit: jobs.submit(unit, "import", {}, branch_id=_branch_of(unit)),
    "week_job_id": lambda unit: jobs.submit(unit, "week", {}, branch_id=_branch_of(unit)),
    "geocoding_job_id": lambda unit: jobs.submit(unit, "geocode", {}, branch_id=_branch_of(unit)),
    "experiment_id": lambda unit: a_kept_experiment(unit, _branch_of(unit)),
    "collector_id": lambda unit: a_collector(unit, f"c-{secrets.token_hex(4)}"),
    "link_id": _a_link_id,
    "notice_id": _a_notice_id,
    "office_id": _an_office_id,
    "plan_id": _a_plan_id,
    "record_id": _a_record_id,
    "report_id": lambda unit: _added(
        unit, ReportRow(letter_number="x", sealed_text=unit.seal("x"), reported_at=unit.now)
    ),
    "shift_row_id": _a_shift_id,
    "shift_id": lambda _unit: "s1",
    "token_id": _a_token_id,
    "user_id": a_user,
    "webhook_id": lambda unit: webhooks.add(unit, "https://hooks.example/visits", [])[0].id,
    "wish_id": _a_wish_id,
}
ENOUGH_JOBS = 100  # every question that makes a job leaves it waiting
# What another name means in some paths.
_OTHER_NAMES = {
    ("/api/v1/shifts/", "shift_id"): "shift_row_id",
    ("/crew/", "record_id"): "phone_record_id",
    ("/api/v1/imports/results/", "job_id"): "import_job_id",
    ("/api/v1/geocodings/", "job_id"): "geocoding_job_id",
    ("/api/v1/weeks/", "job_id"): "week_job_id",
}
# Made once for each branch: the same plan is kept once.
_KEPT = frozenset({"plan_id"})
_ONE_OF = "any("  # a path that takes one of several words, which are all of one kind to the policy
_EVERYBODYS = {
    "day": "2026-12-01",
    "name": "cases.csv",
    "visit_id": "v1",
    "kind": "wishes",
    "phone_record_id": "0" * 32,
}
# The body of a request by method and path; `{case_id}` and the like are replaced by the thing that is asked for.
BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("PATCH", "/api/v1/cases/<case_id>"): {"priority": 60},
    ("POST", "/api/v1/cases/<case_id>/blocks"): {"code": "disputed"},
    ("POST", "/api/v1/cases/<case_id>/consents"): {
        "place_kind": "home",
        "given": False,
        "at": "2026-11-30T10:00:00+08:00",
    },
    ("POST", "/api/v1/cases"): {
        "id": "{new_login}",
        "name": "新",
        "service_minutes": 20,
        "places": [{"kind": "home", "address": "云川市桂花巷7号"}],
    },
    ("POST", "/cases/<case_id>/reveal"): {"subject": "case:{case_id}", "reason": "contact"},
    ("PATCH", "/api/v1/collectors/<collector_id>"): {"employer": "x"},
    ("POST", "/api/v1/collectors"): {"id": "{new_login}", "name": "新"},
    ("PATCH", "/api/v1/offices/<office_id>"): {"name": "新"},
    ("POST", "/api/v1/offices"): {
        "id": "{new_login}",
        "name": "新",
        "address": "云川市",
        "latitude": 31.2012,
        "longitude": 112.8012,
        "datum": "wgs84",
    },
    ("PATCH", "/api/v1/shifts/<shift_id>"): {"max_visits": 5},
    ("PATCH", "/api/v1/users/<user_id>"): {"name": "新名"},
    ("POST", "/api/v1/approvals"): {
        "kind": "override",
        "subject": "case:{case_id}",
        "rule_id": "CN-VIS-CAP",
        "until": "2026-12-31",
        "reason": "x",
    },
    ("POST", "/api/v1/approvals/<approval_id>/decision"): {"is_granted": True},
    ("PUT", "/api/v1/retention/<kind>"): {"days": 700, "reason": "x"},
    ("POST", "/api/v1/visit-records/<record_id>/corrections"): {"outcome": "NOT_HOME", "reason": "x"},
    ("POST", "/api/v1/plans/<plan_id>/visits/<visit_id>/not-begun"): {"outcome": "ABORT_OPS", "reason": "weather"},
    ("POST", "/api/v1/experiments"): {
        "day": "2026-12-01",
        "experiment": {"format": "visits-experiment/1", "name": "x"},
    },
    ("PATCH", "/api/v1/experiments/<experiment_id>"): {"note": "x"},
    ("POST", "/api/v1/geocodings"): {},
    ("POST", "/api/v1/purges"): {},
    ("POST", "/api/v1/weeks"): {"day": "2026-12-01", "seconds": 1},
    ("POST", "/api/v1/jobs"): {"kind": "plan", "day": "2026-12-01", "seconds": 1},
    ("POST", "/api/v1/plans/<plan_id>/edits/judge"): {"edits": [{"kind": "exclude", "visit_id": "v1"}]},
    ("POST", "/api/v1/reveals"): {"subject": "case:{case_id}", "reason": "contact"},
    ("POST", "/api/v1/tokens"): {"user_id": "{user_id}", "name": "x"},
    ("PATCH", "/api/v1/webhooks/<webhook_id>"): {"enabled": True},
    ("POST", "/api/v1/webhooks"): {"url": "https://hooks.example/visits"},
    ("POST", "/api/v1/users"): {"login": "{new_login}", "role": "planner", "name": "新"},
}


class Asked:
    """A house with one caller of each kind, and the answers to each question."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._made: dict[tuple[str, str], str] = {}
        self._count = 0

    @cached_property
    def _clients(self) -> dict[str, FlaskClient]:
        house = self._house
        with house.writing() as unit:
            collector_id = a_collector(unit, "s1-a")
        self._thing("plan_id", "own")  # the pages of its day are asked for too
        clients = {"nobody": house.stranger()}
        for role in Role:
            user_id = house.user(role, collector_id=collector_id if role is Role.COLLECTOR else None)
            clients[str(role)] = house.program(user_id)
        for number, client in enumerate(clients.values()):
            # Each has an address of its own, so that nobody's wrong tries are counted for another.
            client.environ_base |= {"REMOTE_ADDR": f"192.0.2.{number + 1}", "HTTP_ORIGIN": "http://localhost"}
        return clients

    def rows(self) -> Iterator[Row]:
        """Every row that the table must have, with the statuses as they are."""
        for method, path in sorted(operations(self._house), key=lambda one: one[::-1]):
            for whose in owners_of(method, path):
                statuses = (str(self._status(method, path, whose, caller)) for caller in CALLERS)
                yield method, path, whose, *statuses

    def _status(self, method: str, path: str, whose: str, caller: str) -> int:
        names = names_in(path) | names_in(str(BODIES.get((method, path), "")), "{", "}")
        things = {name: self._thing(_meant(name, path), whose) for name in names - {"block_id"}}
        if "block_id" in names:
            things["block_id"] = _MISSING
            if whose != "missing":
                with self._house.writing(self._scopes[whose]) as unit:
                    things["block_id"] = _a_block_id(unit, things["case_id"])
        address = path
        for name, thing in things.items():
            address = address.replace(f"<{name}>", thing)
        body = BODIES.get((method, path))
        filled = None if body is None else {key: _filled(value, things) for key, value in body.items()}
        headers = {"If-Match": '"1"'} if method != "GET" else {}
        client = self._clients[caller]
        if path.startswith("/api/"):
            return client.open(address, method=method, json=filled, headers=headers).status_code
        return client.open(address, method=method, data=filled, headers=headers).status_code

    def _thing(self, name: str, whose: str) -> str:
        self._count += 1
        if name in _EVERYBODYS:
            return _EVERYBODYS[name]
        if name.startswith(_ONE_OF):
            return name.removeprefix(_ONE_OF).split(",")[0]
        if name == "new_login":
            return f"new-{self._count}"
        if whose == "missing":
            return _MISSING
        if name not in _KEPT:
            return self._make(name, whose)
        if (name, whose) not in self._made:
            self._made[name, whose] = self._make(name, whose)
        return self._made[name, whose]

    def _make(self, name: str, whose: str) -> str:
        with self._house.writing(self._scopes[whose]) as unit:
            return MAKERS[name](unit)

    @property
    def _scopes(self) -> Mapping[str, Scope]:
        return {"own": self._house.own, "other branch": self._house.beside, "other tenant": self._house.foreign}


def _meant(name: str, path: str) -> str:
    found = (other for (start, known), other in _OTHER_NAMES.items() if name == known and path.startswith(start))
    return next(found, name)


def operations(house: House) -> set[tuple[str, str]]:
    """Method and path of every route but the static files, which hold nobody's data."""
    rules: list[Rule] = [rule for rule in house.app.url_map.iter_rules() if rule.endpoint != "static"]
    return {(method, rule.rule) for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def owners_of(method: str, path: str) -> tuple[str, ...]:
    """Whose thing can be asked for; `any` where no single thing is."""
    named = names_in(path) | names_in(str(BODIES.get((method, path), "")), "{", "}")
    names = {_meant(name, path) for name in named}
    things = {name for name in names - _EVERYBODYS.keys() - {"new_login"} if not name.startswith(_ONE_OF)}
    return OWNERS if things else ("any",)


def names_in(text: str, left: str = "<", right: str = ">") -> set[str]:
    """The names between brackets."""
    found = (part.split(right)[0] for part in text.split(left)[1:])
    return {name for name in found if name in MAKERS or name in _EVERYBODYS or name == "new_login" or left == "<"}


def _filled(value: Any, things: Mapping[str, str]) -> Any:
    return value.format(**things) if isinstance(value, str) else value


def table() -> list[Row]:
    """The table as it is written."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert tuple(header) == HEADER
    return [tuple(row) for row in rows]


def _print_what_is_missing() -> None:
    known = {row[:3] for row in table()} if TABLE.exists() else set()
    with (
        tempfile.TemporaryDirectory() as folder,
        a_house(sqlite_settings(Path(folder), queue_length=ENOUGH_JOBS)) as house,
    ):
        csv.writer(sys.stdout, lineterminator="\n").writerows(
            row for row in Asked(house).rows() if row[:3] not in known
        )


if __name__ == "__main__":
    _print_what_is_missing()
