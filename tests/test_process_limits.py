"""What a process of ours does when it comes to its bound of memory."""

import multiprocessing
import sys
import threading
from collections.abc import Callable

import pytest

from api.process_limits import MEMORY_EXIT_CODE, limit_memory, taken_bytes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="no bound of memory on this system")

MEGABYTE = 1024**2
REFUSED = 3


def _exit_code(target: Callable[[], None]) -> int | None:
    """How a process of its own ends."""
    process = multiprocessing.get_context("spawn").Process(target=target)
    process.start()
    process.join()
    return process.exitcode


def test_what_a_process_may_not_take_is_refused_to_it() -> None:
    assert _exit_code(_take_more_than_allowed) == REFUSED


def test_a_process_that_waits_at_its_bound_ends_itself() -> None:
    assert _exit_code(_wait_at_the_bound) == MEMORY_EXIT_CODE


def test_a_process_that_has_taken_more_than_it_may_is_told_at_once() -> None:
    with pytest.raises(MemoryError, match="are taken before the bound"):
        limit_memory(MEGABYTE)


def _take_more_than_allowed() -> None:
    limit_memory(taken_bytes() + 512 * MEGABYTE)
    try:
        bytearray(1024 * MEGABYTE)
    except MemoryError:
        sys.exit(REFUSED)


def _wait_at_the_bound() -> None:
    limit_memory(taken_bytes() + 8 * MEGABYTE)
    threading.Event().wait(timeout=600)
