"""What the service runs on, for who administers it: branches and their roads, providers, keys, database, backups."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from flask import Blueprint, Response, abort, render_template, request

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.settings import Settings
from api.store import Unit, branches, health
from api.store.audit_search import began_at, last_of
from api.store.migrations import newest_step, step_of
from api.store.soundness import sqlite_file
from api.web.forms import done
from api.web.moments import moment_in_words
from scheduler.travel.networks import list_networks

NOT_FOUND, _UNPROCESSABLE = 404, 422
_OLD_BACKUP = timedelta(days=2)
service_page = Blueprint("service_page", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """What can be told of the secret key.

    Attributes:
        fingerprint: Tells it from others, and nothing about it.
        older: How many older keys still open what they sealed.
        rotated: When everything was last sealed anew; empty for never.
        days: How long the key has been in use; None where that is not on record.
        is_done: Whether that was with the key of now; a new key that nothing was sealed with yet waits for it.
    """

    fingerprint: str
    older: int
    rotated: str
    days: int | None
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """The database: its kind, the shape of its tables and the one wanted, the last backup and how old that is."""

    kind: str
    step: str
    wanted: str
    backup: str
    backup_days: int | None
    is_backup_old: bool
    restored: str
    jobs: Mapping[str, int]


@service_page.get("/service")
@allow(Role.ADMINISTRATOR)
def show() -> str:
    """Everything at a glance; no secret is among it."""
    settings = current.settings()
    with current.database().reading(actor().scope, current.now()) as unit:
        known = branches.listed(unit)
        key = _key(unit, settings)
        store = _store(unit, settings)
    return render_template(
        "service.html",
        branches=known,
        networks=_networks(settings),
        key=key,
        store=store,
        settings=settings,
        version=version("visit-scheduler"),
    )


@service_page.post("/service/branches/<branch_id>/roads")
@allow(Role.ADMINISTRATOR)
def choose_roads(branch_id: str) -> Response:
    """Plan a branch's days on a network from now on; an empty word means straight lines."""
    network = request.form.get("network", "")
    with current.writing() as unit:
        if branch_id not in {one.id for one in branches.listed(unit)}:
            abort(NOT_FOUND)
        if network and network not in _networks(current.settings()):
            abort(_UNPROCESSABLE)
        branches.set_road_network(unit, branch_id, network or None)
    return done("service_page.show", "roads_chosen")


def _networks(settings: Settings) -> tuple[str, ...]:
    """The road networks that this machine can plan on: built ones that can be used, and servers."""
    built = {one.name for one in list_networks(settings.networks_dir) if one.fault is None}
    return tuple(sorted(built | {name.partition("/")[0] for name in settings.road_servers}))


def _key(unit: Unit, settings: Settings) -> KeyView:
    rotated, fingerprint = last_of(unit, "keys.rotated"), current.database().cipher.fingerprint
    older = len(settings.secret_keys) - 1
    is_of_now = rotated is not None and rotated.facts.get("key") == fingerprint
    since = rotated.at if rotated is not None and is_of_now else None
    if rotated is None and not older:
        since = began_at(unit)
    return KeyView(
        fingerprint=fingerprint,
        older=older,
        rotated="" if rotated is None else moment_in_words(rotated.at),
        days=None if since is None else (current.now() - since).days,
        is_done=not older or is_of_now,
    )


def _store(unit: Unit, settings: Settings) -> StoreView:
    backup, restored = last_of(unit, "database.backed_up"), last_of(unit, "database.restored")
    age = None if backup is None else unit.now - backup.at
    return StoreView(
        kind="PostgreSQL" if sqlite_file(settings) is None else "SQLite",
        step=step_of(current.database().engine) or "",
        wanted=newest_step(),
        backup="" if backup is None else moment_in_words(backup.at),
        backup_days=None if age is None else age.days,
        is_backup_old=age is None or age > _OLD_BACKUP,
        restored="" if restored is None else moment_in_words(restored.at),
        jobs=health.health(unit).jobs,
    )
