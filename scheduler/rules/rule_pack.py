"""Rule packs: the law as data."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduler.domain.plan import PackVersion
from scheduler.rules.applies import Applies
from scheduler.rules.calendar import Calendar
from scheduler.rules.kinds import KindName
from scheduler.rules.kinds.kind import Params

ADDRESS_ZONE = "address"

# What the house asks of itself. Rules about the borrower's own state or word, and notice, know no exception: a block
# ends when it is lifted, and only the borrower's consent shortens a notice.
_KINDS_WITH_EXCEPTIONS = frozenset(
    {
        KindName.TIME_WINDOW,
        KindName.FREQUENCY_CAP,
        KindName.QUIET_PERIOD,
        KindName.LADDER,
        KindName.CREW,
        KindName.QUALIFICATION,
    }
)


class Strength(StrEnum):
    """What breaking a rule means."""

    HARD = "hard"
    SOFT = "soft"
    WARN = "warn"


class Basis(StrEnum):
    """What a rule rests on."""

    STATUTE = "statute"
    REGULATION = "regulation"
    SELF_REGULATION = "self_regulation"
    POLICY = "policy"
    ASSUMPTION = "assumption"


class Seen(StrEnum):
    """How well the source is known: its words were read, somebody reports them, or neither."""

    TEXT = "text"
    REPORT = "report"
    MEMORY = "memory"


class PackStatus(StrEnum):
    """How far a pack has come; `draft` means that no compliance officer has confirmed it."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class Expected(StrEnum):
    """What an example expects."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule comes from and when somebody looked."""

    title: str
    locator: str
    url: str | None
    seen: Seen
    checked_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """The local dates of visits' starts that are judged; `last` is inclusive, None = open."""

    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether a visit that starts on `day` is judged."""
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: "Effective") -> bool:
        """Whether some day is in both."""
        first, last = max(self.first, other.first), min(self.last or date.max, other.last or date.max)
        return first <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One dated rule of a pack.

    Attributes:
        id: Unique among all packs that are used together, such as `CN-HRS-1`.
        applies: What it is about.
        params: The numbers; their class is the kind.
        effective: When it is in force, within its pack's own dates.
    """

    id: str
    kind: KindName
    strength: Strength
    basis: Basis
    title_zh: str
    title_en: str
    applies: Applies
    params: Params
    source: Source
    effective: Effective

    @property
    def has_exceptions(self) -> bool:
        """Whether an override sets it aside: it is policy of the house, and of a kind that the house may soften."""
        return self.basis is Basis.POLICY and self.kind in _KINDS_WITH_EXCEPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """One version of a pack, as its file says.

    Attributes:
        extends: Packs that this one tightens; they are always loaded with it, before it.
        time_zone: An IANA name, or `address` for the zone of the place visited.
        sha256: Of the file's bytes.
    """

    name: str
    version: str
    jurisdiction: str
    extends: tuple[str, ...]
    time_zone: str
    calendar: Calendar | None
    status: PackStatus
    effective: Effective
    supersedes: str | None
    rules: tuple[Rule, ...]
    sha256: str

    def zone(self, address_zone: ZoneInfo) -> ZoneInfo:
        """The zone of this pack's clock times and dates."""
        return address_zone if self.time_zone == ADDRESS_ZONE else ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule with its pack and its place in the order of the packs."""

    position: int
    pack: RulePack
    rule: Rule

    def in_force(self, day: date) -> bool:
        """Whether it judges a visit that starts on the local date `day`."""
        return self.pack.effective.holds(day) and self.rule.effective.holds(day)


@dataclass(frozen=True, eq=False)
class RuleSet:
    """The packs that judge together, each after the packs that it extends.

    Sets are compared by identity, so that they can be keys of caches at no cost; `load_rule_set` hands out one set
    for the same names.
    """

    packs: tuple[RulePack, ...] = ()
    rules: tuple[PlacedRule, ...] = ()

    @classmethod
    def of(cls, packs: tuple[RulePack, ...]) -> "RuleSet":
        """Put packs together without checking that they fit; `scheduler.rules.load.combine` checks."""
        ordered = [(pack, rule) for pack in packs for rule in pack.rules]
        return cls(packs, tuple(PlacedRule(position, pack, rule) for position, (pack, rule) in enumerate(ordered)))

    @property
    def versions(self) -> tuple[PackVersion, ...]:
        """What a certificate names, in the order of the packs."""
        return tuple(PackVersion(name=pack.name, version=pack.version, sha256=pack.sha256) for pack in self.packs)
