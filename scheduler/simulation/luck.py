"""The luck of one day of one replication."""

from dataclasses import dataclass

from scheduler.simulation.draws import Draws, Purpose


@dataclass(frozen=True, slots=True)
class Luck:
    """Draws of one day.

    Attributes:
        draws: Of the experiment.
        replication: Which.
        day: The number of the day in the horizon, from 0; each has luck of its own.
    """

    draws: Draws
    replication: int
    day: int = 0

    def uniform(self, purpose: Purpose, subject: str = "") -> float:
        """A number between 0 and 1 for somebody's luck on this day."""
        return self.draws.uniform(purpose, f"{subject}|{self.day}", self.replication)

    def happens(self, purpose: Purpose, subject: str, chance: float) -> bool:
        """Whether something of this chance happens."""
        return chance > 0 and self.uniform(purpose, subject) < chance
