"""Serving the stored plans on this machine."""

import errno

import click

from api.cli.inputs import settings_here
from scheduler.domain.errors import Fault, InvalidInput, MissingResource


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine's loopback.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def serve(host: str, port: int) -> None:
    """Serve the stored plans to this machine alone, until Ctrl-C."""
    refuse_other_hosts(host)
    from waitress import create_server

    from api import create_app, current
    from api.logs import log_lines
    from api.upkeep import upkeep

    settings = settings_here()
    click.get_current_context().with_resource(log_lines(settings.log_file))
    app = create_app(settings)
    try:
        server = create_server(app, host=host, port=port, ident="visits")
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"Serving on http://{shown}:{_port_of(server, port)}/ (Ctrl-C ends it).")
        kept = current.kept_by(app)
        with upkeep(kept.plans.database, settings.data_dir, kept.clock):
            server.run()
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    finally:
        current.close(app)


def refuse_other_hosts(host: str) -> None:
    """Refuse every host but loopback: there are no logins yet, so whoever reaches the service sees the borrowers."""
    from api.security import is_loopback_host

    if is_loopback_host(host):
        return
    message = f"The service has no logins, so {host!r} would show borrowers' data to others on the network."
    raise InvalidInput(
        [Fault(where="--host", code="not_loopback", message=message, hint="Use 127.0.0.1, ::1 or localhost.")]
    )


def _port_of(server: object, asked_for: int) -> int:
    """The port in use; several sockets (localhost as IPv4 and IPv6) are on the one asked for."""
    port = getattr(server, "effective_port", asked_for)
    return int(port)


def _cannot_listen(host: str, port: int, error: OSError) -> MissingResource:
    if error.errno == errno.EADDRINUSE:
        return MissingResource(
            f"Port {port} on {host} is in use.", hint=f"Try --port {port + 1 if port < 65535 else 8000}."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return MissingResource(f"Port {port} needs more rights.", hint="Try --port 8000.")
    return MissingResource(f"{host} port {port} cannot be opened: {error.strerror}.", hint="Try --host 127.0.0.1.")
