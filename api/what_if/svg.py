"""Pictures as SVG text: axes, marks and words, drawn with nothing but the standard library."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

# Okabe and Ito's colours, told apart by everybody.
BLUE, ORANGE, GREEN, GREY, RED = "#0072b2", "#e69f00", "#009e73", "#777777", "#d55e00"
COLOURS = (BLUE, ORANGE, GREEN, RED, "#cc79a7", "#56b4e9", GREY, "#f0e442")
_TICKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where values lie on an axis: `low` at `begin`, `high` at `end`, in pixels."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """The pixel of a value; what lies outside stands at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.begin + (inside - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """About five round values."""
        step = _round_step((self.high - self.low) / _TICKS)
        first = math.ceil(self.low / step)
        return [number * step for number in range(first, math.floor(self.high / step) + 1)]


@dataclass(slots=True)
class Picture:
    """A drawing in the making, in pixels from the upper left corner."""

    width: float
    height: float
    title: str
    _parts: list[str] = field(default_factory=list)

    def line(self, begin: tuple[float, float], end: tuple[float, float], colour: str = GREY, width: float = 1) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = begin, end
        self._parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'
        )

    def path(self, points: Sequence[tuple[float, float]], colour: str = BLUE) -> None:
        """A line through points."""
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{told}" fill="none" stroke="{colour}" stroke-width="2"/>')

    def band(self, points: Sequence[tuple[float, float]], colour: str = BLUE) -> None:
        """A pale area with points around it."""
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polygon points="{told}" fill="{colour}" fill-opacity="0.2"/>')

    def dot(self, x: float, y: float, colour: str = BLUE, note: str = "") -> None:
        """A point; the note shows under a pointer."""
        told = f"<title>{escape(note)}</title>" if note else ""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">{told}</circle>')

    def box(
        self, x: float, y: float, size: tuple[float, float], colour: str, opacity: float = 1, note: str = ""
    ) -> None:
        """A filled rectangle; the note shows under a pointer."""
        told = f"<title>{escape(note)}</title>" if note else ""
        width, height = max(size[0], 0.0), max(size[1], 0.0)
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" '
            f'fill-opacity="{opacity:.3f}">{told}</rect>'
        )

    def text(self, x: float, y: float, words: str, anchor: str = "start", size: int = 12) -> None:
        """Words; `anchor` is `start`, `middle` or `end`."""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'
        )

    def axis_below(self, scale: Scale, y: float, words: str) -> None:
        """A horizontal axis with its ticks and what it shows."""
        self.line((scale.begin, y), (scale.end, y))
        for value in scale.ticks():
            self.line((scale.at(value), y), (scale.at(value), y + 4))
            self.text(scale.at(value), y + 17, f"{value:g}", "middle", 11)
        self.text((scale.begin + scale.end) / 2, y + 34, words, "middle")

    def axis_left(self, scale: Scale, x: float, words: str) -> None:
        """A vertical axis with its ticks; what it shows stands above it."""
        self.line((x, scale.begin), (x, scale.end))
        for value in scale.ticks():
            self.line((x - 4, scale.at(value)), (x, scale.at(value)))
            self.text(x - 7, scale.at(value) + 4, f"{value:g}", "end", 11)
        self.text(max(x - 40, 4), scale.end - 12, words)

    def svg(self) -> str:
        """The picture, with its title for those who cannot see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}" role="img" '
            f'font-family="sans-serif" fill="#222222"><title>{escape(self.title)}</title>{"".join(self._parts)}</svg>'
        )


def scale_over(values: Sequence[float], begin: float, end: float, *, with_zero: bool = False) -> Scale:
    """A scale that holds all finite values with a little room."""
    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    if with_zero:
        low, high = min(low, 0.0), max(high, 0.0)
    room = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    return Scale(low=low - room, high=high + room, begin=begin, end=end)


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step * 0.999)
