"""The pages of shifts: which crews are on duty on a day; shifts are added, changed and taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.days import day_or_today
from api.desk.shifts import WRITERS, keep_shift, shift_cells
from api.rest.responses import scope_of_branch
from api.store import Unit, branches, people
from api.store.imports import ImportMode
from api.store.people import KnownOffice, KnownShift
from api.web.catalogue import joined, texts_in
from api.web.collectors import CollectorView, view_of
from api.web.forms import FaultLine, done, fault_lines
from api.web.language import page_language
from api.web.revisions import Changes, answered, require_revision, revision_fields
from scheduler.domain.errors import InvalidInput

_CELLS = ("date", "start", "end", "start_office", "end_office", "breaks", "max_visits")
_FIELDS = {key: f"shift_{key}" for key in _CELLS} | {"collector_ids": "shift_people", "shift_id": "shift_word"}
_LIST = "shift_pages.list_shifts"
shift_pages = Blueprint("shift_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftView:
    """A shift as its table writes it, with people and offices by name."""

    id: str
    cells: Mapping[str, str]
    people: str
    offices: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Who can be in a crew, and where shifts start and end."""

    people: tuple[CollectorView, ...]
    offices: tuple[KnownOffice, ...]
    names: Mapping[str, str]


@shift_pages.get("/shifts")
@allow(*STAFF)
def list_shifts() -> Response:
    """Of a day."""
    return _list_page(day_or_today(request.args.get("day")))


@shift_pages.post("/shifts")
@allow(*WRITERS)
def add_shift() -> Response:
    """Add one."""
    day = day_or_today(request.form.get("date"))
    cells = _typed() | {"shift_id": request.form.get("shift_id", "").strip()}
    try:
        with current.writing(scope_of_branch(request.form.get("branch") or None)) as unit:
            keep_shift(unit, cells, ImportMode.CREATE)
    except InvalidInput as refused:
        lines = fault_lines(refused.faults, page_language(), _FIELDS)
        return _list_page(day, HTTPStatus.UNPROCESSABLE_ENTITY, lines)
    return done(_LIST, "shift_added", day=day.isoformat())


@shift_pages.get("/shifts/<shift_row_id>")
@allow(*STAFF)
def show_shift(shift_row_id: str) -> Response:
    """One shift."""
    return _page(shift_row_id)


@shift_pages.post("/shifts/<shift_row_id>")
@allow(*WRITERS)
def change_shift(shift_row_id: str) -> Response:
    """Change a shift, or take it back; plans that were made with it stay as they are."""

    def kept() -> tuple[str, date]:
        with current.writing() as unit:
            known = people.shift(unit, shift_row_id)
            if known is None:
                abort(HTTPStatus.NOT_FOUND)
            require_revision(unit, known.rev, _said(unit, known), f"shift:{shift_row_id}")
            if request.form.get("step") == "remove":
                people.delete_shift(unit, known.id)
                return "shift_removed", known.record.day
            keep_shift(unit, shift_cells(known) | _typed(), ImportMode.UPDATE)
            return "shift_kept", day_or_today(request.form.get("date"))

    def after(done_on: tuple[str, date]) -> Response:
        said, day = done_on
        return done(_LIST, said, day=day.isoformat())

    return answered(kept, partial(_page, shift_row_id), after, _FIELDS)


def _typed() -> dict[str, str]:
    """The form as a row of the table shifts."""
    cells = {key: request.form.get(key, "").strip() for key in _CELLS}
    return cells | {"collector_ids": ";".join(request.form.getlist("collector_ids"))}


def _choices(unit: Unit, on: date) -> Choices:
    names = people.names(unit)
    here = people.collectors(unit, is_here=True)
    return Choices(people=tuple(view_of(one, names, on) for one in here), offices=people.offices(unit), names=names)


def _view(known: KnownShift, choices: Choices) -> ShiftView:
    offices = {one.record.office_id: one.record.name for one in choices.offices}
    record = known.record
    ends = dict.fromkeys(offices.get(code, code) for code in (record.start_office_id, record.end_office_id))
    return ShiftView(
        id=known.id,
        cells=shift_cells(known),
        people=joined((choices.names.get(code) or code for code in record.collector_ids), page_language()),
        offices=" → ".join(ends),
    )


def _said(unit: Unit, known: KnownShift) -> tuple[str, ...]:
    """What a revision says, a line each."""
    t, names = texts_in(page_language()), people.names(unit)
    cells = shift_cells(known)
    crew = joined((names.get(code) or code for code in known.record.collector_ids), page_language())
    return (
        f"{t['shift_people']}: {crew}",
        *(f"{t['shift_' + key]}: {cells[key]}" for key in _CELLS if cells[key]),
    )


def _list_page(day: date, status: int = HTTPStatus.OK, faults: tuple[FaultLine, ...] = ()) -> Response:
    with current.database().reading(actor().scope, current.now()) as unit:
        found, choices, codes = people.shifts(unit, day=day), _choices(unit, day), branches.codes(unit)
    busy = {code for one in found for code in one.record.collector_ids}
    page = render_template(
        "shifts.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        shifts=[_view(one, choices) for one in found],
        choices=choices,
        idle=[one.name for one in choices.people if one.known.code not in busy],
        faults=faults,
        cells=request.form.to_dict() | {"date": day.isoformat()},
        chosen=request.form.getlist("collector_ids"),
        branches=codes if len(codes) > 1 and actor().branch_id is None else (),
        may_write=actor().role in WRITERS,
    )
    return make_response(page, status)


def _page(
    shift_row_id: str,
    status: int = HTTPStatus.OK,
    *,
    changes: Changes | None = None,
    faults: tuple[FaultLine, ...] = (),
) -> Response:
    with current.database().reading(actor().scope, current.now()) as unit:
        known = people.shift(unit, shift_row_id)
        if known is None:
            abort(HTTPStatus.NOT_FOUND)
        choices, said_now = _choices(unit, known.record.day), _said(unit, known)
    is_typed = bool(faults or changes)
    page = render_template(
        "shift.html",
        shift=_view(known, choices),
        day=known.record.day,
        rev=known.rev,
        said_now=said_now,
        choices=choices,
        changes=changes,
        faults=faults,
        cells=request.form.to_dict() if is_typed else shift_cells(known),
        chosen=request.form.getlist("collector_ids") if is_typed else list(known.record.collector_ids),
        revision=revision_fields,
        may_write=actor().role in WRITERS and bool(known.record.shift_id),
    )
    return make_response(page, status)
