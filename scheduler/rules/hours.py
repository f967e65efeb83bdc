"""Lawful hours: what the rules about time leave of the days asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduler.domain.time_window import TimeWindow, common_hours
from scheduler.rules.applies import Topic
from scheduler.rules.clock import whole_day
from scheduler.rules.kinds.kind import Denial
from scheduler.rules.kinds.time_window import TimeWindowParams
from scheduler.rules.rule_pack import PlacedRule, RuleSet


@dataclass(frozen=True, slots=True)
class LawfulHours:
    """What is left of the days asked about.

    Attributes:
        windows: In order and disjoint, in the zone asked for; None when no rule in force is about hours then.
        rule_ids: The rules that shaped them.
        denials: Every whole day that a rule takes away, with the rule.
        own_windows: What each of these rules leaves by itself, in their order.
    """

    windows: tuple[TimeWindow, ...] | None
    rule_ids: tuple[str, ...] = ()
    denials: tuple[tuple[PlacedRule, Denial], ...] = ()
    own_windows: tuple[tuple[TimeWindow, ...], ...] = ()


@lru_cache(maxsize=256)
def lawful_hours(rules: RuleSet, topic: Topic, time_zone: ZoneInfo, days: tuple[date, ...]) -> LawfulHours:
    """The hours that all rules about time allow together.

    Args:
        rules: The packs.
        topic: Rules that are about something else are left aside.
        time_zone: Of `days` and of the windows returned.
        days: Local days, sorted.
    """
    timed = [placed for placed in _timed(rules, topic) if _says_something(placed, time_zone, days)]
    if not timed:
        return LawfulHours(None)
    windows = whole_days(days, time_zone)
    denials: list[tuple[PlacedRule, Denial]] = []
    own_windows: list[tuple[TimeWindow, ...]] = []
    for placed in timed:
        answers = _answers(placed, time_zone, days)
        own_windows.append(tuple(answer for answer in answers if isinstance(answer, TimeWindow)))
        windows = common_hours(windows, own_windows[-1])
        denials += [(placed, answer) for answer in answers if isinstance(answer, Denial)]
    return LawfulHours(windows, tuple(placed.rule.id for placed in timed), tuple(denials), tuple(own_windows))


def whole_days(days: Sequence[date], time_zone: ZoneInfo) -> tuple[TimeWindow, ...]:
    """Each day from midnight to midnight."""
    return tuple(whole_day(day, time_zone) for day in days)


def touched_days(days: Sequence[date], time_zone: ZoneInfo, other: ZoneInfo) -> tuple[date, ...]:
    """The days of another zone that local days of `time_zone` share an instant with, sorted."""
    touched: set[date] = set()
    for day in whole_days(days, time_zone):
        last = (day.latest_end - timedelta(microseconds=1)).astimezone(other).date()
        first = day.earliest_start.astimezone(other).date()
        touched.update(first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(sorted(touched))


def planned_denials(
    rules: RuleSet, topic: Topic, time_zone: ZoneInfo, planned: TimeWindow
) -> tuple[tuple[PlacedRule, Denial], ...]:
    """Every rule in force on the planned local start date whose hours do not hold the whole planned visit."""
    found = []
    for placed in _timed(rules, topic):
        zone = placed.pack.zone(time_zone)
        day = planned.earliest_start.astimezone(zone).date()
        if not _speaks_of(placed, day):
            continue
        params = _params(placed)
        answer = params.window_on(day, zone)
        if isinstance(answer, TimeWindow) and not answer.holds(planned):
            answer = params.outside(planned, zone)
        if isinstance(answer, Denial):
            found.append((placed, answer))
    return tuple(found)


def _timed(rules: RuleSet, topic: Topic) -> tuple[PlacedRule, ...]:
    return tuple(
        placed
        for placed in rules.rules
        if isinstance(placed.rule.params, TimeWindowParams) and placed.rule.applies.covers(topic)
    )


def _params(placed: PlacedRule) -> TimeWindowParams:
    if not isinstance(placed.rule.params, TimeWindowParams):
        raise TypeError(f"{placed.rule.id} is not a rule about hours")
    return placed.rule.params


def _says_something(placed: PlacedRule, time_zone: ZoneInfo, days: Sequence[date]) -> bool:
    return any(_speaks_of(placed, day) for day in _rule_days(placed, time_zone, days))


def _speaks_of(placed: PlacedRule, day: date) -> bool:
    """Whether the rule is in force on a day of its own zone, and about such days."""
    return placed.in_force(day) and _params(placed).speaks_of(day)


def _answers(placed: PlacedRule, time_zone: ZoneInfo, days: Sequence[date]) -> list[TimeWindow | Denial]:
    zone = placed.pack.zone(time_zone)
    params = _params(placed)
    answers = [
        params.window_on(day, zone) if _speaks_of(placed, day) else whole_day(day, zone)
        for day in _rule_days(placed, time_zone, days)
    ]
    return [_in_zone(answer, time_zone) if isinstance(answer, TimeWindow) else answer for answer in answers]


def _rule_days(placed: PlacedRule, time_zone: ZoneInfo, days: Sequence[date]) -> list[date]:
    """The local days of the pack's own zone that the days asked about touch."""
    zone = placed.pack.zone(time_zone)
    if zone.key == time_zone.key:
        return list(days)
    return list(touched_days(days, time_zone, zone))


def _in_zone(window: TimeWindow, time_zone: ZoneInfo) -> TimeWindow:
    return TimeWindow(
        earliest_start=window.earliest_start.astimezone(time_zone), latest_end=window.latest_end.astimezone(time_zone)
    )
