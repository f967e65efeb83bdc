"""What the application of this request was made with."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime

from flask import Flask, current_app, g

from api.access.policy import actor
from api.access.tries import Counts, OwnCounts, Tries
from api.clock import utc_now
from api.drawn_roads import KeptRoads
from api.settings import Settings
from api.store import Database, PlanStore, Scope, Unit
from api.visiting.changing import Judges

_KEPT = "visits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What stays with an application.

    Attributes:
        settings: Its settings.
        plans: The plans of the first branch.
        roads: Under the plans that were looked at last.
        clock: Says what time it is, aware.
        counts: Counts tries.
        judges: Of the plans that were changed last.
    """

    settings: Settings
    plans: PlanStore
    roads: KeptRoads
    clock: Callable[[], datetime]
    counts: Counts = field(default_factory=OwnCounts)
    judges: Judges = field(default_factory=Judges)

    @classmethod
    def opened(
        cls,
        settings: Settings,
        clock: Callable[[], datetime] = utc_now,
        *,
        database: Database | None = None,
        counts: Counts | None = None,
    ) -> "Kept":
        """Open all that an application needs.

        Args:
            settings: Its settings.
            clock: Says what time it is, aware.
            database: See `PlanStore`.
            counts: Counts tries; None counts them in this process.
        """
        return cls(
            settings=settings,
            plans=PlanStore(settings, clock, database),
            roads=KeptRoads(settings.road_networks),
            clock=clock,
            counts=counts or OwnCounts(),
        )


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


def counts() -> Counts:
    """Who counts tries for the application that answers now."""
    return kept_by(current_app).counts


def tries() -> Tries:
    """The count of wrong tries to sign in, for the application that answers now."""
    return Tries(counts())


def judges() -> Judges:
    """The judges of plans that are being changed, kept by the application that answers now."""
    return kept_by(current_app).judges


def now() -> datetime:
    """What time it is for the application that answers now, aware."""
    return kept_by(current_app).clock()


@dataclass(kw_only=True)
class RequestUnit:
    """The unit of work of a request, opened when its view first writes.

    Attributes:
        open: Makes it; it is kept when the request ends, and forgotten when its view raises.
        unit: None before.
        afterwards: What is written when this unit is over, kept or forgotten, each in a unit of its own.
    """

    open: Callable[[Scope], Unit]
    unit: Unit | None = field(default=None)
    afterwards: list[tuple[Scope, Callable[[Unit], None]]] = field(default_factory=list)


@contextlib.contextmanager
def request_unit(on_open: Callable[[Unit], None]) -> Iterator[RequestUnit]:
    """Gather what the view of this request writes into one unit of work, which is kept at the end of this block.

    Args:
        on_open: Told of the unit before the view sees it.
    """
    with contextlib.ExitStack() as afterwards, contextlib.ExitStack() as stack:

        def opened(scope: Scope) -> Unit:
            unit = stack.enter_context(database().writing(scope, now()))
            on_open(unit)
            return unit

        shared = g.request_unit = RequestUnit(open=opened)
        afterwards.callback(_write_each, shared.afterwards)
        try:
            yield shared
        finally:
            g.request_unit = None


@contextlib.contextmanager
def writing(scope: Scope | None = None) -> Iterator[Unit]:
    """The unit of work of this request: all that it writes is kept, or nothing.

    In unsafe operations under `/api/` it is kept when the view has answered, together with that answer, and not at
    the end of this block; a view that raises has written nothing. Elsewhere it is kept at the end of this block.

    Args:
        scope: A part of the caller's scope, which the first of several calls decides; None for the whole of it.
    """
    scope = scope or actor().scope
    shared: RequestUnit | None = g.get("request_unit")
    if shared is None:
        with database().writing(scope, now()) as unit:
            yield unit
        return
    if shared.unit is None:
        shared.unit = shared.open(scope)
    yield shared.unit


def write_anyway(scope: Scope, write: Callable[[Unit], None]) -> None:
    """Write what stays though the view of this request refuses it.

    Args:
        scope: Of a branch.
        write: Called in a unit of work of its own, after that of this request where one goes on.
    """
    shared: RequestUnit | None = g.get("request_unit")
    if shared is None:
        _write_each([(scope, write)])
    else:
        shared.afterwards.append((scope, write))


def _write_each(told: Iterable[tuple[Scope, Callable[[Unit], None]]]) -> None:
    for scope, write in told:
        with database().writing(scope, now()) as unit:
            write(unit)


def writing_for_everyone() -> AbstractContextManager[Unit]:
    """A unit of work of its own, for views that are open to everyone: nobody's scope, kept at the end of its block."""
    return database().writing(None, now())
