"""Plans as the interface tells and takes them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, JsonValue

from api.rest.answers import ID_PATTERN, Moment, Strict
from api.store import PlanEntry, PlanState
from scheduler.domain.plan_difference import PlanDifference, PlannedVisit, VisitChange
from scheduler.domain.travel import ESTIMATED_SOURCE
from scheduler.domain.violation import Violation
from scheduler.editing import Edit, Exclude, PinVisit, Place
from scheduler.judging import Verdict as JudgedChanges
from scheduler.violation_wording import violation_sentence

type Document = dict[str, JsonValue]
type Name = Annotated[str, Field(pattern=ID_PATTERN)]
_DAY = {"format": "date"}
_KINDS: Mapping[type, str] = {Place: "place", PinVisit: "pin", Exclude: "exclude"}


class PlanPath(BaseModel):
    """Where one plan stands."""

    plan_id: str = Field(description="The plan's id.")


class PlanListQuery(Strict):
    """Which plans; all filters together."""

    day: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$", description="Of this local day.")
    state: PlanState | None = Field(default=None, description="In this state.")
    cursor: str | None = Field(default=None, max_length=200, description="From the page before.")
    limit: int = Field(default=50, ge=1, le=200, description="At most so many.")


class PlanListItem(BaseModel):
    """A line of the list of plans."""

    id: str = Field(description="The plan's id.", pattern=ID_PATTERN)
    day: str = Field(description="The local day of the first shift.", json_schema_extra=_DAY)  # type: ignore[arg-type]
    state: PlanState = Field(description="How far it is.")
    rev: int = Field(description="Counts the changes of its state; its ETag names it.", ge=1)
    crews: int = Field(description="Crews with at least one visit.", ge=0)
    visits: int = Field(description="Visits on routes.", ge=0)
    unassigned: int = Field(description="Visits left out, each with a reason.", ge=0)
    travel_source: str = Field(description="great_circle (an estimate), matrix, or osrm:NETWORK.")
    estimated: bool = Field(description="Whether travel times are estimated from straight lines.")
    plan_sha256: str = Field(description="Of the Plan document without its certificate.", pattern="^[0-9a-f]{64}$")
    based_on: str | None = Field(default=None, description="The plan that it changes.")
    next_id: str | None = Field(default=None, description="The newest plan that was made by changing it.")
    replaced_by: str | None = Field(default=None, description="The plan that was published in its place.")
    published_at: datetime | None = Field(default=None, description="When it was published.")

    @classmethod
    def of(cls, entry: PlanEntry) -> "PlanListItem":
        """From the store's entry."""
        return cls(
            id=entry.id,
            day=entry.day.isoformat(),
            state=entry.state,
            rev=entry.rev,
            crews=entry.crews,
            visits=entry.visits,
            unassigned=entry.unassigned,
            travel_source=entry.travel_source,
            estimated=entry.travel_source == ESTIMATED_SOURCE,
            plan_sha256=entry.plan_sha256,
            based_on=entry.based_on,
            next_id=entry.next_id,
            replaced_by=entry.replaced_by,
            published_at=entry.published_at,
        )


class PlanList(BaseModel):
    """Stored plans, the latest day first and the newest of a day first."""

    plans: list[PlanListItem]
    next_cursor: str | None = Field(default=None, description="Where the next page begins; none on the last one.")


class PlanPair(Strict):
    """A Problem document and a Plan document that answers it."""

    problem: Document = Field(description="A document visit-planning-problem/1.")
    plan: Document = Field(description="A document visit-plan/1.")


class NewPlan(PlanPair):
    """A plan to keep."""

    texts: Document | None = Field(default=None, description="A document visit-texts/1, for people's eyes.")


class PublishOptions(Strict):
    """How to publish."""

    accept_estimate: bool = Field(default=False, description="Whether estimated travel times will do.")


class PlaceEdit(Strict):
    """Put a visit on a route."""

    kind: Literal["place"]
    visit_id: Name
    shift_id: Name
    place_id: Name | None = None
    position: Annotated[int, Field(ge=1, le=1000)] | None = None
    service_start_time: Moment | None = None


class PinEdit(Strict):
    """Let no planning move a visit, or let it move again."""

    kind: Literal["pin"]
    visit_id: Name
    pinned: bool = True


class ExcludeEdit(Strict):
    """Leave a visit out."""

    kind: Literal["exclude"]
    visit_id: Name


class Edits(Strict):
    """Changes in order: all of them are made, or none."""

    edits: list[Annotated[PlaceEdit | PinEdit | ExcludeEdit, Field(discriminator="kind")]] = Field(
        min_length=1, max_length=100
    )

    def read(self) -> list[Edit]:
        """In the planner's words."""
        return [_edit(one) for one in self.edits]

    @staticmethod
    def written(edits: Iterable[Edit]) -> str:
        """The planner's words as the JSON of the list of changes."""
        told = [{"kind": _KINDS[type(one)], **asdict(one)} for one in edits]
        return json.dumps(told, default=datetime.isoformat)


class WhereItIs(BaseModel):
    """Where a plan has a visit."""

    shift_id: str
    place_id: str
    position: int
    service_start_time: datetime

    @classmethod
    def of(cls, planned: PlannedVisit | None) -> "WhereItIs | None":
        """From the domain's."""
        if planned is None:
            return None
        return cls(
            shift_id=planned.shift_id,
            place_id=planned.place_id,
            position=planned.position,
            service_start_time=planned.service_start_time,
        )


class Change(BaseModel):
    """One visit that is not where it was."""

    visit_id: str
    kind: Literal["added", "left_out", "moved", "retimed"]
    before: WhereItIs | None = None
    after: WhereItIs | None = None

    @classmethod
    def of(cls, change: VisitChange) -> "Change":
        """From the domain's."""
        return cls(
            visit_id=change.visit_id,
            kind=change.kind.value,
            before=WhereItIs.of(change.before),
            after=WhereItIs.of(change.after),
        )


class Difference(BaseModel):
    """What another plan does differently."""

    changes: list[Change]
    cost_change_seconds: int

    @classmethod
    def of(cls, difference: PlanDifference) -> "Difference":
        """From the domain's."""
        return cls(
            changes=[Change.of(one) for one in difference.changes],
            cost_change_seconds=difference.cost_change_seconds,
        )


class EditedPlanAnswer(BaseModel):
    """The new draft, and what is different."""

    plan: PlanListItem
    difference: Difference


class BrokenRule(BaseModel):
    """One rule that a plan breaks."""

    code: str
    message: str
    message_zh: str | None = None
    visit_id: str | None = None
    shift_id: str | None = None
    rule_id: str | None = None

    @classmethod
    def of(cls, found: Violation) -> "BrokenRule":
        """From the domain's; a rule without Chinese words of its own is told by what its code means."""
        return cls(
            code=found.code,
            message=found.message,
            message_zh=violation_sentence(found, "zh-CN"),
            visit_id=found.visit_id,
            shift_id=found.shift_id,
            rule_id=found.rule_id,
        )


class JudgedStop(BaseModel):
    """A stop with the times that it would have."""

    type: Literal["start", "visit", "break", "end"]
    visit_id: str | None = None
    place_id: str | None = None
    arrival_time: datetime
    service_start_time: datetime
    departure_time: datetime
    waiting_seconds: int
    travel_seconds: int


class JudgedRoute(BaseModel):
    """A route that would not be what it is; without stops, where its shift would have none."""

    shift_id: str
    stops: list[JudgedStop]


class JudgedEdits(BaseModel):
    """What would come of changes; nothing was kept."""

    lawful: bool = Field(description="Whether the changes may be kept.")
    violations: list[BrokenRule]
    difference: Difference | None = Field(default=None, description="None where a leg has no known way.")
    routes: list[JudgedRoute] = Field(description="Those that would change, with their times, lawful or not.")

    @classmethod
    def of(cls, judged: JudgedChanges) -> "JudgedEdits":
        """From the domain's."""
        return cls(
            lawful=not judged.violations,
            violations=[BrokenRule.of(one) for one in judged.violations],
            difference=None if judged.difference is None else Difference.of(judged.difference),
            routes=[_judged_route(judged, shift_id) for shift_id in sorted(judged.touched)],
        )


def _judged_route(judged: JudgedChanges, shift_id: str) -> JudgedRoute:
    route = None if judged.plan is None else judged.plan.route_of(shift_id)
    zone = judged.problem.time_zone
    return JudgedRoute(
        shift_id=shift_id,
        stops=[
            JudgedStop(
                type=stop.type.value,
                visit_id=stop.visit_id,
                place_id=stop.place_id,
                arrival_time=stop.arrival_time.astimezone(zone),
                service_start_time=stop.service_start_time.astimezone(zone),
                departure_time=stop.departure_time.astimezone(zone),
                waiting_seconds=int(stop.waiting.total_seconds()),
                travel_seconds=int(stop.travel.total_seconds()),
            )
            for stop in (route.stops if route else ())
        ],
    )


class Verdict(BaseModel):
    """What the checker says of a plan."""

    lawful: bool = Field(description="Whether it breaks nothing.")
    violations: list[BrokenRule]


def _edit(edit: PlaceEdit | PinEdit | ExcludeEdit) -> Edit:
    fields: dict[str, Any] = edit.model_dump(exclude={"kind"})
    match edit:
        case PlaceEdit():
            return Place(**fields)
        case PinEdit():
            return PinVisit(**fields)
        case ExcludeEdit():
            return Exclude(**fields)
