"""`/api/v1/day-reports/DAY`: what came of a day, and how working time was shared over four weeks."""

from datetime import date, timedelta

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import TOKEN, NoQuery, answer, responses
from api.rest.lists import Day
from api.visiting.day_report import BranchReport, DayReport, Figures, day_report

day_reports_api = APIBlueprint("day_reports_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="running day")])


class DayPath(BaseModel):
    """Which day."""

    day: Day = Field(description="The local day.")


class FiguresAnswer(BaseModel):
    """What came of some visits; durations are null where there is nothing to measure."""

    planned: int
    attempted: int = Field(description="A crew was at the door.")
    contacted: int = Field(description="The person was met.")
    refused: int = Field(description="Check-ins that were refused.")
    outcomes: dict[str, int]
    not_attempted: dict[str, int] = Field(description="By reason: a rule's id or a code.")
    late: int = Field(description="Begun more than 15 minutes after their time.")
    mean_lateness_seconds: int | None
    most_lateness_seconds: int | None
    least_margin_seconds: int | None = Field(description="To the end of the lawful hours of a visit.")
    median_margin_seconds: int | None


class CrewReportAnswer(BaseModel):
    """The day of a crew."""

    shift_id: str
    collector_ids: list[str]
    figures: FiguresAnswer


class BranchReportAnswer(BaseModel):
    """The day of a branch, by the plan that it followed last."""

    branch: str
    plan_id: str
    is_closed: bool
    figures: FiguresAnswer
    crews: list[CrewReportAnswer]


class WorkingTimeItem(BaseModel):
    """How long somebody worked, from the first door of each day to the last."""

    collector_id: str
    days: int
    seconds: int
    above_mean_seconds: int = Field(description="Below nought for who worked less than the mean.")


class DayReportAnswer(BaseModel):
    """A day."""

    day: date
    branches: list[BranchReportAnswer]
    first_day: date = Field(description="Of the four weeks whose working time is told.")
    working_times: list[WorkingTimeItem] = Field(description="Who worked longest first.")
    mean_working_seconds: int | None


@day_reports_api.get(
    "/day-reports/<day>",
    operation_id="getDayReport",
    summary="Get what came of a day",
    responses=responses(DayReportAnswer),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def get_day_report(path: DayPath, query: NoQuery) -> Response:
    """By branch and crew; a day that goes on is told as it stands."""
    with current.database().reading(actor().scope, current.now()) as unit:
        report = day_report(unit, path.day)
    return answer(_report_answer(report))


def _report_answer(report: DayReport) -> DayReportAnswer:
    mean = report.mean_working_time or timedelta()
    return DayReportAnswer(
        day=report.day,
        branches=[_branch_answer(one) for one in report.branches],
        first_day=report.first_day,
        working_times=[
            WorkingTimeItem(
                collector_id=one.collector_code,
                days=one.days,
                seconds=_whole(one.duration),
                above_mean_seconds=_whole(one.duration - mean),
            )
            for one in report.working_times
        ],
        mean_working_seconds=None if report.mean_working_time is None else _whole(mean),
    )


def _branch_answer(branch: BranchReport) -> BranchReportAnswer:
    return BranchReportAnswer(
        branch=branch.branch_code,
        plan_id=branch.plan_id,
        is_closed=branch.is_closed,
        figures=_figures_answer(branch.figures),
        crews=[
            CrewReportAnswer(
                shift_id=one.shift_id, collector_ids=list(one.collector_ids), figures=_figures_answer(one.figures)
            )
            for one in branch.crews
        ],
    )


def _figures_answer(found: Figures) -> FiguresAnswer:
    return FiguresAnswer(
        planned=found.planned,
        attempted=found.attempted,
        contacted=found.contacted,
        refused=found.refused,
        outcomes=dict(found.outcomes),
        not_attempted=dict(found.not_attempted),
        late=found.late,
        mean_lateness_seconds=_seconds(found.mean_lateness),
        most_lateness_seconds=_seconds(found.most_lateness),
        least_margin_seconds=_seconds(found.least_margin),
        median_margin_seconds=_seconds(found.median_margin),
    )


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else _whole(duration)


def _whole(duration: timedelta) -> int:
    return round(duration.total_seconds())
