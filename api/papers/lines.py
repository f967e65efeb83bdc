"""Where lines end: Chinese may break at any sign, but neither a number nor a word, nor before a comma."""

import re
from collections.abc import Callable

_OPENING = "（“\u2018《【"
_CLOSING = "，。：；！？、）”’》】"
# What stays together: a run of Latin signs and digits, or one sign of another script, with the punctuation at it.
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:[!-~\u00a1-\u024f–]+|[^\s{_OPENING}])[{_CLOSING}]*|[{_OPENING}]+")


def broken(text: str, width: float, width_of: Callable[[str], float]) -> str:
    """A text with line breaks, so that no line is wider than `width`; a unit that alone is wider stays whole.

    Args:
        text: With the line breaks that it must have.
        width: Of a line.
        width_of: The width of a piece of text.
    """
    return "\n".join(_broken_line(line, width, width_of) for line in text.split("\n"))


def _broken_line(line: str, width: float, width_of: Callable[[str], float]) -> str:
    lines, filled = [""], 0.0
    for unit in _UNIT.findall(line):
        needed = width_of(unit)
        if lines[-1] and filled + needed > width:
            lines[-1] = lines[-1].rstrip()
            if unit.isspace():
                continue
            lines.append("")
            filled = 0.0
        if not (lines[-1] == "" and unit.isspace()):
            lines[-1] += unit
            filled += needed
    return "\n".join(lines)
