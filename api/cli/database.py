"""Looking after the database: its tables, backups, keys, and the proof that nobody edited its audit trail."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.inputs import settings_here
from api.cli.options import A_FILE

if TYPE_CHECKING:  # SQLAlchemy is slow to import
    from api.store import Database as OpenDatabase

_ANSWER_IS_NO = 1


@click.group()
def db() -> None:
    """Look after the database of the service."""


@db.command()
def upgrade() -> None:
    """Take the tables to the shape that this program wants. Back up first."""
    from api.store.start import upgrade as take_up

    before, now = take_up(settings_here())
    click.echo(f"The tables have step {now}{'' if before == now else f', before: {before or "none"}'}.")


@db.command()
@click.argument("path", metavar="FILE", type=A_FILE)
def backup(path: Path) -> None:
    """Write a sealed backup of the whole database, while the service works on."""
    from api.clock import utc_now
    from api.store.backup import back_up

    facts = back_up(settings_here(), path, utc_now)
    click.echo(f"Written to {path}, as of {facts.taken_at.isoformat(timespec='seconds')}.")
    click.echo(f"Its audit trail ends at row {facts.sequence}, {facts.sha256}.")
    click.echo("The secret key is not in it: keep that elsewhere, or the backup cannot be opened.")


@db.command()
@click.argument("path", metavar="FILE", type=A_FILE)
@click.option("--replace", is_flag=True, help="Lose what is in the database now.")
def restore(path: Path, *, replace: bool) -> None:
    """Put a backup in the place of the database. Sessions, tokens and links of before stay dead."""
    from api.clock import utc_now
    from api.store.backup import restore as put_back

    facts = put_back(settings_here(), path, utc_now, replaces=replace)
    click.echo(f"Restored to {facts.taken_at.isoformat(timespec='seconds')}. What came later is lost: tell your users.")
    click.echo("Everybody signs in anew; tokens and links must be made anew.")


@db.command("rotate-keys")
@click.option("--new-key", is_flag=True, help="First put a new key into secret.key.")
def rotate_keys(*, new_key: bool) -> None:
    """Seal everything with the current secret key, while the service works on. Begin anew if it was stopped."""
    from api.clock import utc_now
    from api.store.keys import reseal

    if new_key:
        _add_key()
    with _opened() as database:
        done = reseal(database, utc_now)
    for table, rows in done.rows.items():
        click.echo(f"{table}: {rows}")
    click.echo(f"{done.total} rows sealed anew. Backups of before need the old key: keep it apart from this machine.")


@db.command("verify-audit")
def verify_audit() -> None:
    """Check that no row of the audit trail was changed, removed or cut off. Exits 1 and names the first if one was."""
    from api.clock import utc_now
    from api.store import Database, anchors, audit
    from api.store.soundness import refuse_the_unsound

    settings = settings_here()
    refuse_the_unsound(settings)
    with closing(Database(settings)) as database, database.reading(None, utc_now()) as unit:
        broken = anchors.broken_trail(unit, settings.data_dir)
        sequence, sha256 = audit.chain_end(unit.session)
        if broken is None:
            anchors.note(unit, settings.make_data_dir())
    if broken is not None:
        click.echo(f"Row {broken.sequence} {broken.what}.", err=True)
        raise click.exceptions.Exit(_ANSWER_IS_NO)
    click.echo(f"The audit trail is whole: {sequence} rows, the last one's hash is {sha256}.")


@db.command()
@click.option("--dry-run", is_flag=True, help="Only count.")
def purge(*, dry_run: bool) -> None:
    """Delete what may no longer be kept, and keep a certificate of it."""
    from api.clock import utc_now
    from api.store import retention

    with _opened() as database:
        done = retention.purge(database, utc_now, only_counts=dry_run)
    for name, rows in done.counts.items():
        click.echo(f"{name}: {rows}")
    words = "would be deleted" if dry_run else "deleted or emptied"
    click.echo(f"{sum(done.counts.values())} rows {words}.")
    for sha256 in done.certificates:
        click.echo(f"Certificate: {sha256}")


@db.command()
@click.argument("kind", metavar="KIND")
@click.argument("days", metavar="DAYS", type=int)
def keep(kind: str, days: int) -> None:
    """Keep a KIND of data for DAYS, instead of the usual time; see docs/operations.md."""
    from api.clock import utc_now
    from api.store.database import first_scope
    from api.store.keeping import set_keep_days
    from api.store.scope import SYSTEM

    with _opened() as database:
        with database.writing(None, utc_now()) as unit:
            scope = first_scope(unit, SYSTEM)
        with database.writing(scope, utc_now()) as unit:
            set_keep_days(unit, kind, days)
    click.echo(f"{kind} is kept for {days} days.")


@contextmanager
def _opened() -> "Iterator[OpenDatabase]":
    from api.clock import utc_now
    from api.store.start import open_database

    with closing(open_database(settings_here(), utc_now())) as database:
        yield database


def _add_key() -> None:
    from api.key_file import KEY_FILE, add_key
    from scheduler.domain.errors import Fault, InvalidInput

    settings = settings_here()
    if settings.given_secret_key is not None:
        message = "The secret key is given by a setting, so no file keeps it."
        hint = "Set the new one as VISITS_SECRET_KEY and the old one as VISITS_OLD_SECRET_KEYS."
        raise InvalidInput([Fault(where="--new-key", code="key_not_kept_here", message=message, hint=hint)])
    if settings.secret_keys:
        add_key(settings.make_data_dir() / KEY_FILE)
