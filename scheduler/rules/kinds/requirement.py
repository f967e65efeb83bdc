"""Rules that ask for something at or after the visit, and never say no to one that is planned."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import Params
from scheduler.rules.question import Question


class RequirementParams(Params):
    """Parameters of a rule without a verdict, so without examples."""

    @abstractmethod
    def words(self, language: str) -> str:
        """What is asked for, in one line."""

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """There is no verdict to give an example of.

        Raises:
            TypeError: Always.
        """
        raise TypeError("a rule without a verdict has no examples")


class RecordingMode(StrEnum):
    """How a visit is recorded; the later word includes the earlier one."""

    AUDIO = "audio"
    VIDEO = "video"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingParams(RequirementParams):
    """The whole of each visit or call by `channels` is recorded, and people are told."""

    mode: RecordingMode

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `mode`."""
        return cls(mode=fields.choice("mode", RecordingMode))

    def words(self, language: str) -> str:
        """The mode."""
        if language == "en":
            return f"the whole visit is recorded ({self.mode}), and the borrower is told so"
        mode = "录音" if self.mode is RecordingMode.AUDIO else "录像"
        return f"上门全程{mode}，并告知债务人"


class RetentionEvent(StrEnum):
    """From when records are kept."""

    LAST_ACTIVITY = "last_activity"
    CASE_CLOSED = "case_closed"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionParams(RequirementParams):
    """Records of `records` are kept `keep_min_years` from an event, and deleted after `delete_after_years`.

    Rules combine to the longest keeping, and to the earliest deletion that is not before its end.
    """

    records: tuple[str, ...]
    from_event: RetentionEvent
    keep_min_years: int
    delete_after_years: int | None

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `records`, `from_event`, `keep_min_years` and, where there is one, `delete_after_years`."""
        params = cls(
            records=fields.texts("records"),
            from_event=fields.choice("from_event", RetentionEvent),
            keep_min_years=fields.whole("keep_min_years", 0),
            delete_after_years=fields.whole("delete_after_years", 0) if fields.has("delete_after_years") else None,
        )
        if params.delete_after_years is not None and params.delete_after_years < params.keep_min_years:
            fields.fault("delete_after_years", "reversed_years", "records would be deleted before they may be")
        return params

    def words(self, language: str) -> str:
        """Both numbers."""
        if language == "en":
            deleted = "" if self.delete_after_years is None else f", deleted after {self.delete_after_years} years"
            event = self.from_event.replace("_", " ")
            return f"{', '.join(self.records)}: kept at least {self.keep_min_years} years from {event}{deleted}"
        event = {
            RetentionEvent.LAST_ACTIVITY: "最后一次催收",
            RetentionEvent.CASE_CLOSED: "结案",
            RetentionEvent.RECORDED: "记录",
        }[self.from_event]
        deleted = "" if self.delete_after_years is None else f"，满{self.delete_after_years}年删除"
        return f"{'、'.join(self.records)}：自{event}起至少保存{self.keep_min_years}年{deleted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFieldsParams(RequirementParams):
    """The fields that people of `role` see, and those of them that are masked; rules combine to what all allow."""

    role: str
    allow: tuple[str, ...]
    mask: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `role`, `allow` and, where there are any, `mask`."""
        params = cls(
            role=fields.text("role"),
            allow=fields.texts("allow"),
            mask=fields.texts("mask") if fields.has("mask") else (),
        )
        if not set(params.mask) <= set(params.allow):
            fields.fault("mask", "wrong_value", "only a field that is allowed can be masked")
        return params

    def words(self, language: str) -> str:
        """The fields."""
        if language == "en":
            masked = f"; masked: {', '.join(self.mask)}" if self.mask else ""
            return f"a {self.role} sees only {', '.join(self.allow)}{masked}"
        masked = f"；遮盖：{'、'.join(self.mask)}" if self.mask else ""
        return f"{self.role}仅可见{'、'.join(self.allow)}{masked}"


class Moment(StrEnum):
    """When a prompt is shown."""

    BEFORE_DEPARTURE = "before_departure"
    AT_THE_DOOR = "at_the_door"
    AFTER_THE_VISIT = "after_the_visit"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptParams(RequirementParams):
    """A question to the crew whose answer is recorded."""

    moment: Moment
    zh: str
    en: str

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `moment`, `zh` and `en`."""
        return cls(moment=fields.choice("moment", Moment), zh=fields.text("zh"), en=fields.text("en"))

    def words(self, language: str) -> str:
        """When, and the question."""
        if language == "en":
            return f"{self.moment.replace('_', ' ')}: {self.en}"
        moment = {
            Moment.BEFORE_DEPARTURE: "出发前",
            Moment.AT_THE_DOOR: "到场时",
            Moment.AFTER_THE_VISIT: "离开后",
        }[self.moment]
        return f"{moment}：{self.zh}"
