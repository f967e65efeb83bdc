"""What is written on the page of a case: circumstances, consents, places, wishes that somebody saw to, its end."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from api import current
from api.access import allow
from api.desk.cases import LIFTERS, WRITERS, block_of, place_of
from api.desk.days import named_day, today
from api.importing.records import ZONE, Records
from api.rest.answers import scope_of_case
from api.store import Unit, case_places, cases, wishes
from api.store.cases import KnownCase
from api.store.wishes import Wanted
from api.visiting.cancelling import call_off_unlawful
from api.web.case_view import SEE_WISHES, said_of
from api.web.cases import case_page
from api.web.forms import done
from api.web.language import page_language
from api.web.revisions import answered, require_revision
from scheduler.domain.case import Consent
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.visit import PlaceKind

_PLACE_CELLS = (
    "kind",
    "address",
    "latitude",
    "longitude",
    "datum",
    "time_windows",
    "preference_penalty_minutes",
)
_FIELDS = {
    "blocks": "case_block",
    "at": "consent_at",
    "kind": "place_kind",
    "address": "place_address",
    "latitude": "place_latitude",
    "longitude": "place_longitude",
    "datum": "place_datum",
    "time_windows": "place_hours",
    "preference_penalty_minutes": "place_penalty",
}
_SHOW = "case_pages.show_case"
_MOMENT_WANTED = Fault(
    where="/at",
    code="time_format",
    message="Say when the borrower said so.",
    message_zh="请填写借款人表态的时间。",
)
case_changes = Blueprint("case_changes", __name__, url_prefix="/cases/<case_id>")


@case_changes.post("/blocks")
@allow(*LIFTERS)
def add_block(case_id: str) -> Response:
    """Put a circumstance upon the case; rules that name it forbid visits from now on."""

    def write(unit: Unit, known: KnownCase) -> str:
        until = request.form.get("until", "")
        words = request.form.get("code", "") + (f":{until}" if until else "")
        cases.add_block(unit, case_id, block_of(unit, known.entry.code, words))
        return "block_added"

    return _changed(case_id, write)


@case_changes.post("/blocks/lift")
@allow(*LIFTERS)
def lift_block(case_id: str) -> Response:
    """Lift a circumstance; it stays on record."""

    def write(unit: Unit, _known: KnownCase) -> str:
        _found(cases.lift_block(unit, case_id, request.form.get("block", "")))
        return "block_lifted"

    return _changed(case_id, write)


@case_changes.post("/consents")
@allow(*LIFTERS)
def add_consent(case_id: str) -> Response:
    """Keep what the borrower said about a kind of place."""

    def write(unit: Unit, _known: KnownCase) -> str:
        kind, given = request.form.get("place_kind"), request.form.get("given")
        if kind not in set(PlaceKind) or given not in ("yes", "no"):
            abort(HTTPStatus.UNPROCESSABLE_ENTITY)
        cases.add_consent(unit, case_id, Consent(place_kind=kind, given=given == "yes", at=_moment("at")))
        return "consent_kept"

    return _changed(case_id, write)


@case_changes.post("/places")
@allow(*WRITERS)
def change_place(case_id: str) -> Response:
    """Add a place, change one, or give one up; without an address, a place stays where it is."""

    def write(unit: Unit, known: KnownCase) -> str:
        row_id, code = request.form.get("place", ""), known.entry.code
        if request.form.get("step") == "remove":
            _found(case_places.remove(unit, case_id, row_id))
            return "place_removed"
        cells = {key: request.form.get(key, "").strip() for key in _PLACE_CELLS}
        if not row_id:
            case_places.add(unit, case_id, place_of(unit, code, cells))
            return "place_added"
        kept = next((one for one in case_places.places_of(unit, case_id, code) if one.id == row_id), None)
        if kept is None:
            abort(HTTPStatus.NOT_FOUND)
        cells["kind"] = str(kept.record.kind)
        case_places.change(unit, case_id, row_id, place_of(unit, code, cells, kept.record))
        return "place_kept"

    return _changed(case_id, write)


@case_changes.post("/state")
@allow(*WRITERS)
def change_state(case_id: str) -> Response:
    """Close the case, or open it again."""

    def write(unit: Unit, _known: KnownCase) -> str:
        is_open = request.form.get("state") == "open"
        cases.change(unit, case_id, Records(tables={}), today(), is_open=is_open)
        return "case_opened" if is_open else "case_closed"

    return _changed(case_id, write)


@case_changes.post("/wishes")
@allow(*SEE_WISHES)
def handle_wish(case_id: str) -> Response:
    """Somebody saw to what the borrower asked; twice is once."""
    with current.writing() as unit:
        of_case = {wish.id for wish in wishes.listed(unit, Wanted(open_only=False, case_id=case_id))}
        wish_id = request.form.get("wish", "")
        _found(wish_id in of_case and wishes.handle(unit, wish_id))
    return done(_SHOW, "wish_handled", case_id=case_id)


def _changed(case_id: str, write: Callable[[Unit, KnownCase], str]) -> Response:
    """Write if the form is about the present revision; else show what has changed, or what is wrong.

    Args:
        case_id: Of the row.
        write: Writes, and names the text that says so.
    """

    def kept() -> str:
        with current.writing(scope_of_case(case_id)) as unit:
            known = cases.get(unit, case_id, today())
            if known is None:
                abort(HTTPStatus.NOT_FOUND)
            places = case_places.places_of(unit, case_id, known.entry.code)
            require_revision(unit, known.entry.rev, said_of(known, places, page_language()), f"case:{case_id}")
            said = write(unit, known)
            call_off_unlawful(unit, case_id)
            return said

    page, after = partial(case_page, case_id), partial(done, _SHOW, case_id=case_id, **_same_day())
    return answered(kept, page, after, _FIELDS)


def _same_day() -> dict[str, str]:
    """The day that the page was about, if it was not today."""
    day = named_day(request.form.get("day"))
    return {} if day is None else {"day": day.isoformat()}


def _found(is_there: bool) -> None:  # noqa: FBT001 - the only thing that it is about
    if not is_there:
        abort(HTTPStatus.NOT_FOUND)


def _moment(key: str) -> datetime:
    try:
        moment = datetime.fromisoformat(request.form.get(key, ""))
    except ValueError:
        raise InvalidInput([_MOMENT_WANTED]) from None
    local = moment.replace(tzinfo=ZONE) if moment.tzinfo is None else moment
    if local > current.now():
        raise InvalidInput([_MOMENT_WANTED])
    return local
