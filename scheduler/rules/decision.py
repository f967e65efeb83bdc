"""What the rules answer about one visit at one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date

from scheduler.domain.plan import Stop, StopDecision
from scheduler.domain.time_window import TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleReason:
    """One rule that says no, in words.

    Attributes:
        rule_id: The rule, such as `CN-HRS-1`.
        kind: The rule's kind, such as `time_window`.
        zh: One Chinese sentence with the numbers.
        en: One English sentence with the numbers.
        facts: The numbers and codes of the sentences.
        until: The last local day on which the rule says no, inclusive; None when it depends on something else.
    """

    rule_id: str
    kind: str
    zh: str
    en: str
    facts: Mapping[str, str] = field(default_factory=dict, compare=False)
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredQualification:
    """A qualification that every member of the crew needs on the day of the visit, and the rule that says so."""

    code: str
    rule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredDocument:
    """A document that the crew carries, and the rule that says so."""

    name: str
    rule_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A question to the crew whose answer is recorded, and the rule that asks it.

    Attributes:
        rule_id: The rule.
        moment: `before_departure`, `at_the_door` or `after_the_visit`.
        zh: In Chinese.
        en: In English.
    """

    rule_id: str
    moment: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Allowed or not, and within which bounds.

    Attributes:
        allowed: No rule says no. When hours are asked for and no lawful hour is left on the days asked about,
            this is False too.
        windows: Lawful hours on the days asked about, in order, disjoint; None = no rule about hours applies.
        crew_minimum: The least number of people; 1 when no rule says more.
        crew_rule_id: The rule behind `crew_minimum`, None when it is 1 for want of a rule.
        hours_rule_ids: The rules that shaped `windows`.
        qualifications: What each member of the crew needs.
        collector_ids: Only these people may go; None when anybody may.
        collectors_rule_id: The rule behind `collector_ids`.
        documents: What the crew carries, in the order of the packs.
        prompts: What the crew is asked at the door and on the way, by rule.
        recording: How the visit is recorded; None when no rule asks for it.
        reasons: Every rule that says no, in the order of the packs.
        day_reasons: Every rule that says no on some of the days asked about and not on all, in the same order.
        rule_ids: Every rule that was asked, in the order of the packs: what can say no to such a visit.
        overridden_rule_ids: Rules that overrides of the case set aside on one of the days judged, in the same order.
    """

    allowed: bool
    windows: tuple[TimeWindow, ...] | None
    crew_minimum: int = 1
    crew_rule_id: str | None = None
    hours_rule_ids: tuple[str, ...] = ()
    qualifications: tuple[RequiredQualification, ...] = ()
    collector_ids: frozenset[str] | None = None
    collectors_rule_id: str | None = None
    documents: tuple[RequiredDocument, ...] = ()
    prompts: tuple[Prompt, ...] = ()
    recording: str | None = None
    reasons: tuple[RuleReason, ...] = ()
    day_reasons: tuple[RuleReason, ...] = ()
    rule_ids: tuple[str, ...] = ()
    overridden_rule_ids: tuple[str, ...] = ()

    def of_stop(self, stop: Stop) -> StopDecision:
        """What a certificate says of a planned visit; its times are in UTC, so that all zones compare alike."""
        visit = TimeWindow(earliest_start=stop.service_start_time, latest_end=stop.departure_time)
        hours = next((window for window in self.windows or () if window.holds(visit)), None)
        return StopDecision(
            visit_id=stop.visit_id or "",
            place_id=stop.place_id or "",
            rule_ids=self.rule_ids,
            lawful_from=None if hours is None else hours.earliest_start.astimezone(UTC),
            lawful_until=None if hours is None else hours.latest_end.astimezone(UTC),
            crew_minimum=self.crew_minimum,
            overridden_rule_ids=self.overridden_rule_ids,
        )
