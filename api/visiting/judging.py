"""What the rules say now: of a plan that shall be published, and of one visit at its door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from api.store import StoredPlan, Unit
from api.store.case_facts import KnownCase, facts_now, known_cases, outdated, with_stored_facts
from api.store.stops import PlannedStop
from scheduler.checker import ALL_RULES, certificate_scope, violations
from scheduler.domain.errors import InternalFault
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import ESTIMATED_SOURCE
from scheduler.domain.violation import Violation
from scheduler.domain.visit import Place, Visit
from scheduler.planning import check_plan
from scheduler.rules.decision import Decision
from scheduler.rules.evaluate import Question, evaluate
from scheduler.rules.load import load_rule_set
from scheduler.travel import RoadNetworks, travel_matrix


def checked(stored: StoredPlan, networks: RoadNetworks) -> tuple[Violation, ...]:
    """Everything that a plan breaks by the facts that it was made with."""
    return check_plan(stored.problem, stored.plan, networks)


def named_packs(names: Sequence[str]) -> list[str]:
    """The versions of packs that judge now, as the audit trail names them: `cn-base 2026.11.2 HASH`."""
    return [f"{pack.name} {pack.version} {pack.sha256[:16]}" for pack in load_rule_set(names).packs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that says whether a plan may be published, as the store had it at one moment.

    Attributes:
        stored: The plan.
        cases: Those of its visits that the store has, by code.
        now: The moment; from it on notices can be sent.
    """

    stored: StoredPlan
    cases: Mapping[str, KnownCase]
    now: datetime

    @classmethod
    def of(cls, unit: Unit, stored: StoredPlan) -> "Basis":
        """Gather it."""
        problem = stored.problem
        cases = known_cases(unit, (visit.id for visit in problem.visits), stored.day)
        return cls(stored=stored, cases=cases, now=unit.second)

    def says_the_same_as(self, other: "Basis") -> bool:
        """Whether the checker would say the same by both: it asks for days and not for the time of a notice."""
        return (
            self.stored.problem == other.stored.problem
            and self.stored.plan == other.stored.plan
            and self.cases == other.cases
            and self._days == other._days
        )

    @property
    def _days(self) -> frozenset[date]:
        problem = self.stored.problem
        return frozenset(
            self.now.astimezone(zone).date() for zone in (problem.time_zone, *problem.place_zones.values())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What keeps a plan from being published: nothing, or everything that it breaks.

    Attributes:
        basis: What was judged.
        broken_alone: By the plan's own facts; see `checked`.
        broken: By these, and by those of the store.
    """

    basis: Basis
    broken_alone: tuple[Violation, ...]
    broken: tuple[Violation, ...]


def judged(basis: Basis, networks: RoadNetworks) -> Verdict:
    """Ask the checker; it takes seconds for a large day, so no unit of work should wait for it.

    Args:
        basis: What to judge.
        networks: Where road networks are.
    """
    stored, cases = basis.stored, basis.cases
    plan, problem = stored.plan, stored.problem
    alone = checked(stored, networks)
    found = list(alone)
    if certificate_scope(problem) != ALL_RULES:
        message = "a visit comes without the facts of its case, so the rules about cases were not asked"
        found.append(Violation(code="planning_rules_only", message=message))
    if plan.engine.without_shifts:
        found.append(Violation(code="what_if", message="the plan asks what if, and is not for carrying out"))
    current = with_stored_facts(problem, cases, basis.now)
    rules, travel = load_rule_set(problem.rule_packs), travel_matrix(current, networks)
    now = violations(current, plan, travel=travel, rules=rules)
    broken = tuple(dict.fromkeys((*found, *outdated(problem, plan, cases), *now)))
    return Verdict(basis=basis, broken_alone=alone, broken=broken)


def estimate_broken(stored: StoredPlan, *, is_accepted: bool) -> tuple[Violation, ...]:
    """What estimated travel times stand against, unless somebody said that they will do."""
    if is_accepted or stored.plan.travel_source != ESTIMATED_SOURCE:
        return ()
    message = "travel times are estimated from straight lines; publish with accept_estimate to take them"
    return (Violation(code="estimated_travel", message=message),)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheDoor:
    """A visit of a published plan with everything that the rules ask for.

    Attributes:
        stored: The plan.
        stop: The visit as it was published.
        visit: The visit of the problem.
        place: Where.
        known: Its case in the store; None where the store has none.
    """

    stored: StoredPlan
    stop: PlannedStop
    visit: Visit
    place: Place
    known: KnownCase | None

    @classmethod
    def of(cls, unit: Unit, stored: StoredPlan, stop: PlannedStop) -> "AtTheDoor":
        """Join the plan, the visit and its case."""
        return cls.joined(stored, stop, known_cases(unit, [stop.visit_code], stored.day).get(stop.visit_code))

    @classmethod
    def joined(cls, stored: StoredPlan, stop: PlannedStop, known: KnownCase | None) -> "AtTheDoor":
        """Join what was read already."""
        problem = stored.problem
        visit = next((one for one in problem.visits if one.id == stop.visit_code), None)
        place = next((one for one in visit.places if one.id == stop.place_code), None) if visit else None
        if visit is None or place is None:
            raise InternalFault("a published visit is not in the problem of its plan")
        return cls(stored=stored, stop=stop, visit=visit, place=place, known=known)

    @property
    def planned(self) -> TimeWindow:
        """As it was published."""
        return TimeWindow(earliest_start=self.stop.service_start_time, latest_end=self.stop.departure_time)

    @property
    def local_day(self) -> date:
        """Of the visit as it was published, at its place."""
        zone = self.stored.problem.place_zones[self.place.location_id]
        return self.stop.service_start_time.astimezone(zone).date()

    def decided(
        self,
        when: TimeWindow,
        crew: Iterable[str],
        *,
        documents: frozenset[str] | None,
        notices_from: datetime | None,
    ) -> Decision:
        """What the rules say of these people being there in this span, by the facts of now.

        Args:
            when: The whole visit.
            crew: Codes of collectors of the problem.
            documents: What they carry; None does not ask.
            notices_from: From when on a missing notice can still be sent; None when none can.
        """
        problem = self.stored.staffed
        zone = problem.place_zones[self.place.location_id]
        people: Mapping[str, object] = {one.id: one for one in problem.collectors}
        wanted = set(crew) & people.keys()
        question = Question(
            place_kind=self.place.kind,
            place_id=self.place.id,
            time_zone=zone,
            days=(when.earliest_start.astimezone(zone).date(),),
            case=facts_now(self.visit, self.known),
            planned=when,
            crew=tuple(one for one in problem.collectors if one.id in wanted),
            notices_from=None if notices_from is None else notices_from.astimezone(zone).date(),
            documents=documents,
        )
        return evaluate(load_rule_set(problem.rule_packs), question)

    def from_now(self, now: datetime) -> TimeWindow:
        """The whole visit, were it to begin now; whole seconds, as all times of plans."""
        start = now.astimezone(UTC).replace(microsecond=0)
        return TimeWindow(earliest_start=start, latest_end=start + self.visit.service_duration)
