"""`/api/v1/offices` and `/api/v1/shifts`: where and when crews work."""

from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import Conflict

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.days import today
from api.desk.one_row import judged_row
from api.desk.shifts import WRITERS, keep_shift, shift_cells
from api.errors import ProblemDetails
from api.importing.documents import office_records
from api.rest.answers import TOKEN, answer, nothing
from api.rest.cursors import Cursor, PageQuery, page_of
from api.rest.people_models import (
    OfficeFields,
    OfficeIn,
    OfficeList,
    OfficeOut,
    ShiftFields,
    ShiftIn,
    ShiftList,
    ShiftOut,
)
from api.rest.preconditions import require_match
from api.rest.responses import (
    CHANGED,
    ONE,
    REFUSALS,
    DayText,
    parsed_day,
    scope_of_branch,
    there,
    without_nothing,
)
from api.store import Unit, people
from api.store.imports import ImportMode
from api.store.people import KnownOffice, KnownShift


class OfficePath(BaseModel):
    """Where one office stands."""

    office_id: str = Field(description="The office's id, not the one in documents.")


class ShiftPath(BaseModel):
    """Where one shift stands."""

    shift_id: str = Field(description="The shift's id, not the one in documents.")


class ShiftQuery(PageQuery):
    """Which shifts."""

    day: DayText | None = Field(default=None, description="Of a local day; of all days unless given.")


workplaces_api = APIBlueprint("workplaces_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="workplaces")])


@workplaces_api.get(
    "/offices",
    operation_id="listOffices",
    summary="List offices",
    responses=REFUSALS | {200: OfficeList},
    security=TOKEN,
)
@allow(*STAFF)
def list_offices(query: PageQuery) -> Response:
    """In the order in which they came."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = people.offices(unit, after=_after(query), most=query.limit + 1)
    shown, last = page_of(found, query.limit)
    return answer(OfficeList(offices=[OfficeOut.of(one) for one in shown], next_cursor=_following(last)))


@workplaces_api.post(
    "/offices",
    operation_id="createOffice",
    summary="Add an office",
    responses=REFUSALS | {201: OfficeOut, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*WRITERS)
def create_office(body: OfficeIn) -> Response:
    """The checks are those of an import."""
    with current.writing(scope_of_branch(body.branch)) as unit:
        _keep_office(unit, body.cells(body.id), ImportMode.CREATE)
        found = next(one for one in people.offices(unit) if one.record.office_id == body.id)
        return _office(found, HTTPStatus.CREATED)


@workplaces_api.patch(
    "/offices/<office_id>",
    operation_id="changeOffice",
    summary="Change an office",
    responses=CHANGED | {200: OfficeOut},
    security=TOKEN,
)
@allow(*WRITERS)
def change_office(path: OfficePath, body: OfficeFields) -> Response:
    """What is left out stays as it is."""
    with current.writing() as unit:
        known = there(people.office(unit, path.office_id), "office")
        require_match(known.rev, OfficeOut.of(known).model_dump)
        _keep_office(unit, body.cells(known.record.office_id), ImportMode.UPDATE)
        return _office(people.office(unit, path.office_id), HTTPStatus.OK)


@workplaces_api.get(
    "/shifts",
    operation_id="listShifts",
    summary="List shifts",
    responses=REFUSALS | {200: ShiftList},
    security=TOKEN,
)
@allow(*STAFF)
def list_shifts(query: ShiftQuery) -> Response:
    """In the order in which they came."""
    day = None if query.day is None else parsed_day(query.day)
    with current.database().reading(actor().scope, current.now()) as unit:
        found = people.shifts(unit, day=day, after=_after(query), most=query.limit + 1)
    shown, last = page_of(found, query.limit)
    return answer(ShiftList(shifts=[ShiftOut.of(one) for one in shown], next_cursor=_following(last)))


@workplaces_api.post(
    "/shifts",
    operation_id="createShift",
    summary="Add a shift",
    responses=REFUSALS | {201: ShiftOut, 409: ProblemDetails},
    security=TOKEN,
)
@allow(*WRITERS)
def create_shift(body: ShiftIn) -> Response:
    """The checks are those of an import."""
    with current.writing(scope_of_branch(body.branch)) as unit:
        keep_shift(unit, without_nothing(body.cells(body.id)), ImportMode.CREATE)
        found = next(one for one in people.shifts(unit) if one.record.shift_id == body.id)
        return _shift(found, HTTPStatus.CREATED)


@workplaces_api.get(
    "/shifts/<shift_id>",
    operation_id="getShift",
    summary="Get one shift",
    responses=ONE | {200: ShiftOut},
    security=TOKEN,
)
@allow(*STAFF)
def get_shift(path: ShiftPath) -> Response:
    """With its ETag."""
    with current.database().reading(actor().scope, current.now()) as unit:
        return _shift(people.shift(unit, path.shift_id), HTTPStatus.OK)


@workplaces_api.patch(
    "/shifts/<shift_id>",
    operation_id="changeShift",
    summary="Change a shift",
    responses=CHANGED | {200: ShiftOut},
    security=TOKEN,
)
@allow(*WRITERS)
def change_shift(path: ShiftPath, body: ShiftFields) -> Response:
    """What is left out stays as it is."""
    with current.writing() as unit:
        known = _matched_shift(unit, path.shift_id)
        if not known.record.shift_id:
            raise Conflict("People on duty have no shift to be changed; take the row back and import another.")
        given = without_nothing(body.cells(known.record.shift_id))
        keep_shift(unit, shift_cells(known) | given, ImportMode.UPDATE)
        return _shift(people.shift(unit, path.shift_id), HTTPStatus.OK)


@workplaces_api.delete(
    "/shifts/<shift_id>",
    operation_id="deleteShift",
    summary="Take a shift back",
    responses=CHANGED | {204: None},
    security=TOKEN,
)
@allow(*WRITERS)
def delete_shift(path: ShiftPath) -> Response:
    """Plans that were made with it stay as they are."""
    with current.writing() as unit:
        _matched_shift(unit, path.shift_id)
        people.delete_shift(unit, path.shift_id)
    return nothing()


def _after(query: PageQuery) -> tuple[int, str] | None:
    cursor = Cursor.read(query.cursor, 2)
    return None if cursor is None else (cursor.number(0), cursor.parts[1])


def _following(last: KnownOffice | KnownShift | None) -> str | None:
    return None if last is None else Cursor((str(last.position), last.id)).written


def _keep_office(unit: Unit, cells: dict[str, str | None], mode: ImportMode) -> None:
    row, area = without_nothing(cells), current.settings().geocoder_area
    records = judged_row(unit, mode, lambda _, faults: office_records(row, area=area, faults=faults))
    people.keep(unit, records, today(), what="office")


def _matched_shift(unit: Unit, shift_id: str) -> KnownShift:
    """The shift in the revision that the caller wants to change."""
    known = there(people.shift(unit, shift_id), "shift")
    require_match(known.rev, ShiftOut.of(known).model_dump)
    return known


def _office(known: KnownOffice | None, status: int) -> Response:
    shown = there(known, "office")
    return answer(OfficeOut.of(shown), status, rev=shown.rev)


def _shift(known: KnownShift | None, status: int) -> Response:
    shown = there(known, "shift")
    return answer(ShiftOut.of(shown), status, rev=shown.rev)
