"""The planner's whole answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from scheduler.domain.collector import Shift
from scheduler.domain.violation import Violation


class ReasonCode(StrEnum):
    """Why a visit was left out."""

    NO_COLLECTOR = "NO_COLLECTOR"
    MISSING_SKILL = "MISSING_SKILL"
    QUALIFICATION_EXPIRED = "QUALIFICATION_EXPIRED"
    COLLECTOR_NOT_ALLOWED = "COLLECTOR_NOT_ALLOWED"
    CREW_TOO_SMALL = "CREW_TOO_SMALL"
    OUTSIDE_LAWFUL_HOURS = "OUTSIDE_LAWFUL_HOURS"
    NO_COMMON_TIME_WINDOW = "NO_COMMON_TIME_WINDOW"
    SHIFT_TOO_SHORT = "SHIFT_TOO_SHORT"
    VISIT_LIMIT = "VISIT_LIMIT"
    LOCATION_UNGEOCODED = "LOCATION_UNGEOCODED"
    LOCATION_UNREACHABLE = "LOCATION_UNREACHABLE"
    PIN_IMPOSSIBLE = "PIN_IMPOSSIBLE"
    FREQUENCY_CAP = "FREQUENCY_CAP"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    CAPACITY_EXCEEDED = "CAPACITY_EXCEEDED"
    LOWER_PRIORITY_TRADE_OFF = "LOWER_PRIORITY_TRADE_OFF"
    NOT_INSERTED_BY_SOLVER = "NOT_INSERTED_BY_SOLVER"
    LEFT_OUT_BY_HAND = "LEFT_OUT_BY_HAND"


class PlanStatus(StrEnum):
    """What is known of the plan's cost."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    NO_VISITS = "no_visits"


class StopType(StrEnum):
    """What happens at a stop."""

    START = "start"
    VISIT = "visit"
    BREAK = "break"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a visit was left out.

    Attributes:
        code: From the closed list.
        detail: One English sentence with ids and numbers, without any person's text.
        shift_id: The crew that this reason is about; None when it holds for all.
        rule_id: The rule of a rule pack behind it, if there is one.
        facts: The numbers and ids of `detail`, for rendering it in another language. Not written into the Plan
            document, and not part of equality.
    """

    code: ReasonCode
    detail: str
    shift_id: str | None = None
    rule_id: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A visit left out, with at least one reason; the first reason is the one to show."""

    visit_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop of a route with its times (design: arrival, waiting, service, departure).

    Attributes:
        type: Start, visit, break or end.
        location_id: Where; a break has the previous stop's location.
        arrival_time: When the crew is there.
        service_start_time: When the visit or break begins; equals `arrival_time` at start and end.
        departure_time: Service start + service; a break's end.
        waiting: Service start - arrival; zero but at visits.
        travel: The full leg to a visit or end as driven, at the speed of the hours it passes through, breaks taken on
            the way not counted; zero at start and breaks.
        travel_meters: The leg's length; None without a distance matrix; zero at start and breaks with one.
        visit_id: Only at visits.
        place_id: Only at visits.
    """

    type: StopType
    location_id: str
    arrival_time: datetime
    service_start_time: datetime
    departure_time: datetime
    waiting: timedelta = timedelta()
    travel: timedelta = timedelta()
    travel_meters: int | None = None
    visit_id: str | None = None
    place_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One shift's ordered stops: a start, visits and breaks, an end. A shift without visits has no route."""

    shift_id: str
    collector_ids: tuple[str, ...]
    stops: tuple[Stop, ...]

    @property
    def visit_ids(self) -> tuple[str, ...]:
        """The visits in order."""
        return tuple(stop.visit_id for stop in self.stops if stop.visit_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The parts of a plan's cost, each in whole seconds-equivalents."""

    travel_seconds: int
    preference_penalty_seconds: int
    unassigned_penalty_seconds: int
    non_preferred_collector_seconds: int = 0
    overtime_penalty_seconds: int = 0
    waiting_penalty_seconds: int = 0
    unfairness_penalty_seconds: int = 0
    change_of_collector_seconds: int = 0
    change_of_plan_seconds: int = 0
    missed_contact_seconds: int = 0

    @property
    def total_seconds(self) -> int:
        """The plan's cost."""
        return (
            self.travel_seconds
            + self.preference_penalty_seconds
            + self.unassigned_penalty_seconds
            + self.non_preferred_collector_seconds
            + self.overtime_penalty_seconds
            + self.waiting_penalty_seconds
            + self.unfairness_penalty_seconds
            + self.change_of_collector_seconds
            + self.change_of_plan_seconds
            + self.missed_contact_seconds
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What made the plan and under which limits: no measured time stands here.

    Attributes:
        name: `visits` (own search, then OR-Tools), or `ortools`.
        version: Of the engine.
        seed: Given.
        seconds: The limit asked for, None with `iterations`.
        iterations: The limit asked for, None with `seconds`.
        without_shifts: Shifts that the caller kept out (what-if); empty in a real plan.
        note: Anything about the search that a reader must know, such as that the routing model found nothing better.
        lower_bound_seconds: Proven: no plan of the problem costs less. None when nothing is proven.
    """

    name: str
    version: str
    seed: int
    seconds: float | None = None
    iterations: int | None = None
    without_shifts: tuple[str, ...] = ()
    note: str | None = None
    lower_bound_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackVersion:
    """A rule pack as it was when it judged a plan; `sha256` is over the pack's file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDecision:
    """What the law says of one planned visit.

    Attributes:
        visit_id: The visit.
        place_id: Where it is planned.
        rule_ids: Every rule that was asked and says yes, in the order of the packs.
        lawful_from: The visit may not start earlier; None when no rule about hours holds it.
        lawful_until: It may not end later; None when no rule about hours holds it.
        crew_minimum: The least number of people.
        overridden_rule_ids: Rules that would have been asked, but for an exception of the case.
    """

    visit_id: str
    place_id: str
    rule_ids: tuple[str, ...]
    lawful_from: datetime | None
    lawful_until: datetime | None
    crew_minimum: int
    overridden_rule_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The proof that the checker passed a plan.

    Attributes:
        scope: `all rules`, or `planning rules` when a visit came without its case facts.
        rule_packs: The packs in the order of the problem.
        checker_version: Of `scheduler.checker`.
        problem_sha256: Of the Problem document.
        plan_sha256: Of the Plan document without its certificate.
        decisions: One for each visit stop, in the order of the routes; None in a plan that was made before they were
            told.
    """

    scope: str
    rule_packs: tuple[PackVersion, ...]
    checker_version: str
    problem_sha256: str
    plan_sha256: str
    decisions: tuple[StopDecision, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The planner's whole answer; every visit is on exactly one route or unassigned with a reason.

    `shifts` are those that planning formed of the problem's duties; the problem has the others.
    """

    status: PlanStatus
    cost: Cost
    travel_source: str
    engine: Engine
    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    shifts: tuple[Shift, ...] = ()
    violations: tuple[Violation, ...] = ()
    certificate: Certificate | None = None

    def route_of(self, shift_id: str) -> Route | None:
        """The route of a shift, None when the shift has no visits."""
        return next((route for route in self.routes if route.shift_id == shift_id), None)
