"""How crews conduct themselves, and how long data are kept: for who watches over both."""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.importing.records import ZONE
from api.store import conduct, keeping, retention
from api.store.conduct import Conduct
from api.web.catalogue import ENGLISH, day_in_words
from api.web.language import page_language
from api.web.moments import moment_in_words
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes

_WEEKS = 8
_MOST_CERTIFICATES = 20
# Kinds of data, in the words of the page.
_KINDS = {
    "case_texts": "kept_case_texts",
    "contacts": "kept_contacts",
    "visit_records": "kept_visit_records",
    "wishes": "kept_wishes",
    "plans": "kept_plans",
    "reports": "kept_reports",
    "experiments": "kept_experiments",
    "links": "kept_links",
    "sessions": "kept_sessions",
    "tokens": "kept_tokens",
    "answered": "kept_answered",
    "job_inputs": "kept_job_inputs",
    "job_results": "kept_job_results",
}
# Two, because the menu marks the line whose blueprint answers.
conduct_page = Blueprint("conduct_page", __name__)
retention_page = Blueprint("retention_page", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekView:
    """A week: its first day in words, and its crews."""

    title: str
    crews: tuple[Conduct, ...]


@conduct_page.get("/conduct")
@allow(Role.COMPLIANCE)
def show_conduct() -> str:
    """Outcomes, reports and wishes of the last weeks, by crew."""
    today = current.now().astimezone(ZONE).date()
    monday = today - timedelta(days=today.weekday())
    with current.database().reading(actor().scope, current.now()) as unit:
        since, until = monday - timedelta(weeks=_WEEKS - 1), monday + timedelta(weeks=1)
        found = conduct.conduct(unit, since, until, ZONE)
        unmatched = conduct.unmatched_reports(unit)
    language = page_language()
    weeks = tuple(
        WeekView(
            title=day_in_words(first, language),
            crews=tuple(one for one in found if one.monday == first),
        )
        for first in dict.fromkeys(one.monday for one in found)
    )
    codes = outcome_codes(load_rule_set(()), today)
    words = {name: code.en if language == ENGLISH else code.zh for name, code in codes.items()}
    return render_template("conduct.html", weeks=weeks, words=words, unmatched=unmatched, count=_WEEKS)


@retention_page.get("/retention")
@allow(Role.COMPLIANCE, Role.ADMINISTRATOR)
def show_retention() -> str:
    """How long each kind of data is kept, how much of it is over, and what was deleted last."""
    with current.database().reading(actor().scope, current.now()) as unit:
        kept = keeping.keepings(unit)
        counts = retention.purge_lender(unit, only_counts=True).counts
        certificates = retention.certificates(unit, after=None, most=_MOST_CERTIFICATES)
    return render_template(
        "retention.html",
        kept=[(one, counts.get(one.kind, 0)) for one in kept],
        certificates=[(moment_in_words(one.purged_at), one.content) for one in certificates],
        kinds=_KINDS,
        due=sum(counts.values()),
    )
