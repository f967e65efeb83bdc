"""Numbers of one type: a kernel is compiled once more for every mix of types that it is called with."""

from scheduler.solver.kernels.compiled import inlined


@inlined
def whole(number: int) -> int:
    """A number in 64 bits, be it of 32 bits or written in the source."""
    return number + 0
