"""Reads the tables of a TOML file key by key and collects what is wrong with them."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeGuard

from scheduler.domain.errors import Fault
from scheduler.rules.clock import MIDNIGHT, Clock, parse_clock


class Fields:
    """One table; a faulty value is noted and reads as a harmless one, so that all faults are found at once.

    Whoever reads must look at `faults` before using anything that was read.
    """

    def __init__(self, table: Mapping[str, object], where: str, faults: list[Fault]) -> None:
        """Start reading.

        Args:
            table: The table.
            where: Where it stands, such as `cn-base/rules/CN-HRS-1`.
            faults: Receives what is wrong; shared by all tables of a file.
        """
        self.where = where
        self.faults = faults
        self._table = table
        self._read: set[str] = set()

    def fault(self, key: str, code: str, message: str, hint: str = "") -> None:
        """Note that the value of `key` (or the table itself, when empty) is wrong."""
        where = f"{self.where}/{key}" if key else self.where
        self.faults.append(Fault(where=where, code=code, message=message, hint=hint))

    @property
    def values(self) -> Mapping[str, object]:
        """The table as it was given."""
        return self._table

    def has(self, key: str) -> bool:
        """Whether the table has `key`, which stays unread."""
        return key in self._table

    def text(self, key: str) -> str:
        """A text that is not empty."""
        value = self._value(key)
        if isinstance(value, str) and value.strip():
            return value
        self._wrong(key, value, "a text")
        return ""

    def optional_text(self, key: str) -> str | None:
        """A text, or None without the key."""
        return self.text(key) if self.has(key) else None

    def whole(self, key: str, minimum: int) -> int:
        """A whole number of at least `minimum`."""
        value = self._value(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= minimum:
            return value
        self._wrong(key, value, f"a whole number of at least {minimum}")
        return minimum

    def number(self, key: str, *, least: float, most: float = math.inf) -> float:
        """A number between bounds, both included."""
        value = self._value(key)
        if _is_number(value, least, most):
            return float(value)
        self._wrong(key, value, f"a number from {least:g}" + (f" to {most:g}" if most < math.inf else ""))
        return least

    def numbers(self, key: str, count: int) -> tuple[float, ...]:
        """So many numbers of at least zero."""
        values = self._list(key)
        if len(values) == count and all(_is_number(value, 0.0, math.inf) for value in values):
            return tuple(float(value) for value in values if _is_number(value, 0.0, math.inf))
        self._wrong(key, values, f"a list of {count} numbers of at least zero")
        return (0.0,) * count

    def wholes(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """A list of whole numbers between bounds, both included."""
        values = self._list(key)
        found = tuple(value for value in values if isinstance(value, int) and not isinstance(value, bool))
        if len(found) == len(values) and all(least <= value <= most for value in found):
            return found
        self._wrong(key, values, f"a list of whole numbers from {least} to {most}")
        return ()

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._value(key)
        if isinstance(value, bool):
            return value
        self._wrong(key, value, "true or false")
        return False

    def day(self, key: str) -> date:
        """A date without a time."""
        value = self._value(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        self._wrong(key, value, "a date such as 2026-02-01, without quotes")
        return date.min

    def optional_day(self, key: str) -> date | None:
        """A date, or None without the key."""
        return self.day(key) if self.has(key) else None

    def days(self, key: str) -> tuple[date, ...]:
        """A list of dates, possibly empty."""
        values = self._list(key)
        if all(isinstance(value, date) and not isinstance(value, datetime) for value in values):
            return tuple(value for value in values if isinstance(value, date))
        self._wrong(key, values, "a list of dates")
        return ()

    def clock(self, key: str) -> Clock:
        """A clock time `HH:MM`, 24:00 included."""
        value = self._value(key)
        clock = parse_clock(value) if isinstance(value, str) else None
        if clock is None:
            self._wrong(key, value, 'a clock time "HH:MM" from "00:00" to "24:00"')
            return MIDNIGHT
        return clock

    def choice[Word: StrEnum](self, key: str, words: type[Word]) -> Word:
        """One word of a closed list."""
        value = self._value(key)
        known = [word.value for word in words]
        if isinstance(value, str) and value in known:
            return words(value)
        self._wrong(key, value, f"one of {', '.join(known)}")
        return next(iter(words))

    def choices[Word: StrEnum](self, key: str, words: type[Word]) -> tuple[Word, ...]:
        """Words of a closed list, in the list's own order; at least one."""
        known = [word.value for word in words]
        found = self.texts(key)
        if any(value not in known for value in found):
            self._wrong(key, list(found), f"words from {', '.join(known)}")
        return tuple(word for word in words if word.value in found)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of different texts, at least one."""
        values = self._list(key)
        found = tuple(value for value in values if isinstance(value, str) and value)
        if values and len(set(found)) == len(values):
            return found
        if isinstance(self._table.get(key), list):
            self._wrong(key, values, "a list of different texts, at least one")
        return ()

    def table(self, key: str) -> "Fields":
        """A table inside this one."""
        value = self._value(key)
        if not isinstance(value, dict):
            self._wrong(key, value, "a table")
            return Fields({}, f"{self.where}/{key}", [])
        return Fields(value, f"{self.where}/{key}", self.faults)

    def tables(self, key: str, *, name_key: str = "") -> tuple["Fields", ...]:
        """A list of tables; each is called by its `name_key` in faults, or by its position."""
        values = self._list(key)
        if not all(isinstance(value, dict) for value in values):
            self._wrong(key, values, "a list of tables")
            return ()
        tables = [value for value in values if isinstance(value, dict)]
        names = [str(table.get(name_key, position)) for position, table in enumerate(tables)]
        return tuple(
            Fields(table, f"{self.where}/{key}/{name}", self.faults) for name, table in zip(names, tables, strict=True)
        )

    def finish(self) -> None:
        """Note every key that nobody has read."""
        for key in self._table:
            if key not in self._read:
                self.fault(key, "unknown_key", f"`{key}` is not known here", "Remove it, or correct its spelling.")

    def _value(self, key: str) -> object:
        self._read.add(key)
        return self._table.get(key)

    def _list(self, key: str) -> list[object]:
        value = self._value(key)
        if isinstance(value, list):
            return value
        self._wrong(key, value, "a list")
        return []

    def _wrong(self, key: str, value: object, expected: str) -> None:
        if key in self._table:
            self.fault(key, "wrong_value", f"{value!r} is not {expected}", f"Give {expected}.")
        else:
            self.fault(key, "missing", f"`{key}` is missing", f"Give {expected}.")


def _is_number(value: object, least: float, most: float) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
