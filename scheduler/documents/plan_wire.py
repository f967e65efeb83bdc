"""The Plan document `visit-plan/1` as it is written, key by key; source of its JSON Schema."""

from typing import Annotated, Literal

from pydantic import Field

from scheduler.documents.shift_wire import ShiftWire
from scheduler.documents.wire_types import LEFT_OUT, AtMost, CostSeconds, Count, Id, Ids, Seconds, Sha256, Time, Wire
from scheduler.domain.plan import PlanStatus, ReasonCode, StopType

PLAN_FORMAT = "visit-plan/1"
PLAN_LIMITS = {"routes": 5_000, "unassigned": 20_000, "violations": 100_000, "shifts": 10_000}
MAX_STOPS = 22_000
MAX_REASONS = 100_000


class StopWire(Wire):
    """One stop of a route with its times, in the time zone of the Problem."""

    type: Annotated[StopType, Field(strict=False)]
    visit_id: Annotated[Id | None, LEFT_OUT] = None
    """At visits, and only there."""
    place_id: Annotated[Id | None, LEFT_OUT] = None
    """At visits, and only there."""
    location_id: Id
    """A break has the previous stop's location."""
    arrival_time: Time
    service_start_time: Time
    departure_time: Time
    waiting_seconds: Seconds
    """Service start minus arrival."""
    travel_seconds: Seconds
    """The full leg to a visit or end as driven, breaks on the way not counted; 0 at start and breaks."""
    travel_meters: Annotated[int, Field(ge=0, le=1_000_000_000)] | None
    """Null without a distance matrix."""


class RouteWire(Wire):
    """One shift's ordered stops."""

    shift_id: Id
    collector_ids: Ids
    stops: Annotated[list[StopWire], AtMost(MAX_STOPS)]


class ReasonWire(Wire):
    """Why a visit was left out."""

    code: Annotated[ReasonCode, Field(strict=False)]
    shift_id: Annotated[Id | None, LEFT_OUT] = None
    """The crew that the reason is about; left out when it holds for all."""
    rule_id: Annotated[Id | None, LEFT_OUT] = None
    detail: str
    """One English sentence with ids and numbers."""


class UnassignedWire(Wire):
    """A visit left out; its first reason is the one to show."""

    visit_id: Id
    reasons: Annotated[list[ReasonWire], AtMost(MAX_REASONS), Field(min_length=1)]


class ViolationWire(Wire):
    """One rule that the plan breaks."""

    code: Id
    message: str
    visit_id: Annotated[Id | None, LEFT_OUT] = None
    shift_id: Annotated[Id | None, LEFT_OUT] = None
    rule_id: Annotated[Id | None, LEFT_OUT] = None


class CostWire(Wire):
    """The parts of the cost, in whole seconds-equivalents."""

    travel_seconds: CostSeconds
    preference_penalty_seconds: CostSeconds
    unassigned_penalty_seconds: CostSeconds
    non_preferred_collector_seconds: CostSeconds = 0
    overtime_penalty_seconds: CostSeconds = 0
    waiting_penalty_seconds: CostSeconds = 0
    unfairness_penalty_seconds: CostSeconds = 0
    change_of_collector_seconds: CostSeconds = 0
    change_of_plan_seconds: CostSeconds = 0
    missed_contact_seconds: CostSeconds = 0


class EngineWire(Wire):
    """What made the plan, and under which limits; no measured time."""

    name: str
    version: str
    seed: Annotated[int, Field(ge=-(2**63), le=2**63 - 1)]
    seconds: Annotated[float, Field(ge=0, le=1_000_000_000)] | None
    """The limit asked for, null with iterations."""
    iterations: Annotated[int, Field(ge=0, le=2**63 - 1)] | None
    """The limit asked for, null with seconds."""
    without_shifts: Annotated[list[Id], AtMost(PLAN_LIMITS["routes"])] = Field(default_factory=list)
    """Shifts that were kept out to ask what if."""
    note: Annotated[str | None, LEFT_OUT] = None
    lower_bound_seconds: Annotated[CostSeconds | None, LEFT_OUT] = None
    """Proven: no plan of this problem costs less."""


class PackVersionWire(Wire):
    """A rule pack as it was when it judged the plan."""

    name: Id
    version: str
    sha256: Sha256


class StopDecisionWire(Wire):
    """What the law says of one planned visit."""

    visit_id: Id
    place_id: Id
    rule_ids: Ids
    """Every rule that was asked and says yes, in the order of the packs."""
    lawful_from: Annotated[Time | None, LEFT_OUT] = None
    """The visit may not start earlier; left out when no rule about hours holds it."""
    lawful_until: Annotated[Time | None, LEFT_OUT] = None
    """It may not end later; left out when no rule about hours holds it."""
    crew_minimum: Annotated[Count, Field(ge=1)]
    """The least number of people."""
    overridden_rule_ids: Ids = Field(default_factory=list)
    """Rules that would have been asked, but for an exception granted for the case."""


class CertificateWire(Wire):
    """The proof that the checker passed the plan."""

    scope: Literal["all rules", "planning rules"]
    rule_packs: Annotated[list[PackVersionWire], AtMost()]
    checker_version: str
    problem_sha256: Sha256
    """Over the canonical JSON of the Problem document."""
    plan_sha256: Sha256
    """Over the canonical JSON of this document without its certificate."""
    decisions: Annotated[Annotated[list[StopDecisionWire], AtMost(MAX_STOPS)] | None, LEFT_OUT] = None
    """One for each visit stop, in the order of the routes; left out in plans made before they were told."""


class PlanWire(Wire):
    """The planner's whole answer: every visit is on exactly one route, or unassigned with a reason."""

    format: Literal["visit-plan/1"]
    status: Annotated[PlanStatus, Field(strict=False)]
    cost_seconds: CostSeconds
    """The sum of the parts in `cost`."""
    cost: CostWire
    travel_source: str
    """`great_circle`, `matrix` or `osrm:NETWORK`."""
    engine: EngineWire
    routes: Annotated[list[RouteWire], AtMost(PLAN_LIMITS["routes"])]
    unassigned: Annotated[list[UnassignedWire], AtMost(PLAN_LIMITS["unassigned"])]
    shifts: Annotated[list[ShiftWire], AtMost(PLAN_LIMITS["shifts"])] = Field(default_factory=list)
    """Formed of the problem's duties; its own shifts are not repeated."""
    violations: Annotated[list[ViolationWire], AtMost(PLAN_LIMITS["violations"])]
    certificate: CertificateWire | None
