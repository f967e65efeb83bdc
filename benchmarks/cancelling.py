"""How soon a payment, or a circumstance that forbids visits, has called the visit off and voided its letter.

With the process that does jobs alive, and without any. `make cancelling` writes what it found into docs/proof.md.

python -m benchmarks.cancelling --rounds 100
"""

import contextlib
import http.client
import json
import secrets
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from api.access import Role
from api.cli.demo import AS_OF, DAY
from api.clock import utc_now
from api.settings import Settings
from api.store import PlanStore, Unit, letters, plans, users
from api.visiting import publishing
from benchmarks.board_day import a_large_day
from benchmarks.job_faults import served
from benchmarks.proof import put_section
from benchmarks.stored_cases import add_case, add_milder_tries
from scheduler.travel import RoadNetworks

AIM_SECONDS = 1.0
_VISITS_A_CREW = 5
_PAUSE_SECONDS = 0.005
_PATIENCE_SECONDS = 30.0
_HEAD = """\
`make cancelling`: a service on SQLite with a published day of {visits} visits. The office keeps that a case is paid and
closed, or that it is disputed, one case after the other; measured is from sending that to the moment at which another
request is told that the visit is called off and the hotline is told that its letter is void. Without the process that
does jobs, nothing but the request itself can have done it.

| What | Times | median ms | longest ms | Aim | Reached |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """A published day, and who may change it.

    Attributes:
        plan_id: The plan.
        cases: Ids of the rows of its cases, by visit.
        numbers: Of the letters, by visit.
        tokens: Of a user of each role.
    """

    plan_id: str
    cases: dict[str, str]
    numbers: dict[str, str]
    tokens: dict[Role, str]


@click.command()
@click.option("--rounds", default=100, show_default=True, help="Of each kind of process.")
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(rounds: int, into: Path) -> None:
    """Measure, print, and write the section."""
    visits = 2 * rounds
    with tempfile.TemporaryDirectory() as name:
        settings = Settings(data_dir=Path(name) / "var")
        seeded = _seeded(settings, visits)
        coming = iter(sorted(seeded.cases))
        rows = []
        for what, words in (("with the process that does jobs", ()), ("without one", ("--no-jobs",))):
            with served(settings, seeded.tokens[Role.DISPATCHER], *words) as (_, client):
                calls = Calls(client.port, seeded)
                seconds = [calls.seconds_to_call_off(next(coming), is_paid=number % 2 == 0) for number in range(rounds)]
            reached = "yes" if max(seconds) <= AIM_SECONDS else "no"
            middle, longest = 1000 * statistics.median(seconds), 1000 * max(seconds)
            rows.append(f"| {what} | {len(seconds)} | {middle:.0f} | {longest:.0f} | ≤ 1000 | {reached} |")
    click.echo("\n".join(rows))
    put_section(into, "Calling visits off", _HEAD.format(visits=visits) + "\n".join(rows))


class Calls:
    """Asks a service over one connection for each user."""

    def __init__(self, port: int | None, seeded: Seeded) -> None:
        """Begin.

        Args:
            port: Of the service on this machine.
            seeded: What is there.
        """
        self._seeded = seeded
        self._connections = {
            role: http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS) for role in seeded.tokens
        }

    def seconds_to_call_off(self, visit: str, *, is_paid: bool) -> float:
        """Keep a payment or a dispute, and wait until others see what follows."""
        path = f"/api/v1/cases/{self._seeded.cases[visit]}"
        _, etag = self._ask(Role.DISPATCHER, "GET", path)
        began = time.monotonic()
        if is_paid:
            self._ask(Role.DISPATCHER, "PATCH", path, {"state": "closed"}, etag)
        else:
            self._ask(Role.COMPLIANCE, "POST", f"{path}/blocks", {"code": "disputed"}, etag)
        while not self._is_over(visit):
            if time.monotonic() - began > _PATIENCE_SECONDS:
                raise TimeoutError(f"visit {visit} was not called off")
            time.sleep(_PAUSE_SECONDS)
        return time.monotonic() - began

    def _is_over(self, visit: str) -> bool:
        state, _ = self._ask(Role.DISPATCHER, "GET", f"/api/v1/plans/{self._seeded.plan_id}/day-state")
        stop = next(one for one in state["stops"] if one["visit_id"] == visit)
        told, _ = self._ask(Role.DISPATCHER, "POST", "/api/v1/hotline-answers", {"number": self._seeded.numbers[visit]})
        return bool(stop["state"] == "cancelled" and told["state"] == "revoked")

    def _ask(
        self, role: Role, method: str, path: str, body: dict[str, Any] | None = None, etag: str = ""
    ) -> tuple[Any, str]:
        headers = {"Authorization": f"Bearer {self._seeded.tokens[role]}", "Content-Type": "application/json"}
        connection = self._connections[role]
        connection.request(
            method,
            path,
            body=None if body is None else json.dumps(body),
            headers=headers | ({"If-Match": etag} if etag else {}),
        )
        answer = connection.getresponse()
        content = answer.read()
        if answer.status >= http.HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content), answer.headers.get("ETag", "")


def _seeded(settings: Settings, visits: int) -> Seeded:
    with contextlib.closing(PlanStore(settings)) as store:
        with store.database.writing(store.scope, AS_OF) as unit:
            plan_id, cases = _published(unit, visits)
            numbers = {one.visit_code: one.number for one in letters.of_plan(unit, plan_id)}
        with store.database.writing(store.scope, utc_now()) as unit:
            tokens = {role: _token(unit, role, store.scope.branch_id) for role in (Role.DISPATCHER, Role.COMPLIANCE)}
    return Seeded(plan_id=plan_id, cases=cases, numbers=numbers, tokens=tokens)


def _published(unit: Unit, visits: int) -> tuple[str, dict[str, str]]:
    day = a_large_day(-(-visits // _VISITS_A_CREW), _VISITS_A_CREW)
    cases = {}
    for visit in day.problem.visits:
        due = DAY - timedelta(days=60)
        case = add_case(unit, visit.id, due_since=due, subject="debtor", actor="first_party")
        add_milder_tries(unit, case.id)
        cases[visit.id] = case.id
    plan_id = plans.save(unit, day.problem, day.plan, {})
    nowhere = RoadNetworks(folder=Path("none"), cache_folder=Path("none"))
    publishing.check(unit, plan_id, nowhere)
    publishing.publish(unit, plan_id, nowhere, accept_estimate=True)
    return plan_id, cases


def _token(unit: Unit, role: Role, branch_id: str | None) -> str:
    user_id = users.add(unit, login=f"{role}-{secrets.token_hex(4)}", role=role, name="", branch_id=branch_id)
    return users.add_token(unit, user_id, name="measuring", life=timedelta(days=1))


if __name__ == "__main__":
    main()
