"""The records of a case's visits on paper: the same facts as the document, which is named by its hash."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from api.papers.fonts import PaperFont
from api.papers.sheet import Sheet
from api.papers.words import words_in

_LABEL_MM = 40
_OF_VISIT = ("day", "planned_start", "planned_end", "called_off_for", "called_off_at")
_OF_RECORD = (
    *("id", "checked_in_at", "near_the_place", "position_accuracy_meters", "left_at", "ended_at"),
    *("outcome", "until", "not_begun_because", "content", "first_outcome"),
)


def visit_record_paper(document: Mapping[str, Any], sha256: str, *, font: PaperFont, language: str) -> bytes:
    """A PDF.

    Args:
        document: What `record_export` made.
        sha256: Of the document's canonical JSON.
        font: What it is printed in.
        language: `zh-CN` or `en`.

    Raises:
        MissingResource: The font lacks a sign of a text.
    """
    words = words_in(language)
    with Sheet(font, title=words["visit_record"], language=language) as sheet:
        sheet.new_page(foot=f"{document['case']} · SHA-256 {sha256}")
        sheet.paragraph(words["visit_record"], size=18)
        for key in ("case", "borrower", "subject", "exported_at"):
            _fact(sheet, words, key, document[key])
        _fact(sheet, words, "sha256", sha256)
        for number, visit in enumerate(document["visits"], 1):
            _add_visit(sheet, words, number, visit)
        if document["refused_check_ins"]:
            sheet.heading(words["record_refused_check_ins"])
            for one in document["refused_check_ins"]:
                sheet.bullet(f"{_moment(one['at'])} {one['crew']}: {', '.join(one['rules'])}")
        if not document["visits"]:
            sheet.paragraph(words["record_none"])
        return sheet.finished()


def _add_visit(sheet: Sheet, words: Mapping[str, str], number: int, visit: Mapping[str, Any]) -> None:
    sheet.heading(f"{number}. {visit['day']}")
    for key in _OF_VISIT[1:]:
        _fact(sheet, words, key, visit[key])
    place = visit["place"]
    kind = words.get(place["kind"] or "", place["id"])
    _fact(sheet, words, "place", " ".join(one for one in (kind, place["address"]) if one))
    _fact(sheet, words, "crew", _people(visit["crew"]))
    record = visit["record"]
    if record is None:
        return
    shown = dict(record)
    outcome = record["outcome_en"] if words["record_language"] == "en" else record["outcome_zh"]
    shown["outcome"] = None if record["outcome"] is None else f"{record['outcome']} {outcome or ''}".strip()
    for key in _OF_RECORD:
        _fact(sheet, words, key, shown[key])
    _fact(sheet, words, "present", _people(record["present"]))
    _fact(sheet, words, "shown_and_carried", ", ".join(record["shown_and_carried"]))
    for key, value in (record["recording"] or {}).items():
        _fact(sheet, words, f"recording_{key}", value)
    for one in record["corrections"]:
        sheet.bullet(f"{_moment(one['at'])} {one['replaces']} → {one['outcome']}: {one['reason']}")


def _fact(sheet: Sheet, words: Mapping[str, str], key: str, value: object) -> None:
    if value is None or value == "":
        return
    told = words["record_yes" if value else "record_no"] if isinstance(value, bool) else str(value)
    if key.endswith("_at") or key.startswith("planned_"):
        told = _moment(told)
    sheet.fact(words[f"record_{key}"], told, size=10, label_width=_LABEL_MM)


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M:%S %z}"


def _people(found: Sequence[Mapping[str, str | None]]) -> str:
    return ", ".join(f"{one['name'] or ''} ({one['id']})".strip() for one in found)
