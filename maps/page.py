"""One HTML page with everything in it: styles, Leaflet, jQuery, the map and the texts."""

import base64
import html
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Template

_NONCE = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_VENDOR_IMAGE = re.compile(r"url\((images/[a-z0-9-]+\.png)\)")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
_SCRIPTS = ("map_dom.js", "map_layers.js", "map_script.js", "map_tools.js", "map_link.js")
_UNSAFE_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def page(
    *,
    title: str,
    language: str,
    labels: Mapping[str, str],
    estimated: bool,
    style: str,
    map_html: str,
    map_script: str,
    texts: object,
    script_nonce: str | None,
    tile_origin: str | None,
) -> str:
    """Put a page together.

    Args:
        title: Of the page; escaped here.
        language: For `lang`.
        labels: In that language.
        estimated: Whether the page says so beside its title.
        style: The colours of the crews, as CSS.
        map_html: What Folium made of the map's element.
        map_script: What Folium made of the map's layers.
        texts: What our own scripts draw and show, as JSON data; any text in it is safe.
        script_nonce: Put on every script and into the policy; None allows inline scripts.
        tile_origin: The one server that pictures may come from, None for none.

    Raises:
        ValueError: The nonce is shorter than 16 characters or no base64.
    """
    badge = f'<span class="estimated">{html.escape(labels["estimated"])}</span>' if estimated else ""
    return Template(_own("page.html")).substitute(
        language=html.escape(language),
        policy=html.escape(content_security_policy(script_nonce, tile_origin), quote=False),
        title=html.escape(title),
        vendor_style=_vendor_style(),
        style=_own("map_style.css") + style,
        badge=badge,
        map_label=html.escape(labels["map"]),
        list_label=html.escape(labels["list"]),
        script_needed=html.escape(labels["script_needed"]),
        map_html=map_html,
        texts=json_for_script(texts),
        nonce="" if script_nonce is None else f' nonce="{script_nonce}"',
        leaflet=_vendor_script("leaflet.js"),
        jquery=_vendor_script("jquery.min.js"),
        map_script=map_script,
        script="\n".join(_own(name) for name in _SCRIPTS),
    )


def content_security_policy(script_nonce: str | None, tile_origin: str | None = None) -> str:
    """The policy of a page that may not reach any network, but for the pictures of one tile server if there is one.

    Raises:
        ValueError: The nonce is shorter than 16 characters or no base64.
    """
    if script_nonce is not None and _NONCE.fullmatch(script_nonce) is None:
        raise ValueError("a script nonce is base64 of at least 16 characters")
    scripts = "'unsafe-inline'" if script_nonce is None else f"'nonce-{script_nonce}'"
    pictures = "data:" if tile_origin is None else f"data: {tile_origin}"
    return (
        f"default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def vendored_bytes() -> int:
    """What Leaflet and jQuery weigh in a page; the same in all of them."""
    parts = (_vendor_style(), _vendor_script("leaflet.js"), _vendor_script("jquery.min.js"))
    return sum(len(part.encode()) for part in parts)


def json_for_script(value: object) -> str:
    """JSON that can stand inside a script element: nothing in it ends the element or opens another."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_UNSAFE_IN_SCRIPT)


@cache
def _own(name: str) -> str:
    return files("maps").joinpath(name).read_text(encoding="utf-8")


@cache
def _vendor_script(name: str) -> str:
    code = files("maps").joinpath("vendor", name).read_text(encoding="utf-8")
    return _SOURCE_MAP.sub("", code).strip()


@cache
def _vendor_style() -> str:
    """Leaflet's style with its images inside, so that no rule of it can ask for a file."""
    style = files("maps").joinpath("vendor", "leaflet.css").read_text(encoding="utf-8")
    return _VENDOR_IMAGE.sub(_data_url, style)


def _data_url(found: re.Match[str]) -> str:
    image = files("maps").joinpath("vendor", found[1]).read_bytes()
    return f"url(data:image/png;base64,{base64.b64encode(image).decode()})"
