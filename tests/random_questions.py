"""Random questions to the law that touch every kind of rule of every pack, near the days and hours where rules change.

They are made from one number each by a generator of their own: Hypothesis would need a second for a hundred of them.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from scheduler.domain.case import Block, Case, Channel, Consent, Contact, Notice
from scheduler.domain.collector import Collector, Qualification
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.kinds.document import DocumentParams
from scheduler.rules.kinds.outcome import OutcomeParams
from scheduler.rules.kinds.person import PersonParams
from scheduler.rules.kinds.qualification import QualificationParams
from scheduler.rules.kinds.subject_block import SubjectBlockParams
from scheduler.rules.load import available_packs, load_rule_set
from scheduler.rules.question import Question

ZONES = tuple(map(ZoneInfo, ("Asia/Shanghai", "America/New_York", "Europe/London", "Asia/Kolkata", "UTC")))
PEOPLE = ("ann", "bo", "cy")

_RULES = tuple(placed.rule for placed in load_rule_set(available_packs()).rules)
_PARAMS = tuple(rule.params for rule in _RULES)
BLOCKS = (*sorted({code for one in _PARAMS if isinstance(one, SubjectBlockParams) for code in one.reasons}), "harmless")
OUTCOMES = (*sorted({code for one in _PARAMS if isinstance(one, OutcomeParams) for code in one.codes}), "UNHEARD_OF")
SUBJECTS = ("debtor", *sorted({code for one in _PARAMS if isinstance(one, PersonParams) for code in one.may_talk_to}))
CERTIFICATES = tuple(sorted({one.certificate for one in _PARAMS if isinstance(one, QualificationParams)}))
PRODUCTS = (None, "anything", *sorted({product for rule in _RULES for product in rule.applies.products}))
PAPERS = tuple(sorted({name for one in _PARAMS if isinstance(one, DocumentParams) for name in one.names}))


def a_random_question(seed: int) -> Question:
    """A visit to somebody on some days: a good case with a few things wrong, planned or not, with a crew or without."""
    random = Random(seed)
    zone = random.choice(ZONES)
    day = date(2026, 2, 1) + timedelta(days=random.randrange(-5, 360))
    days = [day, *(day + timedelta(days=random.randrange(4)) for _ in range(random.choice((0, 0, 1, 2))))]
    random.shuffle(days)
    return Question(
        place_kind=random.choice((PlaceKind.HOME, *PlaceKind)),
        place_id=random.choice((None, "here", "there")),
        time_zone=zone,
        days=tuple(dict.fromkeys(days)),
        case=None if random.random() < 0.15 else _case(random, day),
        planned=_planned(random, day, zone) if random.random() < 0.6 else None,
        crew=_crew(random, day) if random.random() < 0.5 else None,
        notices_from=random.choice((None, day - timedelta(days=random.randrange(6)))),
        documents=frozenset(PAPERS if random.random() < 0.8 else PAPERS[1:]) if random.random() < 0.3 else None,
    )


def a_random_block(random: Random, day: date) -> Block:
    """A circumstance that ended just before the day, ends near it, or has no end."""
    until = None if random.random() < 0.4 else day + timedelta(days=random.randrange(-2, 3))
    return Block(code=random.choice(BLOCKS), until=until)


def _planned(random: Random, day: date, zone: ZoneInfo) -> TimeWindow:
    hour = random.choice((*range(24), *(4 * (7, 8, 9, 17, 18, 19, 20, 21, 22))))
    minute = random.choice((0, 1, 29, 30, 31, 59))
    # By way of UTC, so that no time is made that the clocks leave out.
    begin = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).astimezone(UTC)
    end = begin + timedelta(minutes=random.randrange(1, 90))
    return TimeWindow(earliest_start=begin.astimezone(zone), latest_end=end.astimezone(zone))


def _crew(random: Random, day: date) -> tuple[Collector, ...]:
    return tuple(Collector(id=name, qualifications=_held(random, day)) for name in random.sample(PEOPLE, _size(random)))


def _size(random: Random) -> int:
    return random.choice((1, 2, 2, 2, 3))


def _held(random: Random, day: date) -> tuple[Qualification, ...]:
    return tuple(
        Qualification(code=code, valid_until=day + timedelta(days=random.choice((-1, 0, 1, 30, 300))))
        for code in CERTIFICATES
        if random.random() < 0.9
    )


def _case(random: Random, day: date) -> Case:
    return Case(
        days_past_due=random.choice((60, 60, 30, 0, None)),
        subject="debtor" if random.random() < 0.8 else random.choice((*SUBJECTS, "relative", None)),
        actor=random.choice((None, "first_party", "third_party")),
        product=random.choice(PRODUCTS),
        debt=random.choice((None, "d1")),
        person=random.choice((None, "p1")),
        blocks=_some(random, lambda: a_random_block(random, day), (0, 0, 0, 1, 2)),
        contacts=_log(random, day),
        consents=_some(random, lambda: _consent(random, day), (0, 1, 1, 2, 3)) or (),
        notices=_some(random, lambda: _notice(random, day), (0, 1, 1, 2)),
    )


def _some[Fact](random: Random, make: Callable[[], Fact], counts: Sequence[int]) -> tuple[Fact, ...] | None:
    """So many facts; sometimes nobody knows."""
    return None if random.random() < 0.06 else tuple(make() for _ in range(random.choice(counts)))


def _log(random: Random, day: date) -> tuple[Contact, ...] | None:
    """Mostly with earlier steps that failed, as a ladder asks for, and anything beside them."""
    others = _some(random, lambda: _contact(random, day), (0, 1, 3, 12))
    if others is None or random.random() < 0.2:
        return others
    steps = [
        Contact(channel=channel, at=_moment(random, day - timedelta(days=ago), 1), reached=False)
        for ago in (3, 6, 9, 12)
        for channel in (Channel.PHONE, Channel.SMS, Channel.EMAIL, Channel.PUSH)
    ]
    log = [*others, *steps]
    random.shuffle(log)
    return tuple(log)


def _moment(random: Random, day: date, days_before: int) -> datetime:
    """Several in one hour, so that records of one instant are common."""
    on = day - timedelta(days=random.randrange(-1, days_before))
    return datetime(on.year, on.month, on.day, random.choice((3, 4, 11, 15, 16, 23)), tzinfo=UTC)


def _contact(random: Random, day: date) -> Contact:
    channel = random.choice((*Channel, Channel.PHONE, Channel.VISIT))
    is_visit = channel is Channel.VISIT
    return Contact(
        channel=channel,
        at=_moment(random, day, 35),
        reached=random.choice((False, False, True, None)),
        debt=random.choice((None, None, "d1", "d2")),
        person=random.choice((None, None, "p1", "p2")),
        place_id=random.choice((None, "here", "there")) if is_visit else None,
        place_kind=random.choice((None, *PlaceKind)) if is_visit else None,
        outcome=random.choice((None, *OUTCOMES)) if is_visit else None,
        until=random.choice((None, day + timedelta(days=random.randrange(-4, 4)))) if is_visit else None,
        record=random.choice((None, "r1", "r2")),
        corrects=random.choice((None, None, None, None, "r1")),
    )


def _consent(random: Random, day: date) -> Consent:
    return Consent(place_kind=random.choice(tuple(PlaceKind)), given=random.random() < 0.7, at=_moment(random, day, 3))


def _notice(random: Random, day: date) -> Notice:
    sent = _moment(random, day, 9)
    first = day + timedelta(days=random.randrange(-2, 2))
    return Notice(
        sent_at=sent,
        first_day=first,
        last_day=first + timedelta(days=random.randrange(3)),
        delivered_at=None if random.random() < 0.2 else sent + timedelta(hours=random.choice((0, 1, 30))),
        collector_ids=frozenset(random.sample(PEOPLE, random.randrange(4))),
        consented_at=_moment(random, day, 3) if random.random() < 0.2 else None,
    )
