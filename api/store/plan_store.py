"""The plans of a laptop: those of the first branch, which is made where there is none."""

from collections.abc import Callable, Mapping
from datetime import datetime

from api.clock import utc_now
from api.settings import Settings
from api.store import plans
from api.store.database import Database, first_scope
from api.store.plans import PlanEntry, StoredDocument, StoredPlan
from api.store.scope import SYSTEM
from api.store.start import open_database
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text


class PlanStore:
    """The plans of the first branch; one per process, used from many threads.

    Attributes:
        database: Of all branches.
        scope: The first branch.
    """

    def __init__(
        self, settings: Settings, now: Callable[[], datetime] = utc_now, database: Database | None = None
    ) -> None:
        """Begin.

        Args:
            settings: The database and the key for what is encrypted in it.
            now: The clock.
            database: What is open already and will be closed with this; None opens it, see `open_database`.
        """
        self.database = database or open_database(settings, now())
        self._now = now
        with self.database.writing(None, now()) as unit:
            self.scope = first_scope(unit, SYSTEM)

    def close(self) -> None:
        """Give all connections back."""
        self.database.close()

    def save(self, problem: Problem, plan: Plan, texts: Mapping[str, Text]) -> str:
        """Keep a plan, all of it or nothing; see `plans.save`."""
        with self.database.writing(self.scope, self._now()) as unit:
            return plans.save(unit, problem, plan, texts)

    def list(self) -> tuple[PlanEntry, ...]:
        """See `plans.listed`."""
        with self.database.reading(self.scope, self._now()) as unit:
            return plans.listed(unit)

    def get(self, plan_id: str) -> StoredPlan | None:
        """See `plans.get`."""
        with self.database.reading(self.scope, self._now()) as unit:
            return plans.get(unit, plan_id)

    def document(self, plan_id: str) -> StoredDocument | None:
        """See `plans.document`."""
        with self.database.reading(self.scope, self._now()) as unit:
            return plans.document(unit, plan_id)
