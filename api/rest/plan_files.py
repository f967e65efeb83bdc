"""A plan as files that people take along, and as data for a map."""

from typing import Literal

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.papers import PaperKind, visit_papers
from api.rest.answers import TOKEN, Language, NoQuery, Strict, answer, responses, scope_of_plan
from api.rest.given_files import EXPORTS, PAPERS, PLAN_EXPORTED, PRINTED, ROUTE_EXPORTED, download, give
from api.rest.plan_models import PlanPath
from api.route_files import CONTENT_TYPES, TABLES, route_file
from api.store import StoredPlan, Unit, letters, plans
from api.visiting.publishing import opened
from maps.route_view import PlanView, StopView
from scheduler.domain.errors import NotNow

plan_files_api = APIBlueprint("plan_files_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="plan files")])
_A_FILE = {"description": "The file.", "content": {"application/octet-stream": {"schema": {"type": "string"}}}}


class ExportQuery(Strict):
    """Which file."""

    format: Literal["csv", "gpx", "ics", "pdf", "xlsx"]
    shift_id: str | None = Field(default=None, max_length=64, description="Of one crew; of all without it.")
    language: Language = "zh-CN"


class PapersQuery(Strict):
    """Which papers."""

    kind: Literal["letter", "notice", "card"]
    visit_id: str | None = Field(default=None, max_length=64, description="Of one visit; of all without it.")
    language: Language = "zh-CN"


class MapStop(BaseModel):
    """A stop on the map; no text of any person."""

    type: str
    number: int | None = None
    visit_id: str | None = None
    latitude_degrees: float | None = None
    longitude_degrees: float | None = None
    service_start_time: str
    departure_time: str


class MapRoute(BaseModel):
    """A route on the map."""

    shift_id: str
    stops: list[MapStop]


class MapData(BaseModel):
    """All routes of a plan as points in WGS-84."""

    routes: list[MapRoute]


@plan_files_api.get(
    "/plans/<plan_id>/export",
    operation_id="exportPlan",
    summary="Get the routes as a file",
    responses=responses(_A_FILE, 404, 429, 503),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def export_plan(path: PlanPath, query: ExportQuery) -> Response:
    """Tables and PDF have names and addresses, calendars and GPX have none; who took which is written down."""
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        stored = opened(unit, path.plan_id)
        is_bulk = query.shift_id is None and query.format in TABLES
        limit, action = (EXPORTS, PLAN_EXPORTED) if is_bulk else (PAPERS, ROUTE_EXPORTED)
        give(unit, limit, action, f"plan:{path.plan_id}", format=query.format, shift=query.shift_id)
        content = _file(stored, query)
    return download(content, CONTENT_TYPES[query.format], f"{stored.day}-routes.{query.format}")


@plan_files_api.get(
    "/plans/<plan_id>/papers",
    operation_id="printPapers",
    summary="Print letters, notices or cards of a published plan",
    responses=responses(_A_FILE, 404, 409, 429, 503),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def print_papers(path: PlanPath, query: PapersQuery) -> Response:
    """With the numbers that the verification page knows; called off visits get none."""
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        stored = opened(unit, path.plan_id)
        numbers = _numbers(unit, path.plan_id)
        if query.visit_id is not None and query.visit_id not in numbers:
            raise NotFound("There is no valid letter of such a visit.")
        give(unit, PAPERS, PRINTED, f"plan:{path.plan_id}", kind=query.kind, visit=query.visit_id)
        content = visit_papers(
            PaperKind(query.kind),
            stored.plan,
            stored.staffed,
            texts=stored.texts,
            visit_ids=[query.visit_id] if query.visit_id is not None else sorted(numbers),
            settings=current.settings(),
            language=query.language,
            numbers=numbers,
        )
    return download(content, "application/pdf", f"{stored.day}-{query.kind}s.pdf")


@plan_files_api.get(
    "/plans/<plan_id>/map-data",
    operation_id="getMapData",
    summary="Get the routes as points",
    responses=responses(MapData, 404),
    security=TOKEN,
)
@allow(*STAFF)
def get_map_data(path: PlanPath, query: NoQuery) -> Response:
    """Numbers, times and points of all stops."""
    with current.database().reading(actor().scope, current.now()) as unit:
        stored = opened(unit, path.plan_id)
    routes = [
        MapRoute(shift_id=route.shift_id, stops=[_map_stop(stop) for stop in route.stops])
        for route in PlanView(stored.plan, stored.staffed, {}).routes()
    ]
    return answer(MapData(routes=routes))


def _numbers(unit: Unit, plan_id: str) -> dict[str, str]:
    entry = plans.entry(unit, plan_id)
    if entry is None or not entry.state.is_followed:
        raise NotNow("plan_not_published", "Papers are printed for the plan that people follow.")
    return {one.visit_code: one.number for one in letters.of_plan(unit, plan_id) if one.revoked_at is None}


def _file(stored: StoredPlan, query: ExportQuery) -> bytes:
    return route_file(
        query.format,
        stored.plan,
        stored.staffed,
        stored.texts,
        shift_ids=None if query.shift_id is None else [query.shift_id],
        language=query.language,
        font=current.settings().font,
    )


def _map_stop(stop: StopView) -> MapStop:
    point = stop.coordinates
    return MapStop(
        type=stop.type.value,
        number=stop.number,
        visit_id=stop.visit_id,
        latitude_degrees=None if point is None else point.latitude_degrees,
        longitude_degrees=None if point is None else point.longitude_degrees,
        service_start_time=stop.service_start_time.isoformat(),
        departure_time=stop.departure_time.isoformat(),
    )
