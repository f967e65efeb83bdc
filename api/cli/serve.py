"""Serving the stored plans on this machine, and doing jobs."""

import contextlib
import errno
import threading

import click

from api.cli.inputs import settings_here
from scheduler.domain.errors import Fault, InvalidInput, MissingResource


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine's loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="Do jobs too, or leave them to visits worker.")
def serve(host: str, port: int, *, jobs: bool) -> None:
    """Serve the stored plans to this machine alone and do jobs, until Ctrl-C or SIGTERM."""
    refuse_other_hosts(host)
    from api import create_app, current
    from api.jobs import Worker
    from api.serving import WebServer

    app = create_app(settings_here())
    kept = current.kept_by(app)
    try:
        server = WebServer(app, host=host, port=port)
        with contextlib.ExitStack() as stack:
            if jobs:
                stack.callback(Worker(kept.settings, kept.plans.database, kept.clock).stop)
            shown = f"[{host}]" if ":" in host else host
            click.echo(f"Serving on http://{shown}:{server.port}/ (Ctrl-C ends it).")
            server.run()
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    finally:
        current.close(app)


@click.command()
def worker() -> None:
    """Do jobs and serve nothing, until Ctrl-C or SIGTERM; with PostgreSQL on as many machines as you like."""
    from api.clock import utc_now
    from api.jobs import Worker
    from api.serving import signals_call
    from api.store import Database, migrate

    settings = settings_here()
    database = Database(settings)
    told = threading.Event()
    try:
        migrate(database.engine)
        with signals_call(told.set):
            working = Worker(settings, database, utc_now)
            click.echo(f"Doing jobs as {working.executor_id} (Ctrl-C ends it).")
            told.wait()
            working.stop()
    finally:
        database.close()


def refuse_other_hosts(host: str) -> None:
    """Refuse every host but loopback: there are no logins yet, so whoever reaches the service sees the borrowers."""
    from api.security import is_loopback_host

    if is_loopback_host(host):
        return
    message = f"The service has no logins, so {host!r} would show borrowers' data to others on the network."
    raise InvalidInput(
        [Fault(where="--host", code="not_loopback", message=message, hint="Use 127.0.0.1, ::1 or localhost.")]
    )


def _cannot_listen(host: str, port: int, error: OSError) -> MissingResource:
    if error.errno == errno.EADDRINUSE:
        return MissingResource(
            f"Port {port} on {host} is in use.", hint=f"Try --port {port + 1 if port < 65535 else 8000}."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return MissingResource(f"Port {port} needs more rights.", hint="Try --port 8000.")
    return MissingResource(f"{host} port {port} cannot be opened: {error.strerror}.", hint="Try --host 127.0.0.1.")
