"""Where a message may go: to a public https address, looked up once; to this machine only while trying things out."""

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from api.security import is_loopback_host


class RefusedAddressError(Exception):
    """A message may not go there: `code` is a word for programs."""

    def __init__(self, code: str) -> None:
        """Keep the word."""
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A webhook's address, taken apart; `path` has the query."""

    is_encrypted: bool
    host: str
    port: int
    path: str


def target_of(url: str, *, allow_loopback: bool) -> Target:
    """Take an address apart.

    Args:
        url: As the lender gave it.
        allow_loopback: Whether this machine may be told, without encryption.

    Raises:
        RefusedAddressError: It is none, or one that is never told.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedAddressError("not_an_address") from None
    host = parts.hostname or ""
    if (
        parts.username
        or parts.password
        or parts.fragment
        or not host
        or not url.isascii()
        or not url.isprintable()
        or " " in url
    ):
        raise RefusedAddressError("not_an_address")
    is_here = is_loopback_host(host)
    if is_here and not allow_loopback:
        raise RefusedAddressError("private_address")
    if parts.scheme != "https" and not (is_here and parts.scheme == "http"):
        raise RefusedAddressError("not_encrypted")
    if not is_here:
        _refuse_written_private(host)
    is_encrypted = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_encrypted=is_encrypted, host=host, port=port or (443 if is_encrypted else 80), path=path)


def address_of(target: Target, *, allow_loopback: bool) -> str:
    """The one IP address to connect to; the name is not looked up again, so that it cannot change in between.

    Raises:
        RefusedAddressError: The name is not known, or any of its addresses is not a public one.
    """
    if is_loopback_host(target.host) and allow_loopback:
        return "127.0.0.1" if target.host.lower() == "localhost" else target.host
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RefusedAddressError("unknown_host") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(is_public(one) for one in addresses):
        raise RefusedAddressError("private_address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, whatever it is wrapped in."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _refuse_written_private(host: str) -> None:
    """Refuse numbers at once, also in the old spellings that some resolvers understand: 127.1, 0x7f000001."""
    last = host.rstrip(".").rsplit(".", 1)[-1]
    is_number = ":" in host or last.isdigit() or last.lower().startswith("0x")
    if is_number and not is_public(host):
        raise RefusedAddressError("private_address")
