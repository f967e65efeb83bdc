"""Every page of the service, found in its map of addresses: a page that is added later is walked too.

The day is that of `tests.visiting`, with one thing of each kind that has a page; every text of a person may be hostile.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest import mock

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from api.access import Role
from api.access.policy import policy_of
from api.store import Unit, approvals, jobs, users
from api.store.tables.cases import BorrowerRow, CaseRow, PlaceRow
from api.store.tables.organisation import BranchRow, UserRow
from api.store.tables.people import CollectorRow, OfficeRow, ShiftRow
from api.store.tables.service import ApprovalRow
from api.store.tables.visiting import ReportRow, VisitRecordRow, WishRow
from scheduler.domain.texts import Text
from scheduler.rules.load import load_rule_set
from tests.access_rows import MAKERS
from tests.phone_days import a_day_at_doors, a_phone, begun
from tests.visiting import DAY, PACKS, TEXTS, a_draft, at_the_door
from tests.visiting_service import VisitingService
from tests.walks_of_routes import address_of
from tests.what_if import a_kept_experiment

STRANGER, CREW = "stranger", "crew"
WHO = (*map(str, Role), STRANGER, CREW)
# What is no page of its own, and why.
NOT_PAGES: Mapping[str, str] = {
    "elsewhere.leave_for_provider": "leads to another service",
    "elsewhere.come_back": "leads on",
    "pages.choose_day": "leads to the page of a day",
    "static": "files",
}
# What stands in an address besides its parts.
_QUERIES: Mapping[str, str] = {
    "difference_page.show": "?against={other_plan_id}",
    "rule_pages.compare": "?old={old_pack}&new={new_pack}",
    "rule_pages.show_effect": "?old={old_pack}&new={new_pack}",
}
# Pages that are about a plan that nobody follows yet.
_OF_A_DRAFT = frozenset({"publishing_page.show"})
# Pages that look otherwise for somebody who would not be the first one to be asked.
_ALSO: tuple[tuple[str, str], ...] = (("pages.list_days", str(Role.COLLECTOR)), ("pages.show_day", str(Role.PLANNER)))
_ASKED_FIRST = (Role.DISPATCHER, Role.COMPLIANCE, Role.ADMINISTRATOR, Role.PLANNER, Role.COLLECTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page and who opens it."""

    endpoint: str
    address: str
    who: str


class Everything:
    """A running day with something on every page."""

    def __init__(self, service: VisitingService) -> None:
        self.service = service
        self.crew = a_phone(service)
        begun(service, self.crew)
        with service.database.writing(service.scope, service.now) as unit:
            self.parts = _things(unit, service.plan_id)

    def client(self, who: str) -> FlaskClient:
        """A client of somebody."""
        if who == CREW:
            return self.crew
        return self.service.client(None if who == STRANGER else Role(who))

    def pages(self) -> tuple[Page, ...]:
        """All of them.

        Raises:
            AssertionError: An address neither shows a page or a part of one, nor is it known to be none.
        """
        clients = {who: self.client(who) for who in WHO}
        found: list[Page] = []
        unknown: list[str] = []
        for rule in self.service.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_PAGES or _is_for_programs(rule):
                continue
            address = self.address(rule)
            for who in _asked(self.service, rule):
                answer = clients[who].get(address)
                if answer.status_code == 200 and (answer.mimetype != "text/html" or "<html" not in answer.text):
                    break  # a file, or a part of another page
                if answer.status_code == 200:
                    found.append(Page(endpoint=rule.endpoint, address=address, who=who))
                    found += [
                        Page(endpoint=rule.endpoint, address=address, who=also)
                        for endpoint, also in _ALSO
                        if endpoint == rule.endpoint
                    ]
                    break
            else:
                unknown.append(f"{rule.endpoint} {address}")
        assert unknown == [], f"say in tests/every_page.py how to open these, or why they are no pages: {unknown}"
        return tuple(found)

    def address(self, rule: Rule) -> str:
        """A rule's address, with existing things in its variable parts."""
        parts = self.parts
        if rule.endpoint in _OF_A_DRAFT:
            parts = parts | {"plan_id": parts["other_plan_id"]}
        return address_of(self.service.app, rule, parts) + _QUERIES.get(rule.endpoint, "").format_map(parts)


@contextmanager
def everything(folder: Path, words: tuple[str, ...] = ()) -> Iterator[Everything]:
    """The service with one thing of each kind.

    Args:
        folder: For its database.
        words: What all texts of people say, in turns; empty for harmless ones.
    """
    turns = cycle(words)
    texts = {key: _said(text, turns) if words else text for key, text in TEXTS.items()}
    with mock.patch.dict(TEXTS, texts), a_day_at_doors(folder) as service:
        made = Everything(service)
        if words:
            with service.database.writing(service.scope, service.now) as unit:
                _say(unit, turns)
        yield made


def _is_for_programs(rule: Rule) -> bool:
    return rule.rule.startswith("/api/") or rule.endpoint.startswith("openapi")


def _asked(service: VisitingService, rule: Rule) -> tuple[str, ...]:
    policy = policy_of(service.app.view_functions[rule.endpoint])
    if isinstance(policy, frozenset):
        return tuple(str(role) for role in _ASKED_FIRST if role in policy)
    return (CREW,) if rule.rule.startswith("/crew") else (STRANGER,)


def _things(unit: Unit, plan_id: str) -> dict[str, str]:
    """What stands in variable parts of addresses, with texts on the pages of each."""
    case_id = unit.session.scalars(select(CaseRow.id).where(CaseRow.code == "c1")).one()
    collector_id = unit.session.scalars(select(CollectorRow.id).where(CollectorRow.code == "s1-a")).one()
    shift_row_id, office_id = MAKERS["shift_row_id"](unit), MAKERS["office_id"](unit)
    unit.session.query(OfficeRow).filter_by(id=office_id).update({"code": "o"})
    shift: dict[Any, Any] = {"day": DAY, "earliest_start": at_the_door("09:00"), "latest_end": at_the_door("18:00")}
    unit.session.query(ShiftRow).filter_by(id=shift_row_id).update({"collector_codes": ["s1-a", "s1-b"], **shift})
    user_id = users.add(unit, login="somebody", role=Role.COMPLIANCE, name="何值班")
    for kind, code in (("need_help", "c1"), ("another_time", "c2"), ("dispute", "c3")):
        of = unit.session.scalars(select(CaseRow.id).where(CaseRow.code == code)).one()
        text = unit.seal("请在周末来")
        unit.session.add(WishRow(case_id=of, kind=kind, sealed_text=text, asked_at=unit.now))
    unit.session.add(ReportRow(letter_number="x", sealed_text=unit.seal("不是本人"), reported_at=unit.now))
    MAKERS["alarm_id"](unit)
    override = {"rule_id": "CN-VIS-CAP", "until": (DAY + timedelta(days=9)).isoformat()}
    packs = {"packs": ["cn-base"], "before": ["cn-base", "cn-house"]}
    subjects = {"override": f"case:{case_id}", "rule_packs": "tenant:x"}
    assert unit.scope is not None
    branch_id = unit.scope.branch_id
    assert branch_id is not None
    asked = {
        kind: approvals.ask(
            unit, user_id, kind=kind, subject=subjects[kind], facts=facts, reason="请复核", branch_id=branch_id
        )
        for kind, facts in (("override", override), ("rule_packs", packs))
    }
    other = users.add(unit, login="another", role=Role.COMPLIANCE, name="卢合规")
    approvals.decide(unit, asked["override"], other, is_granted=True, reason="同意")
    old_pack, new_pack = (f"{pack.name}@{pack.version}" for pack in load_rule_set(PACKS).packs[-2:])
    return {
        "plan_id": plan_id,
        "other_plan_id": a_draft(unit, {"s1": ["c2", "c1"], "s2": ["c3"]}),
        "shift_id": "s1",
        "visit_id": "c1",
        "day": DAY.isoformat(),
        "case_id": case_id,
        "collector_id": collector_id,
        "shift_row_id": shift_row_id,
        "user_id": user_id,
        "approval_id": asked["rule_packs"],
        "job_id": jobs.submit(unit, "plan", {"day": DAY.isoformat(), "seconds": 10, "seed": 0}, branch_id=branch_id),
        "experiment_id": a_kept_experiment(unit, branch_id, name="缺口多大？", note="请复核"),
        "name": "cn-base",
        "old_pack": old_pack,
        "new_pack": new_pack,
    }


def _said(text: Text, turns: Iterator[str]) -> Text:
    return Text(
        name=next(turns) if text.name else text.name,
        address=next(turns) if text.address else text.address,
        note=next(turns),
        identity_number=text.identity_number,
    )


def _say(unit: Unit, turns: Iterator[str]) -> None:
    """Have every text of a person, and every name that somebody gives to something, say something else."""
    for row_type, sealed in _SEALED.items():
        for row in unit.session.scalars(select(row_type)):
            for field, of in sealed.items():
                setattr(row, field, of(unit, turns))


def _words(unit: Unit, turns: Iterator[str]) -> bytes:
    return unit.seal(next(turns))


def _plain(_unit: Unit, turns: Iterator[str]) -> str:
    return next(turns)


def _person(unit: Unit, turns: Iterator[str]) -> bytes:
    return unit.seal(json.dumps({"name": next(turns), "phone": next(turns)}))


def _point(unit: Unit, turns: Iterator[str]) -> bytes:
    return unit.seal(json.dumps({"address": next(turns), "latitude_degrees": None, "longitude_degrees": None}))


# Where people's own words stand.
_SEALED: Mapping[type[Any], Mapping[str, Callable[[Unit, Iterator[str]], object]]] = {
    BorrowerRow: {"sealed_text": _person},
    CaseRow: {"sealed_note": _words},
    PlaceRow: {"sealed_point": _point},
    CollectorRow: {"sealed_text": _person, "employer": _plain},
    OfficeRow: {"name": _plain, "address": _plain},
    BranchRow: {"name": _plain},
    UserRow: {"sealed_name": _words},
    WishRow: {"sealed_text": _words},
    ReportRow: {"sealed_text": _words},
    VisitRecordRow: {"sealed_note": _words},
    ApprovalRow: {"sealed_reason": _words, "sealed_decision_reason": _words},
}
