"""Documents for people to read: one entry a line where it fits, the same bytes for the same document."""

import json
from collections.abc import Mapping
from typing import Any

LINE_LENGTH = 120
_INDENT = "  "


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """JSON in UTF-8 with the keys in the document's order and a newline at the end.

    Raises:
        ValueError: When a number is not finite.
    """
    return f"{_laid_out(document, 0, LINE_LENGTH)}\n".encode()


def _laid_out(value: object, level: int, room: int) -> str:
    """The value on one line when it has at most `room` characters, else one line for each entry."""
    inner = LINE_LENGTH - len(_INDENT) * (level + 1) - len(",")
    if isinstance(value, Mapping):
        keys = [f"{_scalar(key)}: " for key in value]
        entries = zip(keys, value.values(), strict=True)
        parts = [key + _laid_out(entry, level + 1, inner - len(key)) for key, entry in entries]
        return _joined("{", parts, "}", level, room)
    if isinstance(value, list | tuple) and any(isinstance(entry, Mapping | list | tuple) for entry in value):
        return _joined("[", [_laid_out(entry, level + 1, inner) for entry in value], "]", level, room)
    return _scalar(value)


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _joined(opening: str, parts: list[str], closing: str, level: int, room: int) -> str:
    short = f"{opening}{', '.join(parts)}{closing}"
    if "\n" not in short and len(short) <= room:
        return short
    lines = f",\n{_INDENT * (level + 1)}".join(parts)
    return f"{opening}\n{_INDENT * (level + 1)}{lines}\n{_INDENT * level}{closing}"
