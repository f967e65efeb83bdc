"""Which of several things are not in the order that was said."""

from bisect import bisect_left
from collections.abc import Sequence


def out_of_order[T](order: Sequence[T], positions: Sequence[int]) -> set[T]:
    """Those outside the longest part of an order that still stands: the fewest that can have moved.

    Args:
        order: As it was said.
        positions: Where each is now, no two at the same place.
    """
    ends: list[int] = []  # by length, the index at which the best rising run of that length ends
    before: list[int | None] = []
    for index, position in enumerate(positions):
        length = bisect_left([positions[end] for end in ends], position)
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [index]
    kept: set[T] = set()
    at = ends[-1] if ends else None
    while at is not None:
        kept.add(order[at])
        at = before[at]
    return set(order) - kept
