"""Imports in the background: the answer is that of the operation that is waited for, and nothing stays half done."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api import import_steps
from api.access import Role
from api.current import close, kept_by
from api.importing.sources import Source
from api.jobs import importing
from api.jobs.attempts import perform
from api.settings import Settings
from api.store import Unit, jobs
from api.store.tables.cases import CaseRow
from api.store.tables.service import ImportRow, JobRow
from tests.job_runs import done, surroundings_of
from tests.lender import NOW, a_lenders_client, send, sources_of
from tests.service import a_token
from tests.sheets import SECRETS, sheets


@pytest.fixture
def client(database_settings: Settings) -> Iterator[FlaskClient]:
    made = a_lenders_client(database_settings)
    yield made
    close(made.application)


def in_background(client: FlaskClient, files: list[Source] | None = None, **form: str) -> dict[str, Any]:
    """The job of an import, done."""
    return done(client, send(client, files or sources_of(sheets()), in_background="true", **form))


def result_of(client: FlaskClient, job: dict[str, Any]) -> dict[str, Any]:
    answer = client.get(f"/api/v1/imports/results/{job['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def kept_cases(client: FlaskClient) -> int:
    with kept_by(client.application).plans.database.reading(None, NOW) as unit:
        return len(unit.session.scalars(select(CaseRow.id)).all())


def job_row(client: FlaskClient, job_id: str) -> JobRow:
    with kept_by(client.application).plans.database.reading(None, NOW) as unit:
        row = unit.session.scalars(select(JobRow).where(JobRow.id == job_id)).one()
        assert row.sealed_input is None or row.sealed_input
        unit.session.expunge(row)
        return row


def test_an_import_in_the_background_is_kept_and_answered_as_one_that_is_waited_for(client: FlaskClient) -> None:
    job = in_background(client)

    assert (job["state"], job["error_code"], job["result"]["status"], job["result"]["rows"]) == ("done", None, 201, 9)
    result = result_of(client, job)
    assert result["refusal"] is None
    assert result["answer"]["id"] == job["result"]["import_id"]
    assert result["answer"]["counts"]["cases"] == {"created": 2}
    assert [one["id"] for one in client.get("/api/v1/imports").get_json()["imports"]] == [result["answer"]["id"]]
    waited_for = send(client, sources_of(sheets()), mode="replace").get_json()
    assert waited_for.keys() == result["answer"].keys()


def test_a_dry_run_in_the_background_keeps_nothing(client: FlaskClient) -> None:
    job = in_background(client, dry_run="true")

    assert (job["state"], job["result"]["status"], job["result"]["import_id"]) == ("done", 200, None)
    assert kept_cases(client) == 0


def test_mistakes_are_told_with_row_field_code_and_both_languages_and_nothing_is_kept(client: FlaskClient) -> None:
    broken = sheets()
    broken["places"][1]["纬度"] = "x"
    waited_for = send(client, sources_of(broken)).get_json()

    job = in_background(client, sources_of(broken))

    assert (job["state"], job["error_code"], job["result"]["error_count"]) == ("failed", "import_rejected", 1)
    result = result_of(client, job)
    assert (result["status"], result["answer"], result["refusal"]["stored"]) == (422, None, 0)
    (fault,) = result["refusal"]["faults"]
    assert (fault["file"], fault["row"], fault["field"], fault["code"]) == ("places.csv", 3, "纬度", "coord_format")
    assert fault["message"]
    assert fault["message_zh"]
    assert result["refusal"]["faults"] == waited_for["faults"]
    assert kept_cases(client) == 0


def test_the_same_files_again_are_known_at_once_and_by_the_job(client: FlaskClient) -> None:
    asked_before = send(client, sources_of(sheets()), in_background="true")
    first = in_background(client)

    late = done(client, asked_before)
    again = send(client, sources_of(sheets()), in_background="true")

    assert (late["state"], late["error_code"]) == ("failed", "already_imported")
    assert late["result"]["import_id"] == first["result"]["import_id"]
    assert (again.status_code, again.get_json()["import_id"]) == (409, first["result"]["import_id"])
    assert kept_cases(client) == 2


def test_what_somebody_kept_between_check_and_end_is_found_and_nothing_is_half_kept(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = import_steps.kept

    def kept_late(unit: Unit, *rest: Any) -> Any:
        monkeypatch.setattr(importing, "kept", original)
        original(unit, *rest)  # as if somebody else had been a moment faster
        return original(unit, *rest)

    monkeypatch.setattr(importing, "kept", kept_late)

    job = in_background(client)

    assert (job["state"], job["error_code"]) == ("failed", "import_rejected")
    assert {one["code"] for one in result_of(client, job)["refusal"]["faults"]} == {"id_exists", "already_imported"}
    assert kept_cases(client) == 0


def test_the_upload_is_sealed_while_the_job_waits_gone_when_it_has_ended_and_never_among_its_arguments(
    client: FlaskClient,
) -> None:
    asked = send(client, [Source("沈知行.csv", sources_of(sheets())[0].content)], in_background="true")
    waiting = job_row(client, asked.get_json()["id"])

    assert waiting.sealed_input is not None
    assert not [secret for secret in (*SECRETS, "沈知行") if secret.encode() in waiting.sealed_input]
    assert set(waiting.arguments) == {"mode", "true_on", "dry_run", "check_addresses"}
    assert not [
        secret for secret in (*SECRETS, "沈知行") if secret in json.dumps(waiting.arguments, ensure_ascii=False)
    ]
    assert job_row(client, done(client, asked)["id"]).sealed_input is None


def test_a_job_that_is_begun_anew_after_a_crash_imports_once(client: FlaskClient) -> None:
    asked = send(client, sources_of(sheets()), in_background="true")
    job_id = asked.get_json()["id"]
    database = kept_by(client.application).plans.database
    with database.writing(None, NOW) as unit:
        assert jobs.begin(unit, job_id) is not None  # by a worker that dies now

    job = done(client, asked)
    perform(surroundings_of(client), job_id)

    assert (job["state"], job["attempts"]) == ("done", 2)
    with database.reading(None, NOW) as unit:
        assert len(unit.session.scalars(select(ImportRow)).all()) == 1


def test_an_import_that_somebody_stops_keeps_nothing(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = send(client, sources_of(sheets()), in_background="true")
    original = import_steps.checked

    def stopped_meanwhile(*words: Any, **named: Any) -> Any:
        assert client.post(f"{asked.headers['Location']}/cancel").status_code == 202
        monkeypatch.setattr("api.jobs.work.SECONDS_BETWEEN_QUESTIONS", 0.0)
        return original(*words, **named)

    monkeypatch.setattr(importing, "checked", stopped_meanwhile)

    job = done(client, asked)

    assert (job["state"], job["result"]) == ("cancelled", None)
    assert kept_cases(client) == 0
    assert client.get(f"/api/v1/imports/results/{job['id']}").status_code == 404


def test_how_many_rows_were_read_is_told_while_it_goes_on(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.jobs.work.SECONDS_BETWEEN_NEWS", 0.0)

    job = in_background(client)

    assert job["progress"] == {"rows": 9}


def test_the_result_is_for_those_who_may_import(client: FlaskClient) -> None:
    asked = send(client, sources_of(sheets()), in_background="true")
    path = f"/api/v1/imports/results/{asked.get_json()['id']}"
    assert (client.get(path).status_code, client.get(path).get_json()["code"]) == (409, "job_unfinished")
    done(client, asked)

    token = a_token(kept_by(client.application).plans, Role.COMPLIANCE, lambda: NOW)
    other = client.application.test_client().get(path, headers={"Authorization": f"Bearer {token}"})

    assert (client.get(path).status_code, other.status_code) == (200, 403)
    assert client.get(f"{asked.headers['Location']}/result").status_code == 404


def test_addresses_are_checked_in_the_background_alone(client: FlaskClient) -> None:
    answer = send(client, sources_of(sheets()), check_addresses="true")

    assert (answer.status_code, answer.get_json()["code"]) == (422, "background_only")
