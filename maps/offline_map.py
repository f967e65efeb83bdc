"""A Folium map that loads nothing: geometry and numbers go in, script text for the page comes out."""

from collections.abc import Sequence

import folium
from branca.element import Element, Figure
from folium.template import Template

from maps.palette import CrewStyle
from scheduler.domain.location import Coordinates

MAP_NAME = "map_visits"  # the variable and the element that map_script.js and map_style.css look for

_PIN_PIXELS = 30
_SMALL_PIN_PIXELS = 16
_FAN_PIXELS = 20


class OfflineMap(folium.Map):
    """A map without tiles; the page brings Leaflet and jQuery itself, so Folium links to no file.

    Folium writes what it is given into generated JavaScript, where even escaped text can run. The methods therefore
    take numbers, points and keys made of numbers, and no text.
    """

    # Only the part that makes the map; Folium's header would switch off zooming by hand.
    _template = Template(
        "{% macro html(this, kwargs) %}<div id={{ this.get_name()|tojson }}></div>{% endmacro %}"
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojavascript }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        """Make an empty map, not yet looking at any point."""
        super().__init__(tiles=None, zoom_control=False, attributionControl=False, maxZoom=19, zoomSnap=0.5)
        # Own lists: the class's are shared by every map of the process, so emptying those would reach other maps.
        self.default_js = []
        self.default_css = []
        self._id = MAP_NAME.removeprefix("map_")
        self._drawn = 0
        self._pins_at: dict[tuple[float, float], int] = {}

    def draw_route(self, crew_key: int, points: Sequence[Coordinates], style: CrewStyle) -> None:
        """Join points by straight lines: the crew's colour on a white casing."""
        positions = [_position(point) for point in points]
        for name, colour, weight, dash_pixels in (
            ("casing", "#ffffff", 8, None),
            ("line", style.colour, 4, style.dash_pixels),
        ):
            line = folium.PolyLine(  # type: ignore[no-untyped-call]  # Folium leaves its **kwargs without a type
                positions,
                color=colour,
                weight=weight,
                dash_array=dash_pixels,
                class_name=f"route route-{name}",
            )
            line.options["crewKey"] = crew_key
            self._put(line)

    def pin_visit(self, stop_key: str, crew_key: int, number: int, place_kind: str, point: Coordinates) -> None:
        """Put a numbered pin on a visit; pins on the same point are fanned out."""
        self._pin(stop_key, point, f"pin pin-{place_kind} crew-{crew_key}", _PIN_PIXELS, f"<span>{number:d}</span>")

    def pin_office(self, stop_key: str, point: Coordinates) -> None:
        """Put a square on a point where routes start or end."""
        self._pin(stop_key, point, "pin pin-office", _PIN_PIXELS, "<span></span>")

    def pin_left_out(self, stop_key: str, point: Coordinates) -> None:
        """Put a grey dot on a place of a visit that was left out."""
        self._pin(stop_key, point, "pin pin-left-out", _SMALL_PIN_PIXELS, "<span></span>")

    def parts(self) -> tuple[str, str]:
        """The HTML and the JavaScript of the map, without Folium's header."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("the map has left its figure")
        for child in figure._children.values():
            child.render()
        return figure.html.render().strip(), _compact(figure.script.render())

    def _pin(self, stop_key: str, point: Coordinates, class_name: str, pixels: int, html: str) -> None:
        latitude, longitude = _position(point)
        pins_here = self._pins_at.get((latitude, longitude), 0)
        self._pins_at[latitude, longitude] = pins_here + 1
        icon = folium.DivIcon(
            html=html,
            icon_size=(pixels, pixels),
            icon_anchor=(pixels // 2 - _FAN_PIXELS * pins_here, pixels // 2),
            popup_anchor=(_FAN_PIXELS * pins_here, -pixels // 2),
            class_name=class_name,
        )
        icon._id = self._next_id()
        marker = folium.Marker((latitude, longitude), icon=icon, stop_key=stop_key)
        self._put(marker)

    def _put(self, element: Element) -> None:
        element._id = self._next_id()
        element.add_to(self)

    def _next_id(self) -> str:
        """Short and counted instead of Folium's random ids, so that the same plan gives the same bytes."""
        self._drawn += 1
        return f"{self._drawn:d}"


def _position(point: Coordinates) -> tuple[float, float]:
    return (round(point.latitude_degrees, 6), round(point.longitude_degrees, 6))


def _compact(script: str) -> str:
    return "\n".join(line for raw in script.splitlines() if (line := raw.strip()))
