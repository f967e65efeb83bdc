"""Where the planning job gets the problem of a stored day from."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from api.store import Unit
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text


class DayProblem(Protocol):
    """Makes the problem of a day from what is stored."""

    def __call__(self, unit: Unit, day: date) -> tuple[Problem, Mapping[str, Text]]:
        """The problem of a local day of the unit's branch, and the texts of its people and places."""


DAY_PROBLEM: DayProblem | None = None
"""None while the store cannot make one: asking for such a job is answered `unsupported`."""
