"""Jobs that a client of a service asked for, done here and now."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.current import kept_by
from api.jobs import Worker
from api.jobs.attempts import perform
from api.jobs.work import Surroundings
from tests.people import House


@contextmanager
def a_worker(house: House) -> Iterator[None]:
    """Does the jobs of a house while the block runs, by the house's clock."""
    # In a thread of its own: the browser's driver runs an event loop in this one, which the engine of jobs refuses.
    with ThreadPoolExecutor(1) as aside:
        settings = kept_by(house.app).settings
        worker = aside.submit(Worker, settings, house.database, house.clock).result()
        try:
            yield
        finally:
            aside.submit(worker.stop).result()


def surroundings_of(client: FlaskClient) -> Surroundings:
    """What the jobs of a client's service share."""
    kept = kept_by(client.application)
    return Surroundings(settings=kept.settings, database=kept.plans.database, clock=kept.clock)


def done(client: FlaskClient, asked: TestResponse) -> dict[str, Any]:
    """The job that a request asked for, when it has been done."""
    assert asked.status_code == 202, asked.text
    path = asked.headers["Location"]
    perform(surroundings_of(client), path.rsplit("/", 1)[-1])
    found: dict[str, Any] = client.get(path).get_json()
    return found
