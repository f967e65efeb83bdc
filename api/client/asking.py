"""How the client asks: one request, its answer or its refusal, and lists page after page."""

import http.client
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

_JSON = "application/json"
type Document = Mapping[str, Any]
type Found = dict[str, Any]


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
class Answer:
    """What the service answered.

    Attributes:
        status: The HTTP status code, below 400.
        headers: By lower-case name.
        document: The JSON body; None without one.
        content: The body as it came, of files.
    """

    status: int
    headers: Mapping[str, str]
    document: Any
    content: bytes = b""


class Asker:
    """Asks one service as one user.

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
            sent.setdefault("Content-Type", _JSON)
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
        return Answer(status=response.status, headers=lowered, document=document, content=received)

    def _get(self, path: str) -> Found:
        found: Found = self.ask("GET", path).document
        return found

    def _post(self, path: str, body: Document | bytes | None = None, *, rev: int | None = None) -> Found:
        return self._change("POST", path, body, rev=rev)

    def _patch(self, path: str, body: Document, *, rev: int) -> Found:
        return self._change("PATCH", path, body, rev=rev)

    def _change(self, method: str, path: str, body: Document | bytes | None = None, *, rev: int | None = None) -> Found:
        match = {} if rev is None else {"If_Match": etag(rev)}
        found: Found = self.ask(method, path, body=body, **match).document
        return found

    def _list(self, path: str, key: str) -> list[Found]:
        found: list[Found] = self._get(path)[key]
        return found

    def _pages(
        self, resource: str, key: str, *, after: str = "cursor", then: str = "next_cursor", **query: object
    ) -> Iterator[Found]:
        """What a list holds, page after page as they are needed.

        Args:
            resource: What `at` takes first.
            key: Where the page has its entries.
            after: What the query calls the place after which a page begins.
            then: Where a page tells that place of the next one.
            query: Which entries.
        """
        begin: str | None = None
        while True:
            page = self._get(at(resource, **(query | {after: begin})))
            yield from page[key]
            begin = page[then]
            if begin is None:
                return

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._is_encrypted else http.client.HTTPConnection
        return kind(self._host, self.port, timeout=self._timeout)


def at(*parts: str, **query: object) -> str:
    """The address of something.

    Args:
        parts: After `/api/v1`; each is one part, whatever it holds.
        query: What is None is left out.
    """
    asked = {name: _written(value) for name, value in query.items() if value is not None}
    path = "/api/v1/" + "/".join(quote(part, safe=":") for part in parts)
    return f"{path}?{urlencode(asked)}" if asked else path


def etag(rev: int) -> str:
    """What `If-Match` says of a revision."""
    return f'"{rev}"'


def given(**values: object) -> dict[str, object]:
    """A body without what is None."""
    return {name: value for name, value in values.items() if value is not None}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None
