"""Texts of the pages: each in both languages, each asked for by a page, and none that nobody asks for."""

import re
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from pathlib import Path

import api.web
from api.access import Role
from api.desk.eligibility import Standing
from api.desk.revealing import RevealReason
from api.importing.columns import COLLECTORS, SHIFTS, TABLE_KINDS
from api.route_files import CONTENT_TYPES
from api.store import PlanState
from api.store.case_blocks import BlockSource
from api.store.imports import ImportMode
from api.store.jobs import WORKER_DIED, JobState
from api.store.wishes import WishKind
from api.visiting.day_report import NOBODY_CAME
from api.visiting.day_state import Risk, StopState
from api.visiting.verifying import LetterState
from api.web.case_ladder import LANES
from api.web.catalogue import texts_in
from api.web.crew_phone import NOT_BEGUN_REASONS
from api.web.menu import ENTRIES
from api.web.outcome_fields import GROUPS, asked_keys
from api.web.theme import THEMES
from scheduler.domain.plan import Cost, ReasonCode
from scheduler.domain.plan_difference import ChangeKind


def test_both_languages_have_every_text_with_the_same_gaps_to_fill() -> None:
    chinese, english = texts_in("zh-CN"), texts_in("en")

    for key in chinese:
        assert chinese[key]
        assert english[key]
        assert set(re.findall(r"{\w+}", chinese[key])) == set(re.findall(r"{\w+}", english[key])), key


def templates() -> str:
    return "".join(path.read_text() for path in (Path(api.web.__file__).parent / "templates").glob("*.html"))


def test_every_text_that_a_page_asks_for_is_in_the_catalogue() -> None:
    asked = set(re.findall(r"\bt\.(\w+)", templates()))
    asked |= {f"said_{key}" for key in re.findall(r'\bdone\(\s*"[\w.]+",\s*"(\w+)"', views())}

    assert asked - texts_in("en").keys() == set()


def is_used(key: str) -> bool:
    """Whether a template shows a text, or a view names it: in what it says after a form by the name without `said_`."""
    named = rf"[\"']{key.removeprefix('said_')}[\"']"
    return bool(re.search(rf"\bt\.{key}\b", templates()) or re.search(named, views()))


@cache
def views() -> str:
    web = Path(api.web.__file__).parent
    return "".join(path.read_text() for path in sorted(web.glob("*.py")))


REPORT_COLUMNS = ("planned", "attempted", "contacted", "refused", "late", "lateness", "least_margin", "margin")
WHY_NOT = ("case_closed", "borrower_asked_another_time", "borrower_asked_another_place")
NOT_TOLD = (
    "visit_begun",
    "visit_not_begun",
    "visit_planned",
    "plan_not_followed",
    "case_closed",
    "case_no_place",
    "case_no_hours",
)


def families_of_texts() -> set[str]:
    """Texts whose names are made of a code of some closed list."""
    made: dict[str, Iterable[object]] = {
        "block_source_": BlockSource,
        "case_approval_": ("open", "granted", "refused"),
        "certificate_": ("valid", "soon", "over"),
        "day_risk_": Risk,
        "day_state_": StopState,
        "dayreport_": REPORT_COLUMNS,
        "dayreport_why_": (*NOT_BEGUN_REASONS, NOBODY_CAME, *WHY_NOT),
        "not_begun_": NOT_BEGUN_REASONS,
        "running_": NOT_TOLD,
        "collector_": ("badge_number", "employer", *(column.key for column in COLLECTORS.columns)),
        "imports_": ("created", "changed", "unchanged", "ended"),
        "imports_mode_": ImportMode,
        "imports_note_": ImportMode,
        "imports_table_": (kind.name for kind in TABLE_KINDS),
        "lane_": LANES,
        "reveal_": RevealReason,
        "shift_": (column.key for column in SHIFTS.columns),
        "standing_": Standing,
    }
    return {f"{start}{code}" for start, codes in made.items() for code in codes}


def test_no_text_of_the_catalogue_is_left_unused() -> None:
    built = {f"error_{kind}" for kind in ("401", "403", "404", "405", "421", "429", "503", "no_font", "4xx", "5xx")}
    built |= {"home", "workplace", "other", "start", "end", "break"} | set(CONTENT_TYPES)
    built |= {part.name for part in fields(Cost)} | {str(kind) for kind in WishKind}
    built |= {"work-badge", "identity-card", "outsourcing-notice", "agency-evaluation"}

    built |= {key for key, _ in ENTRIES} | {f"theme_{theme}" for theme in THEMES} | asked_keys()
    built |= {f"state_{state}" for state in PlanState} | {f"job_{state}" for state in JobState}
    built |= {f"job_error_{code}" for code in (WORKER_DIED,)} | families_of_texts()
    built |= {f"effect_{kind}" for kind in WishKind} | {f"{kind}_next" for kind in WishKind}
    built |= {f"met_{met}" for met in GROUPS} | {f"letter_{state}" for state in LetterState}
    built |= {f"state_{state}" for state in ("open", "handled", "all")}
    built |= {f"said_{said}" for said in ("visit_begun", "visit_ended", "alarm_sent", "handled")}
    built |= {f"said_{said}" for said in ("visit_given_up", "late_told")}
    built |= {f"not_now_{code}" for code in ("visit_cancelled", "visit_begun", "plan_not_followed", "visit_ended")}
    built |= {"effect_called_off", "effect_stands", "handled_by_at", "somebody"}
    built |= {f"change_{kind}" for kind in ChangeKind}
    built |= {f"legend_{kind}" for kind in ("visit", "travel", "waiting", "break", "window", "shift")}
    built |= {f"way_{code.value.lower()}" for code in ReasonCode} | {"visit_open", "plan_not_published", "day_went_on"}
    built |= {f"role_{role}" for role in Role}
    built |= {f"approval_{kind}" for kind in ("override", "rule_packs", "keep_days")}

    unused = [key for key in texts_in("en") if key not in built and not is_used(key)]

    assert unused == []
