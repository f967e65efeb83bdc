"""What borrowers were told of a visit that is still to come, and what a new plan of the day keeps of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from api.papers.visit_facts import valid_window
from api.store import StoredPlan, Unit, notices
from api.store.notices import IssuedNotice
from api.store.stops import PlannedStop
from scheduler.domain.time_window import TimeWindow
from scheduler.replanning import Promise


def announced_hours(stored: StoredPlan) -> Mapping[str, TimeWindow]:
    """The hours in which each visit that is not behind a crew lies, should it be late: what letters and notices say."""
    problem, certificate = stored.staffed, stored.plan.certificate
    decisions = {one.visit_id: one for one in (certificate.decisions or () if certificate else ())}
    behind = {visit_id for progress in problem.progress for visit_id in progress.visit_ids}
    return {
        stop.visit_id: valid_window(stop, problem, decisions.get(stop.visit_id))
        for route in stored.plan.routes
        for stop in route.stops
        if stop.visit_id is not None and stop.visit_id not in behind
    }


def promises(
    unit: Unit, day: date, planned: Sequence[PlannedStop], crews: Mapping[str, tuple[str, ...]]
) -> tuple[Promise, ...]:
    """What the notices of a day promise: the place, the hours, and the crew while all who are in it are named.

    A notice that still waits to be sent promises nothing. Of several the last one that names the crew counts for the
    hours; where nobody whom they name can come, they bind no crew, and the rules say who may come instead.

    Args:
        unit: Of the branch.
        day: The local day.
        planned: The visits of the plan that people follow.
        crews: Who is on a shift from now on, by shift, where that changed.
    """
    coming = [stop for stop in planned if stop.case_id and stop.record_id is None and stop.cancelled_at is None]
    told: dict[str, list[IssuedNotice]] = defaultdict(list)
    for notice in notices.told(unit, (stop.case_id for stop in coming if stop.case_id), day):
        told[notice.case_id].append(notice)
    return tuple(_promise(stop, told[stop.case_id or ""], crews) for stop in coming if told[stop.case_id or ""])


def _promise(stop: PlannedStop, told: Sequence[IssuedNotice], crews: Mapping[str, tuple[str, ...]]) -> Promise:
    people = set(stop.collector_codes)
    named = {name for notice in told for name in notice.collector_codes}
    hours = [notice.hours for notice in told if notice.hours is not None and people <= set(notice.collector_codes)]
    now = set(crews.get(stop.shift_code, stop.collector_codes))
    return Promise(
        visit_id=stop.visit_code,
        place_id=stop.place_code,
        window=hours[-1] if hours else None,
        shift_id=stop.shift_code if now <= named else None,
    )
