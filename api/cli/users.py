"""Users and their keys, for whoever runs the service; passwords never stand on the command line."""

import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from api.cli.inputs import settings_here
from api.cli.options import json_option
from api.cli.tables import table
from scheduler.domain.errors import Fault, InvalidInput

if TYPE_CHECKING:  # the store is slow to import
    from api.store import Unit
    from api.store.users import UserEntry

ROLES = ("dispatcher", "planner", "compliance", "collector", "administrator")
_ALL = 100_000
login_argument = click.argument("login", metavar="LOGIN")


@click.group()
def user() -> None:
    """Who may sign in to the service, and keys for programs."""


@user.command()
@login_argument
@click.option("--role", type=click.Choice(ROLES), required=True, help="What for.")
@click.option("--name", default="", help="The person's name; it is encrypted.")
@click.option("--branch", metavar="CODE", help="The only branch that the user sees; the first one unless given.")
@click.option("--all-branches", is_flag=True, help="The user sees all of the lender's branches.")
@click.option("--collector", metavar="CODE", help="Which collector this is.")
@click.option("--without-password", is_flag=True, help="For a program, or who signs in at the identity provider.")
@click.option("--subject", help="Who this is at the identity provider: its claim `sub`.")
def add(
    *,
    login: str,
    role: str,
    name: str,
    branch: str | None,
    all_branches: bool,
    collector: str | None,
    without_password: bool,
    subject: str | None,
) -> None:
    """Add a user; the password is asked for, or read as the first line of the standard input."""
    from api.access.logins import as_login
    from api.access.passwords import hashed
    from api.store import users
    from api.store.places_of_users import branch_id_of, collector_id_of

    login = as_login(login, "LOGIN")
    if branch is not None and all_branches:
        raise click.UsageError("--branch and --all-branches contradict one another.")
    password_hash = None if without_password else hashed(_asked_password(login))
    with _writing(all_branches=all_branches or branch is not None) as opened:
        user_id = users.add(
            opened.unit,
            login=login,
            role=role,
            name=name,
            branch_id=None if all_branches else branch_id_of(opened.unit, branch) if branch else opened.branch_id,
            collector_id=None if collector is None else collector_id_of(opened.unit, collector),
            password_hash=password_hash,
            subject=subject,
        )
    click.echo(f"Added {login} ({role}), user {user_id}.")


@user.command("list")
@json_option
def list_users(*, as_json: bool) -> None:
    """List the users."""
    from api.store import users

    with _writing(all_branches=True) as opened:
        found = users.listed(opened.unit, limit=_ALL)
    if as_json:
        click.echo(json.dumps([asdict(entry) for entry in found], default=str, ensure_ascii=False, indent=2))
        return
    rows = [(entry.login, entry.role, entry.name, _state(entry)) for entry in found]
    click.echo(table(("login", "role", "name", ""), rows) if rows else "There are no users.")


@user.command()
@login_argument
def disable(*, login: str) -> None:
    """Let a user in no more: sessions, tokens and links end at once."""
    from api.store import dismissal

    with _writing(all_branches=True) as opened:
        dismissal.disable(opened.unit, _known(opened.unit, login).id)
    click.echo(f"{login} is let in no more.")


@user.command()
@login_argument
def password(*, login: str) -> None:
    """Give a user a new password and end their sessions."""
    from api.access.passwords import hashed
    from api.store import dismissal, users

    with _writing(all_branches=True) as opened:
        _known(opened.unit, login)
    password_hash = hashed(_asked_password(login))
    with _writing(all_branches=True) as opened:
        found = _known(opened.unit, login)
        users.change(opened.unit, found.id, password_hash=password_hash)
        dismissal.end_sessions(opened.unit, found.id)
    click.echo(f"{login} has a new password.")


@user.command()
@login_argument
@click.option("--name", required=True, help="What the key is for.")
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="How long it opens.")
def token(*, login: str, name: str, days: int) -> None:
    """Make a key for a program that acts as a user; it is printed now and never again."""
    from api.store import users

    with _writing(all_branches=True) as opened:
        secret = users.add_token(opened.unit, _known(opened.unit, login).id, name=name, life=timedelta(days=days))
    click.echo(secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A unit of work of the first lender, and the id of its first branch."""

    unit: "Unit"
    branch_id: str | None


@contextlib.contextmanager
def _writing(*, all_branches: bool) -> Iterator[_Opened]:
    """Work on the first branch of the first lender, or on all of its branches."""
    from dataclasses import replace

    from api.clock import utc_now
    from api.store import PlanStore

    store = PlanStore(settings_here())
    scope = replace(store.scope, branch_id=None) if all_branches else store.scope
    try:
        with store.database.writing(scope, utc_now()) as unit:
            yield _Opened(unit=unit, branch_id=store.scope.branch_id)
    finally:
        store.close()


def _known(unit: "Unit", login: str) -> "UserEntry":
    from api.store import users

    found = users.find(unit, login)
    if found is None:
        hint = "Run: visits user list"
        message = f"There is no user {login!r}."
        raise InvalidInput([Fault(where="LOGIN", code="unknown_user", message=message, hint=hint)])
    return found


def _asked_password(login: str) -> str:
    from api.access.passwords import refuse_weak

    if sys.stdin.isatty():
        given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    refuse_weak(given, login, "password")
    return given


def _state(entry: "UserEntry") -> str:
    if entry.disabled_at is not None:
        return "disabled"
    return "" if entry.has_password else "no password"
