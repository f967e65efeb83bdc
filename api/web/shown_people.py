"""People of a letter as pages show them."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from api.store.letters import Bearer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPerson:
    """A person whom a letter names; `photo` is a data URL."""

    name: str
    badge_number: str
    employer: str | None
    photo: str | None


def shown_people(bearers: Iterable[Bearer]) -> tuple[ShownPerson, ...]:
    """In the order of the letter."""
    return tuple(
        ShownPerson(
            name=one.name,
            badge_number=one.badge_number,
            employer=one.employer,
            photo=None if one.photo is None else _data_url(one.photo),
        )
        for one in bearers
    )


def _data_url(photo: bytes) -> str:
    kind = "png" if photo.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(photo).decode()}"
