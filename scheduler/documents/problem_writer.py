"""From the domain to a Problem document; what has its default value is left out."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from scheduler.documents.optional_keys import Document, given, known
from scheduler.documents.plan_writer import write_plan, written_stop
from scheduler.documents.problem_wire import PROBLEM_FORMAT
from scheduler.documents.shifts import written_duty, written_shift, written_window
from scheduler.documents.wire_types import whole_seconds, written_time
from scheduler.domain.case import Case
from scheduler.domain.collector import Collector
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.location import Location
from scheduler.domain.problem import GreatCircleTravel, History, MatrixTravel, Objective, Problem, RoadTravel
from scheduler.domain.visit import Pin, Place, Visit


def write_problem(problem: Problem) -> Document:
    """The Problem document; reading it gives an equal problem.

    Raises:
        ValueError: When a time or duration is not in whole seconds.
    """
    writer, published = _Writer(problem), problem.published_plan
    return {
        "format": PROBLEM_FORMAT,
        "time_zone": problem.time_zone.key,
        **known(as_of=_time(problem.as_of, problem.time_zone)),
        "rule_packs": list(problem.rule_packs),
        "travel": _travel(problem.travel) | given(hour_factors=list(problem.hour_factors)),
        "locations": [_location(location) for location in problem.locations],
        "collectors": [_collector(collector) for collector in problem.collectors],
        "shifts": [written_shift(shift, problem.time_zone) for shift in problem.shifts],
        **given(
            duties=[written_duty(duty, problem.time_zone) for duty in problem.duties],
            standing_crews=[sorted(crew) for crew in problem.standing_crews],
        ),
        "visits": [writer.visit(visit) for visit in problem.visits],
    } | given(
        objective=_objective(problem.objective),
        history=None if problem.history is None else _history(problem.history),
        published_plan=None if published is None else write_plan(published, problem.time_zone),
        progress=[_progress(progress, problem.time_zone) for progress in problem.progress],
    )


def _progress(progress: CrewProgress, zone: ZoneInfo) -> Document:
    return {
        "shift_id": progress.shift_id,
        **given(stops=[written_stop(stop, zone) for stop in progress.stops]),
        "free_at": written_time(progress.free_at, zone),
    } | given(is_over=progress.is_over)


def _travel(travel: GreatCircleTravel | MatrixTravel | RoadTravel) -> Document:
    if isinstance(travel, GreatCircleTravel):
        return {
            "source": "great_circle",
            **_line(travel),
            **given(profiles={str(profile): _line(travel.profiles[profile]) for profile in sorted(travel.profiles)}),
        }
    if isinstance(travel, RoadTravel):
        return {"source": "osrm", "network": travel.network} | given(
            fallback="great_circle" if travel.fallback else None
        )
    return {
        "source": "matrix",
        **_table(travel),
        **given(profiles={str(profile): _table(travel.profiles[profile]) for profile in sorted(travel.profiles)}),
    }


def _line(travel: GreatCircleTravel) -> Document:
    return {
        "detour_factor": travel.detour_factor,
        "speed_kmh": travel.speed_kmh,
        "overhead_seconds": whole_seconds(travel.overhead),
    }


def _table(travel: MatrixTravel) -> Document:
    distances = travel.distance_meters
    return {"duration_seconds": list(map(list, travel.duration_seconds))} | known(
        distance_meters=None if distances is None else list(map(list, distances))
    )


def _location(location: Location) -> Document:
    point, zone = location.coordinates, location.time_zone
    return {
        "id": location.id,
        "latitude": None if point is None else point.latitude_degrees,
        "longitude": None if point is None else point.longitude_degrees,
    } | known(time_zone=None if zone is None else zone.key)


def _collector(collector: Collector) -> Document:
    return (
        {"id": collector.id}
        | given(
            skills=sorted(collector.skills),
            qualifications=[
                {"code": held.code, "valid_until": held.valid_until.isoformat()} for held in collector.qualifications
            ],
        )
        | known(max_visits=collector.max_visits)
        | given(prohibited_partners=sorted(collector.prohibited_partners), is_new=collector.is_new)
    )


def _objective(objective: Objective) -> Document:
    margin = objective.lawful_margin
    return given(
        overtime_weight=objective.overtime_weight,
        max_overtime_seconds=whole_seconds(objective.max_overtime),
        waiting_weight=objective.waiting_weight,
        unfairness_weight=objective.unfairness_weight,
        non_preferred_collector_seconds=whole_seconds(objective.non_preferred_collector),
        change_of_collector_seconds=whole_seconds(objective.change_of_collector),
        change_of_plan_seconds=whole_seconds(objective.change_of_plan),
        expected_contacts=_expected_contacts(objective.expected_contacts),
    ) | known(lawful_margin_seconds=None if margin == Objective().lawful_margin else whole_seconds(margin))


def _expected_contacts(expected: ExpectedContacts | None) -> Document | None:
    if expected is None:
        return None
    return {
        "missed_contact_seconds": whole_seconds(expected.missed_contact),
        "home": list(map(list, expected.home)),
        "workplace": list(map(list, expected.workplace)),
        "other": list(map(list, expected.other)),
    }


def _history(history: History) -> Document:
    return given(
        working_seconds={name: whole_seconds(history.working[name]) for name in sorted(history.working)},
        last_collectors={name: sorted(history.last_collectors[name]) for name in sorted(history.last_collectors)},
    )


class _Writer:
    """Writes what holds times, in the problem's zone."""

    def __init__(self, problem: Problem) -> None:
        self._zone = problem.time_zone

    def visit(self, visit: Visit) -> Document:
        penalty = visit.given_penalty
        return (
            {
                "id": visit.id,
                "service_duration_seconds": whole_seconds(visit.service_duration),
                "priority": visit.priority,
            }
            | given(
                priority_parts=[{"code": str(part.code), "points": part.points} for part in visit.priority_parts],
                mandatory=visit.mandatory,
            )
            | known(unassigned_penalty_seconds=None if penalty is None else whole_seconds(penalty))
            | given(
                required_skills=sorted(visit.required_skills),
                crew_size=None if visit.crew_size == 1 else visit.crew_size,
                required_collectors=sorted(visit.required_collectors),
                preferred_collectors=sorted(visit.preferred_collectors),
                prohibited_collectors=sorted(visit.prohibited_collectors),
            )
            | {"places": [self._place(place) for place in visit.places]}
            | given(
                pinned=None if visit.pinned is None else self._pin(visit.pinned),
                case=None if visit.case is None else self._case(visit.case),
            )
        )

    def _place(self, place: Place) -> Document:
        return {
            "id": place.id,
            "kind": place.kind.value,
            "location_id": place.location_id,
            "time_windows": [written_window(span, self._zone) for span in place.time_windows],
        } | given(preference_penalty_seconds=whole_seconds(place.preference_penalty))

    def _pin(self, pin: Pin) -> Document:
        return {"shift_id": pin.shift_id} | known(
            place_id=pin.place_id,
            service_start_time=_time(pin.service_start_time, self._zone),
            position=pin.position,
        )

    def _case(self, case: Case) -> Document:
        return (
            {"version": case.version}
            | known(
                days_past_due=case.days_past_due,
                subject=case.subject,
                actor=case.actor,
                product=case.product,
                debt=case.debt,
                person=case.person,
                blocks=self._blocks(case),
                contacts=self._contacts(case),
                notices=self._notices(case),
            )
            | given(
                consents=[
                    {
                        "place_kind": str(said.place_kind),
                        "given": said.given,
                        "at": written_time(said.at, self._zone),
                    }
                    for said in case.consents
                ],
                overrides=[
                    {"rule_id": one.rule_id, "valid_until": one.valid_until.isoformat()} for one in case.overrides
                ],
            )
        )

    @staticmethod
    def _blocks(case: Case) -> list[Document] | None:
        if case.blocks is None:
            return None
        return [{"code": block.code} | known(until=_day(block.until), owner=block.owner) for block in case.blocks]

    def _contacts(self, case: Case) -> list[Document] | None:
        if case.contacts is None:
            return None
        return [
            {"channel": contact.channel.value, "at": written_time(contact.at, self._zone)}
            | known(
                reached=contact.reached,
                debt=contact.debt,
                person=contact.person,
                place_id=contact.place_id,
                place_kind=contact.place_kind,
                outcome=contact.outcome,
                until=_day(contact.until),
                record=contact.record,
                corrects=contact.corrects,
            )
            for contact in case.contacts
        ]

    def _notices(self, case: Case) -> list[Document] | None:
        if case.notices is None:
            return None
        return [
            {
                "sent_at": written_time(notice.sent_at, self._zone),
                "first_day": notice.first_day.isoformat(),
                "last_day": notice.last_day.isoformat(),
            }
            | known(
                delivered_at=_time(notice.delivered_at, self._zone),
                consented_at=_time(notice.consented_at, self._zone),
            )
            | given(collector_ids=sorted(notice.collector_ids))
            for notice in case.notices
        ]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _time(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else written_time(moment, zone)
