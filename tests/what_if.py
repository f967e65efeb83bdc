"""Experiments on a house's stored day, done here and now in this process."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from api.access import Role
from api.current import kept_by
from api.jobs.attempts import perform
from api.jobs.work import Surroundings
from api.kept_city import keep_city
from api.store import Unit, experiments, jobs
from api.store.jobs import JobState
from api.store.tables.parent import new_id
from api.store.tables.service import JobRow
from api.store.tables.what_if import ExperimentRow
from api.what_if.kept_document import KeptDocument
from scheduler.simulation.figures import FIGURES
from scheduler.simulation.results import ScenarioResult
from scheduler.simulation.running import RunResult
from tests.people import House
from tests.simulations import one_thread

DAY = "2026-12-01"
DOCUMENT: dict[str, Any] = {
    "format": "visits-experiment/1",
    "name": "Fewer crews",
    "planner": {"iterations": 30},
    "replications": {"most": 4, "chunk": 2},
    "scenarios": [{"name": "slow <b>roads</b>", "changes": [{"kind": "travel_factor", "factor": 1.5}]}],
    "grid": [{"kind": "crews", "vary": "count", "values": [2, 5]}],
    "questions": [
        {"kind": "least", "figure": "attempted", "at_least": 10},
        {"kind": "effect", "scenario": "crews 2"},
        {"kind": "shortage"},
    ],
}


def keep_the_city(house: House) -> None:
    """The fictional city's tables in the first branch."""
    with house.writing() as unit:
        keep_city(unit, date(2026, 11, 27))


def surroundings_of(house: House) -> Surroundings:
    """What the jobs of a house share."""
    kept = kept_by(house.app)
    return Surroundings(settings=kept.settings, database=house.database, clock=house.clock)


def simulate_in_this_process(monkeypatch: Any) -> None:
    """Let no processes be started: they take seconds to begin."""
    monkeypatch.setattr("api.jobs.simulating.local_executor", lambda *_given, **_named: one_thread)


def perform_job(house: House, job_id: str) -> None:
    """Do a job here and now."""
    perform(surroundings_of(house), job_id)


def a_planner(house: House) -> FlaskClient:
    """A program of a planner."""
    return house.program(house.user(Role.PLANNER))


def asked(client: FlaskClient, document: Any = None, **more: Any) -> dict[str, Any]:
    """The job of an experiment that was asked for."""
    answer = client.post("/api/v1/experiments", json={"day": DAY, "experiment": document or DOCUMENT, **more})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def a_done_experiment(house: House, monkeypatch: Any, document: Any = None) -> str:
    """The id of an experiment that was simulated."""
    simulate_in_this_process(monkeypatch)
    job = asked(a_planner(house), document)
    perform_job(house, job["id"])
    return str(job["arguments"]["experiment_id"])


def a_kept_experiment(unit: Unit, branch_id: str, name: str = "x", note: str = "") -> str:
    """The id of an experiment of two scenarios whose results stand in the store, though nobody simulated it."""
    job_id = jobs.submit(unit, "simulate", {}, branch_id=branch_id)
    unit.session.scalars(select(JobRow).where(JobRow.id == job_id)).one().state = JobState.DONE
    experiment_id, day = new_id(), date.fromisoformat(DAY)
    document = DOCUMENT | {"name": name, "grid": [], "questions": [{"kind": "shortage"}]}
    experiments.add(unit, experiment_id, document, day=day, note=note, job_id=job_id, branch_id=branch_id)
    scenarios = tuple(_a_result(one, number) for number, one in enumerate(("base", DOCUMENT["scenarios"][0]["name"])))
    run = RunResult(scenarios=scenarios, bias=None, precise=True)
    experiments.keep_results(unit, experiment_id, KeptDocument(run=run, fitted=None, replays=()).written())
    unit.session.flush()
    # As new, so that those who ask about it need not ask for its revision first.
    unit.session.execute(update(ExperimentRow).where(ExperimentRow.id == experiment_id).values(rev=1))
    unit.session.expire_all()
    return experiment_id


def _a_result(name: str, number: int) -> ScenarioResult:
    return ScenarioResult(
        name=name,
        amount=None,
        inputs=({"kind": "travel_factor", "factor": 1.5},) * number,
        by_seed=({figure: (1.0, 2.0 + number, 4.0) for figure in FIGURES},),
        backlogs=((3,), (4,), (5,)),
        finishes={-30: 4, -10: 2},
        ends={-240: 30, -15: 4},
        reasons={"NOT_ELIGIBLE": 2.0},
        shortages={("A1", 9): (6.0, 4.0, 8), ("B2", 10): (1.0, 0.0, 2)},
    )
