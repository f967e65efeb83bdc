"""What a process of ours does to itself: it dies with its parent, steps back behind others, and bounds its memory."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path

MEMORY_EXIT_CODE = 71
"""With which a process ends itself that stays at its bound of memory."""

_PR_SET_PDEATHSIG = 1
_AT_THE_BOUND_BYTES = 32 * 1024**2  # a thread takes fewer before it can say that it began
_LOOKS_AT_THE_BOUND = 5
_SECONDS_BETWEEN_LOOKS = 1.0
_TAKEN = Path("/proc/self/statm")


def die_with_parent(parent: int) -> None:
    """End this process when its parent is gone, whatever it is at.

    Args:
        parent: The parent's process id when this process began.
    """
    if sys.platform == "linux":
        # The kernel does it even to a process that is stopped or deep in a native loop. It watches the thread that
        # made this process, which waits for it to the end.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_exit_after_parent, name="parent-watch", daemon=True).start()


def be_polite(niceness: int) -> None:
    """Let other processes go first; what the system does not allow is left as it is."""
    if niceness and hasattr(os, "nice"):
        with contextlib.suppress(OSError):
            os.nice(niceness)


def limit_memory(memory_bytes: int | None) -> None:
    """Let allocations beyond this fail; None, and a system without such limits, let them pass.

    On Linux a process that stays at the bound ends itself with `MEMORY_EXIT_CODE` after some seconds: a thread that
    finds no memory to begin with cannot say so, and who started it would wait for ever.

    Raises:
        MemoryError: The process has taken more already.
    """
    if memory_bytes is None or sys.platform == "win32":
        return
    import resource

    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hardest == resource.RLIM_INFINITY else min(memory_bytes, hardest)
    if _TAKEN.exists():
        if (taken := taken_bytes()) > limit:
            raise MemoryError(f"{taken} bytes are taken before the bound of {limit} is set")
        threading.Thread(target=_exit_at_the_bound, args=(limit,), name="memory-watch", daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (limit, hardest))


def taken_bytes() -> int:
    """The address space of this process; on Linux."""
    return int(_TAKEN.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _exit_at_the_bound(limit_bytes: int) -> None:
    looks = 0
    while looks < _LOOKS_AT_THE_BOUND:
        time.sleep(_SECONDS_BETWEEN_LOOKS)
        looks = looks + 1 if _is_at_the_bound(limit_bytes) else 0
    os._exit(MEMORY_EXIT_CODE)


def _is_at_the_bound(limit_bytes: int) -> bool:
    try:
        return taken_bytes() > limit_bytes - _AT_THE_BOUND_BYTES
    except MemoryError:
        return True


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
