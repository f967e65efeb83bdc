"""The scalar types of the documents: strict, bounded, and described for the JSON Schema."""

import re
from collections.abc import Sized
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainValidator
from pydantic import WithJsonSchema as JsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from scheduler.documents.faults import shown, type_name

ID_PATTERN = "^[A-Za-z0-9._:-]{1,64}$"
SHA256_PATTERN = "^[0-9a-f]{64}$"
MAX_SECONDS = 1_000_000_000
MAX_COST_SECONDS = 2**53 - 1
MAX_NESTED = 1_000
FIRST_YEAR, LAST_YEAR = 1980, 2199

_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_ZONE = re.compile(r"[A-Z][A-Za-z0-9_+/-]{0,63}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


class Wire(BaseModel):
    """An object of a document: unknown keys are refused, and no type is converted into another."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )


class _LeftOut:
    """Marks `X | None = None`: the key may be left out, but null is not written in its place."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


LEFT_OUT = _LeftOut()


@dataclass(frozen=True, slots=True)
class AtMost:
    """Marks a list or object that is refused as a whole when it has more than `limit` entries."""

    limit: int = MAX_NESTED

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Count before any entry is looked at."""
        return core_schema.no_info_before_validator_function(self._counted, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The list or object with its limit."""
        described = handler(schema)
        return {**described, "maxProperties" if described.get("type") == "object" else "maxItems": self.limit}

    def _counted(self, value: object) -> object:
        if isinstance(value, Sized) and not isinstance(value, str) and len(value) > self.limit:
            raise PydanticCustomError("too_many", "{message}", {"message": too_many_message(len(value), self.limit)})
        return value


def too_many_message(count: int, limit: int) -> str:
    """The words for a list that is too long."""
    return f"there are {count:,} entries; at most {limit:,} are read"


def fault_of(code: str, message: str) -> PydanticCustomError:
    """A fault with our own code, for a validator to raise."""
    return PydanticCustomError(code, "{message}", {"message": message})


@lru_cache(maxsize=65_536)
def parsed_time(text: str) -> datetime:
    """The aware time that ISO 8601 `text` with offset means, in whole seconds.

    Raises:
        PydanticCustomError: With code `time_invalid`, `tz_missing` or `not_whole_seconds`.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise fault_of("time_invalid", f"{shown(text)} is not a time like 2026-12-01T09:00:00+08:00")
    clock, fraction, offset = match.groups()
    if offset is None:
        raise fault_of("tz_missing", f"{shown(text)} does not say its offset from UTC")
    if fraction is not None and fraction.strip(".0"):
        raise fault_of("not_whole_seconds", f"{shown(text)} is not in whole seconds")
    try:
        moment = datetime.fromisoformat(clock + offset)
    except ValueError:
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise fault_of("time_invalid", f"{shown(text)} is not a time of the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise fault_of("wrong_type", f"expected a time as a string, found {type_name(value)}")
    return parsed_time(value)


def _date(value: object) -> date:
    if not isinstance(value, str):
        raise fault_of("wrong_type", f"expected a date as a string, found {type_name(value)}")
    try:
        day = date.fromisoformat(value) if _DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise fault_of("date_invalid", f"{shown(value)} is not a date like 2026-12-01")
    return day


def _zone(value: object) -> ZoneInfo:
    if not isinstance(value, str):
        raise fault_of("wrong_type", f"expected the name of a time zone, found {type_name(value)}")
    try:
        # Other files of the zone database (`localtime`, `right/...`) start small; they differ between machines.
        zone = ZoneInfo(value) if _ZONE.fullmatch(value) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = None
    if zone is None:
        raise fault_of("tz_unknown", f"{shown(value)} is not a time zone of the IANA database")
    return zone


def is_id(value: object) -> bool:
    """Whether `value` is written like an id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def moment_or_none(value: object) -> datetime | None:
    """The time `value` stands for, None when it is no time: another check says so."""
    try:
        return _time(value).astimezone(UTC)
    except PydanticCustomError:
        return None


def whole_seconds(value: timedelta) -> int:
    """A duration for a document; documents hold whole seconds only.

    Raises:
        ValueError: When a fraction of a second would be lost.
    """
    seconds, rest = divmod(value, timedelta(seconds=1))
    if rest:
        raise ValueError(f"{value} is not in whole seconds")
    return seconds


def written_time(moment: datetime, zone: ZoneInfo) -> str:
    """A time for a document, in `zone` with its offset.

    Raises:
        ValueError: When a fraction of a second would be lost.
    """
    if moment.microsecond:
        raise ValueError(f"{moment} is not in whole seconds")
    return moment.astimezone(zone).isoformat(timespec="seconds")


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Sha256 = Annotated[str, Field(pattern=SHA256_PATTERN)]
Time = Annotated[datetime, PlainValidator(_time), JsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, PlainValidator(_date), JsonSchema({"type": "string", "format": "date"})]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), JsonSchema({"type": "string", "examples": ["Asia/Shanghai"]})]
Seconds = Annotated[int, Field(ge=0, le=MAX_SECONDS)]
CostSeconds = Annotated[int, Field(ge=0, le=MAX_COST_SECONDS)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Ids = Annotated[list[Id], AtMost()]
