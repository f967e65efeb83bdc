"""`/api/v1/experiments`: what if, on a branch's own data, as a job."""

import io
import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from api.access import Role
from api.jobs.simulating import forget_steps
from api.jobs.work import Released
from api.store import experiments, jobs
from api.store.tables.plans import PlanRow, RouteRow
from api.store.tables.service import JobRow
from api.store.tables.visiting import LinkRow
from api.store.tables.what_if import ExperimentRow
from api.what_if.asking import refuse_unfit
from api.what_if.kept_document import KeptDocument
from scheduler.domain.errors import InvalidInput
from scheduler.simulation.running import RunResult, run_experiment
from tests.in_process import InThisProcess
from tests.people import House
from tests.what_if import (
    DAY,
    DOCUMENT,
    a_done_experiment,
    a_planner,
    asked,
    keep_the_city,
    perform_job,
    simulate_in_this_process,
    surroundings_of,
)


@pytest.fixture
def city(house: House) -> House:
    keep_the_city(house)
    return house


def results(house: House, experiment_id: str) -> bytes:
    with house.writing() as unit:
        content = experiments.results(unit, experiment_id)
    assert content is not None
    return content


def test_an_experiment_is_asked_for_simulated_read_and_exported(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id = a_done_experiment(city, monkeypatch)
    planner = a_planner(city)
    address = f"/api/v1/experiments/{experiment_id}"

    found = planner.get(address).get_json()
    tables = {one["name"]: one for one in planner.get(f"{address}/tables?language=en").get_json()["tables"]}
    workbook = planner.get(f"{address}/export?format=xlsx&language=en")
    report = planner.get(f"{address}/export?format=html&language=en").text
    csv = planner.get(f"{address}/export?format=csv&table=inputs&language=en").text

    assert (found["job"]["state"], found["day"], found["experiment"]) == ("done", DAY, DOCUMENT)
    assert found["job"]["result"] == {"scenarios": 4, "replications": 4, "is_precise": True}
    assert len(tables["answers"]["rows"]) == 3
    assert {row[0] for row in tables["scenarios"]["rows"]} == {"base", "slow <b>roads</b>", "crews 2", "crews 5"}
    assert set(load_workbook(io.BytesIO(workbook.data)).sheetnames) == set(tables)
    assert "default-src 'none'" in report
    assert "slow <b>" not in report
    assert "factor = 1.5" in csv
    assert planner.get(f"{address}/export?format=csv&table=none").status_code == 404
    assert [one["id"] for one in planner.get("/api/v1/experiments").get_json()["experiments"]] == [experiment_id]


def test_cells_with_fewer_than_five_visits_are_in_no_table(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id = a_done_experiment(city, monkeypatch)
    shortages = KeptDocument.read(results(city, experiment_id)).run.scenarios[0].shortages
    few = {cell for cell, (_, _, visits) in shortages.items() if visits < 5}
    tables = a_planner(city).get(f"/api/v1/experiments/{experiment_id}/tables").get_json()["tables"]
    rows = next(one for one in tables if one["name"] == "shortages")["rows"]
    hidden = {(row[1], row[2]) for row in rows if row[0] == "base" and row[3:] == [None, None, None]}

    assert few
    assert hidden == few


def test_the_note_changes_by_its_revision_and_a_deleted_experiment_is_gone(
    city: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/api/v1/experiments/{a_done_experiment(city, monkeypatch)}"
    planner = a_planner(city)
    tag = planner.get(address).headers["ETag"]

    assert planner.patch(address, json={"note": "看看"}).status_code == 428
    changed = planner.patch(address, json={"note": "看看"}, headers={"If-Match": tag})
    assert changed.get_json()["note"] == "看看"
    assert planner.patch(address, json={"note": "x"}, headers={"If-Match": tag}).status_code == 412
    assert planner.delete(address, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert planner.get(address).status_code == 404


def test_nothing_that_was_simulated_can_be_published_or_linked(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment_id = a_done_experiment(city, monkeypatch)
    dispatcher = city.program(city.user(Role.DISPATCHER))

    for path in (f"plans/{experiment_id}/publish", f"plans/{experiment_id}/approve", f"plans/{experiment_id}/links"):
        answer = dispatcher.post(f"/api/v1/{path}", json={}, headers={"If-Match": '"1"'})
        assert answer.status_code in {404, 422}, (path, answer.text)
    planner = a_planner(city)
    with city.writing() as unit:
        kept = [unit.session.scalar(select(func.count()).select_from(table)) for table in (PlanRow, RouteRow, LinkRow)]
        job_id = unit.session.scalars(select(JobRow.id)).one()
    assert kept == [0, 0, 0]
    assert planner.get(f"/api/v1/jobs/{job_id}/result").status_code == 404


def test_neither_names_nor_ids_of_the_branch_stand_in_what_is_kept_and_the_input_is_forgotten(
    city: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment_id = a_done_experiment(city, monkeypatch)
    content = results(city, experiment_id)

    assert b"YX26" not in content
    assert KeptDocument.read(content).written() == content
    with city.writing() as unit:
        assert unit.session.scalars(select(JobRow.sealed_input)).all() == [None]
        stored = unit.session.scalars(select(ExperimentRow)).one()
        assert b"Fewer" not in stored.sealed_document


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"problem": "city.json"}, "/experiment/problem"),
        ({"planner": {"iterations": 0}}, "/experiment/planner/iterations"),
        ({"replications": {"most": 100_000}, "days": 60}, "/experiment/replications/most"),
        ({"questions": [{"kind": "effect", "scenario": "none"}]}, "/experiment/questions/0/scenario"),
    ],
    ids=["file", "budget", "size", "scenario"],
)
def test_a_faulty_experiment_is_refused_with_its_place(house: House, changes: dict[str, Any], where: str) -> None:
    answer = a_planner(house).post("/api/v1/experiments", json={"day": DAY, "experiment": DOCUMENT | changes})

    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [where]


def test_a_day_without_shifts_has_nothing_to_simulate(house: House) -> None:
    answer = a_planner(house).post("/api/v1/experiments", json={"day": DAY, "experiment": DOCUMENT})

    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/day")


def test_before_it_has_ended_there_are_no_tables_and_a_stopped_one_has_none(city: House) -> None:
    planner = a_planner(city)
    job = asked(planner)
    address = f"/api/v1/experiments/{job['arguments']['experiment_id']}/tables"

    assert planner.get(address).get_json()["code"] == "job_unfinished"
    with city.writing() as unit:
        jobs.ask_to_stop(unit, job["id"])
    assert planner.get(address).get_json()["code"] == "no_results"


class Stopping:
    """Ends the attempt after so many steps, as a worker that stops."""

    def __init__(self, steps: int) -> None:
        self._left = steps

    def __call__(self, *_given: object) -> bool:
        self._left -= 1
        if self._left < 0:
            raise Released
        return False


def test_an_attempt_goes_on_where_the_one_before_it_ended_and_its_steps_are_forgotten_at_the_end(
    city: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = results(city, a_done_experiment(city, monkeypatch))
    job = asked(a_planner(city))
    with monkeypatch.context() as patched:
        patched.setattr("api.jobs.work.Work.should_stop", Stopping(6))
        # Asked after each step only: how many steps are done must not depend on how long one takes.
        patched.setattr("scheduler.simulation.running.SECONDS_BETWEEN_QUESTIONS", None)
        with pytest.raises(Released):
            perform_job(city, job["id"])
    folder = surroundings_of(city).settings.data_dir / "simulations" / job["arguments"]["experiment_id"]
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.json")}
    seen: list[set[Any]] = []

    def look_and_run(*given: Any, **named: Any) -> RunResult:
        run = run_experiment(*given, **named)
        seen.append({path for path, at in before.items() if path.stat().st_mtime_ns == at})
        return run

    monkeypatch.setattr("api.jobs.simulating.run_experiment", look_and_run)
    perform_job(city, job["id"])

    assert len(before) >= 5
    assert seen == [set(before)]
    assert results(city, job["arguments"]["experiment_id"]) == whole
    assert not folder.exists()


@pytest.fixture
def hurried(tmp_path: Any) -> Iterator[Any]:
    from tests.databases import sqlite_settings
    from tests.people import a_house

    with a_house(sqlite_settings(tmp_path, simulation_seconds=0)) as house:
        keep_the_city(house)
        yield house


def test_one_that_takes_longer_than_it_may_is_timed_out_and_leaves_nothing(
    hurried: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulate_in_this_process(monkeypatch)
    planner = a_planner(hurried)
    job = asked(planner)
    perform_job(hurried, job["id"])
    forget_steps(surroundings_of(hurried))

    assert planner.get(f"/api/v1/jobs/{job['id']}").get_json()["state"] == "timed_out"
    assert not list((surroundings_of(hurried).settings.data_dir / "simulations").rglob("*"))


def test_the_job_tells_how_far_it_is_and_how_long_the_rest_takes(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.jobs.work.SECONDS_BETWEEN_NEWS", 0.0)
    experiment_id = a_done_experiment(city, monkeypatch)
    progress = a_planner(city).get(f"/api/v1/experiments/{experiment_id}").get_json()["job"]["progress"]

    assert progress == {"done": 12, "steps": 12, "seconds_left": 0}


def test_a_lender_on_either_database_keeps_experiments_and_deletes_them_in_time(
    each_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_the_city(each_house)
    experiment_id = a_done_experiment(each_house, monkeypatch)
    planner = a_planner(each_house)
    assert planner.get(f"/api/v1/experiments/{experiment_id}/tables").status_code == 200
    assert json.loads(results(each_house, experiment_id))["run"]["precise"] is True


def test_a_program_asks_and_reads_the_answers_by_the_client(city: House, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate_in_this_process(monkeypatch)
    client = InThisProcess(a_planner(city))
    job = client.simulate_day(DAY, DOCUMENT, note="x")
    perform_job(city, job.id)
    tables = client.experiment_tables(str((job.arguments or {})["experiment_id"]))

    assert tables["answers"][0] == ["answer", "conclusive"]
    assert "priority" not in tables["answers"][1][0]
    assert "visits attempted" in tables["answers"][1][0]


def test_a_day_that_is_near_is_simulated_as_if_its_notices_went_out_in_time(
    city: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = KeptDocument.read(results(city, a_done_experiment(city, monkeypatch))).run

    assert min(run.scenarios[0].values("planned")) >= 20


@pytest.mark.parametrize(("days", "steady_seconds", "is_refused"), [(25, 0, False), (25, 600, True), (1, 600, False)])
def test_days_to_simulate_are_counted_with_the_course_that_steady_plans_go_on_from(
    days: int, steady_seconds: int, *, is_refused: bool
) -> None:
    planner = {"seeds": 4, "steady_seconds": steady_seconds}
    replications = {"most": 4_000, "chunk": 20}
    document = {"format": "visits-experiment/1", "name": "x", "days": days, "planner": planner}
    with pytest.raises(InvalidInput) if is_refused else nullcontext():
        refuse_unfit(document | {"replications": replications})
