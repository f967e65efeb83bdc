"""`python -m benchmarks.pages`: how long the service takes for each page with the fictional city's day in it."""

import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from api.access import Role
from api.access.policy import policy_of
from api.app import create_app
from api.cli.demo import AS_OF, DAY, RULE_PACKS
from api.importing import import_files
from api.kept_city import keep_city
from api.settings import Settings
from api.store import PlanStore, users
from api.store.tables.cases import CaseRow
from api.store.tables.people import CollectorRow, ShiftRow
from benchmarks.load import city_tables, prepared
from benchmarks.proof import put_section

_TIMES = 7
_AIM_MS = 200.0
_HEAD = """Each page that somebody who signed in may open, with the cases, crews and a published plan of the fictional
city (`python -m benchmarks.pages`): the median of {times} answers in process, after a first one. Pages whose address
names what is not in this store are left out.

| Page | ms |
|---|---|
"""


def _things(settings: Settings, plan_id: str) -> tuple[dict[str, str], dict[Role, str]]:
    """What stands in addresses, and a token for each role."""
    now = datetime.now(UTC)  # noqa: TID251 - the tokens must hold for the service's own clock
    with closing(PlanStore(settings)) as store:
        stored = store.get(plan_id)
        with store.database.writing(store.scope, now) as unit:
            keep_city(unit, DAY)
            unit.session.flush()
            tokens = {}
            for role in Role:
                user = users.add(unit, login=f"pages-{role}", role=role, name="", branch_id=store.scope.branch_id)
                tokens[role] = users.add_token(unit, user, name="pages", life=timedelta(hours=1))
            rows = {
                name: str(unit.session.query(table.id).limit(1).scalar() or "")
                for name, table in (
                    ("case_id", CaseRow),
                    ("collector_id", CollectorRow),
                    ("shift_row_id", ShiftRow),
                )
            }
    shift_id = "" if stored is None else stored.plan.routes[0].shift_id
    return {**rows, "plan_id": plan_id, "shift_id": shift_id, "day": DAY.isoformat(), "user_id": user}, tokens


def _pages(app: Any, things: dict[str, str]) -> list[tuple[str, str, Role]]:
    """Rules of an application, addresses, and who opens them."""
    found = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app.view_functions[rule.endpoint]) if rule.endpoint != "static" else None
        if "GET" not in (rule.methods or ()) or rule.rule.startswith("/api/") or not isinstance(policy, frozenset):
            continue
        if rule.arguments <= set(things):
            path = rule.build({name: things[name] for name in rule.arguments})
            role = Role.DISPATCHER if Role.DISPATCHER in policy else min(policy)
            if path is not None:
                found.append((rule.rule, path[1], role))
    return found


@click.command()
@click.option("--into", type=click.Path(path_type=Path), default=Path("docs/proof.md"), show_default=True)
def main(into: Path) -> None:
    """Measure, and write the section."""
    imported = import_files(city_tables(), DAY, rule_packs=RULE_PACKS, as_of=AS_OF)
    with tempfile.TemporaryDirectory() as name:
        settings, plan_id, _ = prepared(Path(name), imported)
        things, tokens = _things(settings, plan_id)
        app = create_app(settings)
        client = app.test_client()
        rows: list[tuple[float, str]] = []
        for rule, path, role in _pages(app, things):
            headers = {"Authorization": f"Bearer {tokens[role]}"}
            if client.get(path, headers=headers).status_code != 200:
                continue
            taken = []
            for _ in range(_TIMES):
                begun = time.perf_counter()
                client.get(path, headers=headers)
                taken.append((time.perf_counter() - begun) * 1000)
            rows.append((statistics.median(taken), rule))
    rows.sort(reverse=True)
    slow = [rule for median, rule in rows if median > _AIM_MS]
    lines = [f"| `{rule}` | {median:.0f} |" for median, rule in rows]
    said = f"{len(rows)} pages; over {_AIM_MS:.0f} ms: {', '.join(slow) or 'none'}."
    click.echo("\n".join([*lines[:15], said]))
    put_section(into, "Pages", _HEAD.format(times=_TIMES) + "\n".join(lines) + f"\n\n{said}")


if __name__ == "__main__":
    main()
