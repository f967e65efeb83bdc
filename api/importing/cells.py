"""Cells become numbers, times, ids and codes; a cell that cannot is noted, and a harmless stand-in goes on."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from api.importing.fault_list import FaultList, is_personal_number, shown
from api.importing.tables import Row

ZONE = ZoneInfo("Asia/Shanghai")
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_IDENTITY_NUMBER = re.compile(r"[A-Za-z0-9-]{5,32}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,15})?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(:[0-5]\d)?", re.ASCII)
_YEARS = range(2000, 2101)
_HALF_WIDTH = str.maketrans("\uff1b\uff1a", ";:")
_HOURS_A_DAY = 24
_STAND_IN = date(2000, 1, 1)


class Cells:
    """Reads one row; every method names a column by its key and notes what is wrong with the cell.

    An optional cell may be empty and its column may lack altogether. A required column that lacks was noted with
    the header, and is not noted again for each row.
    """

    def __init__(self, row: Row, faults: FaultList) -> None:
        """Read `row`, note in `faults`."""
        self.row = row
        self._faults = faults

    def fault(self, key: str, code: str, message: str, hint: str = "") -> None:
        """Note a fault of one cell."""
        self._faults.add(self.row.where(key), code, message, hint)

    def has(self, key: str) -> bool:
        """Whether the file has the column at all."""
        return key in self.row.cells

    def text(self, key: str) -> str:
        """A person's text, exactly as it stands in the file; a formula is text."""
        return self.row.cells.get(key, "")

    def required_text(self, key: str) -> str:
        """A person's text that must not be blank."""
        self.required(key)
        return self.text(key)

    def value(self, key: str) -> str:
        """A cell for programs: without spaces around it and with Chinese semicolons and colons as ASCII."""
        return self.text(key).strip().translate(_HALF_WIDTH)

    def required(self, key: str) -> str:
        """A cell for programs that must not be blank."""
        value = self.value(key)
        if not value and self.has(key):
            self.fault(key, "missing_value", "The cell is empty.", "Fill it in.")
        return value

    def whole_number(self, key: str, *, least: int, most: int) -> int | None:
        """A whole number between `least` and `most`, both included; None when the cell is empty."""
        value = self.value(key)
        if not value:
            return None
        if _WHOLE_NUMBER.fullmatch(value) is None or not least <= int(value) <= most:
            self.fault(key, "bad_number", f"{shown(value)} is not a whole number from {least} to {most}.")
            return least
        return int(value)

    def degrees(self, key: str) -> float | None:
        """Decimal degrees of any size; None when the cell is empty or no number."""
        value = self.value(key)
        if not value:
            return None
        if _DECIMAL.fullmatch(value) is None:
            hint = "Write decimal degrees such as 31.204512."
            self.fault(key, "bad_number", f"{shown(value)} is not a decimal number.", hint)
            return None
        return float(value)

    def choice[Choice](self, key: str, choices: Mapping[str, Choice]) -> Choice | None:
        """What the cell stands for; None when it is empty or stands for nothing."""
        value = self.value(key)
        return self._chosen(key, value, choices) if value else None

    def identifier(self, key: str, *, most: int = 64) -> str | None:
        """A new or known id that must not be blank; None when it is."""
        value = self.required(key)
        return value if value and self._is_id(key, value, most) else None

    def optional_identifier(self, key: str) -> str | None:
        """An id or a code; None when it is empty or neither."""
        return self.identifier(key) if self.value(key) else None

    def identity_number(self, key: str) -> str:
        """A collector's own number for printed letters, empty when the cell is; no message shows it."""
        value = self.value(key)
        if not value or _IDENTITY_NUMBER.fullmatch(value):
            return value
        hint = "Make the column a text column: spreadsheets cut long numbers off."
        self.fault(key, "bad_identity_number", "The value is not an identity number.", hint)
        return ""

    def references(self, key: str, known: Collection[str] | None, table: str) -> tuple[str, ...]:
        """Ids separated by `;`, each a row of another table; `known` is None when that table was not read."""
        ids: list[str] = []
        for part in self._parts(key):
            if not self._is_id(key, part, 64):
                continue
            if known is not None and part not in known:
                self.fault(key, "unknown_id", f"{shown(part)} is not in the table {table}.")
            elif part in ids:
                self.fault(key, "duplicate_id", f"{shown(part)} stands here twice.")
            else:
                ids.append(part)
        return tuple(ids)

    def reference(self, key: str, known: Collection[str] | None, table: str) -> str | None:
        """One id of another table; None when the cell is empty or the id is unknown."""
        ids = self.references(key, known, table)
        if len(ids) > 1:
            self.fault(key, "bad_id", "Only one id may stand here.")
        return ids[0] if ids else None

    def codes(self, key: str) -> frozenset[str]:
        """Codes such as skills, separated by `;`."""
        return frozenset(part for part in self._parts(key) if self._code(key, part))

    def dated_codes(self, key: str, choices: Mapping[str, str] | None = None) -> tuple[tuple[str, date | None], ...]:
        """`code` or `code:2026-12-31`, separated by `;`; with `choices`, what the code stands for."""
        found: list[tuple[str, date | None]] = []
        for part in self._parts(key):
            word, colon, day = (piece.strip() for piece in part.partition(":"))
            code = self._code(key, word) if choices is None else self._chosen(key, word, choices)
            if code is not None:
                found.append((code, self._date(key, day) if colon else None))
        return tuple(found)

    def day(self, key: str) -> date:
        """A date that must not be blank."""
        value = self.required(key)
        return self._date(key, value) if value else _STAND_IN

    def optional_day(self, key: str) -> date | None:
        """A date such as `2026-12-31`; None when it is empty."""
        value = self.value(key)
        return self._date(key, value) if value else None

    def moment(self, key: str) -> datetime | None:
        """A local date and time such as `2026-11-10 15:30`; None when it is empty or no time."""
        value = self.value(key)
        if not value:
            return None
        match = _MOMENT.fullmatch(value)
        if match is None:
            hint = "Write the local time as 2026-11-10 15:30."
            self.fault(key, "bad_time", f"{shown(value)} is not a date and time.", hint)
            return None
        moment = self._at(key, self._date(key, match[1]), match[2])
        return moment and moment + timedelta(seconds=int(match[3][1:]) if match[3] else 0)

    def clock(self, key: str, day: date) -> datetime | None:
        """A clock time such as `09:30` on `day`; None when the cell is empty or no time."""
        value = self.value(key)
        return self._at(key, day, value) if value else None

    def required_clock(self, key: str, day: date) -> datetime | None:
        """As `clock`, for a cell that must not be blank."""
        self.required(key)
        return self.clock(key, day)

    def spans(self, key: str, day: date) -> tuple[tuple[datetime, datetime, str], ...]:
        """`09:00-12:00` or `12:00-13:30/45`, separated by `;`: start, end and what follows the slash."""
        found: list[tuple[datetime, datetime, str]] = []
        for part in self._parts(key):
            hours, _, rest = part.partition("/")
            start_text, dash, end_text = hours.partition("-")
            if not dash:
                self.fault(key, "bad_time", f"{shown(part)} is not a span of hours.", "Write 09:00-12:00.")
                continue
            start, end = self._at(key, day, start_text.strip()), self._at(key, day, end_text.strip())
            if start and end and self.in_order(key, start, end):
                found.append((start, end, rest.strip()))
        return tuple(found)

    def in_order(self, key: str, start: datetime, end: datetime) -> bool:
        """Whether `start` is before `end`; noted if not."""
        if start < end:
            return True
        message = f"The end {end:%H:%M} is not after the start {start:%H:%M} of the same day."
        self.fault(key, "reversed_window", message, "Split what crosses midnight into two.")
        return False

    def _parts(self, key: str) -> list[str]:
        return [part.strip() for part in self.value(key).split(";") if part.strip()]

    def _is_id(self, key: str, value: str, most: int) -> bool:
        if _ID.fullmatch(value) and len(value) <= most and not is_personal_number(value):
            return True
        hint = "Use a number of your own that says nothing about the person."
        message = f"{shown(value)} is not an id of 1 to {most} letters, digits, dots, colons, hyphens or underscores."
        self.fault(key, "bad_id", message, hint)
        return False

    def _chosen[Choice](self, key: str, value: str, choices: Mapping[str, Choice]) -> Choice | None:
        choice = choices.get(value.casefold())
        if choice is None:
            hint = f"Write one of: {', '.join(choices)}."
            self.fault(key, "unknown_choice", f"{shown(value)} is not one of the choices.", hint)
        return choice

    def _code(self, key: str, value: str) -> str | None:
        if _CODE.fullmatch(value) and not is_personal_number(value):
            return value
        hint = "Codes have letters, digits, dots, hyphens and underscores; `;` separates them."
        self.fault(key, "bad_id", f"{shown(value)} is not a code.", hint)
        return None

    def _date(self, key: str, value: str) -> date:
        day = _parsed(date.fromisoformat, value) if _DATE.fullmatch(value) else None
        if day is None or day.year not in _YEARS:
            self.fault(key, "bad_date", f"{shown(value)} is not a date.", "Write it as 2026-12-31.")
            return _STAND_IN
        return day

    def _at(self, key: str, day: date, value: str) -> datetime | None:
        match = _CLOCK.fullmatch(value)
        hours, minutes = (int(match[1]), int(match[2])) if match else (_HOURS_A_DAY, 1)
        if minutes > 59 or hours * 60 + minutes > _HOURS_A_DAY * 60:
            self.fault(key, "bad_time", f"{shown(value)} is not a clock time.", "Write it as 09:30, at most 24:00.")
            return None
        return local_midnight(day) + timedelta(hours=hours, minutes=minutes)


def local_midnight(day: date) -> datetime:
    """When a local day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def _parsed(parse: Callable[[str], date], value: str) -> date | None:
    try:
        return parse(value)
    except ValueError:
        return None
