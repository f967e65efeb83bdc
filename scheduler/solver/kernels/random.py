"""Random numbers of a search's own, the same on every machine (xorshift64*, Vigna 2016, doi 10.1145/2845077)."""

import numpy as np
import numpy.typing as npt

from scheduler.solver.kernels.compiled import inlined

_STEP = np.uint64(2685821657736338717)
_UNIT = 1.0 / (1 << 53)
_A, _B, _C, _LOW = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11)


@inlined
def uniform(state: npt.NDArray[np.uint64]) -> float:
    """A number in [0, 1)."""
    x = state[0]
    x ^= x >> _A
    x ^= x << _B
    x ^= x >> _C
    state[0] = x
    return float((x * _STEP) >> _LOW) * _UNIT


@inlined
def below(state: npt.NDArray[np.uint64], end: int) -> int:
    """A whole number in 0 .. end - 1."""
    return int(uniform(state) * end)
