"""A service with a published day and a clock that tests turn."""

import contextlib
import itertools
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flask.testing import FlaskClient

from api.access import Role
from api.app import create_app
from api.current import close, kept_by
from api.rest.documentation import DocumentedApp
from api.settings import Settings
from api.store import Scope, sessions, users
from tests.visiting import CREWS, PUBLISHED_AT, a_branch, a_day, a_published_plan, received


class VisitingService:
    """The application, its clock, and the plan c1, c2 (crew s1), c3 (crew s2)."""

    def __init__(
        self,
        settings: Settings,
        routes: dict[str, Sequence[str]] | None = None,
        crews: Mapping[str, Sequence[str]] = CREWS,
    ) -> None:
        self.now = PUBLISHED_AT
        self.app: DocumentedApp = create_app(settings, lambda: self.now)
        self.database = kept_by(self.app).plans.database
        self.scope: Scope = a_branch(self.database, crews)
        given = routes or {"s1": ["c1", "c2"], "s2": ["c3"]}
        problem = a_day(*sorted(itertools.chain.from_iterable(given.values())), crews=crews)
        self.plan_id = a_published_plan(self.database, self.scope, given, problem)
        received(self.database, self.scope, self.plan_id)

    def client(self, role: Role | None = None) -> FlaskClient:
        """A client without cookies of another one; signed in by token when a role is given."""
        return self._new_client() if role is None else self._client(role, self.scope.branch_id)

    def client_of_all_branches(self, role: Role) -> FlaskClient:
        """A client of a user of the whole lender."""
        return self._client(role, None)

    def _new_client(self) -> FlaskClient:
        client = self.app.test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"  # as browsers say it of our own pages
        return client

    def _client(self, role: Role, branch_id: str | None) -> FlaskClient:
        client = self._new_client()
        login = f"{role}-{secrets.token_hex(4)}"
        scope = self.scope if branch_id else replace(self.scope, branch_id=None)
        with self.database.writing(scope, self.now) as unit:
            user_id = users.add(unit, login=login, role=role, name="x", branch_id=branch_id)
            token = users.add_token(unit, user_id, name="t", life=timedelta(days=60))
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    def session(self, role: Role) -> str:
        """The secret of a new session in a browser."""
        with self.database.writing(self.scope, self.now) as unit:
            user_id = users.add(unit, login=f"{role}-{secrets.token_hex(4)}", role=role, name="何值班")
            return sessions.start(unit, user_id, life=timedelta(days=30), way="password")

    def crew_link(self, shift: str = "s1") -> str:
        """The secret of a new link of a crew."""
        made = self.client(Role.DISPATCHER).post(f"/api/v1/plans/{self.plan_id}/links", json={"shift_id": shift})
        assert made.status_code == 201, made.text
        assert made.json is not None
        return str(made.json["address"]).partition("#")[2]


@contextlib.contextmanager
def a_visiting_service(
    settings: Settings,
    routes: dict[str, Sequence[str]] | None = None,
    now: datetime | None = None,
    crews: Mapping[str, Sequence[str]] = CREWS,
) -> Iterator[VisitingService]:
    """One, closed at the end."""
    service = VisitingService(settings, routes, crews)
    if now is not None:
        service.now = now
    try:
        yield service
    finally:
        close(service.app)
