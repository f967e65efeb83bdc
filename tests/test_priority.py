"""How important a visit is: parts from codes and times, and an amount that never decides."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.case import Case, Channel, Contact
from scheduler.domain.visit import PriorityPart
from scheduler.priority import HOUSE_POLICY, AmountBand, is_amount_alone, priority_parts
from tests.builders import DAY, ZONE


def points(case: Case, amount: AmountBand | None = None) -> dict[str, int]:
    return {str(part.code): part.points for part in priority_parts(case, DAY, ZONE, amount=amount)}


def days_before(days: int) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=ZONE) - timedelta(days=days)


def a_call(days: int, *, reached: bool | None = None, person: str | None = None) -> Contact:
    return Contact(channel=Channel.PHONE, at=days_before(days), reached=reached, person=person)


def a_visit_made(days: int, outcome: str, until: date | None = None, debt: str | None = None) -> Contact:
    return Contact(channel=Channel.VISIT, at=days_before(days), reached=True, outcome=outcome, until=until, debt=debt)


@pytest.mark.parametrize(
    ("days", "counted"), [(0, None), (1, 20), (30, 20), (31, 30), (60, 30), (61, 40), (90, 40), (91, 45), (900, 45)]
)
def test_the_longer_a_debt_is_overdue_the_more_it_counts(days: int, counted: int | None) -> None:
    assert points(Case(days_past_due=days)).get("days_past_due") == counted


def test_what_is_not_known_counts_nothing() -> None:
    assert points(Case()) == {}


@pytest.mark.parametrize(("days", "counted"), [(6, None), (7, 5), (13, 5), (14, 10), (29, 10), (30, 15)])
def test_waiting_counts_from_the_day_the_borrower_was_reached_last(days: int, counted: int | None) -> None:
    assert points(Case(contacts=(a_call(90, reached=True), a_call(days, reached=True)))).get("waiting") == counted


def test_later_attempts_that_reached_nobody_do_not_end_the_waiting() -> None:
    assert points(Case(contacts=(a_call(40, reached=True), a_call(1, reached=False)))) == {"waiting": 15}


def test_when_nobody_was_ever_reached_waiting_counts_from_the_last_attempt() -> None:
    assert points(Case(contacts=(a_call(40, reached=False), a_call(8, reached=False)))) == {"waiting": 5}


def test_speaking_with_somebody_else_does_not_end_the_waiting() -> None:
    log = (a_call(40, reached=True), a_call(1, reached=True, person="p2"))
    assert points(Case(person="p1", contacts=log)) == {"waiting": 15}


def test_a_promise_is_broken_once_its_day_has_passed() -> None:
    on_the_day = Case(contacts=(a_visit_made(5, "PTP", until=DAY),))
    the_day_before = Case(contacts=(a_visit_made(5, "PTP", until=DAY - timedelta(days=1)),))
    assert points(on_the_day) == {}
    assert points(the_day_before) == {"promise_broken": 15}


def test_a_promise_that_was_kept_or_made_anew_is_not_broken() -> None:
    broken = a_visit_made(6, "PTP", until=DAY - timedelta(days=5))
    paid = a_visit_made(3, "PAID_PART")
    anew = a_visit_made(3, "PTP", until=DAY + timedelta(days=5))
    assert points(Case(contacts=(paid, broken))) == {}
    assert points(Case(contacts=(anew, broken))) == {}


def test_a_promise_about_another_debt_is_none_about_this_one() -> None:
    other = a_visit_made(6, "PTP", until=DAY - timedelta(days=5), debt="d2")
    assert points(Case(debt="d1", contacts=(other,))) == {}


def test_an_appointment_counts_on_its_day_alone() -> None:
    today = Case(contacts=(a_visit_made(3, "RESCHEDULE", until=DAY),))
    later = Case(contacts=(a_visit_made(3, "RESCHEDULE", until=DAY + timedelta(days=1)),))
    cancelled = Case(contacts=(*(today.contacts or ()), a_visit_made(1, "NOT_HOME")))
    assert points(today) == {"appointment": 15}
    assert points(later) == points(cancelled) == {}


def test_a_correction_of_the_log_is_read_in_place_of_the_entry() -> None:
    first = Contact(channel=Channel.VISIT, at=days_before(6), outcome="PTP", until=DAY - timedelta(days=2), record="r1")
    corrected = Contact(channel=Channel.VISIT, at=days_before(6), outcome="NOT_HOME", corrects="r1")
    assert points(Case(contacts=(first, corrected))) == {}


def test_the_log_of_the_day_itself_and_later_is_not_read() -> None:
    assert points(Case(contacts=(a_call(40, reached=True), a_call(0, reached=True)))) == {"waiting": 15}


def test_an_amount_alone_counts_nothing() -> None:
    assert points(Case(), AmountBand.HIGH) == {}


def test_the_amount_counts_at_most_half_of_all_else() -> None:
    waiting = Case(contacts=(a_call(8, reached=True),))
    assert points(waiting, AmountBand.HIGH) == {"waiting": 5, "amount_band": 2}
    assert points(Case(days_past_due=95), AmountBand.HIGH) == {"days_past_due": 45, "amount_band": 10}
    assert points(Case(days_past_due=95), AmountBand.LOW) == {"days_past_due": 45}


@given(
    days_past_due=st.none() | st.integers(-5, 400),
    log=st.lists(
        st.builds(
            Contact,
            channel=st.sampled_from(Channel),
            at=st.integers(-3, 120).map(days_before),
            reached=st.none() | st.booleans(),
            outcome=st.sampled_from([None, "PTP", "PAID_PART", "RESCHEDULE", "NOT_HOME"]),
            until=st.none() | st.integers(-40, 40).map(lambda days: DAY + timedelta(days=days)),
        ),
        max_size=6,
    ),
    amount=st.sampled_from([None, *AmountBand]),
)
def test_parts_are_a_priority_and_the_amount_never_decides(
    days_past_due: int | None, log: list[Contact], amount: AmountBand | None
) -> None:
    case = Case(days_past_due=days_past_due, contacts=tuple(log))
    parts = points(case, amount)
    of_the_amount = parts.pop("amount_band", 0)
    assert 0 <= sum(parts.values()) + of_the_amount <= 100
    assert 2 * of_the_amount <= sum(parts.values())
    assert parts == points(case)


def test_all_parts_together_are_a_hundred() -> None:
    policy = HOUSE_POLICY
    most = policy.days_past_due[0].points + policy.waiting[0].points + policy.promise_broken + policy.appointment
    assert most + policy.amount_high == 100
    assert policy.source == "policy"


def test_an_amount_is_alone_when_no_other_part_has_points() -> None:
    amount, none, some = (
        PriorityPart(code=code, points=count) for code, count in (("amount_band", 5), ("waiting", 0), ("waiting", 1))
    )
    assert is_amount_alone([amount])
    assert is_amount_alone([amount, none])
    assert not is_amount_alone([amount, some])
    assert not is_amount_alone([])
