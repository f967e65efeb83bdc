"""From a Problem document to the domain, or to all of its faults at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from scheduler.documents import problem_wire as wire
from scheduler.documents.faults import FaultList
from scheduler.documents.hashing import canonical_sha256
from scheduler.documents.history_reader import read_history
from scheduler.documents.plan_reader import judged_plan, plan_of, stop_of
from scheduler.documents.priority_checks import check_priorities
from scheduler.documents.progress_checks import check_progress
from scheduler.documents.reference_checks import check_references
from scheduler.documents.sections import parsed_document, validated_sections
from scheduler.documents.shift_wire import ShiftWire
from scheduler.documents.shifts import duty_of, shift_of, window_of
from scheduler.documents.time_checks import check_times
from scheduler.documents.travel_checks import check_travel
from scheduler.domain.case import Block, Case, Consent, Contact, Notice, Override
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.crew_progress import CrewProgress
from scheduler.domain.errors import InternalFault
from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.location import Coordinates, Location
from scheduler.domain.problem import (
    DEFAULT_RULE_PACKS,
    GreatCircleTravel,
    MatrixTravel,
    Objective,
    Problem,
    RoadTravel,
)
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Pin, Place, PriorityPart, Visit

_ENTRY_MODELS: Mapping[str, type[BaseModel]] = {
    "locations": wire.LocationWire,
    "collectors": wire.CollectorWire,
    "shifts": ShiftWire,
    "duties": wire.DutyWire,
    "standing_crews": wire.StandingCrewWire,
    "visits": wire.VisitWire,
    "progress": wire.CrewProgressWire,
}
# Read by readers of their own, so that each entry in them is judged by itself.
_NESTED = ("history", "published_plan")


def read_problem(data: bytes) -> Problem:
    """The Problem in a document, gzipped or not; its times are in the problem's zone.

    The times of a published plan keep the offset that the document gives.

    Raises:
        InvalidInput: With every fault of the document (the first thousand), in its order.
    """
    faults = FaultList()
    document = parsed_document(data, wire.PROBLEM_FORMAT, wire.SECTION_LIMITS, faults)
    nested = {key: None for key in _NESTED if isinstance(document.get(key), dict)}
    problem = validated_sections(wire.ProblemWire, document | nested, "", _ENTRY_MODELS, faults)
    history = read_history(document.get("history"), "/history", faults)
    published = judged_plan(document.get("published_plan"), "/published_plan", faults)
    for check in (check_references, check_progress, check_priorities, check_times, check_travel):
        check(document, faults)
    faults.raise_any(document)
    if problem is None:
        raise InternalFault("a Problem document without faults could not be read")
    return replace(
        _problem(problem),
        history=history,
        published_plan=None if published is None else plan_of(published),
        document_sha256=canonical_sha256(document),
    )


def _problem(given: wire.ProblemWire) -> Problem:
    zone = given.time_zone
    return Problem(
        time_zone=zone,
        as_of=_moment(given.as_of, zone),
        travel=_travel(given.travel),
        locations=tuple(map(_location, given.locations)),
        collectors=tuple(map(_collector, given.collectors)),
        shifts=tuple(shift_of(shift, zone) for shift in given.shifts),
        duties=tuple(duty_of(duty, zone) for duty in given.duties),
        standing_crews=tuple(frozenset(crew.root) for crew in given.standing_crews),
        visits=tuple(_visit(visit, zone) for visit in given.visits),
        rule_packs=DEFAULT_RULE_PACKS if given.rule_packs is None else tuple(given.rule_packs),
        objective=_objective(given.objective),
        hour_factors=_hour_factors(given.travel.hour_factors),
        progress=tuple(_progress(progress, zone) for progress in given.progress),
    )


def _progress(given: wire.CrewProgressWire, zone: ZoneInfo) -> CrewProgress:
    return CrewProgress(
        shift_id=given.shift_id,
        stops=tuple(stop_of(stop) for stop in given.stops),
        free_at=given.free_at.astimezone(zone),
        is_over=given.is_over,
    )


def _objective(given: wire.ObjectiveWire) -> Objective:
    return Objective(
        non_preferred_collector=timedelta(seconds=given.non_preferred_collector_seconds),
        lawful_margin=timedelta(seconds=given.lawful_margin_seconds),
        overtime_weight=given.overtime_weight,
        max_overtime=timedelta(seconds=given.max_overtime_seconds),
        waiting_weight=given.waiting_weight,
        unfairness_weight=given.unfairness_weight,
        change_of_collector=timedelta(seconds=given.change_of_collector_seconds),
        change_of_plan=timedelta(seconds=given.change_of_plan_seconds),
        expected_contacts=None if given.expected_contacts is None else _expected_contacts(given.expected_contacts),
    )


def _expected_contacts(given: wire.ExpectedContactsWire) -> ExpectedContacts:
    return ExpectedContacts(
        missed_contact=timedelta(seconds=given.missed_contact_seconds),
        home=tuple(map(tuple, given.home)),
        workplace=tuple(map(tuple, given.workplace)),
        other=tuple(map(tuple, given.other)),
    )


def _hour_factors(given: Sequence[float] | None) -> tuple[float, ...]:
    """Empty when every hour has the factor 1."""
    return () if given is None or set(given) == {1.0} else tuple(given)


def _travel(
    given: wire.GreatCircleWire | wire.MatrixWire | wire.OsrmWire,
) -> GreatCircleTravel | MatrixTravel | RoadTravel:
    if isinstance(given, wire.GreatCircleWire):
        return replace(_line(given), profiles=_by_profile(given.profiles, _line))
    if isinstance(given, wire.MatrixWire):
        return replace(_table(given), profiles=_by_profile(given.profiles, _table))
    return RoadTravel(network=given.network, fallback=given.fallback is not None)


def _by_profile[Given, Travel](
    given: wire.ProfilesWire[Given], travel_of: Callable[[Given], Travel]
) -> Mapping[Profile, Travel]:
    written = {Profile.BICYCLE: given.bicycle, Profile.FOOT: given.foot}
    return {profile: travel_of(one) for profile, one in written.items() if one is not None}


def _line(given: wire.LineWire) -> GreatCircleTravel:
    return GreatCircleTravel(
        detour_factor=given.detour_factor,
        speed_kmh=given.speed_kmh,
        overhead=timedelta(seconds=given.overhead_seconds),
    )


def _table(given: wire.TableWire) -> MatrixTravel:
    distances = given.distance_meters
    return MatrixTravel(
        duration_seconds=tuple(map(tuple, given.duration_seconds)),
        distance_meters=None if distances is None else tuple(map(tuple, distances)),
    )


def _location(given: wire.LocationWire) -> Location:
    coordinates = None
    if given.latitude is not None and given.longitude is not None:
        coordinates = Coordinates(latitude_degrees=given.latitude, longitude_degrees=given.longitude)
    return Location(id=given.id, coordinates=coordinates, time_zone=given.time_zone)


def _collector(given: wire.CollectorWire) -> Collector:
    return Collector(
        id=given.id,
        skills=frozenset(given.skills),
        qualifications=tuple(
            Qualification(code=held.code, valid_until=held.valid_until) for held in given.qualifications
        ),
        max_visits=given.max_visits,
        prohibited_partners=frozenset(given.prohibited_partners),
        is_new=given.is_new,
    )


def _visit(given: wire.VisitWire, zone: ZoneInfo) -> Visit:
    penalty = given.unassigned_penalty_seconds
    return Visit(
        id=given.id,
        service_duration=timedelta(seconds=given.service_duration_seconds),
        places=tuple(_place(place, zone) for place in given.places),
        priority=given.priority,
        priority_parts=tuple(PriorityPart(code=part.code, points=part.points) for part in given.priority_parts),
        mandatory=given.mandatory,
        given_penalty=None if penalty is None else timedelta(seconds=penalty),
        required_skills=frozenset(given.required_skills),
        crew_size=given.crew_size,
        required_collectors=frozenset(given.required_collectors),
        preferred_collectors=frozenset(given.preferred_collectors),
        prohibited_collectors=frozenset(given.prohibited_collectors),
        pinned=None if given.pinned is None else _pin(given.pinned, zone),
        case=None if given.case is None else _case(given.case, zone),
    )


def _place(given: wire.PlaceWire, zone: ZoneInfo) -> Place:
    return Place(
        id=given.id,
        kind=given.kind,
        location_id=given.location_id,
        time_windows=tuple(window_of(span, zone) for span in given.time_windows),
        preference_penalty=timedelta(seconds=given.preference_penalty_seconds),
    )


def _pin(given: wire.PinWire, zone: ZoneInfo) -> Pin:
    return Pin(
        shift_id=given.shift_id,
        place_id=given.place_id,
        service_start_time=_moment(given.service_start_time, zone),
        position=given.position,
    )


def _case(given: wire.CaseWire, zone: ZoneInfo) -> Case:
    blocks, contacts = given.blocks, given.contacts
    return Case(
        version=given.version,
        days_past_due=given.days_past_due,
        subject=given.subject,
        actor=given.actor,
        product=given.product,
        debt=given.debt,
        person=given.person,
        blocks=None
        if blocks is None
        else tuple(Block(code=block.code, until=block.until, owner=block.owner) for block in blocks),
        contacts=None if contacts is None else tuple(_contact(contact, zone) for contact in contacts),
        consents=tuple(
            Consent(place_kind=said.place_kind, given=said.given, at=said.at.astimezone(zone))
            for said in given.consents
        ),
        notices=None if given.notices is None else tuple(_notice(notice, zone) for notice in given.notices),
        overrides=tuple(Override(rule_id=one.rule_id, valid_until=one.valid_until) for one in given.overrides),
    )


def _contact(given: wire.ContactWire, zone: ZoneInfo) -> Contact:
    return Contact(
        channel=given.channel,
        at=given.at.astimezone(zone),
        reached=given.reached,
        debt=given.debt,
        person=given.person,
        place_id=given.place_id,
        place_kind=given.place_kind,
        outcome=given.outcome,
        until=given.until,
        record=given.record,
        corrects=given.corrects,
    )


def _notice(given: wire.NoticeWire, zone: ZoneInfo) -> Notice:
    return Notice(
        sent_at=given.sent_at.astimezone(zone),
        first_day=given.first_day,
        last_day=given.last_day,
        delivered_at=_moment(given.delivered_at, zone),
        collector_ids=frozenset(given.collector_ids),
        consented_at=_moment(given.consented_at, zone),
    )


def _moment(given: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if given is None else given.astimezone(zone)
