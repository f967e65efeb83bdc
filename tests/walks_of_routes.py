"""Addresses for every route of an application, so that a route that is added later is asked too."""

from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule

# What stands in a variable part: an existing thing where the day of `tests.service` has one.
KNOWN_PARTS: Mapping[str, str] = {
    "shift_id": "s1",
    "day": "2026-12-01",
    "filename": "visits.css",
    "language": "en",
    "visit_id": "v1",
}


def every_address(app: Flask, plan_id: str, parts: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """Each route with each of its methods.

    Args:
        app: The application.
        plan_id: What stands for a plan.
        parts: What stands in other variable parts, before `KNOWN_PARTS`; `1` where nobody knows.
    """
    known = {**KNOWN_PARTS, "plan_id": plan_id, **(parts or {})}
    for rule in app.url_map.iter_rules():
        address = address_of(app, rule, known)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, address


def address_of(app: Flask, rule: Rule, known: Mapping[str, str]) -> str:
    """A route's address, with `known` things in its variable parts; `1` where nobody knows."""
    values = {name: known.get(name, _first_word(rule, name)) for name in rule.arguments}
    with app.test_request_context():
        built = rule.build(dict(values))
    if built is None:
        raise ValueError(f"{rule.rule} cannot be built of {values}")
    return built[1]


def _first_word(rule: Rule, name: str) -> str:
    """One of the words that a variable part may be, `1` where it may be anything."""
    words = getattr(rule._converters[name], "items", None)
    return sorted(words)[0] if isinstance(words, set | frozenset | list | tuple) else "1"
