"""Addresses of the page that is shown, in another language or in other colours."""

import re
from urllib.parse import urlencode

from flask import request

SAID = "said"
# What pages choose by. Whatever else stands in an address may say something about a person, and no link repeats it.
_CHOICES = frozenset({"against", "branch", "cursor", "day", "fits", "kind", "state", "visit"})
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


def here(**changes: str) -> str:
    """The address of this page with other words in its query, for links back to it."""
    kept = {name: word for name, word in request.args.items() if name in _CHOICES and _WORD.fullmatch(word)}
    return f"?{urlencode(kept | changes)}"
