"""Hours in which the whole visit lies."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.time_window import TimeWindow
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.clock import Clock
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import Denial, Params
from scheduler.rules.question import Question


class Weekday(StrEnum):
    """The days of the week, in the order of `date.weekday()`."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Holiday(StrEnum):
    """Whether statutory holidays are like other days."""

    ALLOW = "allow"
    DENY = "deny"


class On(StrEnum):
    """The days that a rule is about: of others, by the calendar, it says nothing."""

    ALL = "all"
    WORKDAYS = "workdays"
    REST_DAYS = "rest_days"


class Contained(StrEnum):
    """What must lie inside the hours; there is one answer, and a pack says it aloud."""

    WHOLE_VISIT = "whole_visit"


_ON_WORDS = {
    "en": {On.ALL: "every day", On.WORKDAYS: "on workdays", On.REST_DAYS: "on weekends and statutory holidays"},
    "zh-CN": {On.ALL: "每天", On.WORKDAYS: "工作日", On.REST_DAYS: "周末和法定节假日"},
}
_ZH_WEEKDAYS = dict(zip(Weekday, "一二三四五六日", strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindowParams(Params):
    """The whole visit lies between `start` and `end`, both included, on one of `weekdays`; on no other day at all.

    `calendar` is there whenever `holiday` denies, and whenever the rule is not about all days.
    """

    start: Clock
    end: Clock
    weekdays: tuple[Weekday, ...]
    holiday: Holiday
    calendar: Calendar | None
    on: On = On.ALL

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `start`, `end`, `days`, `holiday`, `must_contain` and, where it stands, `on`."""
        faults_before = len(fields.faults)
        params = cls(
            start=fields.clock("start"),
            end=fields.clock("end"),
            weekdays=fields.choices("days", Weekday),
            holiday=fields.choice("holiday", Holiday),
            calendar=calendar,
            on=fields.choice("on", On) if fields.has("on") else On.ALL,
        )
        fields.choice("must_contain", Contained)
        if params.end <= params.start and len(fields.faults) == faults_before:
            fields.fault(
                "end",
                "window_empty",
                f"the window ends at {params.end}, not after its start at {params.start}",
                "A ban over midnight is written as the allowed hours of the day.",
            )
        if params.holiday is Holiday.DENY and calendar is None:
            fields.fault("holiday", "calendar_missing", "the pack names no calendar of holidays", "Give `calendar`.")
        if params.on is not On.ALL and calendar is None:
            fields.fault("on", "calendar_missing", "the pack names no calendar of holidays", "Give `calendar`.")
        return params

    def words(self, language: str) -> str:
        """Hours, weekdays, holidays."""
        is_any_weekday = len(self.weekdays) == len(Weekday)
        on = [_ON_WORDS[language][self.on]] if is_any_weekday or self.on is not On.ALL else []
        weekdays = () if is_any_weekday else self.weekdays
        if language == "en":
            days = ", ".join([*on, *weekdays])
            rest = ", not on statutory holidays" if self.holiday is Holiday.DENY else ""
            return f"the whole visit between {self.start} and {self.end}, {days}{rest}"
        days = "、".join([*on, *(f"周{_ZH_WEEKDAYS[day]}" for day in weekdays)])
        rest = "，法定节假日除外" if self.holiday is Holiday.DENY else ""
        return f"{days}{self.start}至{self.end}，上门全程须在此时段内{rest}"

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A visit that begins at `arrive` and lasts `service_minutes`."""
        start = given.clock("arrive").on(day, time_zone)
        end = start + timedelta(minutes=given.whole("service_minutes", 1))
        planned = TimeWindow(earliest_start=start, latest_end=end)
        return Question(place_kind=PlaceKind.HOME, time_zone=time_zone, days=(day,), case=None, planned=planned)

    def speaks_of(self, day: date) -> bool:
        """Whether the rule is about the day; it is when nobody knows, and then it denies."""
        is_workday = self._is_workday(day)
        return self.on is On.ALL or is_workday is None or is_workday is (self.on is On.WORKDAYS)

    def window_on(self, day: date, time_zone: ZoneInfo) -> TimeWindow | Denial:
        """The allowed hours of one local day that the rule speaks of, or why it has none."""
        denial = self._calendar_denial(day)
        if denial is not None:
            return denial
        if list(Weekday)[day.weekday()] not in self.weekdays:
            return Denial(
                zh=f"{day}不在允许上门的星期内。",
                en=f"{day} is not a day of the week on which visits are allowed.",
                facts={"day": str(day)},
                until=day,
            )
        return TimeWindow(earliest_start=self.start.on(day, time_zone), latest_end=self.end.on(day, time_zone))

    def shares_hours(self, other: "TimeWindowParams") -> bool:
        """Whether a visit of some length can satisfy both on some day of the week, or no day is of both."""
        if {self.on, other.on} == {On.WORKDAYS, On.REST_DAYS}:
            return True
        same_day = set(self.weekdays) & set(other.weekdays)
        return bool(same_day) and max(self.start, other.start) < min(self.end, other.end)

    def outside(self, planned: TimeWindow, time_zone: ZoneInfo) -> Denial:
        """The words for a planned visit that does not lie inside."""
        start, end = (moment.astimezone(time_zone) for moment in (planned.earliest_start, planned.latest_end))
        facts = {
            "start": str(self.start),
            "end": str(self.end),
            "planned_start": f"{start:%Y-%m-%d %H:%M:%S}",
            "planned_end": f"{end:%Y-%m-%d %H:%M:%S}",
        }
        return Denial(
            zh=f"上门全程须在{self.start}至{self.end}之间，计划为{facts['planned_start']}至{facts['planned_end']}。",
            en=(
                f"The whole visit must lie between {self.start} and {self.end}; "
                f"it is planned from {facts['planned_start']} to {facts['planned_end']}."
            ),
            facts=facts,
        )

    def _is_workday(self, day: date) -> bool | None:
        return None if self.calendar is None else self.calendar.is_workday(day)

    def _calendar_denial(self, day: date) -> Denial | None:
        if self.calendar is None or (self.holiday is Holiday.ALLOW and self.on is On.ALL):
            return None
        is_holiday = self.calendar.is_holiday(day)
        facts = {"day": str(day), "year": str(day.year), "calendar": self.calendar.name}
        if is_holiday is None:
            return Denial(
                zh=f"{day.year}年尚无官方放假安排（日历{self.calendar.name}），无法判断{day}是否为法定节假日，故不得上门。",
                en=(
                    f"The calendar {self.calendar.name} has no official schedule for {day.year}, so whether {day} is a "
                    "statutory holiday is not known, and no visit is allowed."
                ),
                facts=facts,
                until=day,
            )
        if not is_holiday or self.holiday is Holiday.ALLOW:
            return None
        return Denial(
            zh=f"{day}为法定节假日，不得上门。",
            en=f"{day} is a statutory holiday; no visit is allowed.",
            facts=facts,
            until=day,
        )
