"""Collecting a document's faults: JSON pointers, bounded words about values, and one exception with all of them."""

import re
from collections.abc import Mapping

from scheduler.domain.errors import Fault, InvalidInput

MAX_FAULTS = 1_000
MAX_SHOWN = 60
_HARMLESS = re.compile(r"[A-Za-z0-9._:+/-]+")
_TYPE_NAMES: Mapping[type, str] = {
    bool: "a truth value",
    int: "an integer",
    float: "a number with a fraction",
    str: "a string",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def clipped(text: str) -> str:
    """At most `MAX_SHOWN` characters of `text`, without control characters and lone surrogates."""
    if len(text) <= MAX_SHOWN and text.isprintable():
        return text
    short = text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "backslashreplace").decode()
        for letter in short
    )


def shown(value: object) -> str:
    """A value for a message: numbers and code-like text clipped, anything else only described.

    Free text is described and not quoted, because it may be a person's name in the wrong field.
    """
    if isinstance(value, str):
        return f"'{clipped(value)}'" if _HARMLESS.fullmatch(value) else f"a text of {len(value)} characters"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return clipped(repr(value))
    return type_name(value)


def type_name(value: object) -> str:
    """What JSON calls a value, with its article."""
    return _TYPE_NAMES.get(type(value), "something else")


def pointer(at: str, *tokens: str | int) -> str:
    """The JSON pointer (RFC 6901) of a child of `at`; overlong keys are clipped."""
    for token in tokens:
        at = f"{at}/{token if isinstance(token, int) else _escaped(token)}"
    return at


def key_shown(key: str) -> str:
    """A key as a fault names it; ours are ASCII, and any other may be a person's name, which is not repeated."""
    return clipped(key) if key.isascii() else "…"


def _escaped(key: str) -> str:
    return key_shown(key).replace("~", "~0").replace("/", "~1")


class FaultList:
    """Faults in the making: each place and code once, at most `MAX_FAULTS`."""

    def __init__(self) -> None:
        """Start without faults."""
        self._faults: dict[tuple[str, str], Fault] = {}
        self._unreadable: set[str] = set()
        self._overflowed = False

    @property
    def overflowed(self) -> bool:
        """Whether a fault was dropped because the list is full: nothing more needs checking."""
        return self._overflowed

    def add(self, where: str, code: str, message: str, hint: str = "") -> None:
        """Note one fault; a place whose value could not even be read gets no second fault."""
        if where in self._unreadable or (where, code) in self._faults:
            return
        if len(self._faults) >= MAX_FAULTS:
            self._overflowed = True
            return
        self._faults[where, code] = Fault(where=where, code=code, message=message, hint=hint)

    def add_unreadable(self, where: str, code: str, message: str, hint: str = "") -> None:
        """Note that the value at `where` is lost, so that its stand-in is not judged too."""
        self.add(where, code, message, hint)
        self._unreadable.add(where)

    def raise_any(self, document: object = None) -> None:
        """Raise what was found, in the order of the document.

        Args:
            document: The parsed JSON that gives the order.

        Raises:
            InvalidInput: When there is at least one fault.
        """
        if not self._faults:
            return
        order = _Order(document)
        faults = sorted(self._faults.values(), key=lambda fault: order.of(fault.where))
        if self._overflowed:
            message = f"there are more faults; only {MAX_FAULTS:,} of them are listed"
            faults.append(Fault(where="", code="more_faults", message=message, hint="Correct these first."))
        raise InvalidInput(faults)


class _Order:
    """Where a JSON pointer stands in a document, as something that sorts."""

    def __init__(self, document: object) -> None:
        self._document = document
        self._positions: dict[int, dict[str, int]] = {}

    def of(self, where: str) -> tuple[int, ...]:
        """The position at each level; what is missing comes after what is there."""
        node, position = self._document, []
        for escaped in where.split("/")[1:]:
            token = escaped.replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict):
                position.append(self._keys(node).get(token, len(node)))
                node = node.get(token)
            elif isinstance(node, list) and token.isascii() and token.isdigit():
                position.append(int(token))
                node = node[int(token)] if int(token) < len(node) else None
            else:
                position.append(0)
                node = None
        return tuple(position)

    def _keys(self, node: dict[str, object]) -> dict[str, int]:
        if id(node) not in self._positions:
            self._positions[id(node)] = {key: place for place, key in enumerate(node)}
        return self._positions[id(node)]
