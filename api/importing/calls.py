"""Rows of the tables cases, places and contacts become visits with the facts of their case."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from api.importing.cells import ZONE, Cells, local_midnight
from api.importing.fault_list import FaultList
from api.importing.identities import Identities
from api.importing.points import read_coordinates
from api.importing.tables import Row, Table
from scheduler.domain.case import Actor, Block, Case, Channel, Consent, Contact, Notice
from scheduler.domain.location import Location
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import Pin, Place, PlaceKind, PriorityCode, PriorityPart, Visit
from scheduler.priority import AmountBand, priority_parts

MOST_CASE_ID = 50  # leaves room for `-workplace-99` within the 64 characters of an id
_MOST_SERVICE_MINUTES = 480
_MOST_PENALTY_MINUTES = 1_440
_MOST_DAYS_PAST_DUE = 36_500
_MOST_CREW = 20
_UNCHECKED = ("unchecked", "未核查")
_SUBJECTS = {
    "debtor": "debtor",
    "guarantor": "guarantor",
    "third_person": "third_person",
    "spouse": "spouse",
    "parent_of_minor": "parent_of_minor",
    "guardian": "guardian",
    "executor": "executor",
    "债务人": "debtor",
    "本人": "debtor",
    "保证人": "guarantor",
    "担保人": "guarantor",
    "第三人": "third_person",
    "联系人": "third_person",
    "配偶": "spouse",
    "未成年人父母": "parent_of_minor",
    "监护人": "guardian",
    "遗产管理人": "executor",
}
# Closed, because rules pass over a circumstance that they do not know: a slip of the pen must not open a door.
_BLOCKS = {
    word: code
    for code, zh in {
        "disputed": "有异议",
        "open_complaint": "投诉未结",
        "hardship": "经济困难",
        "deceased": "已故",
        "incapacitated": "行为能力受限",
        "minor": "未成年",
        "represented_by_lawyer": "已委托律师",
        "court_case": "诉讼",
        "bankruptcy": "破产",
        "serious_illness": "重病",
        "unlawful_debt": "债务不合法",
        "vulnerable": "处境特殊",
        "in_hospital": "住院",
        "cease_request": "要求停止上门",
        "revisit_not_wanted": "要求不再上门",
        "plan_agreed": "已协商分期",
        "case_closed": "已结案",
        "safety_review": "安全风险",
        "validation_period": "核实期内",
        "breathing_space": "法定宽限期",
        "disabled_group_1": "一级残疾",
        "bereavement": "丧事",
        "calamity": "灾害",
        "wedding": "婚庆",
        "festival": "节日",
    }.items()
    for word in (code, zh)
}
_KINDS = {
    **{str(kind): kind for kind in PlaceKind},
    "住宅": PlaceKind.HOME,
    "单位": PlaceKind.WORKPLACE,
    "其他": PlaceKind.OTHER,
}
_CHANNELS = {
    **{str(channel): channel for channel in Channel},
    "电话": Channel.PHONE,
    "短信": Channel.SMS,
    "邮件": Channel.EMAIL,
    "信函": Channel.LETTER,
    "推送": Channel.PUSH,
    "外访": Channel.VISIT,
}
_ACTORS = {
    **{str(actor): actor for actor in Actor},
    "自营": Actor.FIRST_PARTY,
    "委外": Actor.THIRD_PARTY,
}
_AMOUNT_BANDS = {
    **{str(band): band for band in AmountBand},
    "低": AmountBand.LOW,
    "中": AmountBand.MIDDLE,
    "高": AmountBand.HIGH,
}
_ANSWERS = {"yes": True, "no": False, "是": True, "否": False}


@dataclass(slots=True)
class Calls:
    """What the tables hold; `places` and all facts are by case, `texts` by visit id and place id."""

    visits: dict[str, Visit] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    places: dict[str, list[Place]] = field(default_factory=dict)
    consents: dict[str, list[Consent]] = field(default_factory=dict)
    contacts: dict[str, list[Contact]] | None = None
    notices: dict[str, list[Notice]] | None = None
    amount_bands: dict[str, AmountBand] = field(default_factory=dict)
    locations: list[Location] = field(default_factory=list)
    texts: dict[str, Text] = field(default_factory=dict)

    def complete_visits(self, day: date) -> tuple[Visit, ...]:
        """Every visit with its places, the whole of its case, and the priority that this gives it on the day."""
        return tuple(self._complete(visit, day) for visit in self.visits.values())

    def _complete(self, visit: Visit, day: date) -> Visit:
        case = visit.case and replace(
            visit.case,
            contacts=None if self.contacts is None else tuple(self.contacts.get(visit.id, ())),
            consents=tuple(self.consents.get(visit.id, ())),
            notices=None if self.notices is None else tuple(self.notices.get(visit.id, ())),
        )
        complete = replace(visit, case=case, places=tuple(self.places.get(visit.id, ())))
        if visit.priority_parts or case is None:
            return complete
        parts = priority_parts(case, day, ZONE, amount=self.amount_bands.get(visit.id))
        return replace(complete, priority=sum(part.points for part in parts), priority_parts=parts)


def read_cases(
    table: Table,
    calls: Calls,
    day: date,
    identities: Identities,
    *,
    known_collectors: Collection[str] | None,
    known_shifts: Collection[str] | None,
    faults: FaultList,
) -> None:
    """Add a visit for each case, still without places, contacts and consents."""
    for row in table.rows:
        cells = Cells(row, faults)
        identifier = cells.identifier("case_id", most=MOST_CASE_ID)
        priority, amount = _priority(cells), cells.choice("amount_band", _AMOUNT_BANDS)
        text = Text(name=cells.required_text("name"), note=cells.text("note"))
        visit = Visit(
            id=identifier or "",
            service_duration=_service_duration(cells),
            places=(),
            priority=sum(part.points for part in priority),
            priority_parts=priority,
            required_skills=cells.codes("required_skills"),
            crew_size=_given(cells.whole_number("crew_size", least=1, most=_MOST_CREW), 1),
            required_collectors=frozenset(cells.references("required_collectors", known_collectors, "collectors")),
            preferred_collectors=frozenset(cells.references("preferred_collectors", known_collectors, "collectors")),
            prohibited_collectors=frozenset(cells.references("prohibited_collectors", known_collectors, "collectors")),
            pinned=_pin(cells, day, known_shifts),
            case=_case(cells),
        )
        if identifier and identities.claim(cells, "case_id", identifier):
            calls.visits[identifier] = visit
            calls.rows[identifier] = row
            calls.texts[identifier] = text
            if amount is not None:
                calls.amount_bands[identifier] = amount


def read_places(
    table: Table,
    calls: Calls,
    day: date,
    identities: Identities,
    *,
    known_cases: Collection[str] | None,
    faults: FaultList,
) -> None:
    """Add each place to its case, with its location and consent; then note the cases that have no place."""
    for row in table.rows:
        _read_place(Cells(row, faults), calls, day, identities, known_cases)
    for case_id, row in calls.rows.items():
        if case_id not in calls.places:
            message = f"The case {case_id} has no row in the table places."
            faults.add(row.where("case_id"), "missing_place", message, "Add one, with empty coordinates if need be.")


def read_contacts(table: Table, calls: Calls, *, known_cases: Collection[str] | None, faults: FaultList) -> None:
    """Add each contact to its case; without the table, contacts are an unknown fact."""
    calls.contacts = {}
    for row in table.rows:
        cells = Cells(row, faults)
        for key in ("case_id", "channel", "at"):
            cells.required(key)
        case_id = cells.reference("case_id", known_cases, "cases")
        channel, at = cells.choice("channel", _CHANNELS), cells.moment("at")
        reached, kind = cells.choice("reached", _ANSWERS), cells.choice("place_kind", _KINDS)
        outcome = cells.optional_identifier("outcome")
        until = cells.optional_day("outcome_date")
        if case_id and channel and at:
            contact = Contact(channel=channel, at=at, reached=reached, place_kind=kind, outcome=outcome, until=until)
            calls.contacts.setdefault(case_id, []).append(contact)


def read_notices(
    table: Table,
    calls: Calls,
    *,
    known_cases: Collection[str] | None,
    known_collectors: Collection[str] | None,
    faults: FaultList,
) -> None:
    """Add each notice to its case; without the table, notices are an unknown fact."""
    calls.notices = {}
    for row in table.rows:
        cells = Cells(row, faults)
        for key in ("case_id", "sent_at", "first_date", "last_date"):
            cells.required(key)
        case_id = cells.reference("case_id", known_cases, "cases")
        sent_at = cells.moment("sent_at")
        first, last = cells.optional_day("first_date"), cells.optional_day("last_date")
        if first and last and last < first:
            cells.fault("last_date", "reversed_dates", f"The last day {last} is before the first one, {first}.")
        people = cells.references("collector_ids", known_collectors, "collectors")
        delivered_at, consented_at = cells.moment("delivered_at"), cells.moment("consented_at")
        if case_id and sent_at and first and last:
            calls.notices.setdefault(case_id, []).append(
                Notice(
                    sent_at=sent_at,
                    delivered_at=delivered_at,
                    first_day=first,
                    last_day=last,
                    collector_ids=frozenset(people),
                    consented_at=consented_at,
                )
            )


def _read_place(
    cells: Cells, calls: Calls, day: date, identities: Identities, known_cases: Collection[str] | None
) -> None:
    for key in ("case_id", "kind"):
        cells.required(key)
    case_id = cells.reference("case_id", known_cases, "cases")
    kind = cells.choice("kind", _KINDS)
    address = cells.required_text("address")
    coordinates = read_coordinates(cells)
    windows = _time_windows(cells, day)
    penalty = cells.whole_number("preference_penalty_minutes", least=0, most=_MOST_PENALTY_MINUTES)
    consent = _consent(cells, kind)
    places = calls.places.setdefault(case_id, []) if case_id else []
    if not case_id or not kind:
        return
    same_kind = sum(place.kind is kind for place in places)
    identifier = f"{case_id}-{kind}" + (f"-{same_kind + 1}" if same_kind else "")
    identities.claim(cells, "case_id", identifier)
    places.append(
        Place(
            id=identifier,
            kind=kind,
            location_id=identifier,
            time_windows=windows,
            preference_penalty=timedelta(minutes=penalty or 0),
        )
    )
    calls.locations.append(Location(id=identifier, coordinates=coordinates))
    calls.texts[identifier] = Text(address=address)
    if consent:
        calls.consents.setdefault(case_id, []).append(consent)


def _priority(cells: Cells) -> tuple[PriorityPart, ...]:
    """The lender's own number; none when it is to be made from the case."""
    given = cells.whole_number("priority", least=0, most=100)
    return () if given is None else (PriorityPart(code=PriorityCode.GIVEN, points=given),)


def _case(cells: Cells) -> Case:
    return Case(
        days_past_due=cells.whole_number("days_past_due", least=0, most=_MOST_DAYS_PAST_DUE),
        subject=cells.choice("subject", _SUBJECTS),
        actor=cells.choice("actor", _ACTORS),
        product=cells.optional_identifier("product"),
        person=cells.optional_identifier("borrower_id"),
        blocks=_blocks(cells),
    )


def _blocks(cells: Cells) -> tuple[Block, ...] | None:
    """None, so nobody has checked, when the column lacks or the cell says so; an empty cell is "none on record"."""
    if not cells.has("blocks") or cells.value("blocks").casefold() in _UNCHECKED:
        return None
    return tuple(Block(code=code, until=until) for code, until in cells.dated_codes("blocks", _BLOCKS))


def _service_duration(cells: Cells) -> timedelta:
    cells.required("service_minutes")
    minutes = cells.whole_number("service_minutes", least=1, most=_MOST_SERVICE_MINUTES)
    return timedelta(minutes=minutes or 0)


def _pin(cells: Cells, day: date, known_shifts: Collection[str] | None) -> Pin | None:
    shift_id = cells.reference("pinned_shift_id", known_shifts, f"shifts for {day}")
    start = cells.clock("pinned_start_time", day)
    if start and not cells.value("pinned_shift_id"):
        message = "A pinned time stands without its shift."
        cells.fault("pinned_shift_id", "missing_value", message, "Name the shift, or narrow the hours of the place.")
    return Pin(shift_id=shift_id, service_start_time=start) if shift_id else None


def _time_windows(cells: Cells, day: date) -> tuple[TimeWindow, ...]:
    if not cells.value("time_windows"):
        midnight = local_midnight(day)
        return (TimeWindow(earliest_start=midnight, latest_end=midnight + timedelta(days=1)),)
    return tuple(TimeWindow(earliest_start=start, latest_end=end) for start, end, _ in cells.spans("time_windows", day))


def _consent(cells: Cells, kind: PlaceKind | None) -> Consent | None:
    given = cells.choice("consent", _ANSWERS)
    at = cells.moment("consent_at")
    if given is None:
        return None
    if not cells.value("consent_at"):
        message = "An answer about consent stands without its time."
        cells.fault("consent_at", "missing_value", message, "Write when it was recorded, as 2026-11-10 15:30.")
    return Consent(place_kind=str(kind), given=given, at=at) if kind and at else None


def _given(value: int | None, default: int) -> int:
    return default if value is None else value
