"""Experiments on a house's stored day, done here and now in this process."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient

from api.access import Role
from api.current import kept_by
from api.jobs.attempts import perform
from api.jobs.work import Surroundings
from api.kept_city import keep_city
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
