"""JSON as strictly as a contract needs it: bounded, finite, without repeated keys, and never a RecursionError."""

import itertools
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from scheduler.documents.faults import FaultList, pointer, shown
from scheduler.domain.errors import Fault, InvalidInput

MAX_BYTES = 256 * 1024 * 1024
MAX_DEPTH = 20
MAX_CONTAINERS = 4_000_000
MAX_MEMBERS = 400_000
MAX_DIGITS = 300

_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ALL_BUT_BRACKETS_AND_QUOTES = bytes(byte for byte in range(256) if byte not in b'[]{}"')
_STRING = re.compile(rb'"[^"]*"?')
_LONG_NUMBER = re.compile(rb"[0-9.eE+-]{%d}" % (MAX_DIGITS + 1))
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def parse_json(data: bytes) -> object:
    """The JSON value in `data`, which may be gzipped.

    Raises:
        InvalidInput: With a JSON pointer for each repeated key, number that is not finite or too long, and lone
            surrogate; or with the one fault that made reading impossible.
    """
    faults = FaultList()
    value = parse_tolerantly(data, faults)
    faults.raise_any(value)
    return value


def parse_tolerantly(data: bytes, faults: FaultList) -> object:
    """The JSON value in `data` with 0 in the place of each unreadable number or text, which `faults` then holds.

    Raises:
        InvalidInput: When there is nothing to go on with: no JSON, too large, too deep.
    """
    plain = _unzipped(data).removeprefix(_BYTE_ORDER_MARK)
    _refuse_bad_shape(plain)
    value, flawed = _loaded(plain)
    if flawed:
        value = _Repair(faults).repaired(value, "")
        if faults.overflowed:
            faults.raise_any(value)
    return value


def _refuse(code: str, message: str, hint: str = "") -> InvalidInput:
    return InvalidInput([Fault(where="", code=code, message=message, hint=hint)])


def _unzipped(data: bytes) -> bytes:
    if not data.startswith(_GZIP_MAGIC):
        if len(data) > MAX_BYTES:
            raise _too_large()
        return data
    parts: list[bytes] = []
    room = MAX_BYTES
    while data:
        part, data = _unzipped_member(data, room + 1)
        room -= len(part)
        if room < 0:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def _unzipped_member(data: bytes, limit: int) -> tuple[bytes, bytes]:
    """One gzip member, at most `limit` bytes of it, and what follows it."""
    unzip = zlib.decompressobj(wbits=31)
    part: bytes | None
    try:
        part = unzip.decompress(data, limit)
    except zlib.error:
        part = None
    if part is not None and len(part) >= limit:
        return part, b""
    if part is None or not unzip.eof:
        message = "the file starts like gzip but cannot be unzipped"
        raise _refuse("not_gzip", message, "Zip it again, or send plain JSON.")
    return part, unzip.unused_data


def _too_large() -> InvalidInput:
    message = f"the document has more than {MAX_BYTES // 1024**2} MiB"
    return _refuse("too_large", message, "Split it by day or district.")


def _refuse_bad_shape(data: bytes) -> None:
    """Refuse what is nested too deeply or holds too many things, before anything is built from it."""
    unescaped = data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data
    brackets = _STRING.sub(b"", unescaped.translate(None, _ALL_BUT_BRACKETS_AND_QUOTES))
    containers = brackets.count(b"[") + brackets.count(b"{")
    if containers > MAX_CONTAINERS:
        message = f"the document holds {containers:,} objects and lists; at most {MAX_CONTAINERS:,} are read"
        raise _refuse("too_many", message, "Split it by day or district.")
    depth = max(itertools.accumulate(map(_STEP.__getitem__, brackets)), default=0)
    if depth > MAX_DEPTH:
        raise _refuse("too_deep", f"objects and lists are nested {depth:,} deep; at most {MAX_DEPTH} levels are read")


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Stands in the parsed value where something unreadable stood."""

    code: str
    message: str


class _RepeatedKeys(dict[str, object]):
    """An object that gave some keys more than once; the last value counts."""

    repeated: tuple[str, ...] = ()


class _Hooks:
    """What the JSON decoder calls; `flawed` tells whether the value must be searched for flaws."""

    def __init__(self) -> None:
        self.flawed = False

    def members(self, pairs: list[tuple[str, object]]) -> object:
        if len(pairs) > MAX_MEMBERS:
            return self._flaw("too_many", f"an object has {len(pairs):,} keys; at most {MAX_MEMBERS:,} are read")
        plain = dict(pairs)
        if len(plain) == len(pairs):
            return plain
        self.flawed = True
        repeated = _RepeatedKeys(plain)
        repeated.repeated = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
        return repeated

    def constant(self, name: str) -> object:
        return self._flaw("not_finite", f"{name} is not a finite number")

    def integer(self, text: str) -> object:
        return self._too_long(text) if len(text) > MAX_DIGITS else int(text)

    def fraction(self, text: str) -> object:
        if len(text) > MAX_DIGITS:
            return self._too_long(text)
        number = float(text)
        if number in (float("inf"), float("-inf")):
            return self._flaw("not_finite", f"{shown(text)} is beyond what a number can hold")
        return number

    def _too_long(self, text: str) -> _Flaw:
        return self._flaw("number_range", f"a number of {len(text):,} characters is too long to be read")

    def _flaw(self, code: str, message: str) -> _Flaw:
        self.flawed = True
        return _Flaw(code, message)


def _loaded(data: bytes) -> tuple[object, bool]:
    hooks = _Hooks()
    # Only a document with a suspiciously long run of digits pays for a Python call at each integer.
    parse_int: Callable[[str], object] | None = hooks.integer if _LONG_NUMBER.search(data) else None
    decoder = json.JSONDecoder(
        object_pairs_hook=hooks.members, parse_constant=hooks.constant, parse_float=hooks.fraction, parse_int=parse_int
    )
    refusal: InvalidInput
    try:
        value: object = decoder.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        refusal = _refuse("not_utf8", f"byte {error.start:,} is not UTF-8", "Save the file in the encoding UTF-8.")
    except json.JSONDecodeError as error:
        refusal = _refuse("not_json", f"no JSON: {error.msg} at line {error.lineno:,}, column {error.colno:,}")
    else:
        return value, hooks.flawed or _ESCAPED_SURROGATE.search(data) is not None
    # Raised out here, because the two exceptions above carry the whole document with them.
    raise refusal


class _Repair:
    """Finds the flaws of a parsed value, notes each with its pointer, and puts 0 there."""

    def __init__(self, faults: FaultList) -> None:
        self._faults = faults

    def repaired(self, value: object, at: str) -> object:
        if isinstance(value, _Flaw):
            return self._lost(at, value.code, value.message)
        if isinstance(value, dict):
            return self._members(value, at)
        if isinstance(value, list):
            return [self.repaired(item, pointer(at, place)) for place, item in enumerate(value)]
        if isinstance(value, str) and not _is_encodable(value):
            return self._lost(at, "not_utf8", "the text holds half of a surrogate pair")
        return value

    def _lost(self, at: str, code: str, message: str) -> int:
        self._faults.add_unreadable(at, code, message)
        return 0

    def _members(self, members: dict[str, object], at: str) -> dict[str, object]:
        if isinstance(members, _RepeatedKeys):
            for key in members.repeated:
                message = "the key is given more than once"
                self._faults.add(pointer(at, key), "duplicate_key", message, "Keep one of them.")
        kept: dict[str, object] = {}
        for key, value in members.items():
            if _is_encodable(key):
                kept[key] = self.repaired(value, pointer(at, key))
            else:
                self._lost(pointer(at, key), "not_utf8", "the key holds half of a surrogate pair")
        return kept


def _is_encodable(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
