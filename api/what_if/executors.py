"""Where simulations run: processes of this machine, or the machines of a Dask cluster."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from api.process_limits import be_polite, die_with_parent, limit_memory
from scheduler.domain.errors import MissingResource
from scheduler.planning import compile_search
from scheduler.simulation.running import OpenExecutor

_RETRIES = 2  # of Dask, when a worker dies
_SECONDS_TO_CONNECT = 10


def local_executor(processes: int, *, niceness: int = 0, memory_bytes: int | None = None) -> OpenExecutor:
    """So many processes of this machine, which end with this one.

    Args:
        processes: How many.
        niceness: How much they step back behind other processes, from 0 to 19.
        memory_bytes: What each may take; None for all that the machine has.
    """

    @contextmanager
    def opened() -> Iterator[Executor]:
        executor = ProcessPoolExecutor(
            processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(os.getpid(), niceness, memory_bytes),
        )
        try:
            yield executor
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    return opened


def dask_executor(address: str) -> OpenExecutor:
    """The workers of a Dask scheduler, which need this package in the same version.

    Dask pickles what it sends and asks nobody who they are: the address is of TLS (`tls://`, with the certificates of
    Dask's own configuration) or lies in a private network. What is sent has no names, texts or coordinates.

    Raises:
        MissingResource: The extra `dask` is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client
    except ImportError:
        raise MissingResource("Dask is not installed.", hint="Install visit-scheduler[dask].") from None

    @contextmanager
    def opened() -> Iterator[Executor]:
        try:
            client = Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
        except (OSError, ValueError):
            raise MissingResource("No Dask scheduler answers at the address.", hint="Check --scheduler.") from None
        try:
            yield client.get_executor(pure=False, retries=_RETRIES)
        finally:
            client.close()

    return opened


def _begin(parent: int, niceness: int, memory_bytes: int | None) -> None:
    # The terminal sends Ctrl-C to the whole group; the parent alone decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(parent)
    be_polite(niceness)
    compile_search()
    limit_memory(memory_bytes)
