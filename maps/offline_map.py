"""A Folium map that loads nothing and knows nothing: what is on it, our own script draws from numbers."""

import folium
from branca.element import Figure
from folium.template import Template

MAP_NAME = "map_visits"  # the variable and the element that map_dom.js and map_style.css look for


class OfflineMap(folium.Map):
    """A map without tiles; the page brings Leaflet and jQuery itself, so Folium links to no file.

    Folium writes what it is given into generated JavaScript, where even escaped text can run, and takes some 400 bytes
    a pin. Lines and pins are therefore numbers in the page's JSON block, and `map_layers.js` draws them.
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

    def parts(self) -> tuple[str, str]:
        """The HTML and the JavaScript of the map, without Folium's header."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise TypeError("the map has left its figure")
        for child in figure._children.values():
            child.render()
        return figure.html.render().strip(), _compact(figure.script.render())


def _compact(script: str) -> str:
    return "\n".join(line for raw in script.splitlines() if (line := raw.strip()))
