"""A plan's routes as files, the same from the command line and from the service."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text

if TYPE_CHECKING:  # travel takes numpy with it
    from api.drawn_roads import DrawnRoads

CONTENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8",
        "gpx": "application/gpx+xml",
        "ics": "text/calendar; charset=utf-8",
        "pdf": "application/pdf",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""By the formats that there are."""
NAMELESS = frozenset({"gpx", "ics"})  # they hold no name and no address
TABLES = frozenset({"csv", "xlsx"})  # for machines: every name and address of the routes at once


def route_file(
    kind: str,
    made: Plan,
    problem: Problem,
    texts: Mapping[str, Text],
    *,
    shift_ids: Sequence[str] | None,
    language: str,
    font: Path | None,
    roads: "DrawnRoads | None" = None,
) -> bytes:
    """The content of a file in one of `CONTENT_TYPES`.

    Args:
        kind: The format.
        made: The plan.
        problem: What it was made from.
        texts: Names and addresses, for the formats that show them.
        shift_ids: None for all shifts.
        language: Of the words in it.
        font: What papers are printed in, None for a font of the system.
        roads: Under the routes, for the pictures on paper; without them routes are straight lines there.

    Raises:
        InvalidInput: The plan is of another problem, or a shift is not known.
        MissingResource: There is no font for a PDF, or it lacks a sign of a text.
    """
    match kind:
        case "csv":
            from maps.exports import route_csv

            return route_csv(made, problem, shift_ids=shift_ids, texts=texts)
        case "xlsx":
            from api.workbook import route_xlsx

            return route_xlsx(made, problem, shift_ids=shift_ids, texts=texts)
        case "ics":
            from maps.exports import route_ics

            return route_ics(made, problem, shift_ids=shift_ids, language=language)
        case "gpx":
            from maps.gpx import route_gpx

            return route_gpx(made, problem, shift_ids=shift_ids, language=language)
    from api.papers import paper_font, route_sheets

    return route_sheets(
        made,
        problem,
        shift_ids=shift_ids,
        texts=texts,
        font=paper_font(font),
        language=language,
        geometry=None if roads is None else roads.geometry,
        road_attribution="" if roads is None else roads.attribution,
    )
