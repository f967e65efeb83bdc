"""Times of a Problem document: windows, breaks that can be taken, and nobody on two shifts at once."""

from collections import defaultdict
from datetime import datetime, timedelta

from scheduler.documents.faults import FaultList, shown
from scheduler.documents.raw import Period, Row, check_period, id_of, ids, integer_of, period_of, rows, section
from scheduler.documents.wire_types import MAX_SECONDS


def check_times(document: Row, faults: FaultList) -> None:
    """Note windows without length, breaks that cannot be taken, and collectors on overlapping shifts."""
    for at, period in (*section(document, "shifts"), *section(document, "duties")):
        check_period(period, at, faults)
        _check_breaks(period, at, faults)
    for at, visit in section(document, "visits"):
        for at_place, place in rows(visit, "places", at):
            for where, span in rows(place, "time_windows", at_place):
                check_period(span, where, faults)
    _check_overlaps(document, faults)


def _check_breaks(shift: Row, at: str, faults: FaultList) -> None:
    """Each break on its own first; the order is judged for those that could be taken alone."""
    working = period_of(shift)
    free_from = None if working is None else working[0]
    for where, rest in rows(shift, "breaks", at):
        check_period(rest, where, faults)
        span, duration = period_of(rest), _duration_of(rest)
        if span is None or duration is None:
            continue
        if span[1] - span[0] < duration:
            faults.add(where, "break_too_long", "the break is longer than its window", "Widen the window.")
        elif working is not None and free_from is not None:
            free_from = _taken(span, duration, working, free_from, where, faults)


def _taken(
    span: Period, duration: timedelta, working: Period, free_from: datetime, at: str, faults: FaultList
) -> datetime:
    """When the break ends that is taken as early as it can be; unchanged when it cannot be taken."""
    start, end = max(span[0], working[0]), min(span[1], working[1])
    if end - start < duration:
        message = "the shift leaves no room for the break inside its window"
        faults.add(at, "break_outside_shift", message, "Move the break into the shift.")
        return free_from
    begin = max(start, free_from)
    if begin + duration > end:
        message = "the break cannot be taken after the breaks listed before it"
        faults.add(at, "breaks_out_of_order", message, "List the breaks in the order in which they are taken.")
        return free_from
    return begin + duration


def _duration_of(rest: Row) -> timedelta | None:
    seconds = integer_of(rest, "duration_seconds")
    return timedelta(seconds=seconds) if seconds is not None and 0 <= seconds <= MAX_SECONDS else None


def _check_overlaps(document: Row, faults: FaultList) -> None:
    """A collector's shifts in time order: each starts no earlier than all before it have ended.

    From a shift that is over people may have gone to others.
    """
    shifts_of: dict[str, list[tuple[Period, str, str]]] = defaultdict(list)
    over = {id_of(crew, "shift_id") for _, crew in section(document, "progress") if crew.get("is_over") is True}
    for at, shift in section(document, "shifts"):
        working = period_of(shift)
        if working is None or id_of(shift) in over:
            continue
        crew: dict[str, str] = {}
        for where, name in ids(shift, "collector_ids", at):
            crew.setdefault(name, where)
        for name, where in crew.items():
            shifts_of[name].append((working, where, f"shift {shown(id_of(shift) or at)}"))
    for at, duty in section(document, "duties"):
        working, person = period_of(duty), id_of(duty, "collector_id")
        if working is not None and person is not None:
            shifts_of[person].append((working, at, f"the duty {at}"))
    for name, shifts in shifts_of.items():
        _check_one_collector(name, shifts, faults)


def _check_one_collector(name: str, shifts: list[tuple[Period, str, str]], faults: FaultList) -> None:
    ordered = sorted(shifts, key=lambda entry: entry[0][0])
    (_, busy_until), _, busy_with = ordered[0]
    for (start, end), where, shift_id in ordered[1:]:
        if start < busy_until:
            message = f"{shown(name)} is on {busy_with} at the same time as on {shift_id}"
            faults.add(where, "shift_overlap", message, "Shifts of one person may touch, but not overlap.")
        if end > busy_until:
            busy_until, busy_with = end, shift_id
