"""The one function that judges: used before planning, by the checker, at check-in, and by "why not?"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from scheduler.domain.case import Case
from scheduler.domain.collector import Collector
from scheduler.domain.time_window import TimeWindow, common_hours
from scheduler.rules.applies import Topic
from scheduler.rules.decision import Decision, Prompt, RequiredDocument, RequiredQualification, RuleReason
from scheduler.rules.hours import LawfulHours, lawful_hours, planned_denials, whole_days
from scheduler.rules.kinds.crew import CrewParams
from scheduler.rules.kinds.document import DocumentParams
from scheduler.rules.kinds.frequency_cap import FrequencyCapParams
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial
from scheduler.rules.kinds.prior_notice import PriorNoticeParams
from scheduler.rules.kinds.qualification import QualificationParams
from scheduler.rules.kinds.quiet_period import QuietPeriodParams
from scheduler.rules.kinds.requirement import PromptParams, RecordingMode, RecordingParams
from scheduler.rules.overrides import overridden, rules_for, saying_vain_overrides
from scheduler.rules.own_days import OwnDays, all_days, days_of, in_force, judged_days, own_days
from scheduler.rules.question import Question
from scheduler.rules.rule_pack import PlacedRule, RuleSet

__all__ = ["Cap", "Question", "caps_on_visits", "evaluate"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A no, where it stands in the order of the packs, and the asked days that it takes away."""

    position: int
    reason: RuleReason
    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the rules ask of every crew at a kind of place."""

    minimum: int = 1
    rule_id: str | None = None
    qualifications: tuple[RequiredQualification, ...] = ()
    documents: tuple[RequiredDocument, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    recording: RecordingMode | None = None


def evaluate(rules: RuleSet, question: Question) -> Decision:
    """Judge one visit at one kind of place.

    Without a case only the rules about hours, crew and qualification judge. With one every rule does, and a fact that
    is not known denies. A pack without a version in force on a day takes that day away, because nobody knows the law
    of that day. The contact log counts up to the day before the earliest of the days asked about.

    When the visit is planned, its local start date alone is judged; `windows` still covers all days asked about. When
    the crew is given, its size and its members are judged: on the planned day, or on every day asked about.

    An override of the case sets a rule of the house aside up to its last day; any other rule judges all the same, and
    its reason says that the override is in vain.
    """
    asked = tuple(sorted(set(question.days)))
    judged = judged_days(question)
    decision = _judged(rules_for(rules, question.case), question, asked, judged)
    if question.case is None or not question.case.overrides:
        return decision
    return replace(
        decision,
        reasons=saying_vain_overrides(decision.reasons, rules, question.case, judged),
        day_reasons=saying_vain_overrides(decision.day_reasons, rules, question.case, judged),
        overridden_rule_ids=overridden(rules, question, own_days(rules, question, judged)),
    )


def _judged(rules: RuleSet, question: Question, asked: tuple[date, ...], judged: tuple[date, ...]) -> Decision:
    """By the rules that overrides left."""
    hours = lawful_hours(rules, question.topic, question.time_zone, asked)
    terms = _terms(rules, question.topic, own_days(rules, question, judged))
    days = all_days(question)
    closed = [*_packs_not_in_force(rules, days), *_case_findings(rules, question, days)]
    partial = [one for one in closed if not one.days.isdisjoint(asked) and not one.days.issuperset(asked)]
    windows, shaping = _open_hours(question, hours, partial, asked)
    named, naming = _named_collectors(rules, question, judged)
    found = [*_crew_findings(rules, question, judged), *_document_findings(rules, question, judged)]
    if question.planned is not None:
        found += [one for one in closed if judged[0] in one.days]
        found += _hours_findings(planned_denials(rules, question.topic, question.time_zone, question.planned))
    elif set(judged) <= {day for one in closed for day in one.days}:
        found += closed
    elif windows == ():
        found += closed
        found += _hours_findings(hours.denials) or _nothing_in_common(rules, hours, asked)
    return Decision(
        allowed=not found,
        windows=windows,
        crew_minimum=terms.minimum,
        crew_rule_id=terms.rule_id,
        hours_rule_ids=shaping,
        qualifications=terms.qualifications,
        collector_ids=named,
        collectors_rule_id=naming,
        documents=terms.documents,
        prompts=terms.prompts,
        recording=terms.recording,
        reasons=_in_order(found),
        day_reasons=_in_order(partial),
        rule_ids=_asked_rules(
            rules,
            question.topic,
            own_days(rules, question, judged),
            hours.rule_ids,
            has_case=question.case is not None,
        ),
    )


def _in_order(found: Iterable[_Found]) -> tuple[RuleReason, ...]:
    return tuple(one.reason for one in sorted(found, key=lambda one: one.position))


class Cap(NamedTuple):
    """A cap that counts a visit, what it sees of it, and whether it bars it: an override leaves it counted only."""

    placed: PlacedRule
    params: FrequencyCapParams
    facts: CaseFacts
    bars: bool

    @property
    def rule_id(self) -> str:
        """The rule."""
        return self.placed.rule.id

    @property
    def reason(self) -> RuleReason:
        """Its no when other visits leave no room for this one."""
        return _found(self.placed, self.params.used_up()).reason


def caps_on_visits(rules: RuleSet, question: Question) -> tuple[Cap, ...]:
    """The caps that count the visit asked about, quiet periods that visits begin among them; none without a case."""
    if question.case is None:
        return ()
    days = all_days(question)
    left = rules_for(rules, question.case)
    barring = {placed.rule.id for placed, _ in _case_rules(left, question.topic, own_days(rules, question, days))}
    return tuple(
        Cap(placed, cap, _facts(placed, question, question.case, days), placed.rule.id in barring)
        for placed, params in _case_rules(rules, question.topic, own_days(rules, question, days))
        if (cap := _as_cap(params)) is not None and question.channel in cap.channels
    )


def _as_cap(params: CaseParams) -> FrequencyCapParams | None:
    if isinstance(params, QuietPeriodParams):
        return params.as_cap
    return params if isinstance(params, FrequencyCapParams) else None


def _open_hours(
    question: Question, hours: LawfulHours, partial: Sequence[_Found], asked: Sequence[date]
) -> tuple[tuple[TimeWindow, ...] | None, tuple[str, ...]]:
    """The lawful hours without the single days that other rules take away, and all rules that shaped them.

    A rule that takes all days away says no to the visit; the hours stay what they are.
    """
    if not partial:
        return hours.windows, hours.rule_ids
    shut = {day for one in partial for day in one.days}
    open_days = whole_days([day for day in asked if day not in shut], question.time_zone)
    windows = open_days if hours.windows is None else common_hours(hours.windows, open_days)
    return windows, tuple(dict.fromkeys((*hours.rule_ids, *(one.reason.rule_id for one in partial))))


@lru_cache(maxsize=256)
def _terms(rules: RuleSet, topic: Topic, own: OwnDays) -> _Terms:
    """The largest crew, and all else that rules in force on one of the days ask for."""
    minimum, rule_id, recording = 1, None, None
    needed: dict[str, RequiredQualification] = {}
    documents: dict[str, RequiredDocument] = {}
    prompts: list[Prompt] = []
    for placed in in_force(rules, topic, own):
        name = placed.rule.id
        match placed.rule.params:
            case CrewParams(crew_min_count=count) if rule_id is None or count > minimum:
                minimum, rule_id = count, name
            case QualificationParams(certificate=code):
                needed.setdefault(code, RequiredQualification(code=code, rule_id=name))
            case DocumentParams(names=names):
                for one in names:
                    documents.setdefault(one, RequiredDocument(name=one, rule_id=name))
            case PromptParams(moment=moment, zh=zh, en=en):
                prompts.append(Prompt(rule_id=name, moment=moment, zh=zh, en=en))
            case RecordingParams(mode=mode):
                recording = mode if recording is None else max(recording, mode, key=list(RecordingMode).index)
    return _Terms(minimum, rule_id, tuple(needed.values()), tuple(documents.values()), tuple(prompts), recording)


@lru_cache(maxsize=256)
def _asked_rules(
    rules: RuleSet, topic: Topic, own: OwnDays, about_hours: tuple[str, ...], *, has_case: bool
) -> tuple[str, ...]:
    """Every rule that judges on one of the days; what the crew carries and records is asked at the door."""
    asked = (CrewParams, QualificationParams, *((CaseParams,) if has_case else ()))
    judging = {placed.rule.id for placed in in_force(rules, topic, own) if isinstance(placed.rule.params, asked)}
    return tuple(placed.rule.id for placed in rules.rules if placed.rule.id in judging.union(about_hours))


def _crew_findings(rules: RuleSet, question: Question, judged: tuple[date, ...]) -> list[_Found]:
    if question.crew is None:
        return []
    return [
        _found(placed, denial)
        for placed in in_force(rules, question.topic, own_days(rules, question, judged))
        for denial in _crew_denials(placed, question, question.crew, judged)
    ]


def _crew_denials(
    placed: PlacedRule, question: Question, crew: tuple[Collector, ...], judged: tuple[date, ...]
) -> tuple[Denial, ...]:
    params = placed.rule.params
    days = tuple(day for day in days_of(placed.pack, question, judged) if placed.in_force(day))
    if isinstance(params, CrewParams):
        return params.denials(crew)
    if isinstance(params, QualificationParams):
        return params.denials(crew, days)
    if isinstance(params, PriorNoticeParams) and question.case is not None:
        return params.crew_denials(_facts_of(placed, question, question.case, days), crew)
    return ()


def _document_findings(rules: RuleSet, question: Question, judged: tuple[date, ...]) -> list[_Found]:
    if question.documents is None:
        return []
    return [
        _found(placed, denial)
        for placed in in_force(rules, question.topic, own_days(rules, question, judged))
        if isinstance(placed.rule.params, DocumentParams)
        for denial in placed.rule.params.denials(question.documents)
    ]


def _named_collectors(
    rules: RuleSet, question: Question, judged: tuple[date, ...]
) -> tuple[frozenset[str] | None, str | None]:
    """Who may go by all rules together, and the first rule that says so."""
    named, rule_id = None, None
    if question.case is None:
        return named, rule_id
    for placed, params in _case_rules(rules, question.topic, own_days(rules, question, judged)):
        if not isinstance(params, PriorNoticeParams):
            continue
        days = tuple(day for day in days_of(placed.pack, question, judged) if placed.in_force(day))
        own = params.named_collectors(_facts_of(placed, question, question.case, days))
        if own is not None:
            named = own if named is None else named & own
            rule_id = rule_id or placed.rule.id
    return named, rule_id


def _case_findings(rules: RuleSet, question: Question, days: tuple[date, ...]) -> list[_Found]:
    if question.case is None:
        return []
    return [
        _found(placed, denial, denied)
        for placed, params in _case_rules(rules, question.topic, own_days(rules, question, days))
        for denial in params.denials(_facts(placed, question, question.case, days))
        if (denied := _denied_days(placed, denial, question, days))
    ]


@lru_cache(maxsize=256)
def _case_rules(rules: RuleSet, topic: Topic, own: OwnDays) -> tuple[tuple[PlacedRule, CaseParams], ...]:
    """The rules about the case, each with its parameters."""
    return tuple(
        (placed, params)
        for placed in in_force(rules, topic, own)
        if isinstance(params := placed.rule.params, CaseParams)
    )


def _facts(placed: PlacedRule, question: Question, case: Case, days: tuple[date, ...]) -> CaseFacts:
    return _facts_of(placed, question, case, days_of(placed.pack, question, days))


def _facts_of(placed: PlacedRule, question: Question, case: Case, days: tuple[date, ...]) -> CaseFacts:
    return CaseFacts(
        case=case,
        place_kind=question.place_kind,
        place_id=question.place_id,
        days=days,
        time_zone=placed.pack.zone(question.time_zone),
        notices_from=question.notices_from,
    )


def _denied_days(placed: PlacedRule, denial: Denial, question: Question, days: Iterable[date]) -> frozenset[date]:
    return frozenset(
        day
        for day in days
        if any(placed.in_force(own) and denial.holds(own) for own in days_of(placed.pack, question, (day,)))
    )


@lru_cache(maxsize=256)
def _packs_not_in_force(rules: RuleSet, days: tuple[date, ...]) -> tuple[_Found, ...]:
    found = []
    for name in dict.fromkeys(pack.name for pack in rules.packs):
        versions = [pack for pack in rules.packs if pack.name == name]
        missing = [day for day in days if not any(pack.effective.holds(day) for pack in versions)]
        later = [pack.effective.first for pack in versions if missing and pack.effective.first > missing[-1]]
        if missing:
            found.append(_not_in_force(name, missing, min(later, default=None)))
    return tuple(found)


def _not_in_force(name: str, missing: Sequence[date], next_first: date | None) -> _Found:
    span = str(missing[0]) if len(missing) == 1 else f"{missing[0]} - {missing[-1]}"
    reason = RuleReason(
        rule_id=name,
        kind="rule_pack",
        zh=f"规则包{name}在{span}没有生效的版本，无法判断，故不得上门。",
        en=f"The rule pack {name} has no version in force on {span}, so no visit is allowed.",
        facts={"rule_pack": name, "first_day": str(missing[0]), "last_day": str(missing[-1])},
        until=None if next_first is None else next_first - timedelta(days=1),
    )
    return _Found(-1, reason, frozenset(missing))


def _hours_findings(denials: Iterable[tuple[PlacedRule, Denial]]) -> list[_Found]:
    return [_found(placed, denial) for placed, denial in denials]


def _nothing_in_common(rules: RuleSet, hours: LawfulHours, asked: Sequence[date]) -> list[_Found]:
    """Each rule leaves hours of its own, but no hour is in all of them: possible with packs of different zones.

    All of them say no, so that the answer does not depend on the order in which the packs are named.
    """
    named = [placed for placed in rules.rules if placed.rule.id in hours.rule_ids]
    ids = ", ".join(hours.rule_ids)
    denial = Denial(
        zh=f"规则{ids}在{asked[0]}至{asked[-1]}没有共同的合法时段。",
        en=f"The rules {ids} leave no common hour from {asked[0]} to {asked[-1]}.",
        facts={"rule_ids": ids, "first_day": str(asked[0]), "last_day": str(asked[-1])},
    )
    return [_found(placed, denial) for placed in named]


def _found(placed: PlacedRule, denial: Denial, days: frozenset[date] = frozenset()) -> _Found:
    reason = RuleReason(
        rule_id=placed.rule.id,
        kind=placed.rule.kind.value,
        zh=denial.zh,
        en=denial.en,
        facts=denial.facts,
        until=denial.until,
    )
    return _Found(placed.position, reason, days)
