"""What the application of this request was made with."""

from flask import current_app

from api.drawn_roads import KeptRoads
from api.settings import Settings
from api.store import PlanStore

_STORE = "visits_plan_store"
_SETTINGS = "visits_settings"
_ROADS = "visits_drawn_roads"


def keep(extensions: dict[str, object], settings: Settings, store: PlanStore) -> None:
    """Leave both with an application, and the roads of plans between its requests."""
    extensions[_SETTINGS] = settings
    extensions[_STORE] = store
    extensions[_ROADS] = KeptRoads(settings.road_networks)


def close(extensions: dict[str, object]) -> None:
    """Give the connections of an application's store back; it answers no more."""
    store = extensions[_STORE]
    if isinstance(store, PlanStore):
        store.close()


def settings() -> Settings:
    """The settings of the application that answers now."""
    found: Settings = current_app.extensions[_SETTINGS]
    return found


def plan_store() -> PlanStore:
    """The store of the application that answers now."""
    found: PlanStore = current_app.extensions[_STORE]
    return found


def kept_roads() -> KeptRoads:
    """The roads of plans, kept by the application that answers now."""
    found: KeptRoads = current_app.extensions[_ROADS]
    return found
