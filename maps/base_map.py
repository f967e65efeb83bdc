"""What lies below the routes: pictures from a tile server that the operator allows, streets as lines, or nothing."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from maps.polyline import METERS_PER_DEGREE, Line, encoded_together, simplified
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.location import Coordinates

AROUND_METERS = 1500  # how far streets are drawn beyond the routes
_TOLERANCES_METERS = (2.0, 4.0, 8.0, 16.0)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Street:
    """A way of a road network, to be drawn below the routes.

    Attributes:
        line: Its points in WGS-84, at least two.
        main: Whether it is a street by which people find their way; others are drawn thinner, and left out first.
    """

    line: Line
    main: bool


def streets_around(
    streets: Sequence[Street], points: Sequence[Coordinates], budget_bytes: int
) -> dict[str, str] | None:
    """The streets around some points as lines encoded together, `main` and `side`; None where none can be drawn.

    Args:
        streets: Of the whole network, or of the part around the points.
        points: Of the routes.
        budget_bytes: As they stand in the page's JSON. Lines are simplified as far as the eye forgives it; then side
            streets are left out, and then all.
    """
    near = _near(streets, points)
    main = [street.line for street in near if street.main]
    side = [street.line for street in near if not street.main]
    for sides in (side, []):
        for tolerance in _TOLERANCES_METERS:
            drawn = {"main": _drawn(main, tolerance), "side": _drawn(sides, tolerance)}
            if len(json.dumps(drawn)) <= budget_bytes:
                return drawn if near else None
    return None


def _drawn(lines: Sequence[Line], tolerance_meters: float) -> str:
    return encoded_together([simplified(line, tolerance_meters) for line in lines])


def _near(streets: Sequence[Street], points: Sequence[Coordinates]) -> list[Street]:
    if not points:
        return []
    margin = AROUND_METERS / METERS_PER_DEGREE
    south, north = (bound(point.latitude_degrees for point in points) for bound in (min, max))
    west, east = (bound(point.longitude_degrees for point in points) for bound in (min, max))
    # Degrees of longitude are shorter, so a little less is drawn to the east and west.
    return [
        street
        for street in streets
        if any(
            south - margin <= point.latitude_degrees <= north + margin
            and west - margin <= point.longitude_degrees <= east + margin
            for point in street.line
        )
    ]
