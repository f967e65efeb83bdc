"""The tables; importing them all lets SQLAlchemy know each."""

from api.store.tables import cases, organisation, people, plans, service, visiting, what_if
from api.store.tables.parent import Table

__all__ = ["Table", "cases", "organisation", "people", "plans", "service", "visiting", "what_if"]
