"""The client for programs, before a service in this process."""

from typing import Any

from flask.testing import FlaskClient

from api.client import Answer, RefusedError, VisitsClient


class InThisProcess(VisitsClient):
    """Sends nothing over the network; who asks is whoever the Flask client is signed in as."""

    def __init__(self, flask: FlaskClient) -> None:
        super().__init__("http://127.0.0.1", token="")
        self._flask = flask

    def ask(self, method: str, path: str, *, body: Any = None, key: str | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        given: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        answer = self._flask.open(path, method=method, headers=sent, **given)
        document = answer.get_json(silent=True)
        if answer.status_code >= 400:
            raise RefusedError(answer.status_code, document or {})
        return Answer(status=answer.status_code, headers={}, document=document, content=answer.data)
