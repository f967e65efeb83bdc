"""Cells become numbers, days, hours, ids and codes; a cell that cannot is noted, and a harmless stand-in goes on."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from api.importing.fault_list import FaultList, is_personal_number
from api.importing.records import ClockSpan, moment_of
from api.importing.tables import Row

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_IDENTITY_NUMBER = re.compile(r"[A-Za-z0-9-]{5,32}", re.ASCII)
_WHOLE_NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,9}(\.\d{1,15})?", re.ASCII)
_NO_NUMBER = re.compile(r"[+-]?(nan|inf|infinity|\d+(\.\d*)?e\+?\d{3,})", re.ASCII | re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_YEAR_MONTH_DAY = re.compile(r"(\d{1,4})-\d{1,2}-\d{1,2}", re.ASCII)
_MOMENT = re.compile(r"(\S+)[ T](\d{1,2}:\d{2}(?::\d{2})?)", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+\d+", re.ASCII)
_FORMULA_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)")
_SERIAL_DAY = re.compile(r"\d{5}(\.\d+)?", re.ASCII)
_SERIAL_TIME = re.compile(r"0?\.\d+", re.ASCII)
_YEARS = range(2000, 2101)
_HALF_WIDTH = str.maketrans("\uff1b\uff1a", ";:")
_NO_ID = frozenset({"null", "nan", "none", "n/a", "合计", "总计", "小计", "total"})
_HOURS_A_DAY = 24
_MINUTES_AN_HOUR = 60
_EVENING, _MORNING = 18 * _MINUTES_AN_HOUR, 8 * _MINUTES_AN_HOUR
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

    def fault(self, key: str, sentence: str, *, value: str | None = None, **facts: object) -> None:
        """Note a fault of one cell; see `FaultList.add`."""
        self._faults.add(self.row.position.where(key), sentence, value=value, **facts)

    def warn(self, key: str, sentence: str, *, value: str | None = None, **facts: object) -> None:
        """Note something odd about one cell that is let in."""
        self._faults.warn(self.row.position.where(key), sentence, value=value, **facts)

    def has(self, key: str) -> bool:
        """Whether the file has the column at all."""
        return key in self.row.cells

    def text(self, key: str) -> str:
        """A person's text as it stands in the file, in composed characters; a formula is text."""
        return unicodedata.normalize("NFC", self.row.cells.get(key, ""))

    def required_text(self, key: str) -> str:
        """A person's text that must not be blank."""
        self.required(key)
        return self.text(key)

    def value(self, key: str) -> str:
        """A cell for programs: without spaces around it and with Chinese semicolons and colons as ASCII."""
        value = self.row.cells.get(key, "").strip()
        return value if value.isascii() else value.translate(_HALF_WIDTH)

    def required(self, key: str) -> str:
        """A cell for programs that must not be blank."""
        value = self.value(key)
        if not value and self.has(key):
            self.fault(key, "required_blank" if self.row.cells[key] else "field_required")
        return value

    def whole_number(self, key: str, *, least: int, most: int) -> int | None:
        """A whole number between `least` and `most`, both included; None when the cell is empty."""
        value = self.value(key)
        if not value:
            return None
        if _WHOLE_NUMBER.fullmatch(value) is None:
            self.fault(key, _accident(value) or "number_format", value=value)
            return least
        if not least <= int(value) <= most:
            self.fault(key, "number_range", value=value, least=least, most=most)
            return least
        return int(value)

    def degrees(self, key: str) -> float | None:
        """Decimal degrees of any size; None when the cell is empty or no number."""
        value = self.value(key)
        if not value:
            return None
        if _DECIMAL.fullmatch(value) is None:
            otherwise = "coord_not_finite" if _NO_NUMBER.fullmatch(value) else "coord_format"
            self.fault(key, _formula_error(value) or otherwise, value=value)
            return None
        return float(value)

    def choice[Choice](self, key: str, choices: Mapping[str, Choice]) -> Choice | None:
        """What the cell stands for; None when it is empty or stands for nothing."""
        value = self.value(key)
        return self._chosen(key, value, choices) if value else None

    def identifier(self, key: str, *, most: int = 64) -> str | None:
        """A row's own id; None when it has none that can be used."""
        value = self.value(key)
        if self.has(key) and (not value or value.casefold() in _NO_ID):
            self.fault(key, "id_missing")
            return None
        return value if value and self._is_id(key, value, most) else None

    def optional_identifier(self, key: str) -> str | None:
        """An id or a code; None when it is empty or neither."""
        return self.identifier(key) if self.value(key) else None

    def identity_number(self, key: str) -> str:
        """A collector's own number for printed letters, empty when the cell is; no message shows it."""
        value = self.value(key)
        if not value or _IDENTITY_NUMBER.fullmatch(value):
            return value
        self.fault(key, "identity_number_format")
        return ""

    def references(self, key: str, known: Collection[str] | None, table: str) -> tuple[str, ...]:
        """Ids separated by `;`, each a row of another table; `known` is None when that table was not read."""
        ids: list[str] = []
        for part in self._parts(key):
            if not self._is_id(key, part, 64):
                continue
            if known is not None and part not in known:
                self.fault(key, "ref_unknown", value=part, table=table)
            elif part in ids:
                self.fault(key, "id_repeated", value=part)
            else:
                ids.append(part)
        return tuple(ids)

    def reference(self, key: str, known: Collection[str] | None, table: str) -> str | None:
        """One id of another table; None when the cell is empty or the id is unknown."""
        ids = self.references(key, known, table)
        if len(ids) > 1:
            self.fault(key, "one_id")
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
            self.fault(key, _accident_with_time(value) or "moment_format", value=value)
            return None
        day, minute = self._date(key, match[1]), self._minute(key, match[2], with_seconds=True)
        if minute is None:
            return None
        return moment_of(day, minute) + timedelta(seconds=int(match[2][-2:]) if match[2].count(":") > 1 else 0)

    def clock(self, key: str, *, is_end: bool = False) -> int | None:
        """Minutes from midnight, of a clock time such as `09:30`; None when the cell is empty or no time."""
        value = self.value(key)
        return self._minute(key, value, is_end=is_end) if value else None

    def spans(self, key: str) -> tuple[tuple[ClockSpan, str], ...]:
        """`09:00-12:00` or `12:00-13:30/45`, separated by `;`: hours and what follows the slash."""
        found: list[tuple[ClockSpan, str]] = []
        for part in self._parts(key):
            hours, _, rest = part.partition("/")
            start_text, dash, end_text = hours.partition("-")
            if not dash:
                self.fault(key, "span_format", value=part)
                continue
            start, end = self._minute(key, start_text.strip()), self._minute(key, end_text.strip(), is_end=True)
            if start is not None and end is not None and self._in_order(key, start, end, hours):
                found.append((ClockSpan(start, end), rest.strip()))
        return tuple(found)

    def _in_order(self, key: str, start: int, end: int, hours: str) -> bool:
        if start < end:
            return True
        crosses = start >= _EVENING and end <= _MORNING
        sentence = "window_empty" if start == end else "window_crosses_midnight" if crosses else "window_reversed"
        start_text, _, end_text = hours.partition("-")
        self.fault(key, sentence, start=start_text.strip(), end=end_text.strip())
        return False

    def _parts(self, key: str) -> list[str]:
        value = self.value(key)
        return [part.strip() for part in value.split(";") if part.strip()] if value else []

    def _is_id(self, key: str, value: str, most: int) -> bool:
        if _ID.fullmatch(value) and len(value) <= most and not is_personal_number(value):
            return True
        half_width = unicodedata.normalize("NFKC", value)
        if len(value) > most:
            self.fault(key, "too_long", got=len(value), most=most)
        elif half_width != value and _ID.fullmatch(half_width) and not is_personal_number(half_width):
            self.fault(key, "id_full_width")
        else:
            self.fault(key, _accident(value) or "id_format", value=value, most=most)
        return False

    def _chosen[Choice](self, key: str, value: str, choices: Mapping[str, Choice]) -> Choice | None:
        choice = choices.get(value.casefold())
        if choice is None:
            self.fault(key, _formula_error(value) or "unknown_choice", value=value, choices=", ".join(choices))
        return choice

    def _code(self, key: str, value: str) -> str | None:
        if _CODE.fullmatch(value) and not is_personal_number(value):
            return value
        self.fault(key, _formula_error(value) or "code_format", value=value)
        return None

    def _date(self, key: str, value: str) -> date:
        year = _YEAR_MONTH_DAY.fullmatch(value)
        if year is not None and int(year[1]) not in _YEARS:
            self.fault(key, "date_out_of_range", value=value)
            return _STAND_IN
        if _DATE.fullmatch(value) is None:
            self.fault(key, _accident_with_time(value) or "date_format", value=value)
            return _STAND_IN
        day = _parsed(date.fromisoformat, value)
        if day is None:
            self.fault(key, "date_invalid", value=value)
        return day or _STAND_IN

    def _minute(self, key: str, value: str, *, is_end: bool = False, with_seconds: bool = False) -> int | None:
        """Minutes from midnight; 24:00 is an end alone, and seconds stand nowhere but in moments."""
        match = _CLOCK.fullmatch(value)
        if match is None or (not with_seconds and match[3] not in {None, "00"} and int(match[3]) < _MINUTES_AN_HOUR):
            self.fault(key, _accident_with_time(value) or "time_format", value=value)
            return None
        hours, minutes, seconds = int(match[1]), int(match[2]), int(match[3] or 0)
        is_midnight = is_end and (hours, minutes, seconds) == (_HOURS_A_DAY, 0, 0)
        if (hours >= _HOURS_A_DAY and not is_midnight) or max(minutes, seconds) >= _MINUTES_AN_HOUR:
            self.fault(key, "time_invalid", value=value)
            return None
        return hours * _MINUTES_AN_HOUR + minutes


def _formula_error(value: str) -> str | None:
    return "excel_error_value" if _FORMULA_ERROR.fullmatch(value) else None


def _accident(value: str) -> str | None:
    """What a spreadsheet did to the value, None when nothing is known."""
    return _formula_error(value) or ("excel_scientific" if _SCIENTIFIC.fullmatch(value) else None)


def _accident_with_time(value: str) -> str | None:
    is_serial = _SERIAL_DAY.fullmatch(value) or _SERIAL_TIME.fullmatch(value)
    return _formula_error(value) or ("excel_serial" if is_serial else None)


def _parsed(parse: Callable[[str], date], value: str) -> date | None:
    try:
        return parse(value)
    except ValueError:
        return None
