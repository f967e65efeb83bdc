"""Whether a letter is real: one path for every number, so that wrong, early, old and void ones look alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.papers.verification import read_number
from api.store import Unit, guesses, letters, plans
from api.store.guesses import GuessKind
from api.store.letters import CODE_DIGITS, Bearer, Letter
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


class LetterState(StrEnum):
    """What the hotline may know of a letter."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class HotlineFound:
    """What the hotline is told of a number or a code.

    Attributes:
        state: Whether the letter is valid, and why not.
        number: As printed; None of an unknown letter.
        day: The local day of its visit.
        bearers: Whom it names.
    """

    state: LetterState
    number: str | None
    day: date | None
    bearers: tuple[Bearer, ...]


def for_hotline(unit: Unit, typed: str) -> HotlineFound:
    """Look up what somebody on the telephone reads out, the number of a letter or the code on a phone; it is noted.

    Args:
        unit: Of who answers the telephone.
        typed: A code is used up by it, as on the page.
    """
    digits = "".join(sign for sign in typed if sign.isascii() and sign.isdigit())
    is_code = len(digits) == CODE_DIGITS and len("".join(typed.split())) == CODE_DIGITS
    letter = letters.by_code(unit, digits) if is_code else letters.by_number(unit, read_number(typed))
    state = _state(letter, unit.now)
    unit.note("hotline.asked", "letter:unknown" if letter is None else f"letter:{letter.id}", state=state.value)
    entry = None if letter is None else plans.entry(unit, letter.plan_id)
    texts: Mapping[str, Text] = {} if entry is None else plans.texts_of(unit, entry.id)
    return HotlineFound(
        state=state,
        number=None if letter is None else letter.number,
        day=None if entry is None else entry.day,
        bearers=letters.bearers(unit, letter, texts),
    )


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


def _state(letter: Letter | None, now: datetime) -> LetterState:
    if letter is None:
        return LetterState.UNKNOWN
    if letter.revoked_at is not None:
        return LetterState.REVOKED
    if now < letter.valid_from:
        return LetterState.NOT_YET
    return LetterState.VALID if now <= letter.valid_until else LetterState.EXPIRED


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
