"""A day, its plan and a service that shows it, on a real SQLite file."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from api.access import Role
from api.access.passwords import hashed
from api.app import create_app
from api.clock import utc_now
from api.current import kept_by
from api.serving import WebServer, listening, port_of
from api.settings import Settings
from api.store import PlanStore, Unit, users
from scheduler.domain.plan import Plan, Reason, ReasonCode, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from scheduler.domain.travel import RouteGeometry
from scheduler.domain.visit import PlaceKind
from tests.builders import a_break, a_place, a_problem, a_shift, a_visit, window
from tests.databases import sqlite_settings
from tests.plans import REST, a_plan

TEXTS = {
    "v1": Text(name="王小明", note="请先按门铃"),
    "v1-home": Text(address="云川市青石区柳荫路12号3单元501室"),
    "v2": Text(name="赵丽"),
    "v2-work": Text(address="云川市东湖区创业大道88号"),
    "v3": Text(name="陈建国"),
    "v3-home": Text(address="云川市青石区桂花巷7号"),
    "v4": Text(name="刘洋"),
    "s1-a": Text(name="周敏"),
    "s1-b": Text(name="孙强"),
    "l0": Text(name="青石办公室", address="云川市青石区人民路1号"),
}
COOKIE = "visits"
NAMES_AND_ADDRESSES = tuple(word for text in TEXTS.values() for word in (text.name, text.address, text.note) if word)


def a_day() -> Problem:
    """Two crews and four visits; the second visit happens at work in a late window, so that its crew waits."""
    return a_problem(
        [
            a_visit("v1", 3),
            a_visit("v2", places=(a_place("v2-work", 9, window("11:00", "12:00"), kind=PlaceKind.WORKPLACE),)),
            a_visit("v3", 14),
            a_visit("v4", 20),
        ],
        [a_shift("s1", breaks=(a_break("12:00", "14:00"),)), a_shift("s2")],
    )


def its_plan(problem: Problem | None = None) -> Plan:
    """Crew s1 visits v1, v2, rests, and visits v3; v4 is left out for two reasons; nobody checked it."""
    plan = a_plan(problem or a_day(), {"s1": ["v1", "v2", REST, "v3"]})
    reasons = (
        Reason(code=ReasonCode.NOT_ELIGIBLE, detail="CN-BLK-1 forbids the visit.", rule_id="CN-BLK-1"),
        Reason(code=ReasonCode.SHIFT_TOO_SHORT, detail="Shift s2 is too short for visit v4.", shift_id="s2"),
    )
    return replace(plan, unassigned=(Unassigned(visit_id="v4", reasons=reasons),))


def as_on_roads(plan: Plan) -> dict[str, RouteGeometry]:
    """Straight lines that pass for roads, so that a map's label can come from the plan alone."""
    at = {location.id: location.coordinates for location in a_day().locations}
    legs = []
    for route in plan.routes:
        points = [at[stop.location_id] for stop in route.stops if stop.type != "break"]
        legs.append((route.shift_id, tuple((a, b) for a, b in pairwise(points) if a and b)))
    return {shift_id: RouteGeometry(legs=lines, estimated=False) for shift_id, lines in legs}


def settings_in(folder: Path, **changes: object) -> Settings:
    """Settings with all data under `folder`, and an empty database there."""
    given: dict[str, object] = {"given_secret_key": None, "navigation_providers": ("geo", "amap")}
    return sqlite_settings(folder, **(given | changes))


def a_service(folder: Path, plan: Plan | None = None, **changes: object) -> tuple[FlaskClient, str]:
    """A client of a service that holds the day's plan, and the plan's id."""
    settings = settings_in(folder, **changes)
    store = PlanStore(settings)
    plan_id = store.save(a_day(), plan or its_plan(), TEXTS)
    store.close()
    return a_client(settings), plan_id


def a_client(settings: Settings, role: Role = Role.DISPATCHER, clock: Callable[[], datetime] = utc_now) -> FlaskClient:
    """A client of a service, with the token of a new user of the first branch."""
    app = create_app(settings, clock)
    client = app.test_client()
    token = a_token(kept_by(app).plans, role, clock)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def a_token(store: PlanStore, role: Role = Role.DISPATCHER, clock: Callable[[], datetime] = utc_now) -> str:
    """The token of a new user of the first branch."""
    with store.database.writing(store.scope, clock()) as unit:
        user_id = a_user(unit, role)
        return users.add_token(unit, user_id, name="tests", life=timedelta(days=1))


def a_user(
    unit: Unit,
    role: Role = Role.DISPATCHER,
    *,
    login: str | None = None,
    password: str | None = None,
    collector_id: str | None = None,
) -> str:
    """A new user of the unit's branch: the id."""
    return users.add(
        unit,
        login=login or f"{role}-{secrets.token_hex(4)}",
        role=role,
        name="测试员",
        collector_id=collector_id,
        password_hash=None if password is None else hashed(password),
    )


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a free port of this machine."""
    listeners = listening("127.0.0.1", 0)
    server = WebServer(app, listeners)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port_of(listeners[0])}"
    finally:
        server.stop()
        thread.join(timeout=20)
