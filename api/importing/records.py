"""Rows of the tables as typed records that are not bound to a day: the store keeps them, and a day is made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.case import Block, Consent, Contact, Notice, Override
from scheduler.domain.collector import Collector
from scheduler.domain.location import Coordinates
from scheduler.domain.texts import Text
from scheduler.domain.time_window import TimeWindow
from scheduler.domain.travel import Profile
from scheduler.domain.visit import PlaceKind
from scheduler.priority import AmountBand

ZONE = ZoneInfo("Asia/Shanghai")
WHOLE_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record stands.

    Attributes:
        file: The file's name without its folder.
        number: The row as a spreadsheet shows it; the header is row 1.
        headers: Column key -> header as it stands in the file.
    """

    file: str
    number: int
    headers: Mapping[str, str]

    def where(self, key: str) -> str:
        """The place of a cell, for a fault."""
        return f"{self.file}:{self.number}:{self.headers.get(key, key)}"


NOWHERE = Position("", 0, {})


@dataclass(frozen=True, slots=True, order=True)
class ClockSpan:
    """Part of a local day, in whole minutes from its midnight; 1,440 is the next midnight."""

    start_minute: int
    end_minute: int

    def on(self, day: date) -> TimeWindow:
        """The hours of a day."""
        return TimeWindow(earliest_start=moment_of(day, self.start_minute), latest_end=moment_of(day, self.end_minute))

    def __str__(self) -> str:
        """As it is written in tables."""
        return f"{clock_text(self.start_minute)}-{clock_text(self.end_minute)}"


WHOLE_DAY = ClockSpan(0, WHOLE_DAY_MINUTES)


def moment_of(day: date, minute: int) -> datetime:
    """A clock time of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE) + timedelta(minutes=minute)


def clock_text(minute: int) -> str:
    """As `09:30`."""
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A row of the table cases.

    Attributes:
        case_id: The lender's number for the case.
        name: The borrower's.
        phone: The borrower's; no table has it.
        note: For the crew.
        days_past_due: On the day on which the table was true; None when nobody knows.
        priority: 0 to 100; None when it is to be made from the case.
        subject: As of the domain's `Case`.
        actor: As of the domain's `Case`.
        product: As of the domain's `Case`.
        borrower_id: The lender's number for the person; None when every case is a person of its own.
        amount_band: None when the amount does not count.
        blocks: None when nobody has checked.
        required_skills: Codes.
        service_minutes: At the door.
        crew_size: The least number of people.
        required_collectors: Ids.
        preferred_collectors: Ids.
        prohibited_collectors: Ids.
        pinned_shift_id: None for no pin.
        pinned_start_minute: From midnight; None for no time.
        contacts_known: Whether there is a contact log.
        notices_known: Whether it is known which notices were sent.
        overrides: Exceptions granted; no table has them.
        position: Where the row stands.
    """

    case_id: str
    name: str
    phone: str = ""
    note: str = ""
    days_past_due: int | None = None
    priority: int | None = None
    subject: str | None = None
    actor: str | None = None
    product: str | None = None
    borrower_id: str | None = None
    amount_band: AmountBand | None = None
    blocks: tuple[Block, ...] | None = None
    required_skills: frozenset[str] = frozenset()
    service_minutes: int
    crew_size: int = 1
    required_collectors: frozenset[str] = frozenset()
    preferred_collectors: frozenset[str] = frozenset()
    prohibited_collectors: frozenset[str] = frozenset()
    pinned_shift_id: str | None = None
    pinned_start_minute: int | None = None
    contacts_known: bool = False
    notices_known: bool = False
    overrides: tuple[Override, ...] = ()
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """A row of the table places; `place_id` is made of the case's id and the kind. No hours are the whole day."""

    place_id: str
    case_id: str
    kind: PlaceKind
    address: str
    coordinates: Coordinates | None
    hours: tuple[ClockSpan, ...] = ()
    preference_penalty_minutes: int = 0
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """What the borrower said about a kind of place."""

    case_id: str
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecord:
    """A row of the table contacts; `borrower_id` only where the case itself may be missing among the records."""

    case_id: str
    contact: Contact
    borrower_id: str | None = None
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """A row of the table notices."""

    case_id: str
    notice: Notice
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorRecord:
    """A row of the table collectors."""

    collector: Collector
    text: Text
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakRecord:
    """A rest inside some hours."""

    hours: ClockSpan
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRecord:
    """A row of the table shifts; `shift_id` is empty for people who are on duty and in no crew yet."""

    shift_id: str
    collector_ids: tuple[str, ...]
    day: date
    hours: ClockSpan
    start_office_id: str
    end_office_id: str
    breaks: tuple[BreakRecord, ...] = ()
    max_visits: int | None = None
    travel_profile: Profile = Profile.CAR
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRecord:
    """A row of the table offices."""

    office_id: str
    name: str
    address: str
    coordinates: Coordinates
    position: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """What was read of a file.

    Attributes:
        file: Its name without its folder.
        encoding: `utf-8`, `gb18030` or `xlsx`.
        rows: How many, blank ones not counted.
        columns: Keys of the columns that it has.
    """

    file: str
    encoding: str
    rows: int
    columns: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All records of an import, or all of the store that concern a day; in the order in which they came.

    Attributes:
        tables: What was read, by table; empty for records of the store.
    """

    offices: Sequence[OfficeRecord] = ()
    collectors: Sequence[CollectorRecord] = ()
    shifts: Sequence[ShiftRecord] = ()
    cases: Sequence[CaseRecord] = ()
    places: Sequence[PlaceRecord] = ()
    consents: Sequence[ConsentRecord] = ()
    contacts: Sequence[ContactRecord] = ()
    notices: Sequence[NoticeRecord] = ()
    tables: Mapping[str, ReadTable] = field(default_factory=dict)
