"""A client of the interface for programs in Python; it needs nothing but the standard library.

client = VisitsClient("http://127.0.0.1:8000", token="visits_...")
job = client.wait(client.compute(problem, seconds=30).id)
plan = client.result(job.id)
"""

import http.client
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

FINAL_STATES = frozenset({"done", "failed", "cancelled", "timed_out"})
_JSON = "application/json"
type Figures = Mapping[str, str | int | float | bool | None]
type Document = Mapping[str, Any]


class RefusedError(Exception):
    """The service refused a request, or could not answer it.

    Attributes:
        status: The HTTP status code.
        code: A word, where the service gives one.
        problem: The whole problem document; empty where there is none.
    """

    def __init__(self, status: int, problem: Document) -> None:
        """Keep what the service says."""
        self.status = status
        self.problem = problem
        self.code: str | None = problem.get("code")
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientJob:
    """A job; see `JobView` in the service's description for the fields."""

    id: str
    kind: str
    state: str
    arguments: Figures
    progress: Figures
    result: Figures | None
    error_code: str | None
    attempts: int
    asked_at: str
    started_at: str | None
    ended_at: str | None
    cancel_asked_at: str | None

    @property
    def is_over(self) -> bool:
        """Whether it has its final state."""
        return self.state in FINAL_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the service answered.

    Attributes:
        status: The HTTP status code, below 400.
        headers: By lower-case name.
        document: The JSON body; None without one.
    """

    status: int
    headers: Mapping[str, str]
    document: Any


class VisitsClient:
    """Asks one service as one user; may be used from many threads.

    Attributes:
        port: Where the service listens; None for the usual one.
    """

    def __init__(self, address: str, *, token: str, timeout_seconds: float = 30.0) -> None:
        """Know where and who.

        Args:
            address: Of the service, such as `http://127.0.0.1:8000`.
            token: The program's key.
            timeout_seconds: How long an answer may take.
        """
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or parts.hostname is None:
            raise ValueError("the address of the service is no URL")
        self._is_encrypted = parts.scheme == "https"
        self._host, self.port = parts.hostname, parts.port
        self._prefix = parts.path.rstrip("/")
        self._token = token
        self._timeout = timeout_seconds

    def plans(self) -> list[dict[str, Any]]:
        """The stored plans, the latest day first."""
        found: list[dict[str, Any]] = self.ask("GET", "/api/v1/plans").document["plans"]
        return found

    def plan(self, plan_id: str) -> dict[str, Any]:
        """A stored Plan document."""
        return self._document("GET", f"/api/v1/plans/{quote(plan_id, safe='')}")

    def compute(self, problem: Document | bytes, *, seconds: int = 30, seed: int = 0) -> ClientJob:
        """Ask for a plan of a Problem document; nothing stays with the service but the job and its result."""
        path = f"/api/v1/plans:compute?{urlencode({'seconds': seconds, 'seed': seed})}"
        return _job(self.ask("POST", path, body=problem).document)

    def plan_day(self, day: str, *, seconds: int = 30, seed: int = 0) -> ClientJob:
        """Ask for a draft plan of a stored day, `YYYY-MM-DD`."""
        body = {"kind": "plan", "day": day, "seconds": seconds, "seed": seed}
        return _job(self.ask("POST", "/api/v1/jobs", body=body).document)

    def plan_week(self, day: str, *, days: int = 7, seconds: int = 90) -> ClientJob:
        """Ask for drafts of the stored days from `day` on, planned together."""
        return _job(self.ask("POST", "/api/v1/weeks", body={"day": day, "days": days, "seconds": seconds}).document)

    def week(self, job_id: str) -> dict[str, Any]:
        """The days of a planned week, with the ids of their plans."""
        return self._document("GET", f"/api/v1/weeks/{quote(job_id, safe='')}")

    def replan(self, plan_id: str, happened: Document | None = None, *, seconds: int = 2) -> ClientJob:
        """Ask for a draft of the rest of a running day.

        Args:
            plan_id: The plan that people follow.
            happened: What the service does not know from the crews: `held_up`, `crews`, `cancelled`, `added`.
            seconds: How long to search.
        """
        body = {**(happened or {}), "seconds": seconds}
        return _job(self.ask("POST", f"/api/v1/plans/{quote(plan_id, safe='')}/replans", body=body).document)

    def slots(self, plan_id: str, visit_id: str, *, days: int = 1) -> list[dict[str, Any]]:
        """The times that fit for a visit, by time and then by what they add.

        Args:
            plan_id: The plan of the first day.
            visit_id: The visit.
            days: How many days, seven at most.
        """
        query = urlencode({"visit_id": visit_id, "days": days})
        path = f"/api/v1/plans/{quote(plan_id, safe='')}/slots?{query}"
        found: list[dict[str, Any]] = self.ask("GET", path).document["slots"]
        return found

    def book(self, plan_id: str, visit_id: str, slot: Mapping[str, Any]) -> dict[str, Any]:
        """Book one of the times that fit: the new draft, and what is different; on another day it holds at once."""
        known = ("plan_id", "shift_id", "place_id", "earliest_start", "latest_end")
        body = {key: slot[key] for key in known if key in slot}
        path = f"/api/v1/plans/{quote(plan_id, safe='')}/bookings"
        found: dict[str, Any] = self.ask("POST", path, body={"visit_id": visit_id, **body}).document
        return found

    def geocode(self, *, branch_id: str | None = None) -> ClientJob:
        """Ask for the points of places that have none; the branch is needed by who sees several."""
        body = {} if branch_id is None else {"branch_id": branch_id}
        return _job(self.ask("POST", "/api/v1/geocodings", body=body).document)

    def simulate_day(self, day: str, experiment: Document, *, note: str = "") -> ClientJob:
        """Ask what if, of a stored day; the job's `arguments` name the experiment."""
        body = {"day": day, "experiment": experiment, "note": note}
        return _job(self.ask("POST", "/api/v1/experiments", body=body).document)

    def experiment_tables(self, experiment_id: str, *, language: str = "en") -> dict[str, list[list[Any]]]:
        """What an experiment came to: the rows of each table by its name, each after a row of titles."""
        path = f"/api/v1/experiments/{quote(experiment_id, safe='')}/tables?{urlencode({'language': language})}"
        return {one["name"]: [one["header"], *one["rows"]] for one in self._document("GET", path)["tables"]}

    def purge(self) -> ClientJob:
        """Ask for the deletion of what may no longer be kept; one that waits or runs already is the answer."""
        return _job(self.ask("POST", "/api/v1/purges", body={}).document)

    def jobs(self, *, state: str | None = None, kind: str | None = None) -> Iterator[ClientJob]:
        """All jobs, the newest first; page after page as they are needed."""
        asked = {name: value for name, value in (("state", state), ("kind", kind)) if value is not None}
        after: str | None = None
        while True:
            query = asked if after is None else asked | {"after": after}
            page = self.ask("GET", f"/api/v1/jobs?{urlencode(query)}").document
            yield from map(_job, page["jobs"])
            after = page["next"]
            if after is None:
                return

    def job(self, job_id: str) -> ClientJob:
        """How far a job is."""
        return _job(self._document("GET", f"/api/v1/jobs/{quote(job_id, safe='')}"))

    def result(self, job_id: str) -> dict[str, Any]:
        """The Plan document that a job made."""
        return self._document("GET", f"/api/v1/jobs/{quote(job_id, safe='')}/result")

    def cancel(self, job_id: str) -> ClientJob:
        """Ask a job to stop; one that plans keeps the best plan so far."""
        return _job(self._document("POST", f"/api/v1/jobs/{quote(job_id, safe='')}/cancel"))

    def wait(self, job_id: str, *, timeout_seconds: float = 3600.0, pause_seconds: float = 0.5) -> ClientJob:
        """The job when it has its final state.

        Raises:
            TimeoutError: It has none after so long.
        """
        deadline = time.monotonic() + timeout_seconds
        while not (job := self.job(job_id)).is_over:
            if time.monotonic() > deadline:
                raise TimeoutError(f"job {job_id} has not ended")
            time.sleep(pause_seconds)
        return job

    def ask(
        self, method: str, path: str, *, body: Document | bytes | None = None, key: str | None = None, **headers: str
    ) -> Answer:
        """Ask for anything.

        A request that writes gets an Idempotency-Key, so that it may be sent again when no answer came.

        Args:
            method: Of HTTP.
            path: With its query.
            body: A document, or its bytes.
            key: The Idempotency-Key; one is made unless given.
            headers: More of them; `If_Match="..."` is sent as `If-Match`.

        Raises:
            RefusedError: The status is 400 or higher.
            OSError: No answer came.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Authorization": f"Bearer {self._token}", "Accept": _JSON}
        if method not in {"GET", "HEAD"}:
            sent["Idempotency-Key"] = key or secrets.token_hex(16)
        if body is not None:
            sent["Content-Type"] = _JSON
        content = body if isinstance(body, bytes | None) else json.dumps(body, ensure_ascii=False).encode()
        connection = self._connection()
        try:
            connection.request(method, self._prefix + path, content, sent)
            response = connection.getresponse()
            received = response.read()
        finally:
            connection.close()
        document = _json(received)
        if response.status >= http.client.BAD_REQUEST:
            raise RefusedError(response.status, document if isinstance(document, dict) else {})
        lowered = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=lowered, document=document)

    def _document(self, method: str, path: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(method, path).document
        return found

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._is_encrypted else http.client.HTTPConnection
        return kind(self._host, self.port, timeout=self._timeout)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


def _job(document: Document) -> ClientJob:
    return ClientJob(**{field.name: document[field.name] for field in fields(ClientJob)})
