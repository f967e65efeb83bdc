"""What the rules say of visiting a borrower on a day, whoever would go."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from api.importing.build import bind
from api.importing.records import WHOLE_DAY
from api.store.case_records import case_records
from api.store.cases import of_same_borrowers
from api.store.database import Unit
from api.store.day_records import rule_packs
from scheduler.domain.collector import Shift
from scheduler.domain.location import Location
from scheduler.domain.problem import Problem
from scheduler.domain.time_window import TimeWindow, intersect
from scheduler.domain.visit import Place, Visit
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceVerdict:
    """What the rules and the borrower's own hours leave of a day at one place.

    Attributes:
        place: The place.
        is_geocoded: Whether anybody knows where on the ground it is.
        decision: What the rules say.
        hours: Lawful hours that the borrower's own ones leave, long enough for the visit.
    """

    place: Place
    is_geocoded: bool
    decision: Decision
    hours: tuple[TimeWindow, ...]

    @property
    def can_be_visited(self) -> bool:
        """Nothing stands against it: no rule, no hour, no missing point."""
        return self.decision.allowed and self.is_geocoded and bool(self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVerdicts:
    """By the case's id in documents, with the rules that were asked; a case without a place has none of them."""

    cases: Mapping[str, tuple[PlaceVerdict, ...]]
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
    found = decisions_on(unit, day, of_same_borrowers(unit, [case_id]))
    return CaseDecisions(places=found.visits[code], rules=found.rules)


def decisions_on(unit: Unit, day: date, case_ids: Collection[str] | None = None) -> DayDecisions:
    """Judge cases at each of their places; nobody's shift bounds the day.

    Args:
        unit: Whose.
        day: The local day.
        case_ids: Of rows; None for all open cases.
    """
    names = rule_packs(unit)
    # Whoever would go: offices and people, whose texts would have to be opened, play no part.
    problem = bind(case_records(unit, day, case_ids), day, rule_packs=names, as_of=unit.second).problem
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


def verdicts_on(unit: Unit, case_ids: Collection[str] | None, day: date) -> DayVerdicts:
    """Judge cases at each of their places, as `decisions_of` does; other cases of their borrowers come along.

    Args:
        unit: Whose.
        case_ids: Of rows; None for all open cases.
        day: The local day.
    """
    found = decisions_on(unit, day, None if case_ids is None else of_same_borrowers(unit, case_ids))
    points = {location.id: location for location in found.problem.locations}
    cases = {
        visit.id: tuple(_verdict(visit, place, found.visits[visit.id][place.id], points) for place in visit.places)
        for visit in found.problem.visits
    }
    return DayVerdicts(cases=cases, rules=found.rules)


def _verdict(visit: Visit, place: Place, decision: Decision, points: Mapping[str, Location]) -> PlaceVerdict:
    windows = place.time_windows
    if decision.windows is not None:
        windows = intersect(decision.windows, windows)
    hours = tuple(window for window in windows if window.duration >= visit.service_duration)
    is_geocoded = points[place.location_id].coordinates is not None
    return PlaceVerdict(place=place, is_geocoded=is_geocoded, decision=decision, hours=hours)
