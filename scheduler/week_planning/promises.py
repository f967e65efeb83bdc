"""What a week owes to what was said before: a day that was agreed or announced, another time after a vain visit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel, Contact
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, common_hours, intersect
from scheduler.domain.visit import Place, Visit
from scheduler.priority import HOUSE_POLICY
from scheduler.rules.decision import Decision
from scheduler.rules.outcomes import outcome_codes
from scheduler.rules.rule_pack import RuleSet

# Parts of a day in which the same person is at home or is not: the morning, the afternoon, and after work.
_BAND_BEGINNINGS = (time(0), time(12), time(17))
_OTHER_TIME = "other_time"
_MIDNIGHT = time(0)

type Spans = tuple[TimeWindow, ...]


def with_promises(
    problem: Problem, rules: RuleSet, decisions: Mapping[str, Mapping[str, Decision]], days: Sequence[date]
) -> Problem:
    """The problem with the hours of its visits narrowed.

    An agreed day comes first, then the days that a notice announces. After a visit that met nobody the next one at
    that place is in another part of the day and on another weekday, or at least one of the two. Where nothing lawful
    would be left of a visit's hours they stay as they were.

    Args:
        problem: Of the week.
        rules: The packs that it names.
        decisions: Visit id -> place id -> what the rules say of the whole week.
        days: The local days of the week, sorted.
    """
    codes = outcome_codes(rules, days[0])
    vain = frozenset(name for name, code in codes.items() if code.next_step == _OTHER_TIME)
    zones = problem.place_zones
    visits = []
    for visit in problem.visits:
        if visit.pinned is not None or visit.case is None:
            visits.append(visit)
            continue
        narrowing = _Narrowing(visit, visit.case, decisions[visit.id], zones, days)
        visits.append(narrowing.on_promised_days() or narrowing.at_another_time(vain))
    return replace(problem, visits=tuple(visits))


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """One visit, and what may become of its hours."""

    visit: Visit
    case: Case
    decisions: Mapping[str, Decision]
    zones: Mapping[str, ZoneInfo]
    days: Sequence[date]

    def on_promised_days(self) -> Visit | None:
        """On the day that was agreed, else on those that were announced; None where none of them will do."""
        for promised in (self._agreed(), self._announced()):
            found = self._on(promised) if promised else None
            if found is not None:
                return found
        return None

    def at_another_time(self, vain: frozenset[str]) -> Visit:
        """At each place another time than that of the vain visits since anybody was met."""
        return replace(self.visit, places=tuple(self._retried(place, vain) for place in self.visit.places))

    def _agreed(self) -> frozenset[date]:
        ended = [one for one in self._log() if one.outcome is not None]
        last = ended[-1] if ended else None
        agreed = last is not None and last.outcome in HOUSE_POLICY.appointments and last.until in self.days
        return frozenset({last.until}) if last is not None and last.until is not None and agreed else frozenset()

    def _announced(self) -> frozenset[date]:
        notices = self.case.notices or ()
        return frozenset(day for day in self.days if any(one.first_day <= day <= one.last_day for one in notices))

    def _on(self, promised: frozenset[date]) -> Visit | None:
        places = tuple(
            replace(place, time_windows=self._within(place, _whole_days(promised, self._zone(place))))
            for place in self.visit.places
        )
        return replace(self.visit, places=places) if any(self._is_open(place) for place in places) else None

    def _retried(self, place: Place, vain: frozenset[str]) -> Place:
        zone = self._zone(place)
        tried = [one.at.astimezone(zone) for one in self._vain_visits(place, vain)]
        if not tried:
            return place
        weekdays, bands = {one.weekday() for one in tried}, {_band(one) for one in tried}
        other_days = [day for day in self.days if day.weekday() not in weekdays]
        other_bands = [band for band in range(len(_BAND_BEGINNINGS)) if band not in bands]
        every_band = range(len(_BAND_BEGINNINGS))
        for days, hours in ((other_days, other_bands), (self.days, other_bands), (other_days, every_band)):
            spans = tuple(span for day in days for span in _parts(day, hours, zone))
            narrowed = replace(place, time_windows=self._within(place, spans))
            if self._is_open(narrowed):
                return narrowed
        return place

    def _vain_visits(self, place: Place, vain: frozenset[str]) -> Iterator[Contact]:
        """The latest visits in a row that met nobody there."""
        for one in reversed(self._log()):
            if one.channel is not Channel.VISIT or one.outcome is None:
                continue
            if one.outcome not in vain:
                return
            if one.place_id in (None, place.id) and one.place_kind in (None, str(place.kind)):
                yield one

    def _log(self) -> list[Contact]:
        return sorted(self.case.log or (), key=lambda one: one.at)

    def _zone(self, place: Place) -> ZoneInfo:
        return self.zones[place.location_id]

    def _within(self, place: Place, spans: Spans) -> Spans:
        return common_hours(place.time_windows, spans)

    def _is_open(self, place: Place) -> bool:
        """Whether the whole visit can lie in these hours, and in lawful ones."""
        decision = self.decisions[place.id]
        lawful = place.time_windows if decision.windows is None else intersect(place.time_windows, decision.windows)
        return decision.allowed and any(span.duration >= self.visit.service_duration for span in lawful)


def _band(moment: datetime) -> int:
    return sum(begin <= moment.time() for begin in _BAND_BEGINNINGS) - 1


def _whole_days(days: Iterable[date], zone: ZoneInfo) -> Spans:
    return tuple(_span(day, _MIDNIGHT, day + timedelta(days=1), _MIDNIGHT, zone) for day in sorted(days))


def _parts(day: date, bands: Iterable[int], zone: ZoneInfo) -> Iterator[TimeWindow]:
    """The spans of these parts of a day; neighbours are one, so that a visit may lie across noon."""
    chosen = sorted(bands)
    edges = [0, *(at for at, (one, other) in enumerate(pairwise(chosen), start=1) if other > one + 1), len(chosen)]
    for first, end in pairwise(edges):
        if first < end:
            after = chosen[end - 1] + 1
            is_last = after == len(_BAND_BEGINNINGS)
            last_day, last = (day + timedelta(days=1), _MIDNIGHT) if is_last else (day, _BAND_BEGINNINGS[after])
            yield _span(day, _BAND_BEGINNINGS[chosen[first]], last_day, last, zone)


def _span(first_day: date, first: time, last_day: date, last: time, zone: ZoneInfo) -> TimeWindow:
    return TimeWindow(
        earliest_start=datetime.combine(first_day, first, zone), latest_end=datetime.combine(last_day, last, zone)
    )
