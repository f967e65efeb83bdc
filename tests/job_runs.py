"""Jobs that a client of a service asked for, done here and now."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.current import kept_by
from api.jobs.attempts import perform
from api.jobs.work import Surroundings


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
