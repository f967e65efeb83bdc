"""What a crew's phone asks after each outcome: a day, a few words, or nothing; never more than the outcome needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from api.web.catalogue import ENGLISH
from scheduler.rules.kinds.outcome import Met, OutcomeCode

GROUPS = (Met.NOBODY, Met.DEBTOR, Met.THIRD_PERSON, Met.ANYBODY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked after an outcome, as keys of texts; None asks nothing.

    Attributes:
        day: The label of a day.
        note: The label of a few words; what is not asked for is not kept.
        hint: What to mind.
    """

    day: str | None = None
    note: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChoice:
    """An outcome to choose.

    Attributes:
        code: Of the closed list.
        label: In the page's language, fit to be seen by whoever looks over a shoulder.
        asked: What it asks.
        needs_day: Whether the rules refuse it without a day.
    """

    code: str
    label: str
    asked: Asked
    needs_day: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeGroup:
    """The outcomes of visits at which the same was met: `nobody`, `debtor`, `third_person` or `anybody`."""

    met: str
    choices: tuple[OutcomeChoice, ...]


_NOTHING = Asked()
_ANYTHING = Asked(note="crew_note")
_NO_HEALTH = Asked(hint="no_health")
_NO_NAMES = Asked(hint="no_names")
_AT_THE_PLACE = Asked(note="ask_place", hint="no_names")
_ASKED: Mapping[str, Asked] = MappingProxyType(
    {
        "PAID_FULL": Asked(note="ask_payment"),
        "PAID_PART": Asked(day="ask_next_day", note="ask_payment"),
        "PTP": Asked(day="ask_agreed_day", note="ask_agreed"),
        "PLAN_AGREED": Asked(note="ask_agreed"),
        "HARDSHIP": Asked(note="ask_situation", hint="no_health"),
        "DISPUTED": Asked(note="ask_objection"),
        "REFUSED_PAY": _NOTHING,
        "REFUSED_TALK": _NOTHING,
        "ASKED_TO_LEAVE": _NOTHING,
        "CEASE_REQ": Asked(note="ask_how_said"),
        "RESCHEDULE": Asked(day="ask_wished_day", note="ask_wished"),
        "REPRESENTED": Asked(note="ask_lawyer"),
        "COMPLAINT": Asked(note="ask_complaint"),
        "ID_NOT_ACCEPTED": Asked(note="ask_doubt"),
        "NOT_HOME": _NOTHING,
        "NO_ACCESS": _NOTHING,
        "MINOR_ONLY": _NO_NAMES,
        "TPC_FAMILY": _NO_NAMES,
        "TPC_OTHER": _NO_NAMES,
        "WRONG_ADDR": _AT_THE_PLACE,
        "MOVED": _AT_THE_PLACE,
        "DEMOLISHED": _AT_THE_PLACE,
        "WRONG_PERSON": _NO_NAMES,
        "DECEASED": _NO_NAMES,
        "INCAPABLE": _NO_HEALTH,
        "VULNERABLE": _NO_HEALTH,
        "IN_HOSPITAL": _NO_HEALTH,
        "EVENT": _NO_NAMES,
        "SAFETY": Asked(note="ask_safety"),
        "ABORT_RULE": Asked(note="ask_cause"),
        "ABORT_OPS": Asked(note="ask_cause"),
    }
)
# Packs name the matter in these; a phone at a door does not.
_DISCREET: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "PAID_FULL": ("已全部办妥", "Settled in full"),
        "PAID_PART": ("已部分办妥", "Settled in part"),
        "PTP": ("约定了日期", "Agreed on a day"),
        "PLAN_AGREED": ("商定了安排", "Agreed on an arrangement"),
        "HARDSHIP": ("有困难", "In difficulty"),
        "DISPUTED": ("有异议", "Does not agree with the matter"),
        "REFUSED_PAY": ("不同意办理", "Declined"),
        "DECEASED": ("本人已去世", "The person has died"),
        "WRONG_PERSON": ("不是本人", "Another person"),
    }
)


def asked_after(code: OutcomeCode) -> Asked:
    """What an outcome asks; one that the phone does not know asks what its rule needs, and a note."""
    found = _ASKED.get(code.code, _ANYTHING)
    if code.days_after_date is not None and found.day is None:
        return Asked(day="until_day", note=found.note, hint=found.hint)
    return found


def asked_keys() -> frozenset[str]:
    """The names of all texts that these questions use."""
    every = (*_ASKED.values(), _ANYTHING, Asked(day="until_day"))
    return frozenset(key for one in every for key in (one.day, one.note, one.hint) if key is not None)


def label_of(code: OutcomeCode, language: str) -> str:
    """The outcome's name for a phone."""
    column = int(language == ENGLISH)
    label = _DISCREET.get(code.code, (code.zh, code.en))[column]
    return label[:1].upper() + label[1:]


def outcome_groups(codes: Iterable[OutcomeCode], language: str) -> tuple[OutcomeGroup, ...]:
    """The outcomes of a list by whom the crew met; groups without any are left out."""
    by_met: dict[Met, list[OutcomeChoice]] = {met: [] for met in GROUPS}
    for code in codes:
        choice = OutcomeChoice(
            code=code.code,
            label=label_of(code, language),
            asked=asked_after(code),
            needs_day=code.days_after_date is not None,
        )
        by_met[code.met].append(choice)
    return tuple(OutcomeGroup(met=met.value, choices=tuple(found)) for met, found in by_met.items() if found)
