"""What a process of ours does to itself: it dies with its parent, steps back behind others, and bounds its memory."""

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1


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
    """Let allocations beyond this fail; None, and a system without such limits, let them pass."""
    if memory_bytes is None or sys.platform == "win32":
        return
    import resource

    _, hardest = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hardest == resource.RLIM_INFINITY else min(memory_bytes, hardest)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hardest))


def _exit_after_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
