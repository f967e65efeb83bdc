"""Why a visit is on no route, and what would make it fit: the nearest ways first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from api.store import StoredPlan
from api.web.catalogue import clock
from scheduler.domain.plan import Reason, ReasonCode
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.visit import Visit
from scheduler.layers import PlaceLayers
from scheduler.planning import Explanation
from scheduler.rules.decision import RuleReason
from scheduler.wording import reason_sentence

_ONE_DAY = timedelta(days=1)
_MOST_HOURS = 3
# In this order: what a dispatcher can do at once, what others have to agree to, what time alone mends.
_AT_ONCE = (
    ReasonCode.NOT_INSERTED_BY_SOLVER,
    ReasonCode.LOWER_PRIORITY_TRADE_OFF,
    ReasonCode.CAPACITY_EXCEEDED,
    ReasonCode.VISIT_LIMIT,
    ReasonCode.PIN_IMPOSSIBLE,
)
_HOURS = (ReasonCode.OUTSIDE_LAWFUL_HOURS, ReasonCode.NO_COMMON_TIME_WINDOW)
_CREWS = (
    ReasonCode.CREW_TOO_SMALL,
    ReasonCode.MISSING_SKILL,
    ReasonCode.QUALIFICATION_EXPIRED,
    ReasonCode.COLLECTOR_NOT_ALLOWED,
    ReasonCode.SHIFT_TOO_SHORT,
    ReasonCode.LOCATION_UNGEOCODED,
    ReasonCode.LOCATION_UNREACHABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Something that would let a visit be made: the name of its sentence, and what fills it."""

    key: str
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitView:
    """A visit that is left out.

    Attributes:
        reasons: Sentences, with the rule if there is one.
        ways: The nearest first.
    """

    visit_id: str
    name: str
    shift_id: str | None
    reasons: tuple[tuple[str, str | None], ...]
    ways: tuple[Way, ...]


def fit_view(found: Explanation, visit: Visit, stored: StoredPlan, language: str) -> FitView:
    """What stands against a visit, and what would help, in words of `language`."""
    ways = [*_at_once(found), *_hours(found, visit, stored), *_crews(found), *_days(found, language)]
    unique = {(way.key, *sorted(way.parts.items())): way for way in ways}
    return FitView(
        visit_id=visit.id,
        name=stored.texts.get(visit.id, Text()).name or visit.id,
        shift_id=found.assigned_shift_id,
        reasons=tuple((reason_sentence(one, language), one.rule_id) for one in found.reasons),
        ways=tuple(unique.values()),
    )


def _at_once(found: Explanation) -> Iterator[Way]:
    known = {one.code: one for one in reversed(found.reasons)}
    for code in _AT_ONCE:
        if code in known:
            yield _way(known[code])


def _hours(found: Explanation, visit: Visit, stored: StoredPlan) -> Iterator[Way]:
    """Hours of a place that law and a crew would allow, where its own ones are what is missing."""
    zone = stored.problem.time_zone
    for place in found.places:
        windows = dict.fromkeys(
            window
            for crew in place.crews
            if crew.reason is not None and crew.reason.code in _HOURS
            for window in _lawful(place, crew.working)
            if window.duration >= visit.service_duration
        )
        for window in list(windows)[:_MOST_HOURS]:
            begins, ends = (one.astimezone(zone) for one in (window.earliest_start, window.latest_end))
            yield Way(key="way_hours", parts={"place": place.place_id, "begins": clock(begins), "ends": clock(ends)})


def _lawful(place: PlaceLayers, working: TimeWindow) -> tuple[TimeWindow, ...]:
    return (working,) if place.law_windows is None else intersect(place.law_windows, [working])


def _crews(found: Explanation) -> Iterator[Way]:
    known: dict[ReasonCode, Reason] = {}
    for reason in (crew.reason for place in found.places for crew in place.crews):
        if reason is not None:
            known.setdefault(reason.code, reason)
    known |= {one.code: one for one in found.reasons}
    for code in _CREWS:
        if code in known:
            yield _way(known[code])


def _days(found: Explanation, language: str) -> Iterator[Way]:
    """Rules that say no on this day: from when on they do not, where that is known."""
    for place in found.places:
        for reason in (*place.law_reasons, *place.borrower_reasons):
            yield _day(reason, language)


def _day(reason: RuleReason, language: str) -> Way:
    sentence = reason.en if language == "en" else reason.zh
    if reason.until is None:
        return Way(key="way_rule", parts={"rule": reason.rule_id, "sentence": sentence})
    return Way(key="way_day", parts={"rule": reason.rule_id, "day": (reason.until + _ONE_DAY).isoformat()})


def _way(reason: Reason) -> Way:
    facts = {name: str(value) for name, value in reason.facts.items()}
    return Way(key=f"way_{reason.code.value.lower()}", parts={"shift": reason.shift_id or "", **facts})
