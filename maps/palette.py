"""Colours of crews that stay apart for colour-blind eyes, on a light background."""

from dataclasses import dataclass

# Okabe and Ito 2008 without its yellow, which vanishes on a light background; indigo and wine after Tol's "muted".
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#332288", "#e69f00", "#882255", "#56b4e9")
_PAPER, _INK = "#ffffff", "#1b1f23"
# Dashes would do too, but on a map a dashed line is one that stands in for a road.
_STRIPES = ((_PAPER, False), (_INK, False), (_PAPER, True), (_INK, True))
_DARK_INK = "#111111"
_LIGHT_INK = "#ffffff"

UNASSIGNED_COLOUR = "#6b7280"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewStyle:
    """How one crew is drawn.

    Attributes:
        colour: Of the line and the pins, as `#rrggbb`.
        ink: Of the text on `colour`.
        edge: Of what borders the line and the pins, as `#rrggbb`.
        hollow: Whether a white stripe runs along the middle of the line.
    """

    colour: str
    ink: str
    edge: str
    hollow: bool


def crew_style(position: int) -> CrewStyle:
    """The style of a crew.

    Args:
        position: The place of the crew's shift in the problem, from 0; so a crew keeps its colour on every map. After
            eight crews the colours come again with dark edges, after sixteen and twenty-four with a stripe inside.
    """
    colour = _COLOURS[position % len(_COLOURS)]
    edge, hollow = _STRIPES[position // len(_COLOURS) % len(_STRIPES)]
    ink = max((_LIGHT_INK, _DARK_INK), key=lambda candidate: contrast_ratio(colour, candidate))
    return CrewStyle(colour=colour, ink=ink, edge=edge, hollow=hollow)


def contrast_ratio(first: str, second: str) -> float:
    """The contrast of two `#rrggbb` colours after WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((_relative_luminance(first), _relative_luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _relative_luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
