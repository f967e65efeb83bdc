"""Whether borrowers may be visited on a day, in one word a case, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.store import Unit, cases
from api.store.case_decisions import PlaceVerdict, verdicts_on
from api.store.cases import CaseEntry, CaseFilter
from scheduler.rules.rule_pack import RuleSet

A_PAGE = 25
# So many cases are judged for one page at most; with a filter, few of them may fit.
_MOST_JUDGED = 100


class Standing(StrEnum):
    """What a case comes to on a day."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    NO_PLACE = "no_place"
    NO_HOURS = "no_hours"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedCase:
    """A case with what it comes to.

    Attributes:
        entry: As in the list.
        standing: In one word.
        rule_ids: The rules that say no, in the order of the packs; empty unless it is blocked.
    """

    entry: CaseEntry
    standing: Standing
    rule_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPage:
    """A part of the list.

    Attributes:
        cases: Those that fit.
        last: After which case the next part begins; None at the end.
        rules: Those that were asked.
    """

    cases: tuple[JudgedCase, ...]
    last: CaseEntry | None
    rules: RuleSet


def standing_of(verdicts: Sequence[PlaceVerdict], *, is_open: bool) -> tuple[Standing, tuple[str, ...]]:
    """What a case comes to, with the rules that say no.

    Args:
        verdicts: By place; empty without a place.
        is_open: Whether the case is.
    """
    if not is_open:
        return Standing.CLOSED, ()
    if any(one.can_be_visited for one in verdicts):
        return Standing.ALLOWED, ()
    allowed = [one for one in verdicts if one.decision.allowed]
    if not verdicts or any(not one.is_geocoded for one in allowed):
        return Standing.NO_PLACE, ()
    if allowed:
        return Standing.NO_HOURS, ()
    reasons = (reason.rule_id for one in verdicts for reason in one.decision.reasons)
    return Standing.BLOCKED, tuple(dict.fromkeys(reasons))


def judged(unit: Unit, entries: Sequence[CaseEntry], day: date) -> tuple[tuple[JudgedCase, ...], RuleSet]:
    """Judge the cases of a list."""
    found = verdicts_on(unit, [entry.id for entry in entries if entry.closed_at is None], day)
    return tuple(_judged(entry, found.cases) for entry in entries), found.rules


def page(unit: Unit, wanted: CaseFilter, day: date, *, fits: str | None, after: tuple[int, str] | None) -> JudgedPage:
    """A part of the list of cases.

    Args:
        unit: Whose.
        wanted: Which cases.
        day: On which they are judged.
        fits: A standing, or a rule that says no; None for all.
        after: The position and code after which it begins.
    """
    size = A_PAGE if fits is None else _MOST_JUDGED
    found = cases.listed(unit, wanted, after=after, most=size + 1)
    every, rules = judged(unit, found[:size], day)
    fitting = tuple(one for one in every if fits is None or fits == one.standing or fits in one.rule_ids)
    return JudgedPage(cases=fitting, last=found[size - 1] if len(found) > size else None, rules=rules)


def _judged(entry: CaseEntry, verdicts: Mapping[str, Sequence[PlaceVerdict]]) -> JudgedCase:
    standing, rule_ids = standing_of(verdicts.get(entry.code, ()), is_open=entry.closed_at is None)
    return JudgedCase(entry=entry, standing=standing, rule_ids=rule_ids)
