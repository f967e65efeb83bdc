"""How often something may be tried in a while, by one client or at one secret."""

from functools import cache
from math import ceil
from time import time
from typing import Protocol

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests


class Counts(Protocol):
    """Counts tries. A rate reads `5 per minute` or `5 per 10 minutes`; any window of that length has no more."""

    def wait_seconds(self, rate: str, key: str) -> int:
        """How long until another try may be counted under a key; 0 for at once."""

    def count(self, rate: str, key: str) -> int:
        """Count a try, and give 0; or do not count it, and tell how long to wait."""


class OwnCounts:
    """Counts in the memory of this process."""

    def __init__(self) -> None:
        """Begin at nought."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait_seconds(self, rate: str, key: str) -> int:
        """See `Counts`."""
        item = _item(rate)
        return 0 if self._limiter.test(item, key) else self._seconds_until_free(item, key)

    def count(self, rate: str, key: str) -> int:
        """See `Counts`."""
        item = _item(rate)
        return 0 if self._limiter.hit(item, key) else self._seconds_until_free(item, key)

    def _seconds_until_free(self, item: RateLimitItem, key: str) -> int:
        return max(1, ceil(self._limiter.get_window_stats(item, key).reset_time - time()))


class Tries:
    """Counts wrong tries; a right one costs nothing, but is refused too once too many were wrong."""

    def __init__(self, counts: Counts, *, client: int = 5, target: int = 10) -> None:
        """Begin.

        Args:
            counts: Counts them.
            client: Wrong tries a minute of one address.
            target: Wrong tries a minute at one login, whoever makes them.
        """
        self._counts = counts
        self._client = f"{client} per minute"
        self._target = f"{target} per minute"

    def refuse_after_too_many(self, client: str, target: str) -> None:
        """Refuse another try.

        Raises:
            TooManyRequests: After too many wrong ones.
        """
        refuse_to_go_on(max(self._counts.wait_seconds(rate, key) for rate, key in self._both(client, target)))

    def was_wrong(self, client: str, target: str) -> None:
        """Count a wrong try."""
        for rate, key in self._both(client, target):
            self._counts.count(rate, key)

    def _both(self, client: str, target: str) -> tuple[tuple[str, str], ...]:
        return (self._client, f"client {client}"), (self._target, f"target {target}")


def refuse_to_go_on(wait_seconds: int) -> None:
    """Refuse who has to wait.

    Raises:
        TooManyRequests: Unless there is nothing to wait for.
    """
    if wait_seconds:
        raise TooManyRequests("Too many tries. Wait a while.", retry_after=wait_seconds)


@cache
def _item(rate: str) -> RateLimitItem:
    return parse(rate)
