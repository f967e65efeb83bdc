"""How kernels are compiled: without the interpreter's lock, and kept on disk for the next process."""

from collections.abc import Callable
from typing import Any, cast

import numba

from scheduler.solver.kernels.cache import cache_folder

_FOLDER = cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # numba fills this module as it is imported


def kernel[F: Callable[..., Any]](function: F) -> F:
    """Compile a function that only other kernels call: without the wrapper for Python, which takes longest."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined[F: Callable[..., Any]](function: F) -> F:
    """Compile a function into each of its callers: a call copies the descriptor of every array."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def entry[F: Callable[..., Any]](function: F) -> F:
    """Compile a function that Python calls."""
    return _compiled(function)


def _compiled[F: Callable[..., Any]](function: F, **options: bool) -> F:
    # Kernels make no arrays, so nobody has to count references to them: the counting took five times as long as the
    # search, and two threads that count the same array's references wait for each other.
    decorate = cast("Callable[..., Callable[[F], F]]", numba.njit)
    return decorate(cache=_FOLDER is not None, nogil=True, error_model="numpy", _nrt=False, **options)(function)
