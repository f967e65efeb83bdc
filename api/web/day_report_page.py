"""The report of a day, for when it is over, and before as it stands."""

from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, abort, render_template

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.store import people
from api.visiting.day_report import Figures, day_report
from api.web.catalogue import ENGLISH, duration_in_words, texts_in
from api.web.language import page_language
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes

day_report_page = Blueprint("day_report_page", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """What came of the visits of a crew, or of all of them."""

    title: str
    figures: Figures
    mean_lateness: str
    least_margin: str
    median_margin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSection:
    """A branch."""

    code: str
    plan_id: str
    is_closed: bool
    whole: ReportLine
    crews: tuple[ReportLine, ...]
    outcomes: tuple[tuple[str, int], ...]
    not_attempted: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLine:
    """How long somebody worked in four weeks."""

    name: str
    days: int
    duration: str
    difference: str


@day_report_page.get("/days/<day>/report")
@allow(Role.DISPATCHER, Role.COMPLIANCE)
def show(day: str) -> str:
    """What came of a day, by branch and crew, and how working time was shared."""
    asked, language = _day(day), page_language()
    with current.database().reading(actor().scope, current.now()) as unit:
        report = day_report(unit, asked)
        names = people.names(unit)
    mean = report.mean_working_time or timedelta()
    codes = outcome_codes(load_rule_set(()), asked)
    sections = [
        BranchSection(
            code=branch.branch_code,
            plan_id=branch.plan_id,
            is_closed=branch.is_closed,
            whole=_line(texts_in(language)["dayreport_all"], branch.figures, language),
            crews=tuple(_line(one.shift_id, one.figures, language) for one in branch.crews),
            outcomes=tuple(
                ((codes[name].en if language == ENGLISH else codes[name].zh) if name in codes else name, count)
                for name, count in branch.figures.outcomes.items()
            ),
            not_attempted=tuple(branch.figures.not_attempted.items()),
        )
        for branch in report.branches
    ]
    times = [
        TimeLine(
            name=names.get(one.collector_code, one.collector_code),
            days=one.days,
            duration=duration_in_words(one.duration, language),
            difference=_signed(one.duration - mean, language),
        )
        for one in report.working_times
    ]
    return render_template("day_report.html", day=asked, first_day=report.first_day, branches=sections, times=times)


def _line(title: str, figures: Figures, language: str) -> ReportLine:
    return ReportLine(
        title=title,
        figures=figures,
        mean_lateness=_words(figures.mean_lateness, language),
        least_margin=_words(figures.least_margin, language),
        median_margin=_words(figures.median_margin, language),
    )


def _words(duration: timedelta | None, language: str) -> str:
    return "–" if duration is None else _signed(duration, language).removeprefix("+")


def _signed(duration: timedelta, language: str) -> str:
    sign = "-" if duration < timedelta() else "+"
    return f"{sign}{duration_in_words(abs(duration), language)}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(HTTPStatus.NOT_FOUND)
