"""What a crew's phone shows: the next stop with all that is needed at its door, then the whole route."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from api.papers.verification import qr_modules, verification_address
from api.store import StoredPlan, Unit, letters, records, stops
from api.store.links import Link
from api.store.records import VisitRecord
from api.store.stops import PlannedStop
from api.visiting import visits
from api.web.catalogue import clock
from api.web.crew_view import CrewView, StopCard, crew_view
from api.web.outcome_fields import OutcomeGroup, label_of, outcome_groups
from scheduler.domain.texts import Text
from scheduler.rules.kinds.document import DocumentParams
from scheduler.rules.load import load_rule_set
from scheduler.rules.outcomes import outcome_codes
from scheduler.rules.rule_pack import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLine:
    """A stop in the list of the whole route.

    Attributes:
        card: The stop.
        state: `open`, `begun`, `ended` or `cancelled`; None but at visits.
        outcome: What it ended with, in words.
    """

    card: StopCard
    state: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLetter:
    """The letter of authorization on the phone.

    Attributes:
        number: As printed.
        until: When it ends, by the clock.
        side: Of the QR code with its quiet zone, in modules.
        path: The code's dark modules, as an SVG path.
    """

    number: str
    until: str
    side: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A collector of the crew."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentStop:
    """The visit that the crew is at, or goes to.

    Attributes:
        card: The stop.
        visit_id: Which visit.
        record_id: What happened there; None before it began.
        began: When it began, by the clock.
        latest_start: The last moment to begin, by the clock; None where nobody can say.
        latest_start_at: The same in ISO 8601, for the page's script.
        is_too_late: Nobody starts any more.
        objections: What stands against beginning now, in words.
        letter: None where there is none that is valid today.
    """

    card: StopCard
    visit_id: str
    record_id: str | None
    began: str
    latest_start: str | None
    latest_start_at: str
    is_too_late: bool
    objections: tuple[str, ...]
    letter: ShownLetter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """The page.

    Attributes:
        crew: The route.
        lines: Its stops.
        current: None when nothing is left to do.
        done: Visits that ended.
        people: The crew.
        papers: What the rules ask it to carry, but for the letter.
        outcomes: What a visit can end with.
        last_day: The farthest day that an outcome may name.
        now_at: The server's time, in ISO 8601.
        over_at: When the link ends, in ISO 8601.
    """

    crew: CrewView
    lines: tuple[StopLine, ...]
    current: CurrentStop | None
    done: int
    people: tuple[Person, ...]
    papers: tuple[str, ...]
    outcomes: tuple[OutcomeGroup, ...]
    last_day: date
    now_at: str
    over_at: str


def phone_view(
    unit: Unit,
    link: Link,
    stored: StoredPlan,
    *,
    wanted: str | None,
    providers: Sequence[str],
    site: str,
    language: str,
) -> Phone:
    """Put a crew's day together.

    Args:
        unit: In the scope of the link.
        link: Of the crew.
        stored: The plan that it follows.
        wanted: The visit that the crew wants to see first; another than the next one while none is begun.
        providers: Of navigation.
        site: Where letters are verified.
        language: Of the page.
    """
    shift = link.shift_code or ""
    found = {stop.visit_code: stop for stop in stops.of_plan(unit, link.plan_id, shift)}
    kept = {one.id: one for one in records.of_plan(unit, link.plan_id)}
    happened = {code: kept[stop.record_id] for code, stop in found.items() if stop.record_id in kept}
    rules = load_rule_set(stored.problem.rule_packs)
    codes = outcome_codes(rules, stored.day)
    view = crew_view(stored, shift, providers=providers, language=language)
    ended = {code for code, one in happened.items() if one.outcome is not None}
    labels = {name: label_of(code, language) for name, code in codes.items()}
    next_code = _next(found, happened, wanted)
    crew = next(iter(found.values())).collector_codes if found else ()
    return Phone(
        crew=view,
        lines=tuple(_line(card, found, happened, labels) for card in view.cards),
        current=None
        if next_code is None
        else _current(unit, stored, found[next_code], happened.get(next_code), view, site=site, language=language),
        done=len(ended),
        people=tuple(Person(id=one, name=stored.texts.get(one, Text()).name or one) for one in crew),
        papers=carried_papers(rules),
        outcomes=outcome_groups(codes.values(), language),
        last_day=stored.day + visits.FARTHEST,
        now_at=unit.now.isoformat(),
        over_at=link.expires_at.isoformat(),
    )


def carried_papers(rules: RuleSet) -> tuple[str, ...]:
    """What the rules ask a crew to carry, but for the letter, which is looked up."""
    names = [
        name
        for placed in rules.rules
        if isinstance(placed.rule.params, DocumentParams)
        for name in placed.rule.params.names
    ]
    return tuple(name for name in dict.fromkeys(names) if name != visits.LETTER)


def _next(found: Mapping[str, PlannedStop], happened: Mapping[str, VisitRecord], wanted: str | None) -> str | None:
    """The visit that is begun, else the one that is wanted, else the first that is open."""
    begun = next((code for code, one in happened.items() if one.outcome is None), None)
    if begun is not None:
        return begun
    still = [code for code, stop in found.items() if stop.cancelled_at is None and code not in happened]
    return wanted if wanted in still else next(iter(still), None)


def _line(
    card: StopCard,
    found: Mapping[str, PlannedStop],
    happened: Mapping[str, VisitRecord],
    labels: Mapping[str, str],
) -> StopLine:
    stop = found.get(card.visit_id or "")
    if stop is None:
        return StopLine(card=card, state=None, outcome=None)
    record = happened.get(stop.visit_code)
    outcome = None if record is None else record.present_outcome[0]
    if outcome is not None:
        return StopLine(card=card, state="ended", outcome=labels.get(outcome, outcome))
    state = "begun" if record is not None else "cancelled" if stop.cancelled_at is not None else "open"
    return StopLine(card=card, state=state, outcome=None)


def _current(
    unit: Unit,
    stored: StoredPlan,
    stop: PlannedStop,
    record: VisitRecord | None,
    view: CrewView,
    *,
    site: str,
    language: str,
) -> CurrentStop:
    zone = stored.problem.time_zone
    standing = visits.standing(unit, stored, stop) if record is None else None
    latest = None if standing is None else standing.latest_start
    return CurrentStop(
        card=next(card for card in view.cards if card.visit_id == stop.visit_code),
        visit_id=stop.visit_code,
        record_id=None if record is None else record.id,
        began="" if record is None or record.checked_in_at is None else clock(record.checked_in_at.astimezone(zone)),
        latest_start=None if latest is None else clock(latest.astimezone(zone)),
        latest_start_at="" if latest is None else latest.isoformat(),
        is_too_late=standing is not None and standing.is_too_late,
        objections=() if standing is None else tuple(one.told_in(language) for one in standing.objections),
        letter=_letter(unit, stop, zone, site),
    )


def _letter(unit: Unit, stop: PlannedStop, zone: ZoneInfo, site: str) -> ShownLetter | None:
    letter = letters.of_visit(unit, stop.plan_id, stop.visit_code)
    if letter is None:
        return None
    modules = qr_modules(verification_address(site, letter.number))
    return ShownLetter(
        number=letter.number,
        until=clock(letter.valid_until.astimezone(zone)),
        side=len(modules) + 2 * _QUIET,
        path=_svg_path(modules),
    )


_QUIET = 4  # modules of white around a code, as ISO 18004 asks


def _svg_path(modules: Sequence[Sequence[bool]]) -> str:
    """Each run of dark modules in a row as one bar."""
    parts = []
    for y, row in enumerate(modules, _QUIET):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                parts.append(f"M{x + _QUIET} {y}h{length}v1h-{length}z")
            x += length or 1
    return "".join(parts)
