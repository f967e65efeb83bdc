"""How often visits met somebody, by kind of place, hour and weekday, and whether the branch's plans weigh it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, render_template, request

from api import current
from api.access import allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.rest.found_rates import SWITCHERS
from api.rest.responses import scope_of_branch
from api.store import branches
from api.visiting.found_rates import FoundRate, KnownRates, known_rates
from api.web.catalogue import day_in_words, weekday_in_words
from api.web.forms import done
from api.web.language import page_language
from api.web.moments import moment_in_words
from scheduler.domain.expected_contacts import WEEKDAYS
from scheduler.domain.visit import PlaceKind
from scheduler.expected_contacts import PRIOR_VISITS, STEP_PERCENT
from scheduler.simulation.questions import FEWEST_SHOWN

_NOT_FOUND, _UNPROCESSABLE = 404, 422
_IS_ON = {"on": True, "off": False}
found_rates_page = Blueprint("found_rates_page", __name__, url_prefix="/found-rates")


@dataclass(frozen=True, slots=True, kw_only=True)
class KindTable:
    """A kind of places.

    Attributes:
        kind: The kind.
        hours: Those with visits enough, as rows.
        cells: Weekday and hour, None for all, -> a rate with visits enough.
    """

    kind: PlaceKind
    hours: tuple[int, ...]
    cells: Mapping[tuple[int | None, int | None], FoundRate]


@found_rates_page.get("")
@allow(*STAFF)
def show() -> str:
    """Of the caller's branch, or of the one that was chosen of several."""
    with current.database().reading(actor().scope, current.now()) as unit:
        codes = branches.codes(unit)
    chosen = request.args.get("branch") or next(iter(codes), None)
    if chosen not in codes:
        abort(_NOT_FOUND)
    with current.database().reading(scope_of_branch(chosen), current.now()) as unit:
        known = known_rates(unit, by_default=current.settings().expected_contacts)
    language = page_language()
    return render_template(
        "found_rates.html",
        known=known,
        tables=[_table(kind, known) for kind in PlaceKind],
        chosen_at="" if known.chosen_at is None else moment_in_words(known.chosen_at),
        first="" if known.first_day is None else day_in_words(known.first_day, language),
        weekdays=[weekday_in_words(number, language) for number in range(WEEKDAYS)],
        branch=chosen,
        branches=codes if len(codes) > 1 else (),
        may_switch=actor().role in SWITCHERS,
        prior_visits=PRIOR_VISITS,
        step=STEP_PERCENT,
        fewest=FEWEST_SHOWN,
    )


@found_rates_page.post("")
@allow(*SWITCHERS)
def switch() -> Response:
    """Have the branch's plans weigh it from now on, or not."""
    branch, word = request.form.get("branch", ""), request.form.get("weigh", "")
    with current.database().reading(actor().scope, current.now()) as unit:
        codes = branches.codes(unit)
    if branch not in codes:
        abort(_NOT_FOUND)
    if word not in _IS_ON:
        abort(_UNPROCESSABLE)
    scope = scope_of_branch(branch)
    with current.writing(scope) as unit:
        branches.switch_found_rates(unit, str(scope.branch_id), is_on=_IS_ON[word])
    said = "found_rates_on" if _IS_ON[word] else "found_rates_off"
    return done("found_rates_page.show", said, branch=branch)


def _table(kind: PlaceKind, known: KnownRates) -> KindTable:
    cells = {(one.weekday, one.hour): one for one in known.rates if one.kind is kind}
    hours = tuple(hour for day, hour in cells if day is None and hour is not None)
    return KindTable(kind=kind, hours=hours, cells=cells)
