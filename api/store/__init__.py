"""The database: nothing else imports SQLAlchemy."""

from api.store.database import Database, Unit
from api.store.migrations import migrate, newest_step, step_of
from api.store.plan_store import PlanStore
from api.store.plans import PlanEntry, PlanState, StoredDocument, StoredPlan
from api.store.scope import SYSTEM, Scope

__all__ = [
    "SYSTEM",
    "Database",
    "PlanEntry",
    "PlanState",
    "PlanStore",
    "Scope",
    "StoredDocument",
    "StoredPlan",
    "Unit",
    "migrate",
    "newest_step",
    "step_of",
]
