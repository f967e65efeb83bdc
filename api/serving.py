"""The web server: waitress, with a bound on how long a request may take to arrive, and an end in good order."""

import logging
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import Array, c_long
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

from flask import Flask
from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

from api.rest.bodies import LONGEST_BODY

LONGEST_HEADERS = 32 * 1024
SECONDS_TO_ARRIVE = 30.0
SECONDS_TO_FINISH = 10.0
_SECONDS_IDLE = 60
_WAITING_CONNECTIONS = 1024
_LOOK_SECONDS = 0.5
MOMENT_SECONDS = 0.003


class _PlainParser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads requests, and refuses those whose end two servers could see in two places."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head."""
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Content-Length and Transfer-Encoding are both given")


class _BoundedChannel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that is closed when a request does not arrive within its time, one byte a second or none."""

    parser_class = _PlainParser
    began: float | None = None

    def received(self, data: bytes) -> bool:
        """Take bytes in, unless their request began too long ago."""
        now = time.monotonic()
        if self.request is None:
            self.began = now
        if self.is_late(now):
            self.will_close = True
            return False
        taken: bool = super().received(data)
        if self.request is None:
            self.began = None
        return taken

    def is_late(self, now: float) -> bool:
        """Whether a request should have arrived by now."""
        return self.began is not None and now - self.began > SECONDS_TO_ARRIVE

    @property
    def is_busy(self) -> bool:
        """Whether a request is being answered, or its answer is on its way."""
        return bool(self.requests or self.total_outbufs_len)


def listening(host: str, port: int) -> tuple[socket.socket, ...]:
    """The sockets at which a host's connections arrive: one for each of its addresses, all on one port.

    Args:
        host: Where to listen.
        port: 0 takes any free one.

    Raises:
        OSError: When that is not possible.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE)
    made: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            one = socket.socket(family, kind, protocol)
            made.append(one)
            if sys.platform != "win32":  # there it would let two programs have one port
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address[0], port_of(made[0]) if len(made) > 1 else port, *address[2:]))
            one.listen(_WAITING_CONNECTIONS)
    except BaseException:
        for one in made:
            one.close()
        raise
    return tuple(made)


def port_of(listener: socket.socket) -> int:
    """Where a listening socket is."""
    return int(listener.getsockname()[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many connections each process has that takes them from the same sockets.

    Attributes:
        counts: In memory that all of them share.
        place: This process's own.
    """

    counts: "Array[c_long]"
    place: int

    @property
    def is_fuller(self) -> bool:
        """Whether another one has fewer."""
        return bool(self.counts[self.place] > min(self.counts))


class WebServer:
    """Serves an application until somebody wants it to stop."""

    def __init__(
        self,
        app: Flask,
        listeners: Sequence[socket.socket],
        *,
        believes_proxies: bool = False,
        share: Share | None = None,
    ) -> None:
        """Begin to take connections.

        Args:
            app: What is served.
            listeners: Made by `listening`.
            believes_proxies: Whether what proxies say of a request reaches the application.
            share: With whom connections are shared; None for a process alone.
        """
        self._server: Any = create_server(
            app,
            sockets=list(listeners),
            ident="visits",
            clear_untrusted_proxy_headers=not believes_proxies,
            max_request_header_size=LONGEST_HEADERS,
            max_request_body_size=LONGEST_BODY,
            channel_timeout=_SECONDS_IDLE,
            cleanup_interval=int(SECONDS_TO_ARRIVE) // 3,
        )
        self._map: dict[int, Any] = getattr(self._server, "map", None) or self._server._map
        # It says that requests wait for a thread, once for each of them: under load a log line a request.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._share = share
        self._takes_again: float | None = None
        self._has_waited = False
        for one in self._listeners():
            one.channel_class = _BoundedChannel
            one.handle_accept = partial(self._take, one, one.handle_accept)
        self._stop = threading.Event()

    def run(self) -> None:
        """Serve until `stop`; then finish what has begun.

        Nobody is let in any more, what is being answered has ten seconds, and then all connections are closed.
        """
        looked = time.monotonic()
        while not self._stop.is_set():
            self._turn(_LOOK_SECONDS)
            if time.monotonic() - looked >= _LOOK_SECONDS:
                looked = time.monotonic()
                self._close_the_late(looked)
        self._share = None
        self._take_again()
        self._turn(0.0)  # lets those in who had knocked
        for listener in self._listeners():
            # Its own `close` would close the pipe too that wakes this loop when an answer is ready.
            wasyncore.dispatcher.close(listener)
        deadline = time.monotonic() + SECONDS_TO_FINISH
        while any(channel.is_busy for channel in self._channels()) and time.monotonic() < deadline:
            self._turn(0.05)
        self._server.task_dispatcher.shutdown(timeout=1)
        for channel in self._channels():
            channel.handle_close()
        self.close()

    def stop(self) -> None:
        """Let `run` come to its end; safe from any thread."""
        self._stop.set()

    def close(self) -> None:
        """Give back what a server that did not run holds."""
        self._server.close()

    def _turn(self, seconds: float) -> None:
        if self._takes_again is not None:
            left = self._takes_again - time.monotonic()
            seconds = max(0.0, min(seconds, left))
            if left <= 0:
                self._take_again()
        wasyncore.loop(timeout=seconds, use_poll=hasattr(select, "poll"), map=self._map, count=1)
        self._has_waited = False
        if self._share is not None:
            self._share.counts[self._share.place] = len(self._channels())

    def _take(self, listener: Any, take: Callable[[], None]) -> None:
        """Take a connection, but let a process that has fewer be faster: one that has many makes its clients wait."""
        if self._share is not None and self._share.is_fuller and not self._has_waited:
            listener.accepting = False
            self._takes_again = time.monotonic() + MOMENT_SECONDS
        else:
            take()

    def _take_again(self) -> None:
        self._takes_again, self._has_waited = None, True
        for listener in self._listeners():
            listener.accepting = True

    def _close_the_late(self, now: float) -> None:
        for channel in self._channels():
            if channel.is_late(now):
                channel.will_close = True

    def _listeners(self) -> list[Any]:
        return [one for one in self._map.values() if hasattr(one, "active_channels")]

    def _channels(self) -> list[_BoundedChannel]:
        return [one for one in self._map.values() if isinstance(one, _BoundedChannel)]


@contextmanager
def signals_call(stop: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C and SIGTERM call `stop`; elsewhere than in the main thread nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def told(_number: int, _frame: FrameType | None) -> None:
        stop()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
