"""Codes of cases in words."""

from collections.abc import Mapping

from api.importing.words import ACTORS, BLOCKS, CHANNELS, SUBJECTS
from api.web.catalogue import ENGLISH


def _chinese(words: Mapping[str, object]) -> dict[str, str]:
    """The first Chinese word of each code."""
    found: dict[str, str] = {}
    for word, code in words.items():
        if not word.isascii():
            found.setdefault(str(code), word)
    return found


_ZH = {"block": _chinese(BLOCKS), "subject": _chinese(SUBJECTS), "actor": _chinese(ACTORS)}
BLOCK_CODES = tuple(code for code in BLOCKS if code.isascii())
CHANNEL_CODES = tuple(dict.fromkeys(str(channel) for channel in CHANNELS.values()))


def block_word(code: str, language: str) -> str:
    """A circumstance: `有异议` or `disputed`."""
    return _word("block", code, language)


def subject_word(code: str | None, language: str) -> str:
    """Who would be visited; empty where nobody knows."""
    return _word("subject", code or "", language)


def actor_word(code: str | None, language: str) -> str:
    """Who collects; empty where nobody knows."""
    return _word("actor", code or "", language)


def _word(what: str, code: str, language: str) -> str:
    return code.replace("_", " ") if language == ENGLISH else _ZH[what].get(code, code)
