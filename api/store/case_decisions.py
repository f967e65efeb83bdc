"""What the rules say of visiting a borrower on a day, whoever would go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from api.importing.build import bind
from api.importing.records import WHOLE_DAY
from api.store.cases import of_same_borrower
from api.store.database import Unit
from api.store.day_records import day_records, rule_packs
from scheduler.domain.collector import Shift
from scheduler.domain.problem import Problem
from scheduler.eligibility import decide
from scheduler.rules.decision import Decision
from scheduler.rules.load import load_rule_set
from scheduler.rules.rule_pack import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecisions:
    """By place id, with the rules that were asked."""

    places: Mapping[str, Decision]
    rules: RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class DayDecisions:
    """What the rules say of a day.

    Attributes:
        problem: The cases as visits, with a shift of nobody's that lasts all day.
        visits: Visit id -> place id -> decision.
        rules: That were asked.
    """

    problem: Problem
    visits: Mapping[str, Mapping[str, Decision]]
    rules: RuleSet


def decisions_of(unit: Unit, case_id: str, code: str, day: date) -> CaseDecisions:
    """Judge a case at each of its places.

    Caps count it together with the other cases of its borrower, and nobody's shift bounds the day.

    Args:
        unit: Whose.
        case_id: Of the row.
        code: The case's id in documents.
        day: The local day.
    """
    found = decisions_on(unit, day, of_same_borrower(unit, case_id))
    return CaseDecisions(places=found.visits[code], rules=found.rules)


def decisions_on(unit: Unit, day: date, case_ids: Collection[str] | None = None) -> DayDecisions:
    """Judge cases at each of their places; nobody's shift bounds the day.

    Args:
        unit: Whose.
        day: The local day.
        case_ids: Of rows; None for all open cases.
    """
    names = rule_packs(unit)
    records = day_records(unit, day, case_ids)
    problem = bind(replace(records, shifts=()), day, rule_packs=names, as_of=unit.second).problem
    window = WHOLE_DAY.on(day)
    # The next midnight would be asked about as a day of its own.
    anybody = Shift(
        id="anybody",
        collector_ids=(),
        earliest_start=window.earliest_start,
        latest_end=window.latest_end - timedelta(seconds=1),
        start_location_id="",
        end_location_id="",
    )
    asked = replace(problem, shifts=(anybody,))
    rules = load_rule_set(names)
    return DayDecisions(problem=asked, visits=decide(asked, rules), rules=rules)
