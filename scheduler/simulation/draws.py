"""Luck by name: every draw depends on what it is for, and on nothing that was drawn before.

All scenarios share their luck (common random numbers): the door that nobody opens in replication 7 stays shut with one
crew more as with one fewer, so that scenarios differ by what was changed and not by chance.
"""

import math
from enum import StrEnum
from hashlib import blake2b
from statistics import NormalDist

import numpy as np

_WORDS_A_BLOCK = 4  # Philox4x64 makes four words of each counter
_UNUSED_BITS = 11
_STEP = 2.0**-53
_NORMAL = NormalDist()
_MOST_EVENTS = 10_000


class Purpose(StrEnum):
    """What a draw decides; each has luck of its own."""

    SERVICE = "service"
    FOUND = "found"
    REFUSAL = "refusal"
    OUTCOME = "outcome"
    CANCELLATION = "cancellation"
    TRAVEL_OF_DAY = "travel_of_day"
    TRAVEL = "travel"
    ABSENCE = "absence"
    URGENT_COUNT = "urgent_count"
    URGENT_TIME = "urgent_time"
    URGENT_CASE = "urgent_case"
    ARRIVAL_COUNT = "arrival_count"
    ARRIVAL_CASE = "arrival_case"
    DEMAND = "demand"
    GEOGRAPHY = "geography"


class Draws:
    """The luck of a run of replications."""

    def __init__(self, seed: int, first: int = 0, count: int = 1) -> None:
        """Begin.

        Args:
            seed: Of the whole experiment.
            first: The first replication that will be asked about.
            count: How many replications from there on; a later one may not be asked about.
        """
        self._seed = seed
        self._first = first
        self._count = count
        self._drawn: dict[tuple[Purpose, str], list[float]] = {}

    def uniform(self, purpose: Purpose, subject: str, replication: int) -> float:
        """A number between 0 and 1, both excluded.

        The key of the generator says what for, its counter which replication: asking in another order, or for more
        subjects, changes no number.

        Args:
            purpose: What it decides.
            subject: Whose luck: a visit, a collector or a day, by id.
            replication: In which replication.
        """
        numbers = self._drawn.get((purpose, subject))
        if numbers is None:
            numbers = self._drawn[purpose, subject] = self._numbers(purpose, subject)
        return numbers[replication - self._first]

    def _numbers(self, purpose: Purpose, subject: str) -> list[float]:
        name = f"{self._seed}|{purpose}|{subject}".encode()
        key = int.from_bytes(blake2b(name, digest_size=16).digest(), "big")
        words = np.random.Philox(key=key, counter=self._first).random_raw(_WORDS_A_BLOCK * self._count)
        numbers: list[float] = (((words[::_WORDS_A_BLOCK] >> np.uint64(_UNUSED_BITS)) + 0.5) * _STEP).tolist()
        return numbers


def lognormal(uniform: float, median: float, high: float) -> float:
    """The value at a share `uniform` of a lognormal with this median and this 90th percentile."""
    sigma = math.log(high / median) / _NORMAL.inv_cdf(0.9)
    return median * math.exp(sigma * _NORMAL.inv_cdf(uniform))


def exponential(uniform: float, mean: float) -> float:
    """The value at a share `uniform` of an exponential distribution."""
    return -mean * math.log1p(-uniform)


def poisson(uniform: float, mean: float) -> int:
    """The value at a share `uniform` of a Poisson distribution; at most ten thousand."""
    chance = below = math.exp(-mean)
    count = 0
    while below < uniform and count < _MOST_EVENTS:
        count += 1
        chance *= mean / count
        below += chance
    return count
