"""How important a visit is, from codes and times alone, in parts that can be shown.

The numbers are house policy, not law. The amount of the debt is the one fact that never decides by itself: it counts
at most half of what all other parts count together, and nothing when there is no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Contact
from scheduler.domain.visit import PriorityCode, PriorityPart


class AmountBand(StrEnum):
    """How large a debt is among those of the house; the amount itself is not known here."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From so many days on, so many points."""

    days: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityPolicy:
    """What each part counts; all of them together are at most 100.

    Attributes:
        source: Where the numbers come from; they are a house's own choice and rest on no law.
        days_past_due: How long the debt is overdue, the longest first.
        waiting: How long nobody has spoken with the borrower, the longest first.
        promise_broken: A promise to pay whose day has passed.
        appointment: The borrower agreed to be visited on the day.
        amount_low: See `AmountBand`.
        amount_middle: See `AmountBand`.
        amount_high: See `AmountBand`.
        promises: Outcomes of visits that promise a payment by a day.
        payments: Outcomes that keep a promise, or part of it.
        appointments: Outcomes that agree on a day.
    """

    source: str = "policy"
    days_past_due: tuple[Band, ...] = (
        Band(days=91, points=45),
        Band(days=61, points=40),
        Band(days=31, points=30),
        Band(days=1, points=20),
    )
    waiting: tuple[Band, ...] = (Band(days=30, points=15), Band(days=14, points=10), Band(days=7, points=5))
    promise_broken: int = 15
    appointment: int = 15
    amount_low: int = 0
    amount_middle: int = 5
    amount_high: int = 10
    promises: frozenset[str] = frozenset({"PTP", "PAID_PART"})
    payments: frozenset[str] = frozenset({"PAID_FULL", "PAID_PART"})
    appointments: frozenset[str] = frozenset({"RESCHEDULE"})


HOUSE_POLICY = PriorityPolicy()


def priority_parts(
    case: Case,
    day: date,
    time_zone: ZoneInfo,
    *,
    amount: AmountBand | None = None,
    policy: PriorityPolicy = HOUSE_POLICY,
) -> tuple[PriorityPart, ...]:
    """The parts of a visit's priority, those without points left out; their sum is the priority.

    Args:
        case: The facts; what is not known counts nothing.
        day: The local day of the visit. The log is read up to the day before.
        time_zone: Of local days.
        amount: How large the debt is, None when that is not to count.
        policy: What each part counts.
    """
    earlier = (contact for contact in case.log or () if _day_of(contact, time_zone) < day)
    log = sorted(earlier, key=lambda contact: contact.at)
    own = [contact for contact in log if contact.debt in {None, case.debt}]
    spoken = [contact for contact in log if contact.person in {None, case.person}]
    points = {
        PriorityCode.DAYS_PAST_DUE: _banded(policy.days_past_due, case.days_past_due),
        PriorityCode.PROMISE_BROKEN: policy.promise_broken if _is_promise_broken(own, day, policy) else 0,
        PriorityCode.WAITING: _banded(policy.waiting, _days_waited(spoken, day, time_zone)),
        PriorityCode.APPOINTMENT: policy.appointment if _is_agreed(own, day, policy) else 0,
    }
    points[PriorityCode.AMOUNT_BAND] = min(_amount_points(amount, policy), sum(points.values()) // 2)
    return tuple(PriorityPart(code=code, points=count) for code, count in points.items() if count)


def is_amount_alone(parts: Sequence[PriorityPart]) -> bool:
    """Whether the amount of the debt is all that counts."""
    return {part.code for part in parts if part.points} == {PriorityCode.AMOUNT_BAND}


def _banded(bands: Sequence[Band], days: int | None) -> int:
    return 0 if days is None else next((band.points for band in bands if days >= band.days), 0)


def _is_promise_broken(log: Sequence[Contact], day: date, policy: PriorityPolicy) -> bool:
    """Whether the latest promise named a day that has passed, with no payment on record since."""
    promised = [place for place, contact in enumerate(log) if contact.outcome in policy.promises and contact.until]
    if not promised:
        return False
    until, later = log[promised[-1]].until, log[promised[-1] + 1 :]
    return until is not None and until < day and not any(contact.outcome in policy.payments for contact in later)


def _days_waited(log: Sequence[Contact], day: date, time_zone: ZoneInfo) -> int | None:
    """Whole days since the borrower was reached last; when never, since the last attempt, which ended the milder means.

    Contacts about other debts count too: whoever was spoken to yesterday is not waiting.
    """
    reached = [contact for contact in log if contact.reached] or log
    return (day - _day_of(reached[-1], time_zone)).days if reached else None


def _is_agreed(log: Sequence[Contact], day: date, policy: PriorityPolicy) -> bool:
    """Whether the latest visit with an outcome ended with an appointment for the day."""
    ended = [contact for contact in log if contact.outcome is not None]
    return bool(ended) and ended[-1].outcome in policy.appointments and ended[-1].until == day


def _amount_points(amount: AmountBand | None, policy: PriorityPolicy) -> int:
    points = {
        AmountBand.LOW: policy.amount_low,
        AmountBand.MIDDLE: policy.amount_middle,
        AmountBand.HIGH: policy.amount_high,
    }
    return 0 if amount is None else points[amount]


def _day_of(contact: Contact, time_zone: ZoneInfo) -> date:
    return contact.at.astimezone(time_zone).date()
