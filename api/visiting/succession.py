"""A plan that is published in place of another one: what both have in common goes on, the rest is void."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from api.store import StoredPlan, Unit, events, letters, links, notices, records, stops
from api.store.events import EventKind
from api.store.links import LinkKind
from api.store.stops import PlannedStop
from api.visiting.cancelling import drop_papers
from api.visiting.promised import announced_hours
from scheduler.domain.errors import UnknownId
from scheduler.domain.time_window import TimeWindow

_CHANGED = "plan_changed"


def take_over(unit: Unit, old_id: str, stored: StoredPlan) -> None:
    """Let a new plan, whose visits are written, have what stays the same as in the old one.

    Args:
        unit: In which the new plan is published.
        old_id: The old plan.
        stored: The new one.
    """
    coming = {stop.visit_code: stop for stop in stops.of_plan(unit, stored.id)}
    hours = announced_hours(stored)
    for old in stops.of_plan(unit, old_id):
        _take_over_visit(unit, old, coming.get(old.visit_code), hours)
    _take_over_links(unit, old_id, stored)


def route_hours(stored: StoredPlan, shift_id: str) -> TimeWindow:
    """The local day of a route up to the end of its lawful hours: as long as a crew's link lives.

    Raises:
        UnknownId: The plan has no such route.
    """
    zone = stored.problem.time_zone
    route = stored.plan.route_of(shift_id)
    if route is None:
        raise UnknownId("There is no such route.")
    start = datetime.combine(stored.day, time.min, zone)
    last = route.stops[-1].departure_time.astimezone(zone)
    midnight = datetime.combine(last.date() + timedelta(days=1), time.min, zone)
    certificate = stored.plan.certificate
    ends = {one.visit_id: one.lawful_until for one in (certificate.decisions or () if certificate else ())}
    lawful = [end for visit_id in route.visit_ids if (end := ends.get(visit_id)) is not None]
    return TimeWindow(earliest_start=start, latest_end=max(lawful, default=midnight))


def _take_over_visit(unit: Unit, old: PlannedStop, new: PlannedStop | None, hours: Mapping[str, TimeWindow]) -> None:
    if old.record_id is not None:
        if new is not None:
            records.take_over(unit, old, new)
        return
    if new is not None and _is_same_visit(old, new):
        _take_over_papers(unit, old, new, hours[new.visit_code])
        return
    drop_papers(unit, old, _CHANGED)
    if new is None and old.cancelled_at is None:
        events.append(unit, EventKind.VISIT_CANCELLED, f"plan:{old.plan_id}", visit=old.visit_code, reason=_CHANGED)


def _take_over_papers(unit: Unit, old: PlannedStop, new: PlannedStop, hours: TimeWindow) -> None:
    letter = letters.of_visit(unit, old.plan_id, old.visit_code)
    if letter is not None:
        letters.take_over(unit, letter.id, new.plan_id)
    visit = TimeWindow(earliest_start=new.service_start_time, latest_end=new.departure_time)
    for notice in notices.standing(unit, old.case_id, old.day) if old.case_id else ():
        if notice.plan_id == old.plan_id:
            notices.take_over(unit, notice.id, new.plan_id, visit, hours)


def _take_over_links(unit: Unit, old_id: str, stored: StoredPlan) -> None:
    """A crew's link stays with a crew that is the same; a borrower's link stays, whatever became of the visit."""
    crews, before = dict(stops.routes_of(unit, stored.id)), dict(stops.routes_of(unit, old_id))
    for link in links.of_plan(unit, old_id):
        if link.kind is LinkKind.NOTICE:
            links.take_over(unit, link.id, stored.id, link.expires_at)
        elif link.shift_code in crews and crews[link.shift_code] == before.get(link.shift_code):
            links.take_over(unit, link.id, stored.id, route_hours(stored, link.shift_code).latest_end)
        else:
            links.revoke(unit, link.id)


def _is_same_visit(old: PlannedStop, new: PlannedStop) -> bool:
    """Whether the letter and the notice of one hold for the other: the same people at the same place."""
    same_people = sorted(old.collector_codes) == sorted(new.collector_codes)
    return same_people and old.place_code == new.place_code and old.cancelled_at is None
