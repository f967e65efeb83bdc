"""Addresses of the page that is shown, in another language or in other colours, and days that addresses name."""

import re
from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

from flask import abort, request

from api.desk.days import named_day

SAID = "said"
# What pages choose by. Whatever else stands in an address may say something about a person, and no link repeats it.
_CHOICES = frozenset({"against", "branch", "cursor", "day", "fits", "kind", "state", "visit"})
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


def here(**changes: str) -> str:
    """The address of this page with other words in its query, for links back to it."""
    kept = {name: word for name, word in request.args.items() if name in _CHOICES and _WORD.fullmatch(word)}
    return f"?{urlencode(kept | changes)}"


def day_of_address(text: str) -> date:
    """The day that an address names; an address that names none is not there."""
    found = named_day(text)
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    return found
