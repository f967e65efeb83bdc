"""What the application of this request was made with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app

from api.access.tries import Tries
from api.drawn_roads import KeptRoads
from api.settings import Settings
from api.store import Database, PlanStore

_KEPT = "visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stays with an application.

    Attributes:
        settings: Its settings.
        plans: The plans of the first branch.
        roads: Under the plans that were looked at last.
        clock: Says what time it is, aware.
        tries: Counts wrong tries to sign in.
    """

    settings: Settings
    plans: PlanStore
    roads: KeptRoads
    clock: Callable[[], datetime]
    tries: Tries = field(default_factory=Tries)


def keep(app: Flask, kept: Kept) -> None:
    """Leave it with an application."""
    app.extensions[_KEPT] = kept


def close(app: Flask) -> None:
    """Give the connections of an application's database back; it answers no more."""
    kept_by(app).plans.close()


def kept_by(app: Flask) -> Kept:
    """What was left with an application."""
    found: Kept = app.extensions[_KEPT]
    return found


def settings() -> Settings:
    """The settings of the application that answers now."""
    return kept_by(current_app).settings


def kept_roads() -> KeptRoads:
    """The roads of plans, kept by the application that answers now."""
    return kept_by(current_app).roads


def database() -> Database:
    """The database of the application that answers now."""
    return kept_by(current_app).plans.database


def tries() -> Tries:
    """The count of wrong tries, for the application that answers now."""
    return kept_by(current_app).tries


def now() -> datetime:
    """What time it is for the application that answers now, aware."""
    return kept_by(current_app).clock()
