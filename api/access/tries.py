"""How often something may be tried in a minute by one client; counted in this process."""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

_MINUTE_SECONDS = 60


class Tries:
    """Counts wrong tries; a right one costs nothing, but is refused too once too many were wrong."""

    def __init__(self, *, client: int = 5, target: int = 10) -> None:
        """Begin at nought.

        Args:
            client: Wrong tries a minute of one address.
            target: Wrong tries a minute at one login, whoever makes them.
        """
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._client = RateLimitItemPerMinute(client)
        self._target = RateLimitItemPerMinute(target)

    def refuse_after_too_many(self, client: str, target: str) -> None:
        """Refuse another try.

        Raises:
            TooManyRequests: After too many wrong ones.
        """
        if not all(self._limiter.test(item, key) for item, key in self._both(client, target)):
            raise TooManyRequests("Too many tries. Wait a minute.", retry_after=_MINUTE_SECONDS)

    def was_wrong(self, client: str, target: str) -> None:
        """Count a wrong try."""
        for item, key in self._both(client, target):
            self._limiter.hit(item, key)

    def _both(self, client: str, target: str) -> tuple[tuple[RateLimitItem, str], ...]:
        return (self._client, f"client {client}"), (self._target, f"target {target}")
