"""Forms of pages: what was typed is shown again with what is wrong with it, and what was done is said once."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, redirect, request, url_for
from markupsafe import Markup

from api.access.browser import CSRF_FIELD, signed_in
from api.web.addresses import SAID
from api.web.catalogue import ENGLISH, texts_in
from scheduler.domain.errors import Fault

SEE_OTHER = 303


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultLine:
    """A mistake in words of the page's language."""

    where: str
    code: str
    message: str
    hint: str


def fault_lines(
    faults: Iterable[Fault], language: str, fields: Mapping[str, str] | None = None
) -> tuple[FaultLine, ...]:
    """Mistakes in the words of `language`; in English where there are no Chinese ones.

    Args:
        faults: The mistakes.
        language: Of the page.
        fields: What a pointer ends with -> the name of the text by which the form calls it.
    """
    is_english, t = language == ENGLISH, texts_in(language)
    return tuple(
        FaultLine(
            where=t.get((fields or {}).get(fault.where.rpartition("/")[-1], ""), fault.where),
            code=fault.code,
            message=fault.message if is_english else fault.message_zh or fault.message,
            hint=fault.hint if is_english else fault.hint_zh or fault.hint,
        )
        for fault in faults
    )


def csrf_input() -> Markup:
    """The hidden field that each form carries, with the word of the session that is signed in."""
    session = signed_in()
    word = "" if session is None else session.csrf_token
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, word)


def done(endpoint: str, said: str, **parts: Any) -> Response:
    """Go to a page after a form was kept, and say there what was done.

    Args:
        endpoint: The page.
        said: The name of a text that begins with `said_`, without that.
        parts: Of the page's address and its query.
    """
    return make_response(redirect(url_for(endpoint, **(parts | {SAID: said})), SEE_OTHER))


def was_said() -> str | None:
    """The name of the text about what was just done; None where nothing was. The texts alone know which names count."""
    word = request.args.get(SAID)
    return None if word is None else f"said_{word}"


def new_key() -> str:
    """What a form is sent with, each time that it is sent, so that it acts once."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """A number to show and to call."""

    shown: str
    url: str


def telephone(number: str | None) -> Telephone | None:
    """A number as a link; None where there is no number, or nothing that a telephone could dial."""
    dialled = "".join(sign for sign in number or "" if sign.isascii() and (sign.isdigit() or sign == "+"))
    return Telephone(shown=number or "", url=f"tel:{dialled}") if dialled else None
