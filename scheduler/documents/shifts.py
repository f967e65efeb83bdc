"""Working periods between documents and the domain: those of a Problem, and those that a Plan has formed."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.documents.optional_keys import Document, given, known
from scheduler.documents.problem_wire import DutyWire
from scheduler.documents.shift_wire import ShiftWire, TimeWindowWire, WorkingPeriodWire
from scheduler.documents.wire_types import whole_seconds, written_time
from scheduler.domain.collector import Break, Duty, Shift, WorkingPeriod
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile


def window_of(written: TimeWindowWire, zone: ZoneInfo | None) -> TimeWindow:
    """A window; with a zone in it, else with the offsets that the document gives."""
    return TimeWindow(
        earliest_start=written.earliest_start.astimezone(zone) if zone else written.earliest_start,
        latest_end=written.latest_end.astimezone(zone) if zone else written.latest_end,
    )


def shift_of(written: ShiftWire, zone: ZoneInfo | None) -> Shift:
    """A shift; with a zone its times are in it, else they keep the offsets that the document gives."""
    return Shift(id=written.id, collector_ids=tuple(written.collector_ids), **_period_of(written, zone))


def duty_of(written: DutyWire, zone: ZoneInfo) -> Duty:
    """A duty, its times in the zone."""
    return Duty(collector_id=written.collector_id, **_period_of(written, zone))


def written_window(span: TimeWindow, zone: ZoneInfo) -> Document:
    """A window as documents write it."""
    return {
        "earliest_start": written_time(span.earliest_start, zone),
        "latest_end": written_time(span.latest_end, zone),
    }


def written_shift(shift: Shift, zone: ZoneInfo) -> Document:
    """A shift as both documents write it."""
    return {"id": shift.id, "collector_ids": list(shift.collector_ids)} | _written_period(shift, zone)


def written_duty(duty: Duty, zone: ZoneInfo) -> Document:
    """A duty as the Problem document writes it."""
    return {"collector_id": duty.collector_id} | _written_period(duty, zone)


def _period_of(written: WorkingPeriodWire, zone: ZoneInfo | None) -> dict[str, Any]:
    working = window_of(written, zone)
    return {
        "earliest_start": working.earliest_start,
        "latest_end": working.latest_end,
        "start_location_id": written.start_location_id,
        "end_location_id": written.end_location_id,
        "breaks": tuple(
            Break(window=window_of(rest, zone), duration=timedelta(seconds=rest.duration_seconds))
            for rest in written.breaks
        ),
        "max_visits": written.max_visits,
        "travel_profile": written.travel_profile,
    }


def _written_period(period: WorkingPeriod, zone: ZoneInfo) -> Document:
    return (
        {
            **written_window(period.window, zone),
            "start_location_id": period.start_location_id,
            "end_location_id": period.end_location_id,
        }
        | given(
            breaks=[
                {**written_window(rest.window, zone), "duration_seconds": whole_seconds(rest.duration)}
                for rest in period.breaks
            ]
        )
        | known(
            max_visits=period.max_visits,
            travel_profile=None if period.travel_profile is Profile.CAR else period.travel_profile.value,
        )
    )
