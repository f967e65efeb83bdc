"""The steps from one shape of the tables to the next, by Alembic."""

from api.store.migrations.steps import migrate, newest_step, step_of

__all__ = ["migrate", "newest_step", "step_of"]
