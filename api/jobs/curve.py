"""How the cost of a plan fell while it was computed, as a text that a job's progress can hold."""

from collections.abc import Iterable

MOST_POINTS = 120
type Point = tuple[float, int]


class CostCurve:
    """Points of seconds and cost, thinned out as they become too many; the first and the newest are always there."""

    def __init__(self) -> None:
        """Begin without a point."""
        self._points: list[Point] = []

    def add(self, seconds: float, cost_seconds: int) -> None:
        """Go on with a point that is later than all before."""
        if len(self._points) >= MOST_POINTS:
            self._points = self._points[::2]
        self._points.append((seconds, cost_seconds))

    def __str__(self) -> str:
        """`0.5:4200 1.5:4100`."""
        return " ".join(f"{seconds:.1f}:{cost}" for seconds, cost in self._points)


def points_of(text: str) -> tuple[Point, ...]:
    """What `str` of a curve says."""
    return tuple(_point(part) for part in text.split())


def on_canvas(points: Iterable[Point], width: int, height: int) -> str:
    """The points of an SVG polyline: the whole time across the width, from the least to the greatest cost in height."""
    found = list(points)
    if not found:
        return ""
    last = max(found[-1][0], 1e-9)
    costs = [cost for _, cost in found]
    least, span = min(costs), max(max(costs) - min(costs), 1)
    return " ".join(
        f"{seconds / last * width:.1f},{height - (cost - least) / span * height:.1f}" for seconds, cost in found
    )


def _point(text: str) -> Point:
    seconds, _, cost = text.partition(":")
    return float(seconds), int(cost)
