"""Pydantic's errors in our own stable codes and words."""

import difflib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from scheduler.documents.faults import FaultList, clipped, key_shown, pointer, shown, type_name
from scheduler.documents.wire_types import ID_PATTERN, too_many_message

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_OWN_CODES = frozenset(
    {"date_invalid", "time_invalid", "tz_missing", "not_whole_seconds", "too_many", "tz_unknown", "wrong_type"}
)
_RANGES = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}
_EXPECTED = {
    "int_type": "an integer",
    "float_type": "a number",
    "string_type": "a string",
    "bool_type": "true or false",
    "list_type": "a list",
}
_HINTS = {
    "date_invalid": "Write the local date as YYYY-MM-DD.",
    "bad_id": "An id has 1 to 64 of the letters A-Z a-z, digits and . _ : - and says nothing about a person.",
    "time_invalid": "Write ISO 8601 with seconds and offset, such as 2026-12-01T09:00:00+08:00.",
    "tz_missing": "Add the offset, such as +08:00.",
    "not_whole_seconds": "Round it to a whole second.",
    "tz_unknown": "Name it by region and city, such as Asia/Shanghai.",
}
Words = tuple[str, str, str]
"""Code, message and hint."""


def validated[Model: BaseModel](model: type[Model], value: object, at: str, faults: FaultList) -> Model | None:
    """`value` as a `model`; None when it is not one, and `faults` then holds why, with pointers below `at`."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False)
    _note(details, at, faults, _known_keys(model))
    return None


def _note(details: Iterable["ErrorDetails"], at: str, faults: FaultList, known_keys: tuple[str, ...]) -> None:
    for detail in details:
        where = _place(detail)
        code, message, hint = _words(detail, where, known_keys)
        faults.add(pointer(at, *where), code, message, hint or _HINTS.get(code, ""))
        if faults.overflowed:
            return


def _place(detail: "ErrorDetails") -> tuple[str | int, ...]:
    """Pydantic's location without the tag that it puts behind a union's name, and with a union's key."""
    loc = detail["loc"]
    if detail["type"].startswith("union_tag_"):
        return (*loc, "source")
    return (*loc[:1], *loc[2:]) if loc[:1] == ("travel",) else loc


def _words(detail: "ErrorDetails", where: tuple[str | int, ...], known_keys: tuple[str, ...]) -> Words:
    kind, value = detail["type"], detail["input"]
    key = str(where[-1]) if where else ""
    context: Mapping[str, object] = detail.get("ctx", {})
    if kind in _OWN_CODES:
        return kind, str(context["message"]), ""
    if kind == "extra_forbidden":
        return _unknown_key(key, known_keys)
    if kind in ("missing", "union_tag_not_found"):
        return "field_required", f"the key '{key}' is missing", "Add it."
    if kind in _RANGES:
        return _out_of_range(kind, value, context)
    if kind == "string_pattern_mismatch":
        return _mismatch(context)
    if kind in ("too_short", "too_long"):
        return _wrong_length(kind, context)
    if kind == "finite_number":
        return "not_finite", "the number is not finite", ""
    return _not_allowed(kind, value, context)


def _unknown_key(key: str, known_keys: tuple[str, ...]) -> Words:
    close = difflib.get_close_matches(clipped(key), known_keys, n=1)
    hint = f"Did you mean '{close[0]}'?" if close else "Remove it; what a document does not define is not read."
    return "field_unknown", f"the key '{key_shown(key)}' is not known here", hint


def _out_of_range(kind: str, value: object, context: Mapping[str, object]) -> Words:
    name, words = _RANGES[kind]
    bound = context[name]
    return "number_range", f"{shown(value)} is out of range: it must be {words} {bound}", ""


def _mismatch(context: Mapping[str, object]) -> Words:
    if context["pattern"] == ID_PATTERN:
        return "bad_id", "the text is not an id", ""
    return "bad_hash", "the text is not a SHA-256 hash", "Write 64 hexadecimal digits in lower case."


def _wrong_length(kind: str, context: Mapping[str, object]) -> Words:
    found = int(str(context["actual_length"]))
    if kind == "too_long":
        return "too_many", too_many_message(found, int(str(context["max_length"]))), ""
    return "too_few", f"there are {found} entries; at least {context['min_length']} are needed", ""


def _not_allowed(kind: str, value: object, context: Mapping[str, object]) -> Words:
    choices = context.get("expected", context.get("expected_tags"))
    if kind == "literal_error" and type(value) is int:
        return "unsupported", f"version {shown(value)} is not supported", f"Write version {choices}."
    if kind == "union_tag_invalid" and isinstance(value, dict):
        value = value.get("source")
    if choices is not None and isinstance(value, str):
        return "unknown_value", f"{shown(value)} is not one of {choices}", ""
    expected = _EXPECTED.get(kind, "a string" if choices else "an object")
    hint = ""
    if value is None:
        hint = "Leave an optional key out instead of giving null."
    elif kind == "int_type" and isinstance(value, float):
        hint = "Write a whole number without a decimal point."
    code = "type_number" if kind.startswith(("int_", "float_")) else "wrong_type"
    return code, f"expected {expected}, found {type_name(value)}", hint


@lru_cache(maxsize=64)
def _known_keys(model: type[BaseModel]) -> tuple[str, ...]:
    """Every key that `model` and the models inside it define."""
    schema = model.model_json_schema()
    objects = (schema, *schema.get("$defs", {}).values())
    return tuple(dict.fromkeys(key for part in objects for key in part.get("properties", {})))
