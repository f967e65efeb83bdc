"""What every rule says of a case on a day, in plain words with its source."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.importing.records import ZONE
from api.store.case_decisions import PlaceVerdict
from api.web.catalogue import ENGLISH, clock
from scheduler.domain.time_window import TimeWindow
from scheduler.rules.decision import RuleReason
from scheduler.rules.describe import facts_in_words
from scheduler.rules.rule_pack import Rule, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Why a rule says no.

    Attributes:
        sentence: In words.
        places: Kinds of the places that it is said of, where not of all; the keys of their texts.
        until: The last day on which it says no, as text; empty where it depends on something else.
    """

    sentence: str
    places: tuple[str, ...]
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """A rule that was asked.

    Attributes:
        id: Its id.
        title: In words.
        verdicts: Why it says no; empty when it says yes.
        basis: All that it says and rests on, a line each: numbers, dates, basis, source with locator, confidence.
    """

    id: str
    title: str
    verdicts: tuple[Verdict, ...]
    basis: tuple[str, ...]


def rule_title(rule: Rule, language: str) -> str:
    """A rule's title in `language`."""
    return rule.title_en if language == ENGLISH else rule.title_zh


def rule_titles(rules: RuleSet, language: str) -> dict[str, str]:
    """The titles of all rules by id."""
    return {placed.rule.id: rule_title(placed.rule, language) for placed in rules.rules}


def rule_views(verdicts: Sequence[PlaceVerdict], rules: RuleSet, language: str) -> tuple[RuleView, ...]:
    """Every rule that was asked about one of the places; those that say no first."""
    by_id = {placed.rule.id: placed.rule for placed in rules.rules}
    asked = dict.fromkeys(rule_id for one in verdicts for rule_id in one.decision.rule_ids)
    said = dict.fromkeys(reason.rule_id for one in verdicts for reason in _reasons(one))
    views = [_view(by_id[rule_id], rule_id, verdicts, language) for rule_id in {**asked, **said} if rule_id in by_id]
    return tuple(sorted(views, key=lambda view: not view.verdicts))


def hours_in_words(windows: Sequence[TimeWindow]) -> tuple[str, ...]:
    """`09:00-20:00`, by the lender's clocks."""
    return tuple(
        f"{clock(window.earliest_start.astimezone(ZONE))}-{clock(window.latest_end.astimezone(ZONE))}"
        for window in windows
    )


def sentences_of(verdict: PlaceVerdict, language: str) -> tuple[str, ...]:
    """Why nobody may come to a place, a sentence each."""
    return tuple(dict.fromkeys(_sentence(reason, language) for reason in verdict.decision.reasons))


def _reasons(verdict: PlaceVerdict) -> tuple[RuleReason, ...]:
    return (*verdict.decision.reasons, *verdict.decision.day_reasons)


def _sentence(reason: RuleReason, language: str) -> str:
    return reason.en if language == ENGLISH else reason.zh


def _view(rule: Rule, rule_id: str, verdicts: Sequence[PlaceVerdict], language: str) -> RuleView:
    said: dict[tuple[str, str], list[str]] = {}
    for one in verdicts:
        for reason in _reasons(one):
            if reason.rule_id == rule_id:
                until = "" if reason.until is None else reason.until.isoformat()
                said.setdefault((_sentence(reason, language), until), []).append(str(one.place.kind))
    kinds = {str(one.place.kind) for one in verdicts}
    return RuleView(
        id=rule_id,
        title=rule_title(rule, language),
        verdicts=tuple(
            Verdict(sentence=sentence, until=until, places=() if set(at) == kinds else tuple(dict.fromkeys(at)))
            for (sentence, until), at in said.items()
        ),
        basis=facts_in_words(rule, language)[1:],
    )
