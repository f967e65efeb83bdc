"""A week of shifts for one crew, calls at any time of it, logs of visits made before, and rules of the house alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from scheduler.domain.case import Channel, Contact
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Visit
from scheduler.rules.kinds import KindName
from scheduler.rules.kinds.quiet_period import After, QuietPeriodParams
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet
from tests.builders import DAY, a_case, a_problem, a_shift, a_visit, time

PACKS = ("cn-base", "cn-house")
WEEK = tuple(DAY + timedelta(days=offset) for offset in range(7))


def a_call(name: str, *, position: int = 1, priority: int = 50, **facts: object) -> Visit:
    """A visit at any time of the week."""
    any_time = TimeWindow(earliest_start=time("00:00", WEEK[0]), latest_end=time("23:59", WEEK[-1]))
    return a_visit(name, position, any_time, priority=priority, case=a_case(**facts))


def a_week(*visits: Visit) -> Problem:
    shifts = [
        a_shift(f"s{number}", "ann", "bo", start="09:00", end="18:00", day=day) for number, day in enumerate(WEEK)
    ]
    return a_problem(visits, shifts, rule_packs=PACKS)


def a_visit_made(day: date, *, reached: bool = True, outcome: str | None = None) -> Contact:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return Contact(channel=Channel.VISIT, at=at, reached=reached, outcome=outcome)


def with_log(*more: Contact) -> tuple[Contact, ...]:
    return (*(a_case().contacts or ()), *more)


def a_house_rule(rule_id: str, **params: object) -> RuleSet:
    """One rule of the house alone, with other parameters where named."""
    (house,) = (pack for pack in load_rule_set(PACKS).packs if pack.name == "cn-house")
    (rule,) = (rule for rule in house.rules if rule.id == rule_id)
    changed = replace(rule, params=replace(rule.params, **params))  # type: ignore[type-var]  # its kind is known
    return RuleSet.of((replace(house, rules=(changed,)),))


def quiet_after_visits(days: int, after: After = After.CONTACT) -> RuleSet:
    """One rule alone: so many quiet days after a visit, the visit's own included."""
    (house,) = a_house_rule("CN-VIS-CAP").packs
    quiet = QuietPeriodParams(after=after, channels=(Channel.VISIT,), quiet_days=days)
    rule = replace(house.rules[0], id="QUIET", kind=KindName.QUIET_PERIOD, params=quiet)
    return RuleSet.of((replace(house, rules=(rule,)),))
