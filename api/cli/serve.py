"""Serving the stored plans, and doing jobs."""

import contextlib
import errno
import threading
from datetime import timedelta

import click

from api.cli.inputs import settings_here
from api.cli.reach import (
    SIGN_IN_LIFE,
    refuse_to_be_found_without_encryption,
    refuse_to_be_found_without_people,
    sign_in_addresses,
)
from scheduler.domain.errors import MissingResource


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=None,
    help="How many processes answer requests; one a core, at most 4, unless given.",
)
@click.option(
    "--jobs/--no-jobs",
    default=True,
    show_default=True,
    help="Do jobs and send messages too, or leave that to visits worker.",
)
def serve(host: str, port: int, processes: int | None, *, jobs: bool) -> None:
    """Serve the stored plans and do jobs, until Ctrl-C or SIGTERM.

    While nobody has a password, it answers this machine alone and prints an address for each role that signs in once.
    """
    settings = settings_here()
    refuse_to_be_found_without_encryption(host, settings)
    from api.clock import utc_now
    from api.current import Kept
    from api.jobs import Worker
    from api.logs import log_lines
    from api.serving import WebServer, listening, port_of, signals_call
    from api.store.start import open_database
    from api.upkeep import upkeep
    from api.web_processes import Shared, WebProcesses, how_many, web_server
    from api.webhooks.delivering import delivering

    with contextlib.ExitStack() as stack:
        stack.enter_context(log_lines(settings.log_file))
        count = how_many(processes)
        shared = Shared.by(count)
        kept = Kept.opened(settings, utc_now, database=open_database(settings, utc_now(), shared.doubted))
        stack.callback(kept.plans.close)
        refuse_to_be_found_without_people(host, kept)
        try:
            listeners = listening(host, port)
        except OSError as error:
            raise _cannot_listen(host, port, error) from None
        if count == 1:
            server: WebServer | WebProcesses = web_server(kept, listeners)
        else:
            server = WebProcesses(settings, utc_now, listeners, shared)
            stack.callback(server.end)
        stack.enter_context(signals_call(server.stop))
        stack.enter_context(
            upkeep(kept.plans.database, settings.data_dir, kept.clock, plans_weeks=settings.week_nightly)
        )
        if jobs:
            stack.enter_context(delivering(kept.plans.database, kept.clock, settings.public_url))
            stack.callback(Worker(kept.settings, kept.plans.database, kept.clock).stop)
        if isinstance(server, WebProcesses):
            server.wait_until_ready()
        origin = f"http://{f'[{host}]' if ':' in host else host}:{port_of(listeners[0])}"
        click.echo(f"Serving on {origin}/ (Ctrl-C ends it).")
        _tell_how_to_get_in(sign_in_addresses(kept, origin))
        server.run()


def _tell_how_to_get_in(addresses: dict[str, str]) -> None:
    if addresses:
        click.echo(f"Open one of these within {SIGN_IN_LIFE // timedelta(minutes=1)} minutes; each signs in once:")
    for role, address in addresses.items():
        click.echo(f"  {role:<13} {address}")


@click.command()
def worker() -> None:
    """Do jobs and send messages, until Ctrl-C or SIGTERM; with PostgreSQL on as many machines as you like."""
    from api.clock import utc_now
    from api.jobs import Worker
    from api.logs import log_lines
    from api.serving import signals_call
    from api.store.start import open_database
    from api.webhooks.delivering import delivering

    settings = settings_here()
    click.get_current_context().with_resource(log_lines(settings.log_file))
    database = open_database(settings, utc_now())
    told = threading.Event()
    try:
        with signals_call(told.set), delivering(database, utc_now, settings.public_url):
            working = Worker(settings, database, utc_now)
            click.echo(f"Doing jobs as {working.executor_id} (Ctrl-C ends it).")
            told.wait()
            working.stop()
    finally:
        database.close()


def _cannot_listen(host: str, port: int, error: OSError) -> MissingResource:
    if error.errno == errno.EADDRINUSE:
        return MissingResource(
            f"Port {port} on {host} is in use.", hint=f"Try --port {port + 1 if port < 65535 else 8000}."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return MissingResource(f"Port {port} needs more rights.", hint="Try --port 8000.")
    return MissingResource(f"{host} port {port} cannot be opened: {error.strerror}.", hint="Try --host 127.0.0.1.")
