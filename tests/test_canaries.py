"""Forty texts about people are planted, every route is asked, and none of them leaks into what operators keep."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from api import current
from api.access import Role
from api.current import kept_by
from api.logs import log_lines
from api.store import PlanStore
from api.store.keys import sealed_columns
from api.store.tables import Table
from scheduler.domain.texts import Text
from tests.service import a_client, a_day, its_plan, settings_in
from tests.walks_of_routes import every_address

CANARIES = tuple(f"金丝雀{number:02d}canary{number:02d}x" for number in range(40))
PER_TEXT = 5
TEXT_IDS = ("v1", "v1-home", "v2", "v2-work", "v3", "v4", "s1-a", "s1-b")
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/json", json.dumps({canary: canary for canary in CANARIES[:8]}).encode()),
    ("application/json", CANARIES[8].encode()),
    ("text/csv", CANARIES[9].encode()),
    ("application/x-www-form-urlencoded", f"name={CANARIES[10]}".encode()),
)


def planted() -> dict[str, Text]:
    """Each canary stands in exactly one field of the day's texts."""
    return {
        text_id: Text(**dict(zip(("name", "address", "note", "identity_number", "phone"), some, strict=True)))
        for text_id, some in zip(
            TEXT_IDS, (CANARIES[at : at + PER_TEXT] for at in range(0, len(CANARIES), PER_TEXT)), strict=True
        )
    }


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "log.jsonl"
    with log_lines(path):
        logging.getLogger().setLevel(logging.DEBUG)
        yield path


def leaked(*contents: str) -> set[str]:
    """The canaries in some texts, spelled plainly or as JSON and URLs spell them."""
    spelled = {canary: {canary, json.dumps(canary)[1:-1], canary.removeprefix("金丝雀")} for canary in CANARIES}
    return {canary for canary, forms in spelled.items() if any(form in text for form in forms for text in contents)}


def test_no_text_about_a_person_reaches_logs_figures_jobs_or_error_answers(tmp_path: Path, log_file: Path) -> None:
    settings = settings_in(tmp_path, log_file=log_file)
    store = PlanStore(settings)
    plan_id = store.save(a_day(), its_plan(), planted())
    store.close()
    errors, answered = [], 0
    shown = ""
    for role in Role:
        client = a_client(settings, role)
        for method, path in every_address(client.application, plan_id):
            for address in (path, f"{path}?q={CANARIES[11]}", f"{path}/{CANARIES[12]}"):
                for kind, body in (("", b""), *BODIES) if method not in {"GET", "DELETE"} else (("", b""),):
                    response = client.open(
                        address, method=method, data=body, content_type=kind or None, headers={"If-Match": CANARIES[13]}
                    )
                    answered += 1
                    shown += response.text if response.status_code < 400 and not response.is_streamed else ""
                    # A form that is refused is shown again as it was typed, to who typed it.
                    is_form = response.status_code == 422 and response.mimetype == "text/html"
                    if response.status_code >= 400 and not is_form:
                        errors.append(response.text + str(response.headers))
                    response.close()
        shown += client.get(f"/plans/{plan_id}/crews/s1").text
        figures = client.get("/metrics").text
        kept = _kept_openly(kept_by(client.application).plans)
        current.close(client.application)
        assert leaked(figures) == set()
        assert leaked(kept) == set()

    assert answered > 5 * 10
    assert errors
    assert leaked(shown), "the canaries are there to be seen where they belong"
    assert leaked(*errors) == set()
    lines = log_file.read_text(encoding="ascii")
    assert lines.count("\n") >= answered
    assert leaked(lines, lines.encode().decode("unicode_escape")) == set()


def _kept_openly(store: PlanStore) -> str:
    """Everything in the database that is not encrypted: jobs, events, the audit trail, and all other rows."""
    content = []
    with store.database.engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            readable = [column for column in table.columns if column.name not in sealed_columns(table)]
            content.append(str(connection.execute(select(*readable)).all()))
    return "\n".join(content)


def test_the_harness_sees_a_leak(log_file: Path) -> None:
    logging.getLogger("api.test").warning("a mistake: %s", CANARIES[3])
    lines = log_file.read_text(encoding="ascii")
    assert leaked(lines) == {CANARIES[3]}
