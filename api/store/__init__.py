"""The database: nothing else imports SQLAlchemy."""

from api.store.plans import PlanEntry, PlanStore, StoredDocument, StoredPlan

__all__ = ["PlanEntry", "PlanStore", "StoredDocument", "StoredPlan"]
