"""What the rules answer about one visit at one place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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
        reasons: Every rule that says no, in the order of the packs.
    """

    allowed: bool
    windows: tuple[TimeWindow, ...] | None
    crew_minimum: int = 1
    crew_rule_id: str | None = None
    hours_rule_ids: tuple[str, ...] = ()
    qualifications: tuple[RequiredQualification, ...] = ()
    reasons: tuple[RuleReason, ...] = ()
