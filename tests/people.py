"""A service with two lenders and two branches of the first one, and people in them."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from flask import Flask
from flask.testing import FlaskClient

from api import current
from api.access import Role
from api.app import create_app
from api.settings import Settings
from api.store import Database, PlanState, PlanStore, Scope, Unit, plans, sessions, users
from api.store.tables.cases import PlaceRow
from api.store.tables.organisation import BranchRow, TenantRow
from api.store.tables.people import CollectorRow
from api.store.tables.plans import PlanRow, RouteRow
from api.store.tables.visiting import LinkRow
from benchmarks.stored_cases import add_case
from tests.service import COOKIE, TEXTS, a_day, a_user, its_plan

NOON = datetime(2026, 12, 1, 4, tzinfo=UTC)
OWN_PAGES = {"HTTP_ORIGIN": "http://localhost"}
NAME = "欧阳小明"
PHONE = "13900001234"
ADDRESS = "云川市青石区柳荫路12号3单元501室"


class Clock:
    """What time the service takes it to be."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **how_long: float) -> None:
        self.now += timedelta(**how_long)


@dataclass(frozen=True, kw_only=True)
class House:
    """The service; `own` is the first branch, `beside` another one of the same lender, `foreign` another lender's."""

    app: Flask
    clock: Clock
    database: Database
    own: Scope
    beside: Scope
    foreign: Scope
    session_life: ClassVar[timedelta] = timedelta(hours=12)

    @contextlib.contextmanager
    def writing(self, scope: Scope | None = None) -> Iterator[Unit]:
        """A unit of work of a branch, the first one unless named."""
        with self.database.writing(scope or self.own, self.clock()) as unit:
            yield unit

    def user(self, role: Role = Role.DISPATCHER, scope: Scope | None = None, **given: Any) -> str:
        """A new user: the id."""
        with self.writing(scope) as unit:
            return a_user(unit, role, **given)

    def program(self, user_id: str, scope: Scope | None = None) -> FlaskClient:
        """A client with a new token of a user."""
        with self.writing(scope) as unit:
            secret = users.add_token(unit, user_id, name="tests", life=timedelta(days=30))
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    def browser(self, user_id: str, scope: Scope | None = None) -> FlaskClient:
        """A browser in which a user is signed in; its requests come from our own pages."""
        with self.writing(scope) as unit:
            secret = sessions.start(unit, user_id, life=self.session_life, way="password")
        client = self.stranger()
        client.set_cookie(COOKIE, secret)
        return client

    def stranger(self) -> FlaskClient:
        """A browser in which nobody is signed in."""
        client = self.app.test_client()
        client.environ_base.update(OWN_PAGES)
        return client


@contextlib.contextmanager
def a_house(settings: Settings) -> Iterator[House]:
    """The service on an empty migrated database."""
    clock = Clock()
    app = create_app(settings, clock)
    store: PlanStore = current.kept_by(app).plans
    try:
        with store.database.writing(None, clock()) as unit:
            beside = replace(store.scope, branch_id=a_branch(unit, store.scope.tenant_id, "beside"))
            tenant = TenantRow(name="another lender", time_zone="Asia/Shanghai", rule_packs=["cn-base"])
            unit.session.add(tenant)
            unit.session.flush()
            foreign = replace(store.scope, tenant_id=tenant.id, branch_id=a_branch(unit, tenant.id, "main"))
        yield House(app=app, clock=clock, database=store.database, own=store.scope, beside=beside, foreign=foreign)
    finally:
        current.close(app)


def a_branch(unit: Unit, tenant_id: str, code: str) -> str:
    """A new branch of a lender: its id."""
    row = BranchRow(tenant_id=tenant_id, code=code, name=code)
    unit.session.add(row)
    unit.session.flush()
    return row.id


def a_case(unit: Unit) -> tuple[str, str]:
    """A new case of a borrower with a name, a phone and an address: the ids of the case and of its place."""
    case = add_case(unit, _a_code(), name=NAME, phone=PHONE, address=ADDRESS)
    return case.id, unit.session.query(PlaceRow).filter_by(case_id=case.id).one().id


def a_collector(unit: Unit, code: str) -> str:
    """A new collector: the row's id."""
    row = CollectorRow(
        code=code,
        skills=[],
        is_new=False,
        prohibited_partners=[],
        sealed_text=unit.seal('{"name": "周敏"}'),
        name_index=unit.index("周敏"),
    )
    unit.session.add(row)
    unit.session.flush()
    return row.id


def a_published_plan(unit: Unit) -> str:
    """The day of `tests.service`, published with its routes: the plan's id."""
    plan = its_plan()
    plan_id = plans.save(unit, a_day(), plan, TEXTS)
    row = unit.session.query(PlanRow).filter_by(id=plan_id).one()
    row.state = PlanState.PUBLISHED
    unit.session.add_all(
        RouteRow(plan_id=plan_id, shift_code=route.shift_id, collector_codes=list(route.collector_ids))
        for route in plan.routes
    )
    unit.session.flush()
    return plan_id


def a_link(unit: Unit, plan_id: str, shift_code: str, **changes: Any) -> str:
    """A link to a crew's route that is valid today: its id."""
    given: dict[str, Any] = {
        "kind": "route",
        "secret_sha256": secrets.token_hex(32),
        "plan_id": plan_id,
        "shift_code": shift_code,
        "created_at": unit.now,
        "valid_from": unit.now,
        "expires_at": unit.now + timedelta(hours=10),
        "epoch": unit.epoch(),
    }
    row = LinkRow(**(given | changes))
    unit.session.add(row)
    unit.session.flush()
    return row.id


def _a_code() -> str:
    return secrets.token_hex(8)
