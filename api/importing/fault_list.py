"""Faults of an import as they are found, with what they may show of the value behind them."""

import re

from scheduler.domain.errors import Fault, InvalidInput

MOST_FAULTS = 1_000
_MOST_SHOWN = 40
_HARMLESS = re.compile(r"[0-9A-Za-z._:;/|+-]+|[0-9 :./T-]+", re.ASCII)
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)"  # a mobile phone
    r"|(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)",  # an identity card
    re.ASCII,
)


def is_personal_number(value: str) -> bool:
    """Whether the value holds what looks like a mobile phone or identity card number of mainland China."""
    return _PERSONAL_NUMBER.search(value) is not None


def shown(value: str) -> str:
    """The value as a message may show it; a cell that could hold a person's text is not shown at all."""
    if _HARMLESS.fullmatch(value) is None or is_personal_number(value):
        return "the value"
    clipped = value if len(value) <= _MOST_SHOWN else f"{value[:_MOST_SHOWN]}..."
    return f"{clipped!r}"


class FaultList:
    """Collects the faults of all tables; the first thousand are kept, the others counted."""

    def __init__(self) -> None:
        """Start without a fault."""
        self._faults: list[Fault] = []
        self._left_out = 0

    def add(self, where: str, code: str, message: str, hint: str = "") -> None:
        """Note one fault; see `Fault` for the arguments."""
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(Fault(where=where, code=code, message=message, hint=hint))
        else:
            self._left_out += 1

    def raise_if_any(self) -> None:
        """Raise everything noted so far.

        Raises:
            InvalidInput: At least one fault was noted.
        """
        faults = list(self._faults)
        if self._left_out:
            message = f"{self._left_out} more faults are not listed."
            faults.append(Fault(where="", code="more_faults", message=message, hint="Correct those listed first."))
        if faults:
            raise InvalidInput(faults)
