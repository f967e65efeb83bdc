"""The streets below the routes: pictures from a tile server that the operator allows, by default none."""

import re
from dataclasses import dataclass

from scheduler.domain.errors import Fault, InvalidInput

# Nothing that could end a directive of the page's policy, and no wildcard host.
_URL = re.compile(
    r"(?P<origin>https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)/[A-Za-z0-9._~/{}?=&%@+-]*",
)
_PLACEHOLDERS = ("{z}", "{x}", "{y}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TileServer:
    """Where a map's pictures come from; whoever runs it learns which part of the city is looked at.

    Attributes:
        url: With `{z}`, `{x}` and `{y}`, in Web Mercator over WGS-84; `{r}` where it has pictures for fine screens.
        attribution: What its licence asks to be shown, as plain text.
    """

    url: str
    attribution: str

    def __post_init__(self) -> None:
        """Refuse an address that no browser could be allowed to ask.

        Raises:
            InvalidInput: `bad_tile_url`.
        """
        names = re.findall(r"\{[^}]*\}?|\}", self.url)
        if _URL.fullmatch(self.url) is None or sorted(set(names) - {"{r}"}) != sorted(_PLACEHOLDERS):
            raise InvalidInput(
                [
                    Fault(
                        where="/tile_url",
                        code="bad_tile_url",
                        message="The address of the tile server cannot be used.",
                        hint="Write https://HOST/PATH with {z}, {x} and {y}, such as https://tiles.example/{z}/{x}/{y}.png.",
                    )
                ]
            )

    @property
    def origin(self) -> str:
        """Scheme, host and port: what the page's policy has to name."""
        found = _URL.fullmatch(self.url)
        if found is None:
            raise ValueError("the address was checked when it was given")
        return found["origin"]
