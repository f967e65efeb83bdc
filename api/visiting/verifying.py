"""Whether a letter is real: one path for every number, so that wrong, early, old and void ones look alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from api.papers.verification import read_number
from api.store import Unit, guesses, letters, plans
from api.store.guesses import GuessKind
from api.store.letters import Bearer, Letter
from scheduler.domain.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What anybody may know of a valid letter: never whom it is about, and why.

    Attributes:
        number: As printed.
        day: The local day on which these people may come.
        checked_at: Now, by the clock of the lender.
        bearers: Who may come.
    """

    number: str
    day: date
    checked_at: datetime
    bearers: tuple[Bearer, ...]


def by_number(unit: Unit, typed: str) -> Verified | None:
    """The letter of a number that somebody typed or scanned; None unless it is valid now."""
    return _verified(unit, letters.by_number(unit, read_number(typed)))


def by_code(unit: Unit, typed: str) -> Verified | None:
    """The letter that a short code on a crew's phone proves, once; None, which is counted, unless it is valid now."""
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    found = _verified(unit, letters.by_code(unit, digits))
    if found is None and digits:
        guesses.was_wrong(unit, GuessKind.CODE)
    return found


def _verified(unit: Unit, letter: Letter | None) -> Verified | None:
    valid = letter
    if letter is None or letter.revoked_at is not None or not letter.valid_from <= unit.now <= letter.valid_until:
        valid = None
    # The same questions to the database for every number.
    entry = plans.entry(unit, "" if valid is None else valid.plan_id)
    texts: Mapping[str, Text] = {} if entry is None else plans.texts_of(unit, entry.id)
    bearers = letters.bearers(unit, valid, texts)
    if valid is None or entry is None:
        return None
    checked_at = unit.now.astimezone(plans.zone_of(unit, entry.id))
    return Verified(number=valid.number, day=entry.day, checked_at=checked_at, bearers=bearers)
