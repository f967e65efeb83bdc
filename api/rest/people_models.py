"""Collectors, offices and shifts as callers send and get them."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.importing.columns import MOST_OF_A_NAME, MOST_OF_AN_ADDRESS
from api.importing.crew_rows import MOST_VISITS
from api.importing.records import clock_text, degrees_text
from api.rest.answers import ID_PATTERN
from api.rest.responses import DayText, Exact, Line
from api.store.people import KnownCollector, KnownOffice, KnownShift

type Code = Annotated[str, Field(max_length=64)]
type Codes = Annotated[list[Code], Field(max_length=50)]
type Clock = Annotated[str, Field(description="Such as 09:00.", max_length=8)]


class QualificationIn(Exact):
    """A certificate."""

    code: Code
    valid_until: DayText


class CollectorFields(Exact):
    """What can be said of a collector; what is left out stays as it is."""

    name: str | None = Field(default=None, min_length=1, max_length=MOST_OF_A_NAME)
    badge_number: Line | None = Field(default=None, max_length=64)
    employer: Line | None = Field(default=None, max_length=200)
    skills: Codes | None = None
    qualifications: list[QualificationIn] | None = Field(default=None, max_length=50)
    max_visits: int | None = Field(default=None, description="A day.", ge=1, le=MOST_VISITS)
    prohibited_partners: Codes | None = None
    identity_number: str | None = Field(default=None, description="Printed letters alone show it.", max_length=32)
    phone: str | None = Field(default=None, description="At work.", max_length=40)

    def cells(self, collector_id: str) -> dict[str, str | None]:
        """As a row of the table collectors; None where nothing was said."""
        held = self.qualifications
        return {
            "collector_id": collector_id,
            "name": self.name,
            "skills": None if self.skills is None else ";".join(self.skills),
            "qualifications": None if held is None else ";".join(f"{one.code}:{one.valid_until}" for one in held),
            "max_visits": None if self.max_visits is None else str(self.max_visits),
            "prohibited_partners": None if self.prohibited_partners is None else ";".join(self.prohibited_partners),
            "identity_number": self.identity_number,
            "phone": self.phone,
        }

    @property
    def badge(self) -> dict[str, str | None]:
        """What stands on the badge and in the verification answer."""
        given = {"badge_number": self.badge_number, "employer": self.employer}
        return {key: value for key, value in given.items() if value is not None}


class CollectorIn(CollectorFields):
    """A new collector."""

    id: Code = Field(description="As in documents.")
    name: str = Field(min_length=1, max_length=MOST_OF_A_NAME)
    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class CollectorChange(CollectorFields):
    """What changes."""

    state: str | None = Field(default=None, pattern="^(here|left)$", description="here or left.")


class QualificationOut(BaseModel):
    """A certificate."""

    code: str
    valid_until: str = Field(json_schema_extra={"format": "date"})


class CollectorOut(BaseModel):
    """A collector, with a masked name."""

    id: str = Field(pattern=ID_PATTERN, description="Where it is found.")
    collector_id: str = Field(description="As in documents.")
    name: str = Field(description="Masked.")
    badge_number: str | None
    employer: str | None
    skills: list[str]
    qualifications: list[QualificationOut]
    max_visits: int | None
    is_new: bool
    prohibited_partners: list[str]
    has_photo: bool
    state: str = Field(pattern="^(here|left)$")
    rev: int

    @classmethod
    def of(cls, known: KnownCollector) -> "CollectorOut":
        """One of the store."""
        return cls(
            id=known.id,
            collector_id=known.code,
            name=known.name,
            badge_number=known.badge_number,
            employer=known.employer,
            skills=list(known.skills),
            qualifications=[
                QualificationOut(code=one.code, valid_until=one.valid_until.isoformat()) for one in known.qualifications
            ],
            max_visits=known.max_visits,
            is_new=known.is_new,
            prohibited_partners=list(known.prohibited_partners),
            has_photo=known.has_photo,
            state="here" if known.left_at is None else "left",
            rev=known.rev,
        )


class CollectorList(BaseModel):
    """In the order in which they came."""

    collectors: list[CollectorOut]
    next_cursor: str | None


class OfficeFields(Exact):
    """What can be said of an office; what is left out stays as it is."""

    name: str | None = Field(default=None, min_length=1, max_length=MOST_OF_A_NAME)
    address: str | None = Field(default=None, max_length=MOST_OF_AN_ADDRESS)
    latitude: float | None = Field(default=None, allow_inf_nan=False)
    longitude: float | None = Field(default=None, allow_inf_nan=False)
    datum: str | None = Field(default=None, description="wgs84, gcj02 or bd09; needed beside a point.", max_length=10)

    def cells(self, office_id: str) -> dict[str, str | None]:
        """As a row of the table offices; None where nothing was said."""
        cells = {"office_id": office_id, "name": self.name, "address": self.address}
        if self.latitude is None and self.longitude is None and self.datum is None:
            return dict(cells)
        return cells | {
            "latitude": degrees_text(self.latitude),
            "longitude": degrees_text(self.longitude),
            "datum": self.datum or "",
        }


class OfficeIn(OfficeFields):
    """A new office."""

    id: Code = Field(description="As in documents.")
    name: str = Field(min_length=1, max_length=MOST_OF_A_NAME)
    latitude: float = Field(allow_inf_nan=False)
    longitude: float = Field(allow_inf_nan=False)
    datum: str = Field(max_length=10)
    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class OfficeOut(BaseModel):
    """An office; its point is in WGS-84."""

    id: str = Field(pattern=ID_PATTERN, description="Where it is found.")
    office_id: str = Field(description="As in documents.")
    name: str
    address: str
    latitude: float
    longitude: float
    rev: int

    @classmethod
    def of(cls, known: KnownOffice) -> "OfficeOut":
        """One of the store."""
        record = known.record
        return cls(
            id=known.id,
            office_id=record.office_id,
            name=record.name,
            address=record.address,
            latitude=record.coordinates.latitude_degrees,
            longitude=record.coordinates.longitude_degrees,
            rev=known.rev,
        )


class OfficeList(BaseModel):
    """In the order in which they came."""

    offices: list[OfficeOut]
    next_cursor: str | None


class BreakIn(Exact):
    """A rest inside some hours."""

    hours: str = Field(description="Such as 12:00-13:30.", max_length=20)
    minutes: int = Field(ge=1, le=1_440)


class ShiftFields(Exact):
    """What can be said of a shift; what is left out stays as it is."""

    collector_ids: Codes | None = Field(default=None, min_length=1)
    date: DayText | None = None
    start: Clock | None = None
    end: Clock | None = None
    start_office: Code | None = None
    end_office: Code | None = None
    breaks: list[BreakIn] | None = Field(default=None, max_length=10)
    max_visits: int | None = Field(default=None, ge=1, le=MOST_VISITS)

    def cells(self, shift_id: str) -> dict[str, str | None]:
        """As a row of the table shifts; None where nothing was said."""
        breaks = self.breaks
        return {
            "shift_id": shift_id,
            "collector_ids": None if self.collector_ids is None else ";".join(self.collector_ids),
            "date": self.date,
            "start": self.start,
            "end": self.end,
            "start_office": self.start_office,
            "end_office": self.end_office,
            "breaks": None if breaks is None else ";".join(f"{one.hours}/{one.minutes}" for one in breaks),
            "max_visits": None if self.max_visits is None else str(self.max_visits),
        }


class ShiftIn(ShiftFields):
    """A new shift."""

    id: Code = Field(description="As in documents.", min_length=1)
    collector_ids: Codes = Field(min_length=1)
    date: DayText
    start: Clock
    end: Clock
    start_office: Code
    end_office: Code
    branch: Line | None = Field(default=None, description="The branch's code; needed by who sees several.")


class BreakOut(BaseModel):
    """A rest inside some hours."""

    hours: str
    minutes: int


class ShiftOut(BaseModel):
    """A shift, or people on duty who are in no crew yet."""

    id: str = Field(pattern=ID_PATTERN, description="Where it is found.")
    shift_id: str | None = Field(description="As in documents; null for people on duty.")
    collector_ids: list[str]
    date: str = Field(json_schema_extra={"format": "date"})
    start: str
    end: str
    start_office: str
    end_office: str
    breaks: list[BreakOut]
    max_visits: int | None
    rev: int

    @classmethod
    def of(cls, known: KnownShift) -> "ShiftOut":
        """One of the store."""
        record = known.record
        return cls(
            id=known.id,
            shift_id=record.shift_id or None,
            collector_ids=list(record.collector_ids),
            date=record.day.isoformat(),
            start=clock_text(record.hours.start_minute),
            end=clock_text(record.hours.end_minute),
            start_office=record.start_office_id,
            end_office=record.end_office_id,
            breaks=[BreakOut(hours=str(rest.hours), minutes=rest.minutes) for rest in record.breaks],
            max_visits=record.max_visits,
            rev=known.rev,
        )


class ShiftList(BaseModel):
    """In the order in which they came."""

    shifts: list[ShiftOut]
    next_cursor: str | None
