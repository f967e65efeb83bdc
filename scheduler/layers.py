"""What is left of a visit's hours, layer by layer, and which layer sets each end.

Law, borrower, place and shift each leave windows of their own; what they have in common, long enough for the whole
visit, is what the search plans with.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from scheduler.domain.plan import Reason
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.visit import Place, Visit
from scheduler.eligibility import hours_at
from scheduler.rules.decision import Decision, RuleReason
from scheduler.rules.hours import LawfulHours
from scheduler.rules.kinds import is_about_the_case
from scheduler.rules.rule_pack import RuleSet
from scheduler.solver.instance import Instance
from scheduler.solver.reasons import Reasons


class Layer(StrEnum):
    """What can take hours away, from the widest to the narrowest."""

    LAW = "law"
    BORROWER = "borrower"
    PLACE = "place"
    SHIFT = "shift"
    PIN = "pin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One layer that sets an end of a window; `id` is the rule's, the place's or the shift's."""

    layer: Layer
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonWindow:
    """Hours that every layer leaves; the whole visit lies inside.

    Attributes:
        window: The hours.
        start_bounds: What lets the visit start no earlier: more than one where layers agree to the second.
        end_bounds: What lets it end no later.
    """

    window: TimeWindow
    start_bounds: tuple[Bound, ...]
    end_bounds: tuple[Bound, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewLayer:
    """One crew at one place.

    Attributes:
        shift_id: The crew's shift.
        working: Its working time, with all the overtime that the objective allows.
        is_pinned_elsewhere: The visit is pinned to another shift or place.
        reason: Why this crew cannot make the visit here; None when it can, and when nobody may.
        common: The hours left, in order; empty when there are none.
    """

    shift_id: str
    working: TimeWindow
    is_pinned_elsewhere: bool
    reason: Reason | None
    common: tuple[CommonWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLayers:
    """All layers at one place of a visit.

    Attributes:
        place_id: The place.
        decision: What all rules say together.
        law_windows: Hours that the rules about hours leave; None when no such rule applies.
        law_rule_ids: These rules.
        law_reasons: Rules about hours, crews and packs that say no.
        borrower_reasons: Rules about the facts of the case that say no, on all of the days or on some.
        crews: By shift, those that the plan left out by wish excepted.
    """

    place_id: str
    decision: Decision
    law_windows: tuple[TimeWindow, ...] | None
    law_rule_ids: tuple[str, ...]
    law_reasons: tuple[RuleReason, ...]
    borrower_reasons: tuple[RuleReason, ...]
    crews: tuple[CrewLayer, ...]


class _Source(NamedTuple):
    """What leaves windows of its own."""

    bound: Bound
    windows: tuple[TimeWindow, ...]


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Answers what each layer leaves of a visit.

    Attributes:
        problem: The problem.
        rules: The packs that it names.
        instance: The problem as the search sees it.
        reasons: Answers for this instance.
    """

    problem: Problem
    rules: RuleSet
    instance: Instance
    reasons: Reasons

    def of(self, visit: Visit) -> tuple[PlaceLayers, ...]:
        """Every layer, at each place of the visit."""
        return tuple(self._at(visit, place) for place in visit.places)

    def _at(self, visit: Visit, place: Place) -> PlaceLayers:
        decision = self.reasons.decisions[visit.id][place.id]
        hours = hours_at(self.problem, self.rules, visit, place)
        said = tuple(dict.fromkeys((*decision.reasons, *decision.day_reasons)))
        return PlaceLayers(
            place_id=place.id,
            decision=decision,
            law_windows=hours.windows,
            law_rule_ids=hours.rule_ids,
            law_reasons=tuple(one for one in said if not is_about_the_case(one.kind)),
            borrower_reasons=tuple(one for one in said if is_about_the_case(one.kind)),
            crews=tuple(self._crew(visit, place, hours, shift) for shift in range(len(self.instance.shift_ids))),
        )

    def _crew(self, visit: Visit, place: Place, hours: LawfulHours, shift: int) -> CrewLayer:
        decision, pin = self.reasons.decisions[visit.id][place.id], visit.pinned
        shift_id, working = self.instance.shift_ids[shift], self._working(shift)
        is_elsewhere = pin is not None and not (pin.shift_id == shift_id and pin.place_id in {None, place.id})
        may = decision.allowed and not is_elsewhere
        reason = self.reasons.at_place(visit, place, shift) if may else None
        return CrewLayer(
            shift_id=shift_id,
            working=working,
            is_pinned_elsewhere=is_elsewhere,
            reason=reason,
            common=()
            if reason or not may
            else _common(visit, _sources(visit, place, decision, hours, shift_id, working)),
        )

    def _working(self, shift: int) -> TimeWindow:
        frame, zone = self.instance.frames[shift], self.problem.time_zone
        return TimeWindow(
            earliest_start=self.instance.moment(frame.earliest_start).astimezone(zone),
            latest_end=self.instance.moment(frame.latest_end).astimezone(zone),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sources:
    """Windows by what leaves them: a visit lies inside one of `law` and one of each of `others`.

    Attributes:
        rules: What each rule about hours leaves by itself.
        days: The rules that shaped whole days, for ends that no rule about hours sets.
        law: All rules together, None when none is about hours or days.
        others: Place, shift and pin.
    """

    rules: tuple[_Source, ...]
    days: tuple[Bound, ...]
    law: tuple[TimeWindow, ...] | None
    others: tuple[_Source, ...]


def _sources(
    visit: Visit, place: Place, decision: Decision, hours: LawfulHours, shift_id: str, working: TimeWindow
) -> _Sources:
    names = zip(hours.rule_ids, hours.own_windows, strict=True)
    others = [
        _Source(Bound(layer=Layer.PLACE, id=place.id), place.time_windows),
        _Source(Bound(layer=Layer.SHIFT, id=shift_id), (working,)),
    ]
    pinned = visit.pinned.service_start_time if visit.pinned else None
    if pinned is not None:
        end = (pinned.astimezone(UTC) + visit.service_duration).astimezone(pinned.tzinfo)
        others.append(
            _Source(Bound(layer=Layer.PIN, id=shift_id), (TimeWindow(earliest_start=pinned, latest_end=end),))
        )
    shaped = [
        Bound(layer=Layer.BORROWER if is_about_the_case(one.kind) else Layer.LAW, id=one.rule_id)
        for one in decision.day_reasons
    ]
    return _Sources(
        rules=tuple(_Source(Bound(layer=Layer.LAW, id=rule_id), own) for rule_id, own in names),
        days=tuple(dict.fromkeys(shaped)) or tuple(Bound(layer=Layer.LAW, id=rule_id) for rule_id in hours.rule_ids),
        law=decision.windows,
        others=tuple(others),
    )


def _common(visit: Visit, sources: _Sources) -> tuple[CommonWindow, ...]:
    """The hours left that hold the whole visit; what the search may start in."""
    windows: Iterable[TimeWindow] = sources.others[0].windows if sources.law is None else sources.law
    for source in sources.others:
        windows = intersect(windows, source.windows)
    long_enough = {window for window in windows if window.duration >= visit.service_duration}
    return tuple(
        CommonWindow(
            window=window,
            start_bounds=_bounds(sources, window, lambda span: span.earliest_start),
            end_bounds=_bounds(sources, window, lambda span: span.latest_end),
        )
        for window in sorted(long_enough, key=lambda span: (_utc(span.earliest_start), _utc(span.latest_end)))
    )


def _bounds(sources: _Sources, window: TimeWindow, end_of: Callable[[TimeWindow], datetime]) -> tuple[Bound, ...]:
    """What sets this end of a window."""

    def sets(windows: Iterable[TimeWindow]) -> bool:
        return any(own.holds(window) and _utc(end_of(own)) == _utc(end_of(window)) for own in windows)

    law = tuple(source.bound for source in sources.rules if sets(source.windows))
    if not law and sources.law is not None and sets(sources.law):
        law = sources.days
    return (*law, *(source.bound for source in sources.others if sets(source.windows)))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
