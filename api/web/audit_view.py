"""Rows of the audit trail as pages show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.store import Unit, audit, users
from api.store.audit_search import AuditEntry
from api.store.scope import LINK, SYSTEM
from api.web.audit_words import action_in_words, fact_in_words
from api.web.catalogue import texts_in
from api.web.moments import moment_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """A row in words.

    Attributes:
        sequence: Its number.
        when: In words.
        who: A login, the program, or a link.
        what: In words.
        action: The code of it.
        subject: To what.
        facts: What belongs to it, as name and value.
    """

    sequence: int
    when: str
    who: str
    what: str
    action: str
    subject: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeInWords:
    """What was last done to something, when, and by whom."""

    when: str
    who: str
    what: str


def last_change_in_words(unit: Unit, subject: str, language: str) -> ChangeInWords | None:
    """For who wanted to change something older; `subject` as in the trail, such as `plan:ID`."""
    change = audit.last_change(unit.session, subject)
    if change is None:
        return None
    return ChangeInWords(
        when=moment_in_words(change.at),
        who=who_in_words(change.actor, users.logins(unit, [change.actor]), language),
        what=action_in_words(change.action, language),
    )


def audit_lines(unit: Unit, rows: Iterable[AuditEntry], language: str) -> tuple[AuditLine, ...]:
    """Rows in words of a language."""
    entries = tuple(rows)
    logins = users.logins(unit, (row.actor for row in entries))
    return tuple(
        AuditLine(
            sequence=row.sequence,
            when=moment_in_words(row.at),
            who=who_in_words(row.actor, logins, language),
            what=action_in_words(row.action, language),
            action=row.action,
            subject=row.subject,
            facts=tuple((name, fact_in_words(value)) for name, value in row.facts.items() if value not in (None, [])),
        )
        for row in entries
    )


def who_in_words(actor: str, logins: Mapping[str, str], language: str) -> str:
    """A user by login, and what is no user."""
    t = texts_in(language)
    if actor == SYSTEM:
        return t["audit_the_program"]
    if actor.startswith(LINK):
        return t["audit_a_link"].format(id=actor.removeprefix(LINK)[:8])
    return logins.get(actor, actor)
