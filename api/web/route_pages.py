"""Routes as maps and files, for who signed in and for who holds a crew's link."""

import secrets

from flask import Response

from api.current import kept_roads, settings
from api.drawn_roads import DrawnRoads, detail_for
from api.errors import page_without_font
from api.map_pages import map_page
from api.route_files import CONTENT_TYPES, route_file
from api.security import allow_map, script_nonce
from api.store import StoredPlan
from api.web.language import page_language
from scheduler.domain.errors import MissingResource

# Nobody can write it into a text: it is another one each time the program begins.
_NO_NONCE = secrets.token_urlsafe(24)


def route_download(stored: StoredPlan, shift_id: str, kind: str) -> Response:
    """The file; a page that says what is missing where no font has the signs of a paper.

    Args:
        stored: The plan.
        shift_id: Whose route, which the plan has.
        kind: One of `CONTENT_TYPES`.
    """
    try:
        content = route_file(
            kind,
            stored.plan,
            stored.staffed,
            stored.texts,
            shift_ids=[shift_id],
            language=page_language(),
            font=settings().font,
            roads=_roads_of(stored, shift_id) if kind == "pdf" else None,
        )
    except MissingResource as missing:
        return page_without_font(missing)
    response = Response(content, content_type=CONTENT_TYPES[kind])
    # A colon may stand in a shift's id, but not in a file name on every system.
    name = f"{stored.day}-{shift_id.replace(':', '-')}.{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def map_response(stored: StoredPlan, shift_id: str | None) -> Response:
    """The map of one route, or of all where none is named: a whole page of its own.

    It is put together once, with a nonce that no answer has; each answer gets its own in the place of that.
    """
    tiles, language, roads = settings().tiles, page_language(), _roads_of(stored, shift_id)
    key = (map_response, shift_id, language, roads is None)
    html = stored.views.get(key)
    if not isinstance(html, str):
        html = stored.views[key] = map_page(
            stored.plan,
            stored.staffed,
            stored.texts,
            shift_id=shift_id,
            language=language,
            providers=settings().navigation_providers,
            tiles=tiles,
            roads=roads,
            script_nonce=_NO_NONCE,
        )
    html = html.replace(_NO_NONCE, script_nonce())
    return allow_map(Response(html, mimetype="text/html"), None if tiles is None else tiles.origin)


def _roads_of(stored: StoredPlan, shift_id: str | None) -> DrawnRoads | None:
    """The roads under a plan's routes, as fine as one crew or all of them need."""
    return kept_roads().of(stored.id, stored.staffed, stored.plan, detail_for(stored.plan, shift_id))
