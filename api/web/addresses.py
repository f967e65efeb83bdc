"""Addresses of the page that is shown, in another language or in other colours."""

from urllib.parse import urlencode

from flask import request

SAID = "said"
# What only the answer that it led to is about.
_ONCE = frozenset({SAID, "lang", "theme"})


def here(**changes: str) -> str:
    """The address of this page with other words in its query, for links back to it; a form's answer has none."""
    if request.method != "GET":
        return here_alone(**changes)
    kept = {name: words for name, words in request.args.lists() if name not in _ONCE}
    return f"?{urlencode(kept | changes, doseq=True)}"


def here_alone(**changes: str) -> str:
    """As `here`, without what stands in the address."""
    return f"?{urlencode(changes)}"
