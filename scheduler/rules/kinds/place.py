"""Where a visit may happen."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from scheduler.domain.case import Case, Channel, Consent, Contact
from scheduler.domain.visit import PlaceKind
from scheduler.rules.calendar import Calendar
from scheduler.rules.fields import Fields
from scheduler.rules.kinds.kind import CaseFacts, CaseParams, Denial, case_question, noon
from scheduler.rules.question import Question


class Allow(StrEnum):
    """When a kind of place is allowed; a recorded refusal denies it always."""

    UNLESS_REFUSED = "unless_refused"
    ON_CONSENT = "on_consent"
    NEVER = "never"


class Answer(StrEnum):
    """What an example's borrower said."""

    GIVEN = "given"
    REFUSED = "refused"


_ZH_PLACES = {PlaceKind.HOME: "住所", PlaceKind.WORKPLACE: "工作单位", PlaceKind.OTHER: "其他地点"}
_EN_PLACES = {PlaceKind.HOME: "the home", PlaceKind.WORKPLACE: "the workplace", PlaceKind.OTHER: "another place"}
_ZH_ALLOW = {Allow.UNLESS_REFUSED: "未拒绝即可", Allow.ON_CONSENT: "须有同意记录", Allow.NEVER: "不得上门"}
_EN_ALLOW = {
    Allow.UNLESS_REFUSED: "allowed unless refused",
    Allow.ON_CONSENT: "only with recorded consent",
    Allow.NEVER: "never",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceParams(CaseParams):
    """When each kind of place is allowed.

    `min_failed_count` visits to homes must have failed before any other place; 0 for no order among places.
    """

    home: Allow
    workplace: Allow
    other: Allow
    min_failed_count: int

    @classmethod
    def read(cls, fields: Fields, calendar: Calendar | None) -> Self:
        """Read `home`, `workplace`, `other` and, where there is one, `min_failed_count`."""
        return cls(
            home=fields.choice("home", Allow),
            workplace=fields.choice("workplace", Allow),
            other=fields.choice("other", Allow),
            min_failed_count=fields.whole("min_failed_count", 1) if fields.has("min_failed_count") else 0,
        )

    def words(self, language: str) -> str:
        """All three kinds."""
        kinds = [(kind, self._allow(kind)) for kind in PlaceKind]
        failed = self.min_failed_count
        if language == "en":
            order = f"; other places than the home after {failed} failed visits to it" if failed else ""
            return "; ".join(f"{_EN_PLACES[kind]}: {_EN_ALLOW[allow]}" for kind, allow in kinds) + order
        order = f"；住所上门未果{failed}次后方可去其他地点" if failed else ""
        return "；".join(f"{_ZH_PLACES[kind]}：{_ZH_ALLOW[allow]}" for kind, allow in kinds) + order

    def example(self, given: Fields, day: date, time_zone: ZoneInfo) -> Question:
        """A visit at `place_kind`.

        `consent` is what the borrower said about it, if anything; `failed` are days of failed visits to the home,
        without which the log is not known.
        """
        kind = given.choice("place_kind", PlaceKind)
        consents: tuple[Consent, ...] = ()
        if given.has("consent"):
            given_consent = given.choice("consent", Answer) is Answer.GIVEN
            consents = (Consent(place_kind=kind, given=given_consent, at=datetime(2026, 1, 1, tzinfo=UTC)),)
        contacts = None
        if given.has("failed"):
            contacts = tuple(
                Contact(
                    channel=Channel.VISIT,
                    at=noon(on, time_zone),
                    reached=False,
                    place_kind=PlaceKind.HOME,
                )
                for on in given.days("failed")
            )
        return case_question(day, time_zone, Case(consents=consents, contacts=contacts), kind)

    def denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """The no to this kind of place, if there is one."""
        kind = facts.place_kind
        allow = self._allow(kind)
        newest = _newest(facts.case.consents, kind)
        if newest is False:
            return (
                _denial(
                    kind, "refused", "债务人已拒绝在{place}接受上门。", "The borrower has refused visits at {place}."
                ),
            )
        if allow is Allow.NEVER:
            return (_denial(kind, "never", "不得在{place}上门。", "No visit is allowed at {place}."),)
        if allow is Allow.ON_CONSENT and newest is None:
            zh = "在{place}上门须有债务人的同意记录，目前没有。"
            en = "A visit at {place} needs the borrower's recorded consent; there is none."
            return (_denial(kind, "no_consent", zh, en),)
        return self._order_denials(facts)

    def _order_denials(self, facts: CaseFacts) -> tuple[Denial, ...]:
        """The no to a later place while the home was not tried often enough, or nobody knows."""
        if facts.place_kind is PlaceKind.HOME or not self.min_failed_count:
            return ()
        failed = sum(
            contact.channel is Channel.VISIT
            and contact.reached is False
            and contact.place_kind == PlaceKind.HOME
            and facts.day_of(contact.at) < facts.first_day
            for contact in facts.case.log or ()
        )
        if failed >= self.min_failed_count:
            return ()
        return (
            Denial(
                zh=f"须先在住所上门未果{self.min_failed_count}次，记录为{failed}次。",
                en=f"At least {self.min_failed_count} visits to the home must have failed first; on record: {failed}.",
                facts={"min_failed_count": str(self.min_failed_count), "failed_count": str(failed)},
            ),
        )

    def _allow(self, kind: PlaceKind) -> Allow:
        return {PlaceKind.HOME: self.home, PlaceKind.WORKPLACE: self.workplace, PlaceKind.OTHER: self.other}[kind]


def _newest(consents: tuple[Consent, ...], kind: PlaceKind) -> bool | None:
    """What the newest record says; of two records of the same instant the refusal counts."""
    records = [(consent.at.astimezone(UTC), not consent.given) for consent in consents if consent.place_kind == kind]
    return not max(records)[1] if records else None


def _denial(kind: PlaceKind, why: str, zh: str, en: str) -> Denial:
    return Denial(
        zh=zh.format(place=_ZH_PLACES[kind]),
        en=en.format(place=_EN_PLACES[kind]),
        facts={"place_kind": kind.value, "consent": why},
    )
