"""Optional keys of a document under construction: written only when they say something."""

from typing import Any

Document = dict[str, Any]


def known(**optional: object) -> Document:
    """The keys whose value is not None; an empty list or a zero says something here."""
    return {key: value for key, value in optional.items() if value is not None}


def given(**optional: object) -> Document:
    """The keys whose value is neither None nor empty nor zero, because leaving them out means just that."""
    return {key: value for key, value in optional.items() if value}
