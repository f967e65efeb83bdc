"""Small problems in one line: every argument has a harmless default, so a test names only what it is about.

The day is Tuesday 2026-12-01 in Asia/Shanghai. Locations lie on a line, one minute apart: `at(3)` is three minutes
from the office `at(0)`, because `a_problem` gives an explicit matrix of |i - j| * 60 seconds.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel, Consent, Contact
from scheduler.domain.collector import Break, Collector, Duty, Qualification, Shift
from scheduler.domain.location import Coordinates, Location
from scheduler.domain.plan import Plan
from scheduler.domain.problem import History, MatrixTravel, Objective, Problem
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile
from scheduler.domain.visit import Pin, Place, PlaceKind, PriorityPart, Visit

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 12, 1)
LOCATIONS = 31
MINUTE = timedelta(minutes=1)
MINUTES_ON_FOOT = 3


def time(clock: str, day: date = DAY) -> datetime:
    """`time("09:30")` is 2026-12-01T09:30+08:00."""
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=ZONE)


def window(start: str, end: str, day: date = DAY) -> TimeWindow:
    """A window of one day by clock times."""
    return TimeWindow(earliest_start=time(start, day), latest_end=time(end, day))


def at(position: int) -> str:
    """The id of the location `position` minutes from the office."""
    return f"l{position}"


def locations(count: int = LOCATIONS) -> tuple[Location, ...]:
    """The line of locations."""
    return tuple(
        Location(id=at(i), coordinates=Coordinates(latitude_degrees=31.2, longitude_degrees=112.8 + i / 1000))
        for i in range(count)
    )


def line_travel(count: int = LOCATIONS) -> MatrixTravel:
    """One minute and 500 meters from each location to the next."""
    return _line_travel(count, minutes=1)


def line_travel_with_walkers(count: int = LOCATIONS) -> MatrixTravel:
    """Who walks takes `MINUTES_ON_FOOT` from each location to the next."""
    return replace(line_travel(count), profiles={Profile.FOOT: _line_travel(count, minutes=MINUTES_ON_FOOT)})


def _line_travel(count: int, *, minutes: int) -> MatrixTravel:
    return MatrixTravel(
        duration_seconds=tuple(tuple(abs(i - j) * 60 * minutes for j in range(count)) for i in range(count)),
        distance_meters=tuple(tuple(abs(i - j) * 500 for j in range(count)) for i in range(count)),
    )


def a_place(
    name: str,
    position: int,
    *windows: TimeWindow,
    kind: PlaceKind = PlaceKind.HOME,
    preference_minutes: int = 0,
) -> Place:
    """A place `position` minutes from the office, open all lawful day unless windows are given."""
    return Place(
        id=name,
        kind=kind,
        location_id=at(position),
        time_windows=windows or (window("08:00", "22:00"),),
        preference_penalty=preference_minutes * MINUTE,
    )


def a_visit(
    name: str,
    position: int = 1,
    *windows: TimeWindow,
    minutes: int = 30,
    places: tuple[Place, ...] = (),
    priority: int = 50,
    priority_parts: tuple[PriorityPart, ...] = (),
    mandatory: bool = False,
    penalty_minutes: int | None = None,
    skills: set[str] | frozenset[str] = frozenset(),
    crew_size: int = 1,
    required: set[str] | frozenset[str] = frozenset(),
    preferred: set[str] | frozenset[str] = frozenset(),
    prohibited: set[str] | frozenset[str] = frozenset(),
    pinned: Pin | None = None,
    case: Case | None = None,
) -> Visit:
    """A visit of half an hour, one minute from the office, at any lawful time."""
    return Visit(
        id=name,
        service_duration=minutes * MINUTE,
        places=places or (a_place(f"{name}-home", position, *windows),),
        priority=priority,
        priority_parts=priority_parts,
        mandatory=mandatory,
        given_penalty=None if penalty_minutes is None else penalty_minutes * MINUTE,
        required_skills=frozenset(skills),
        crew_size=crew_size,
        required_collectors=frozenset(required),
        preferred_collectors=frozenset(preferred),
        prohibited_collectors=frozenset(prohibited),
        pinned=pinned,
        case=case,
    )


def a_collector(
    name: str,
    *,
    skills: set[str] | frozenset[str] = frozenset(),
    trained_until: date | None = date(2027, 6, 30),
    max_visits: int | None = None,
    not_with: set[str] | frozenset[str] = frozenset(),
    is_new: bool = False,
) -> Collector:
    """A collector with valid pre-job training."""
    qualifications = (
        () if trained_until is None else (Qualification(code="pre-job-training", valid_until=trained_until),)
    )
    return Collector(
        id=name,
        skills=frozenset(skills),
        qualifications=qualifications,
        max_visits=max_visits,
        prohibited_partners=frozenset(not_with),
        is_new=is_new,
    )


def a_break(start: str, end: str, minutes: int = 45) -> Break:
    """A break inside clock times."""
    return Break(window=window(start, end), duration=minutes * MINUTE)


def a_shift(
    name: str,
    *collector_ids: str,
    start: str = "09:00",
    end: str = "18:00",
    day: date = DAY,
    breaks: tuple[Break, ...] = (),
    max_visits: int | None = None,
    office: int = 0,
    profile: Profile = Profile.CAR,
) -> Shift:
    """A shift from nine to six for the collectors `NAME-a` and `NAME-b` unless others are named."""
    return Shift(
        id=name,
        collector_ids=collector_ids or (f"{name}-a", f"{name}-b"),
        earliest_start=time(start, day),
        latest_end=time(end, day),
        start_location_id=at(office),
        end_location_id=at(office),
        breaks=breaks,
        max_visits=max_visits,
        travel_profile=profile,
    )


def a_duty(
    name: str,
    *,
    start: str = "09:00",
    end: str = "18:00",
    day: date = DAY,
    breaks: tuple[Break, ...] = (),
    max_visits: int | None = None,
    office: int = 0,
) -> Duty:
    """A duty from nine to six of a collector who is in no crew yet."""
    return Duty(
        collector_id=name,
        earliest_start=time(start, day),
        latest_end=time(end, day),
        start_location_id=at(office),
        end_location_id=at(office),
        breaks=breaks,
        max_visits=max_visits,
    )


def a_problem(
    visits: tuple[Visit, ...] | list[Visit] = (),
    shifts: tuple[Shift, ...] | list[Shift] | None = None,
    collectors: tuple[Collector, ...] | list[Collector] = (),
    *,
    rule_packs: tuple[str, ...] = (),
    objective: Objective | None = None,
    history: History | None = None,
    published_plan: Plan | None = None,
    hour_factors: tuple[float, ...] = (),
    duties: tuple[Duty, ...] | list[Duty] = (),
    standing_crews: tuple[frozenset[str], ...] = (),
    as_of: datetime | None = time("00:00", DAY - timedelta(days=10)),  # noqa: B008 - one moment for all
) -> Problem:
    """A problem on the line of locations, without law unless packs are named; notices can still be sent in time.

    Collectors that shifts or duties name and `collectors` does not are added, trained. With duties there are no shifts
    unless some are given.
    """
    no_shifts_given = () if duties else (a_shift("s1"),)
    crews = no_shifts_given if shifts is None else tuple(shifts)
    known = {collector.id: collector for collector in collectors}
    for shift in crews:
        for collector_id in shift.collector_ids:
            known.setdefault(collector_id, a_collector(collector_id))
    for duty in duties:
        known.setdefault(duty.collector_id, a_collector(duty.collector_id))
    return Problem(
        time_zone=ZONE,
        travel=line_travel(),
        locations=locations(),
        collectors=tuple(known.values()),
        shifts=crews,
        visits=tuple(visits),
        as_of=as_of,
        rule_packs=rule_packs,
        objective=objective or Objective(),
        history=history,
        published_plan=published_plan,
        hour_factors=hour_factors,
        duties=tuple(duties),
        standing_crews=standing_crews,
    )


def a_case(**facts: object) -> Case:
    """A case that every rule of the packs lets through; pass facts to spoil it."""
    fine: dict[str, object] = {
        "days_past_due": 60,
        "subject": "debtor",
        "blocks": (),
        "contacts": tuple(
            Contact(channel=channel, at=datetime(2026, 11, day, 3, 0, tzinfo=UTC), reached=False)
            for day in (10, 12, 14, 16)
            for channel in (Channel.PHONE, Channel.SMS, Channel.EMAIL, Channel.PUSH)
        ),
        "notices": (),
        "consents": (Consent(place_kind="workplace", given=True, at=datetime(2026, 11, 1, tzinfo=UTC)),),
    }
    return Case(**(fine | facts))  # type: ignore[arg-type]  # a builder takes what the test names
