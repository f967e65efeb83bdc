"""Whether a program asks or a person: the one gets documents, the other pages."""

from flask import request

_FOR_PROGRAMS = frozenset({"/openapi.json", "/livez", "/readyz", "/metrics"})


def is_for_programs() -> bool:
    """Whether a request is answered with documents, and not with pages."""
    return request.path in _FOR_PROGRAMS or request.path.startswith("/api/")
