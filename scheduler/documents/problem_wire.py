"""The Problem document `visit-planning-problem/1` as it is written, key by key; source of its JSON Schema."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel, SkipValidation

from scheduler.documents.plan_wire import MAX_STOPS, PlanWire, StopWire
from scheduler.documents.shift_wire import ShiftWire, TimeWindowWire, WorkingPeriodWire
from scheduler.documents.wire_types import LEFT_OUT, AtMost, Count, Day, Id, Ids, Seconds, Time, Wire, Zone
from scheduler.domain.case import Channel
from scheduler.domain.expected_contacts import HOURS, WEEKDAYS
from scheduler.domain.visit import PlaceKind

PROBLEM_FORMAT = "visit-planning-problem/1"
SECTION_LIMITS = {
    "locations": 30_000,
    "collectors": 10_000,
    "shifts": 5_000,
    "duties": 10_000,
    "visits": 20_000,
    "progress": 5_000,
}
MAX_CONTACTS = 10_000
MAX_OVERTIME_SECONDS = 86_400
MAX_WEIGHT = 1_000
HISTORY_LIMITS = {"working_seconds": SECTION_LIMITS["collectors"], "last_collectors": SECTION_LIMITS["visits"]}

HourFactors = Annotated[
    list[Annotated[float, Field(ge=0.1, le=10)]] | None, LEFT_OUT, Field(min_length=24, max_length=24)
]
Matrix = SkipValidation[list[list[Annotated[int, Field(ge=0)] | None]]]
"""Checked in one pass of its own: entry by entry it would be most of the work of reading."""
Kind = Annotated[PlaceKind, Field(strict=False)]


class LineWire(Wire):
    """Straight lines on the sphere, lengthened and travelled at one speed."""

    detour_factor: Annotated[float, Field(ge=1, le=10)]
    """Length of the way divided by the length of the straight line."""
    speed_kmh: Annotated[float, Field(gt=0, le=300)]
    overhead_seconds: Seconds
    """Added to each leg between different coordinates."""


class TableWire(Wire):
    """Given travel times; rows (from) and columns (to) follow `locations`, null means unreachable."""

    duration_seconds: Matrix
    distance_meters: Annotated[Matrix | None, LEFT_OUT] = None


class ProfilesWire[Travel](Wire):
    """How those travel who do not drive; what stands beside it is for cars."""

    bicycle: Annotated[Travel | None, LEFT_OUT] = None
    foot: Annotated[Travel | None, LEFT_OUT] = None


class LineProfilesWire(ProfilesWire[LineWire]):
    """How those travel who do not drive; constants of the program stand in for what is left out."""


class TableProfilesWire(ProfilesWire[TableWire]):
    """The times of those who do not drive: of each profile that a shift or duty uses."""


class GreatCircleWire(LineWire):
    """Straight lines on the sphere, lengthened and driven at one speed."""

    source: Literal["great_circle"]
    profiles: LineProfilesWire = Field(default_factory=LineProfilesWire)
    hour_factors: HourFactors = None
    """How much longer a car takes in each hour of the local day, from 0 o'clock on; all 1 when left out."""


class MatrixWire(TableWire):
    """Given travel times; rows (from) and columns (to) follow `locations`, null means unreachable."""

    source: Literal["matrix"]
    profiles: TableProfilesWire = Field(default_factory=TableProfilesWire)
    hour_factors: HourFactors = None
    """How much longer a car takes in each hour of the local day, from 0 o'clock on; all 1 when left out."""


class OsrmWire(Wire):
    """Times on built road networks of one name, one for each profile."""

    source: Literal["osrm"]
    network: Id
    fallback: Annotated[Literal["great_circle"] | None, LEFT_OUT] = None
    """What to use while a network is missing; without it planning stops."""
    hour_factors: HourFactors = None
    """How much longer a car takes in each hour of the local day, from 0 o'clock on; all 1 when left out."""


class LocationWire(Wire):
    """A point in WGS-84; both degrees null while the address is not geocoded."""

    id: Id
    latitude: Annotated[float | None, Field(json_schema_extra={"minimum": -90, "maximum": 90})]
    longitude: Annotated[float | None, Field(json_schema_extra={"minimum": -180, "maximum": 180})]
    time_zone: Annotated[Zone | None, LEFT_OUT] = None
    """The IANA zone by which rules judge visits there; the problem's when left out."""


class QualificationWire(Wire):
    """A certificate of a collector."""

    code: Id
    valid_until: Day
    """Local date, inclusive."""


class CollectorWire(Wire):
    """A trained person."""

    id: Id
    skills: Ids = Field(default_factory=list)
    qualifications: Annotated[list[QualificationWire], AtMost()] = Field(default_factory=list)
    max_visits: Annotated[Count | None, LEFT_OUT] = None
    """The most visits on one local day, over all of the person's shifts."""
    prohibited_partners: Ids = Field(default_factory=list)
    """Who is never formed into a crew with this person."""
    is_new: bool = False
    """A crew that is formed has somebody who is not new, unless it is a standing crew."""


class DutyWire(WorkingPeriodWire):
    """When one collector who is in no crew yet works."""

    collector_id: Id
    """Nobody is on two duties or shifts at a time."""


class PlaceWire(Wire):
    """One place where the borrower may be visited."""

    id: Id
    """Unique among the places of all visits."""
    kind: Kind
    location_id: Id
    time_windows: Annotated[list[TimeWindowWire], AtMost()]
    """The whole visit lies inside one of them."""
    preference_penalty_seconds: Seconds = 0


class PinWire(Wire):
    """A dispatcher's decision: kept, or the visit is left out."""

    shift_id: Id
    place_id: Annotated[Id | None, LEFT_OUT] = None
    service_start_time: Annotated[Time | None, LEFT_OUT] = None
    position: Annotated[Annotated[int, Field(ge=1, le=1_000_000)] | None, LEFT_OUT] = None
    """Counted from 1 over the visits of the route."""


class BlockWire(Wire):
    """A circumstance that may forbid a visit."""

    code: Id
    until: Annotated[Day | None, LEFT_OUT] = None
    """The last local date on which it holds, inclusive; left out while nobody has lifted it."""
    owner: Annotated[Id | None, LEFT_OUT] = None
    """The code of the team that may lift it."""


class ContactWire(Wire):
    """One attempt to reach the borrower, or somebody of the same household, about this debt or another."""

    channel: Annotated[Channel, Field(strict=False)]
    at: Time
    reached: Annotated[bool | None, LEFT_OUT] = None
    debt: Annotated[Id | None, LEFT_OUT] = None
    """The debt it was about; left out for the debt of the case."""
    person: Annotated[Id | None, LEFT_OUT] = None
    """Whom it was meant for; left out for the person of the case."""
    place_id: Annotated[Id | None, LEFT_OUT] = None
    """Where a visit was."""
    place_kind: Annotated[Kind | None, LEFT_OUT] = None
    outcome: Annotated[Id | None, LEFT_OUT] = None
    """The code that a visit ended with."""
    until: Annotated[Day | None, LEFT_OUT] = None
    """The local date that the outcome names: of a promise, an appointment or a review."""
    record: Annotated[Id | None, LEFT_OUT] = None
    """An id of this entry, for corrections."""
    corrects: Annotated[Id | None, LEFT_OUT] = None
    """The `record` of the entry that this one replaces."""


class ConsentWire(Wire):
    """What the borrower said about one kind of place."""

    place_kind: Kind
    given: bool
    at: Time


class NoticeWire(Wire):
    """One announcement of a visit to the borrower."""

    sent_at: Time
    first_day: Day
    """The first local date that it announces, inclusive."""
    last_day: Day
    """The last one, inclusive."""
    delivered_at: Annotated[Time | None, LEFT_OUT] = None
    """When it was received, by a receipt."""
    collector_ids: Ids = Field(default_factory=list)
    """Who it says will come, substitutes included."""
    consented_at: Annotated[Time | None, LEFT_OUT] = None
    """When the borrower agreed to be visited without waiting."""


class OverrideWire(Wire):
    """An exception from a rule of the house for one case, which two people wanted."""

    rule_id: Id
    """A rule of hours, caps, quiet periods, steps before a visit, crew or qualification that rests on policy; any other
    judges all the same."""
    valid_until: Day
    """The last local date on which it holds, inclusive."""


class CaseWire(Wire):
    """The facts that rules about the case ask for, as codes and times only; what is left out is not known."""

    version: Literal[1]
    days_past_due: Annotated[int, Field(ge=-1_000_000, le=1_000_000)] | None = None
    subject: Annotated[Id | None, LEFT_OUT] = None
    actor: Annotated[Literal["first_party", "third_party"] | None, LEFT_OUT] = None
    """Who collects; left out, rules for either apply."""
    product: Annotated[Id | None, LEFT_OUT] = None
    """What was lent; left out, rules for every product apply."""
    debt: Annotated[Id | None, LEFT_OUT] = None
    """A number for this debt that says nothing about anybody."""
    person: Annotated[Id | None, LEFT_OUT] = None
    """The same for the borrower; visits to one person are counted together."""
    blocks: Annotated[Annotated[list[BlockWire], AtMost()] | None, LEFT_OUT] = None
    """Left out when nobody has checked; empty when there are none."""
    contacts: Annotated[Annotated[list[ContactWire], AtMost(MAX_CONTACTS)] | None, LEFT_OUT] = None
    """Left out when the log is not known; empty when nobody was contacted."""
    consents: Annotated[list[ConsentWire], AtMost()] = Field(default_factory=list)
    notices: Annotated[Annotated[list[NoticeWire], AtMost()] | None, LEFT_OUT] = None
    """Left out when it is not known whether a visit was announced; empty when none was."""
    overrides: Annotated[list[OverrideWire], AtMost()] = Field(default_factory=list)
    """Exceptions granted for this case."""


class PriorityPartWire(Wire):
    """One part of a priority."""

    code: Id
    """Such as `days_past_due`, `promise_broken`, `waiting`, `appointment`, `amount_band`, `given`."""
    points: Annotated[int, Field(ge=0, le=100)]


class VisitWire(Wire):
    """One call on one borrower; it happens at one of its places or is left out with a reason."""

    id: Id
    service_duration_seconds: Seconds
    priority: Annotated[int, Field(ge=0, le=100)] = 50
    """100 is the most important."""
    priority_parts: Annotated[list[PriorityPartWire], AtMost()] = Field(default_factory=list)
    """What the priority is made of: their points sum to it, and `amount_band` is never the only one with points."""
    mandatory: bool = False
    """Raises the penalty of leaving the visit out; not a constraint."""
    unassigned_penalty_seconds: Annotated[Seconds | None, LEFT_OUT] = None
    required_skills: Ids = Field(default_factory=list)
    crew_size: Annotated[int, Field(ge=1, le=1_000)] = 1
    """The least number of people in the crew."""
    required_collectors: Ids = Field(default_factory=list)
    preferred_collectors: Ids = Field(default_factory=list)
    prohibited_collectors: Ids = Field(default_factory=list)
    places: Annotated[list[PlaceWire], AtMost(), Field(min_length=1)]
    pinned: Annotated[PinWire | None, LEFT_OUT] = None
    case: Annotated[CaseWire | None, LEFT_OUT] = None


Weight = Annotated[float, Field(ge=0, le=MAX_WEIGHT)]
"""Seconds-equivalents for one second, read in whole thousandths."""


Percent = Annotated[int, Field(ge=0, le=100)]
WeekOfHours = Annotated[
    list[Annotated[list[Percent], Field(min_length=HOURS, max_length=HOURS)]],
    Field(min_length=WEEKDAYS, max_length=WEEKDAYS),
]
"""Of a hundred visits, how many meet somebody: a row a weekday from Monday on, a number a local hour."""


class ExpectedContactsWire(Wire):
    """What visits at hours cost at which few are met: `missed_contact_seconds` times the chance of meeting nobody."""

    missed_contact_seconds: Seconds
    home: WeekOfHours
    workplace: WeekOfHours
    other: WeekOfHours


class ObjectiveWire(Wire):
    """Optional terms of the cost; weights are seconds-equivalents for one second, in whole thousandths."""

    overtime_weight: Weight = 0.0
    """For each second that a route ends after its shift."""
    max_overtime_seconds: Annotated[int, Field(ge=0, le=MAX_OVERTIME_SECONDS)] = 0
    """A route ends no later than so much after its shift."""
    waiting_weight: Weight = 0.0
    """For each second of waiting at a visit."""
    unfairness_weight: Weight = 0.0
    """For each second that a collector works above the mean of all who have a shift, history included."""
    non_preferred_collector_seconds: Seconds = 0
    """For each visit that names preferred collectors and gets a crew without one."""
    change_of_collector_seconds: Seconds = 0
    """For each visit whose crew has none of its last collectors in `history`."""
    change_of_plan_seconds: Seconds = 0
    """For each visit that the published plan has on another shift, more than 15 minutes off, or in another order."""
    expected_contacts: Annotated[ExpectedContactsWire | None, LEFT_OUT] = None
    lawful_margin_seconds: Seconds = 300
    """Kept before a window's end whenever it costs nothing."""


class WorkingWire(RootModel[Seconds]):
    """One collector's working time in the history."""

    model_config = ConfigDict(strict=True, frozen=True)


class LastCollectorsWire(RootModel[Ids]):
    """The collectors who went to one borrower last."""

    model_config = ConfigDict(strict=True, frozen=True)


class HistoryWire(Wire):
    """What happened before the days of this problem."""

    working_seconds: Annotated[dict[Id, Seconds], AtMost(HISTORY_LIMITS["working_seconds"])] = Field(
        default_factory=dict
    )
    """Working time so far by collector; who is left out has worked nothing."""
    last_collectors: Annotated[dict[Id, Ids], AtMost(HISTORY_LIMITS["last_collectors"])] = Field(default_factory=dict)
    """Who went there last, by visit; they need not stand in `collectors`."""


class StandingCrewWire(RootModel[Annotated[Ids, Field(min_length=2)]]):
    """People who go together."""

    model_config = ConfigDict(strict=True, frozen=True)


class CrewProgressWire(Wire):
    """What one crew has behind it on a day that has begun: a fact, that no rule judges and no plan changes."""

    shift_id: Id
    stops: Annotated[list[StopWire], AtMost(MAX_STOPS)] = Field(default_factory=list)
    """As it was: the start first, then visits and breaks; empty while the crew has not left."""
    free_at: Time
    """The crew goes on no earlier."""
    is_over: bool = False
    """Whether it makes no more visits on this shift."""


class ProblemWire(Wire):
    """Everything the planner is given. Times are ISO 8601 with offset, in whole seconds."""

    format: Literal["visit-planning-problem/1"]
    time_zone: Zone
    """Local days and clock times are of this IANA zone; rules go by a location's own where it has one."""
    as_of: Annotated[Time | None, LEFT_OUT] = None
    """When the facts were true: from that day on notices that are still missing can be sent."""
    rule_packs: Annotated[list[Id] | None, LEFT_OUT, AtMost()] = None
    """`["cn-base"]` when left out; the empty list means no law beyond the windows given."""
    travel: Annotated[GreatCircleWire | MatrixWire | OsrmWire, Field(discriminator="source")]
    locations: Annotated[list[LocationWire], AtMost(SECTION_LIMITS["locations"])]
    collectors: Annotated[list[CollectorWire], AtMost(SECTION_LIMITS["collectors"])]
    shifts: Annotated[list[ShiftWire], AtMost(SECTION_LIMITS["shifts"])] = Field(default_factory=list)
    """Of crews that stand; a document has shifts or duties."""
    duties: Annotated[list[DutyWire], AtMost(SECTION_LIMITS["duties"])] = Field(default_factory=list)
    """Of people whom planning forms into crews."""
    standing_crews: Annotated[list[StandingCrewWire], AtMost(SECTION_LIMITS["duties"])] = Field(default_factory=list)
    """People who go together whenever their duties agree; nobody is in two."""
    visits: Annotated[list[VisitWire], AtMost(SECTION_LIMITS["visits"])]
    objective: ObjectiveWire = Field(default_factory=ObjectiveWire)
    history: HistoryWire | None = None
    published_plan: PlanWire | None = None
    """The plan that people already know; shifts and visits in it that this problem does not have are ignored."""
    progress: Annotated[list[CrewProgressWire], AtMost(SECTION_LIMITS["shifts"])] = Field(default_factory=list)
    """On a day that has begun: one for each crew that has anything behind it, or goes on later than its shift says."""
