"""What the application of this request was made with."""

from flask import current_app

from api.settings import Settings
from api.store import PlanStore

_STORE = "visits_plan_store"
_SETTINGS = "visits_settings"


def keep(extensions: dict[str, object], settings: Settings, store: PlanStore) -> None:
    """Leave both with an application."""
    extensions[_SETTINGS] = settings
    extensions[_STORE] = store


def settings() -> Settings:
    """The settings of the application that answers now."""
    found: Settings = current_app.extensions[_SETTINGS]
    return found


def plan_store() -> PlanStore:
    """The store of the application that answers now."""
    found: PlanStore = current_app.extensions[_STORE]
    return found
