"""The way to a geocoder: one answer of limited size in limited time, no redirect followed, no proxy asked."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from scheduler.travel.geocoding import HttpAnswer

SECONDS_TO_ANSWER = 5.0
LARGEST_ANSWER_BYTES = 1_000_000
_PIECE_BYTES = 65_536


class _StayHere(HTTPRedirectHandler):
    """A redirect would carry an address to somebody whom the operator did not choose."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = build_opener(ProxyHandler({}), _StayHere)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFetch:
    """A `Fetch` over HTTP.

    Attributes:
        seconds: For the whole answer.
        limit_bytes: More is not read.
    """

    seconds: float = SECONDS_TO_ANSWER
    limit_bytes: int = LARGEST_ANSWER_BYTES

    def __call__(self, url: str, *, headers: Mapping[str, str]) -> HttpAnswer:
        """See `Fetch`."""
        deadline = time.monotonic() + self.seconds
        try:
            answer = _OPENER.open(Request(url, headers=dict(headers)), timeout=self.seconds)  # noqa: S310
        except HTTPError as refused:
            answer = refused
        except URLError as failed:
            raise failed.reason if isinstance(failed.reason, OSError) else ConnectionError from None
        except http.client.HTTPException:
            raise ConnectionError from None
        with answer:
            body = self._read(answer, deadline)
            return HttpAnswer(
                status=answer.status or 0,
                headers={name.lower(): value for name, value in answer.headers.items()},
                body=body[: self.limit_bytes],
                complete=len(body) <= self.limit_bytes,
            )

    def _read(self, answer: Any, deadline: float) -> bytes:
        """At most a little more than the limit; a trickle that never ends is a time-out."""
        pieces, length = [], 0
        try:
            while length <= self.limit_bytes and (piece := answer.read1(_PIECE_BYTES)):
                pieces.append(piece)
                length += len(piece)
                if time.monotonic() > deadline:
                    raise TimeoutError
        except http.client.HTTPException:
            raise ConnectionError from None
        return b"".join(pieces)
