"""Clients of tests that close what they sent."""

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class ClosingClient(FlaskClient):
    """A client that closes its requests' bodies.

    Werkzeug writes a body of more than 500 kB to a file, which is closed with the response; tests read responses and
    drop them. The collector of garbage then finds the open file during any later test, which would fail of it.
    """

    def open(self, *args: Any, **given: Any) -> TestResponse:
        response = super().open(*args, **given)
        response.request.input_stream.close()
        return response
