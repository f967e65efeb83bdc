"""Refusing guesses at short secrets once too many were wrong, whoever made them."""

from werkzeug.exceptions import TooManyRequests

from api.store import Unit, guesses
from api.store.guesses import GuessKind


def refuse_more_guesses(unit: Unit, kind: GuessKind) -> None:
    """Refuse another guess of a kind.

    Raises:
        TooManyRequests: Too many were wrong lately.
    """
    if guesses.are_too_many(unit, kind):
        seconds = int(guesses.WINDOW.total_seconds())
        raise TooManyRequests("Too many wrong tries were made here. Wait a while.", retry_after=seconds)
