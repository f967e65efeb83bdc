"""Serving the stored plans."""

import errno
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
def serve(host: str, port: int) -> None:
    """Serve the stored plans until Ctrl-C.

    While nobody has a password, it answers this machine alone and prints an address for each role that signs in once.
    """
    settings = settings_here()
    refuse_to_be_found_without_encryption(host, settings)
    from waitress import create_server

    from api import create_app, current
    from api.logs import log_lines
    from api.upkeep import upkeep

    click.get_current_context().with_resource(log_lines(settings.log_file))
    app = create_app(settings)
    try:
        kept = current.kept_by(app)
        refuse_to_be_found_without_people(host, kept)
        # What proxies say is believed by the application, as far as the settings name proxies.
        keep_headers = {"clear_untrusted_proxy_headers": not settings.proxies}
        server = create_server(app, host=host, port=port, ident="visits", **keep_headers)
        origin = f"http://{f'[{host}]' if ':' in host else host}:{_port_of(server, port)}"
        click.echo(f"Serving on {origin}/ (Ctrl-C ends it).")
        _tell_how_to_get_in(sign_in_addresses(kept, origin))
        with upkeep(kept.plans.database, settings.data_dir, kept.clock):
            server.run()
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    finally:
        current.close(app)


def _tell_how_to_get_in(addresses: dict[str, str]) -> None:
    if addresses:
        click.echo(f"Open one of these within {SIGN_IN_LIFE // timedelta(minutes=1)} minutes; each signs in once:")
    for role, address in addresses.items():
        click.echo(f"  {role:<13} {address}")


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
