"""One queue of addresses to one provider: paced, repeated after failures, remembered, and checked.

geopy's own rate limiter writes the address into the log after every failure, so this one is ours.
"""

import logging
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderTimedOut,
    GeopyError,
)

from scheduler.domain.geocoding import Area, Geocoded, GeocodingOutcome, GeocodingRefusal, NotGeocoded
from scheduler.travel.geocoding.belief import believed
from scheduler.travel.geocoding.providers import Candidate, Provider
from scheduler.travel.geocoding.question import question_for

_logger = logging.getLogger(__name__)

_MOST_TRIES = 3
_FAILURES_THAT_END_IT = 5
_SHORTEST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 1.0, 60.0  # after a failure
# The provider's last word: another try would be answered alike.
_FINAL = (
    GeocoderAuthenticationFailure,
    GeocoderInsufficientPrivileges,
    GeocoderParseError,
    GeocoderQueryError,
)
_CODES = (
    (GeocoderQuotaExceeded, GeocodingRefusal.RATE_LIMITED),
    (GeocoderTimedOut, GeocodingRefusal.TIMEOUT),
    (GeocoderParseError, GeocodingRefusal.BAD_ANSWER),
)
# Tomorrow the provider says the same.
_LASTING = frozenset({GeocodingRefusal.NOT_FOUND, GeocodingRefusal.LOW_CONFIDENCE, GeocodingRefusal.OUTSIDE_DISTRICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast a provider is asked.

    Attributes:
        pause_seconds: Between the beginnings of two requests.
        clock: Seconds that only ever grow.
        sleep: Waits so many seconds.
    """

    pause_seconds: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]


class GeocodingCache(Protocol):
    """Remembers outcomes, misses among them; must not keep the question readable."""

    def get(self, question: str) -> GeocodingOutcome | None:
        """What became of a question, None when it is not known any more."""

    def put(self, question: str, outcome: GeocodingOutcome) -> None:
        """Remember."""


class GeocodingQueue:
    """A `Geocoder` that asks one provider, one address at a time, whoever calls it."""

    def __init__(self, provider: Provider, *, area: Area, pace: Pace, cache: GeocodingCache | None = None) -> None:
        """Make it ready; nothing is asked yet.

        Args:
            provider: Whom to ask.
            area: Nothing outside is believed.
            pace: How fast.
            cache: None to remember nothing.
        """
        self._provider = provider
        self._area = area
        self._pace = pace
        self._cache = cache
        self._one_at_a_time = threading.Lock()
        self._last_request: float | None = None
        self._failures_in_a_row = 0
        self._last_failure = NotGeocoded(code=GeocodingRefusal.PROVIDER_ERROR)

    def geocode(self, addresses: Sequence[str]) -> Mapping[str, GeocodingOutcome]:
        """What became of each address; each is asked for once, and not at all when it is remembered."""
        return dict(self.one_by_one(addresses))

    def one_by_one(self, addresses: Sequence[str]) -> Iterator[tuple[str, GeocodingOutcome]]:
        """The same, each as soon as it is known, for a caller who may have enough before the end."""
        with self._one_at_a_time:
            self._failures_in_a_row = 0
            outcomes: dict[str, GeocodingOutcome] = {}
            for address in dict.fromkeys(addresses):
                question = question_for(address)  # flats of one house are one question
                if question not in outcomes:
                    outcomes[question] = self._outcome(question)
                yield address, outcomes[question]

    def _outcome(self, question: str) -> GeocodingOutcome:
        key = f"{self._provider.name}|{self._area}|{question}"
        known = self._cache.get(key) if self._cache else None
        if known is not None:
            return known
        outcome = self._asked(question) if question else NotGeocoded(code=GeocodingRefusal.NOT_FOUND)
        if self._cache and (isinstance(outcome, Geocoded) or outcome.code in _LASTING):
            self._cache.put(key, outcome)
        if isinstance(outcome, NotGeocoded):
            _logger.info("An address was not geocoded: %s.", outcome.code)
        return outcome

    def _asked(self, question: str) -> GeocodingOutcome:
        """The outcome of the last of several tries; a failure is never taken for "not found"."""
        tries = 0
        # After so many failures nobody is at home: the rest of a long list must not wait for nothing.
        while self._failures_in_a_row < _FAILURES_THAT_END_IT:
            self._wait_for_the_next_turn()
            tries += 1
            try:
                candidates = self._candidates(question)
            except GeopyError as error:
                self._note(_code_of(error))
                if tries == _MOST_TRIES or isinstance(error, _FINAL):
                    break
                self._pace.sleep(self._wait_seconds(error, tries))
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                # Whatever the provider sent was read in vain; the exception would quote it.
                self._note(GeocodingRefusal.BAD_ANSWER)
                break
            else:
                self._failures_in_a_row = 0
                return believed(candidates, question, area=self._area, datum=self._provider.datum)
        return self._last_failure

    def _candidates(self, question: str) -> Sequence[Candidate]:
        # geopy warns of a latitude beyond the pole before it raises; the refusal is enough.
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            return self._provider.ask(question)

    def _note(self, code: GeocodingRefusal) -> None:
        self._failures_in_a_row += 1
        self._last_failure = NotGeocoded(code=code)

    def _wait_seconds(self, error: GeopyError, tries: int) -> float:
        asked_for = getattr(error, "retry_after", None) or 0.0
        own = max(self._pace.pause_seconds, _SHORTEST_WAIT_SECONDS) * 2.0 ** (tries - 1)
        return min(max(asked_for, own), _LONGEST_WAIT_SECONDS)

    def _wait_for_the_next_turn(self) -> None:
        if self._last_request is not None:
            wait = self._last_request + self._pace.pause_seconds - self._pace.clock()
            if wait > 0:
                self._pace.sleep(wait)
        self._last_request = self._pace.clock()


def _code_of(error: GeopyError) -> GeocodingRefusal:
    return next((code for kind, code in _CODES if isinstance(error, kind)), GeocodingRefusal.PROVIDER_ERROR)
