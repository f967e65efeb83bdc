"""The table of past days: planned, simulated and actual."""

from collections.abc import Mapping, Sequence

from api.what_if.tables import Cell, Table
from api.what_if.words import ENGLISH, word
from scheduler.simulation.replay import Replayed

_HEADER = ("day", "figure", "planned", "mean", "p5", "p95", "actual", "inside")
_FIGURES: Mapping[str, tuple[str, str]] = {
    "visits": ("实际上门", "visits attempted"),
    "found": ("有人应门", "doors that somebody opened"),
    "door_minutes": ("门前分钟", "minutes at doors"),
}


def validation_table(replays: Sequence[Replayed], language: str) -> Table:
    """A row for each figure of each past day; empty where none was replayed."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.day.isoformat(),
            _FIGURES[one.figure][int(language == ENGLISH)],
            "" if one.planned is None else one.planned,
            *(one.mean, one.low, one.high, one.actual),
            word("yes" if one.is_inside else "no", language),
        )
        for one in replays
    ]
    return Table(name="validation", header=tuple(word(name, language) for name in _HEADER), rows=tuple(rows))
