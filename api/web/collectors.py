"""The pages of collectors: certificates, badge and photo, who left, and who is absent from a shift."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, render_template, request

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.collectors import MOST_PHOTO_BYTES, WRITERS, collector_of, photo_type
from api.desk.days import today
from api.desk.shifts import keep_shift, shift_cells
from api.rest.bodies import takes
from api.rest.responses import scope_of_branch
from api.store import Unit, branches, people
from api.store.imports import ImportMode
from api.store.people import KnownCollector, KnownShift
from api.web.catalogue import texts_in
from api.web.forms import FaultLine, done, fault_lines
from api.web.language import page_language
from api.web.revisions import Changes, answered, require_revision, revision_fields
from scheduler.domain.errors import Fault, InvalidInput

# Long enough before a certificate ends for somebody to be trained anew.
SOON = timedelta(days=30)
_FORM_BYTES = 64 * 1024
_WHOLE = ("skills", "qualifications", "max_visits", "prohibited_partners")
_IF_GIVEN = ("name", "phone")
_BADGE = {"badge_number": 64, "employer": 200}
_FIELDS = {key: f"collector_{key}" for key in ("name", "phone", *_WHOLE, *_BADGE)} | {"collector_id": "collector_id"}
_SHOW = "collector_pages.show_collector"
collector_pages = Blueprint("collector_pages", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCertificate:
    """A certificate; `state` is `valid`, `soon` or `over`."""

    code: str
    valid_until: date
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorView:
    """A collector with the name in full, as crews are called, and with what each certificate comes to today."""

    known: KnownCollector
    name: str
    held: tuple[HeldCertificate, ...]

    @property
    def cells(self) -> dict[str, str]:
        """As a row of the table collectors."""
        known = self.known
        return {
            "badge_number": known.badge_number or "",
            "employer": known.employer or "",
            "skills": ";".join(known.skills),
            "qualifications": ";".join(f"{one.code}:{one.valid_until}" for one in known.qualifications),
            "max_visits": "" if known.max_visits is None else str(known.max_visits),
            "prohibited_partners": ";".join(known.prohibited_partners),
        }


@collector_pages.get("/collectors")
@allow(*STAFF)
def list_collectors() -> Response:
    """Who works here, or who left."""
    return _list_page()


@collector_pages.post("/collectors")
@allow(*WRITERS)
def add_collector() -> Response:
    """Add somebody."""
    try:
        with current.writing(scope_of_branch(request.form.get("branch") or None)) as unit:
            cells = {"collector_id": request.form.get("collector_id", "").strip(), "name": request.form.get("name", "")}
            records = collector_of(unit, _cells(cells), ImportMode.CREATE)
            row_id = people.add_collector(unit, records, today(), badge=_badge())
    except InvalidInput as refused:
        return _list_page(HTTPStatus.UNPROCESSABLE_ENTITY, fault_lines(refused.faults, page_language(), _FIELDS))
    return done(_SHOW, "collector_added", collector_id=row_id)


@collector_pages.get("/collectors/<collector_id>")
@allow(*STAFF)
def show_collector(collector_id: str) -> Response:
    """One collector."""
    return _page(collector_id)


@collector_pages.post("/collectors/<collector_id>")
@allow(*WRITERS)
def change_collector(collector_id: str) -> Response:
    """Change what the form says; a name or phone that is left empty stays."""

    def write(unit: Unit, known: KnownCollector) -> str:
        records = collector_of(unit, _cells({"collector_id": known.code}), ImportMode.UPDATE)
        people.change_collector(unit, known.id, records, today(), is_here=None, badge=_badge())
        return "collector_kept"

    return _changed(collector_id, write)


@collector_pages.post("/collectors/<collector_id>/state")
@allow(*WRITERS)
def change_state(collector_id: str) -> Response:
    """Somebody left, or is back."""

    def write(unit: Unit, known: KnownCollector) -> str:
        is_here = request.form.get("state") == "here"
        records = collector_of(unit, {"collector_id": known.code}, ImportMode.UPDATE)
        people.change_collector(unit, known.id, records, today(), is_here=is_here, badge={})
        return "collector_back" if is_here else "collector_left"

    return _changed(collector_id, write)


@collector_pages.post("/collectors/<collector_id>/photo")
@allow(*WRITERS)
@takes("multipart/form-data", most_bytes=MOST_PHOTO_BYTES + _FORM_BYTES)
def set_photo(collector_id: str) -> Response:
    """Keep a photo, which the verification page shows to whoever is visited."""

    def write(unit: Unit, known: KnownCollector) -> str:
        file = request.files.get("photo")
        content = b"" if file is None else file.stream.read(MOST_PHOTO_BYTES + 1)
        if len(content) > MOST_PHOTO_BYTES or photo_type(content) is None:
            raise InvalidInput([_PHOTO_WANTED])
        people.set_photo(unit, known.id, content)
        return "photo_kept"

    return _changed(collector_id, write)


@collector_pages.post("/collectors/<collector_id>/absent")
@allow(*WRITERS)
def take_out_of_shift(collector_id: str) -> Response:
    """Somebody is absent: the shift goes on with the others, or is taken back where nobody is left."""

    def write(unit: Unit, known: KnownCollector) -> str:
        shift = people.shift(unit, request.form.get("shift", ""))
        if shift is None or known.code not in shift.record.collector_ids or not shift.record.shift_id:
            abort(HTTPStatus.NOT_FOUND)
        others = [code for code in shift.record.collector_ids if code != known.code]
        if not others:
            people.delete_shift(unit, shift.id)
            return "shift_removed"
        keep_shift(unit, {**shift_cells(shift), "collector_ids": ";".join(others)}, ImportMode.UPDATE)
        return "absence_kept"

    return _changed(collector_id, write)


_PHOTO_WANTED = Fault(
    where="",
    code="photo_wanted",
    message="Choose a PNG or JPEG of at most 512 KiB.",
    message_zh="请选择不超过 512 KiB 的 PNG 或 JPEG 图片。",
)


def view_of(known: KnownCollector, names: dict[str, str], on: date) -> CollectorView:
    """A collector on a day."""
    held = tuple(
        HeldCertificate(code=one.code, valid_until=one.valid_until, state=_state(one.valid_until, on))
        for one in known.qualifications
    )
    return CollectorView(known=known, name=names.get(known.code) or known.name, held=held)


def _state(valid_until: date, on: date) -> str:
    if valid_until < on:
        return "over"
    return "soon" if valid_until - on <= SOON else "valid"


def _said(known: KnownCollector) -> tuple[str, ...]:
    """What a revision says, a line each."""
    t = texts_in(page_language())
    view = view_of(known, {}, today())
    lines = [f"{t['collector_' + key]}: {value}" for key, value in view.cells.items() if value]
    return (*lines, t["collector_has_photo"] if known.has_photo else t["collector_no_photo"], _here(known))


def _here(known: KnownCollector) -> str:
    t = texts_in(page_language())
    return t["collector_here"] if known.left_at is None else t["collector_gone"]


def _cells(cells: dict[str, str]) -> dict[str, str]:
    whole = {key: request.form.get(key, "").strip() for key in _WHOLE}
    given = {key: value for key in _IF_GIVEN if (value := request.form.get(key, "").strip())}
    return {**cells, **whole, **given}


def _badge() -> dict[str, str | None]:
    """What stands on the badge; empty is none.

    Raises:
        InvalidInput: It is too long, or holds what nobody types.
    """
    values = {key: request.form.get(key, "").strip() for key in _BADGE}
    bad = [key for key, value in values.items() if len(value) > _BADGE[key] or not value.isprintable()]
    if bad:
        raise InvalidInput(
            [
                Fault(
                    where=f"/{key}",
                    code="too_long",
                    message=f"At most {_BADGE[key]} plain signs.",
                    message_zh=f"最多 {_BADGE[key]} 个普通字符。",
                )
                for key in bad
            ]
        )
    return {key: value or None for key, value in values.items()}


def _changed(collector_id: str, write: Callable[[Unit, KnownCollector], str]) -> Response:
    """Write if the form is about the present revision; else show what has changed, or what is wrong."""

    def kept() -> str:
        with current.writing() as unit:
            known = people.collector(unit, collector_id)
            if known is None:
                abort(HTTPStatus.NOT_FOUND)
            require_revision(unit, known.rev, _said(known), f"collector:{collector_id}")
            return write(unit, known)

    page, after = partial(_page, collector_id), partial(done, _SHOW, collector_id=collector_id)
    return answered(kept, page, after, _FIELDS)


def _list_page(status: int = HTTPStatus.OK, faults: tuple[FaultLine, ...] = ()) -> Response:
    state = request.args.get("state", "here")
    with current.database().reading(actor().scope, current.now()) as unit:
        found = people.collectors(unit, is_here=state != "left")
        names, codes = people.names(unit), branches.codes(unit)
    page = render_template(
        "collectors.html",
        people=[view_of(one, names, today()) for one in found],
        state=state,
        faults=faults,
        typed=request.form,
        branches=codes if len(codes) > 1 else (),
        may_write=actor().role in WRITERS,
    )
    return make_response(page, status)


def _page(
    collector_id: str,
    status: int = HTTPStatus.OK,
    *,
    changes: Changes | None = None,
    faults: tuple[FaultLine, ...] = (),
) -> Response:
    with current.database().reading(actor().scope, current.now()) as unit:
        known = people.collector(unit, collector_id)
        if known is None:
            abort(HTTPStatus.NOT_FOUND)
        names, shifts = people.names(unit), _shifts_of(unit, known)
    view = view_of(known, names, today())
    page = render_template(
        "collector.html",
        person=view,
        said_now=_said(known),
        shifts=shifts,
        names=names,
        changes=changes,
        faults=faults,
        typed=request.form if faults or changes else view.cells,
        revision=revision_fields,
        may_write=actor().role in WRITERS,
    )
    return make_response(page, status)


def _shifts_of(unit: Unit, known: KnownCollector) -> tuple[KnownShift, ...]:
    """Those from today on."""
    found = people.shifts(unit, since=today())
    mine = (one for one in found if known.code in one.record.collector_ids)
    return tuple(sorted(mine, key=lambda one: (one.record.day, one.record.hours)))
