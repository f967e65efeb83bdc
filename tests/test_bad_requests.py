"""Requests that break the rules of the interface: each has its own status and word, and none leaves a trace."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import serving
from api.clock import utc_now
from api.current import close, kept_by
from api.store.tables import Table
from tests.good_documents import Document, a_problem_document
from tests.service import a_service, served

JOB = '{"kind": "plan", "day": "2026-12-01"}'
UNKNOWN = "0" * 32


@dataclass(frozen=True, kw_only=True)
class Bad:
    """A request, and what it must be answered; the number is that of the project's list of bad inputs."""

    number: int
    status: int
    code: str | None = None
    method: str = "POST"
    path: str = "/api/v1/jobs"
    body: bytes | str | None = None
    content_type: str | None = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    field_code: str | None = None


def compute(spoil: Callable[[Document], None] | None = None, query: str = "") -> dict[str, Any]:
    document = a_problem_document()
    if spoil is not None:
        spoil(document)
    return {"path": f"/api/v1/plans:compute{query}", "body": json.dumps(document)}


BAD = [
    Bad(number=101, status=400, code="json_duplicate_key", body=JOB[:-1] + ', "kind": "plan"}'),
    Bad(number=101, status=400, code="json_duplicate_key", path="/api/v1/plans:compute", body='{"a": 1, "a": 2}'),
    Bad(number=102, status=400, code="json_not_finite", body='{"kind": "plan", "seconds": NaN}'),
    Bad(number=102, status=400, code="json_not_finite", body='{"kind": "plan", "seconds": -Infinity}'),
    Bad(number=102, status=400, code="json_not_finite", body='{"kind": "plan", "seconds": 1e999}'),
    Bad(number=103, status=400, code="json_too_deep", body="[" * 20_000),
    Bad(number=103, status=400, code="json_too_deep", body='{"a":' * 21 + "1" + "}" * 21),
    Bad(number=103, status=400, code="json_too_deep", path="/api/v1/plans:compute", body="[" * 20_000),
    Bad(number=104, status=400, code="number_range", body='{"kind": "plan", "seconds": ' + "9" * 5_000 + "}"),
    Bad(number=104, status=422, field_code="number_range", body=JOB[:-1] + f', "seed": {2**63}}}'),
    Bad(number=105, status=415, code="content_type", body=JOB, content_type="text/plain"),
    Bad(number=105, status=415, code="content_type", body="a=1", content_type="application/x-www-form-urlencoded"),
    Bad(number=105, status=415, code="content_type", body=JOB, content_type=None),
    Bad(number=105, status=415, code="encoding_unsupported", body=b"\x1f\x8b" + b"0" * 20),
    Bad(number=105, status=415, code="encoding_unsupported", body=b"\x1f\x8b0", path="/api/v1/plans:compute"),
    Bad(number=105, status=415, code="encoding_unsupported", body=JOB, headers={"Content-Encoding": "gzip"}),
    Bad(number=106, status=422, field_code="field_unknown", body=JOB[:-1] + ', "tenant_id": "x"}'),
    Bad(number=106, status=422, field_code="field_unknown", method="GET", path="/api/v1/jobs?who=x", content_type=None),
    Bad(number=106, status=422, field_code="field_unknown", **compute(lambda document: document.update(who="x"))),
    Bad(number=107, status=400, code="invalid_unicode", body=b'{"kind": "pl\xffan"}'),
    Bad(number=107, status=400, code="invalid_unicode", body='{"kind": "\\ud800"}'),
    Bad(number=107, status=400, code="json_syntax", body="{"),
    Bad(number=107, status=400, code="json_syntax", body=""),
    Bad(number=107, status=422, code="type_object", body=json.dumps(JOB)),
    *(
        Bad(number=108, status=404, method="GET", path=f"/api/v1/jobs/{job_id}", content_type=None)
        for job_id in ("9" * 30, "%D9%A3", "-1", "%00", "..%2F..%2Fetc", "x" * 2_000)
    ),
    *(
        Bad(
            number=109,
            status=422,
            field_code=code,
            method="GET",
            path=f"/api/v1/jobs?limit={limit}",
            content_type=None,
        )
        for limit, code in (
            ("0", "number_range"),
            ("-1", "number_range"),
            ("1000000000", "number_range"),
            ("x", "type_number"),
        )
    ),
    Bad(number=111, status=400, code="idempotency_key", body=JOB, headers={"Idempotency-Key": "k" * 256}),
    Bad(number=112, status=405, method="DELETE", path="/api/v1/jobs", content_type=None),
    Bad(number=112, status=405, method="PUT", path="/api/v1/plans:compute", body="{}"),
    *(
        Bad(number=116, status=422, field_code="number_range", body=JOB[:-1] + f', "seconds": {seconds}}}')
        for seconds in (0, -1, 1_000_000)
    ),
    *(
        Bad(number=116, status=422, field_code="number_range", **compute(query=f"?seconds={seconds}"))
        for seconds in (0, -1, 1_000_000)
    ),
    Bad(number=116, status=422, code="number_range", body=JOB[:-1] + ', "seconds": 601}'),
    Bad(number=116, status=422, field_code="type_number", body=JOB[:-1] + ', "seconds": true}'),
    Bad(number=77, status=422, field_code="date_format", body='{"kind": "plan", "day": "20261201"}'),
    Bad(number=74, status=422, field_code="date_invalid", body='{"kind": "plan", "day": "2027-02-29"}'),
    Bad(number=116, status=422, field_code="value_unknown", body='{"kind": "x", "day": "2026-12-01"}'),
    Bad(number=118, status=404, method="GET", path=f"/api/v1/jobs/{UNKNOWN}/result", content_type=None),
    Bad(number=118, status=404, path=f"/api/v1/jobs/{UNKNOWN}/cancel", content_type=None),
    Bad(number=118, status=404, method="GET", path=f"/api/v1/plans/{UNKNOWN}", content_type=None),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    asking, _ = a_service(tmp_path_factory.mktemp("service"))
    yield asking
    close(asking.application)


def ask(client: FlaskClient, bad: Bad) -> TestResponse:
    return client.open(
        bad.path, method=bad.method, data=bad.body, content_type=bad.content_type, headers=list(bad.headers.items())
    )


def content(client: FlaskClient) -> str:
    """A hash of all that is stored."""
    with kept_by(client.application).plans.database.reading(None, utc_now()) as unit:
        tables = [unit.session.execute(table.select()).fetchall() for table in Table.metadata.sorted_tables]
    return sha256(repr(tables).encode()).hexdigest()


@pytest.mark.parametrize("bad", BAD, ids=[f"{place}-of-item-{bad.number}" for place, bad in enumerate(BAD)])
def test_a_bad_request_has_its_status_and_word_and_leaves_no_trace(client: FlaskClient, bad: Bad) -> None:
    before = content(client)

    answer = ask(client, bad)

    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.status_code == bad.status, answer.json
    assert answer.json.get("code") == bad.code
    if bad.field_code is not None:
        assert bad.field_code in [error["code"] for error in answer.json["errors"]]
    assert content(client) == before


@pytest.mark.parametrize("missing", ["visits", "collectors"])
def test_a_problem_with_nothing_to_plan_is_refused(client: FlaskClient, missing: str) -> None:
    document = a_problem_document()
    document.pop("history", None)
    document.pop("published_plan", None)
    document["visits"] = []
    if missing == "collectors":
        document |= {"collectors": [], "shifts": []}

    answer = client.post("/api/v1/plans:compute", json=document)

    assert (answer.status_code, (answer.json or {}).get("code")) == (422, "nothing_to_plan"), answer.json


def test_a_body_that_is_too_long_is_refused_before_it_is_read(client: FlaskClient) -> None:
    assert client.post("/api/v1/jobs", data=b" " * 300_000, content_type="application/json").status_code == 413
    assert client.post("/plans", data=b" " * 300_000).status_code in {404, 405, 413}


def test_head_and_options_are_answered(client: FlaskClient) -> None:
    assert client.head("/api/v1/jobs").status_code == 200
    answer = client.delete("/api/v1/jobs")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_a_job_that_has_ended_cannot_be_cancelled(client: FlaskClient) -> None:
    job = client.post("/api/v1/plans:compute", json=a_problem_document()).json
    assert job is not None
    path = f"/api/v1/jobs/{job['id']}"
    assert (client.get(f"{path}/result").json or {})["code"] == "job_unfinished"
    assert client.post(f"{path}/cancel").status_code == 202

    answer = client.post(f"{path}/cancel")

    assert (answer.status_code, (answer.json or {})["code"]) == (409, "job_finished")
    assert (client.get(path).json or {})["state"] == "cancelled"
    assert client.get(f"{path}/result").status_code == 404


def test_more_jobs_than_may_wait_are_refused(tmp_path: Path) -> None:
    asking, _ = a_service(tmp_path, queue_length=2)
    statuses = [asking.post("/api/v1/plans:compute", json=a_problem_document()).status_code for _ in range(3)]
    close(asking.application)
    assert statuses == [202, 202, 429]


def test_a_job_is_told_by_its_etag(client: FlaskClient) -> None:
    job = client.post("/api/v1/plans:compute", json=a_problem_document())
    path = job.headers["Location"]
    etag = client.get(path).headers["ETag"]

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    client.post(f"{path}/cancel")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


@pytest.fixture(scope="module")
def port(client: FlaskClient) -> Iterator[int]:
    """A real server for what a test client cannot spoil."""
    with served(client.application) as address:
        yield int(address.rpartition(":")[2])


def talk(port: int, *parts: bytes) -> bytes:
    """Send bytes, and give all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for part in parts:
            connection.sendall(part)
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return answer


def test_headers_that_are_too_long_are_refused(port: int) -> None:
    # Not a byte more than the server reads: it closes, and what it leaves unread could take its answer away.
    head = (b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 65_536)[: serving.LONGEST_HEADERS]
    assert talk(port, head).split()[1] == b"431"


def test_two_ways_of_saying_how_long_a_body_is_are_refused(port: int) -> None:
    head = (
        b"POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
        b"Connection: close\r\n\r\n0\r\n\r\n"
    )
    assert talk(port, head).startswith(b"HTTP/1.1 400 ")


def test_requests_that_do_not_wait_for_answers_are_answered_in_their_order(port: int) -> None:
    one = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = talk(port, one + one + last)
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"200", b"404"]


def test_a_body_that_never_arrives_is_waited_for_no_longer_than_allowed(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert serving.SECONDS_TO_ARRIVE <= 30
    monkeypatch.setattr(serving, "SECONDS_TO_ARRIVE", 0.5)
    head = (
        b"POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"
    )
    assert talk(port, head) == b""
