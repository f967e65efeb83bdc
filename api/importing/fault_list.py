"""Faults of an import as they are found, with what they may show of the value behind them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.importing.sentences import SENTENCES_OF_FILES, Sentence
from api.importing.sentences_of_time import SENTENCES_OF_TIME
from api.importing.sentences_of_values import SENTENCES_OF_VALUES
from scheduler.domain.errors import Fault, InvalidInput

MOST_FAULTS = 1_000
MORE_FAULTS = "more_faults"
_MOST_SHOWN = 40
SENTENCES: Mapping[str, Sentence] = {**SENTENCES_OF_FILES, **SENTENCES_OF_VALUES, **SENTENCES_OF_TIME}
_HARMLESS = re.compile(r"[0-9A-Za-z._:;/|+-]+|[0-9 :./T-]+|#[A-Z0-9/]+[!?]?", re.ASCII)
_PERSONAL_NUMBER = re.compile(
    r"(?<!\d)1[3-9]\d{9}(?!\d)"  # a mobile phone
    r"|(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)",  # an identity card
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a message shows in place of a value."""

    en: str
    zh: str


def is_personal_number(value: str) -> bool:
    """Whether the value holds what looks like a mobile phone or identity card number of mainland China."""
    return _PERSONAL_NUMBER.search(value) is not None


class FaultList:
    """Collects the faults of all tables, and what is odd and let in; a thousand are kept, the others counted."""

    def __init__(self) -> None:
        """Start without a fault."""
        self._faults: list[Fault] = []
        self._warnings: list[Fault] = []
        self._left_out = 0

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What is odd and was let in."""
        return tuple(self._warnings)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the faults so far."""
        return frozenset(fault.code for fault in self._faults)

    def add(self, where: str, sentence: str, *, value: str | None = None, **facts: object) -> None:
        """Note one fault.

        Args:
            where: See `Fault`.
            sentence: A name of the catalogues.
            value: The cell; it is shown as far as it cannot hold a person's text.
            **facts: What else stands in the sentence; nothing of a person.
        """
        if len(self._faults) < MOST_FAULTS:
            self._faults.append(_fault(where, sentence, value, facts))
        else:
            self._left_out += 1

    def warn(self, where: str, sentence: str, *, value: str | None = None, **facts: object) -> None:
        """Note something odd that is let in; arguments as of `add`."""
        if len(self._warnings) < MOST_FAULTS:
            self._warnings.append(_fault(where, sentence, value, facts))

    @property
    def refusal(self) -> InvalidInput:
        """Everything noted so far, of which there is something."""
        faults = list(self._faults)
        if self._left_out:
            faults.append(
                Fault(
                    where="",
                    code=MORE_FAULTS,
                    message=f"{self._left_out} more faults are not listed.",
                    hint="Correct those listed first.",
                    message_zh=f"另有 {self._left_out} 个错误未列出。",
                    hint_zh="请先改正已列出的。",
                )
            )
        return InvalidInput(faults, left_out=self._left_out)

    def raise_if_any(self) -> None:
        """Raise everything noted so far.

        Raises:
            InvalidInput: At least one fault was noted.
        """
        if self._faults:
            raise self.refusal


def _fault(where: str, name: str, value: str | None, facts: dict[str, object]) -> Fault:
    sentence = SENTENCES[name]
    shown = _shown(value or "")
    english, chinese = facts | {"value": shown.en}, facts | {"value": shown.zh}
    return Fault(
        where=where,
        code=sentence.code,
        message=_sentence(sentence.en, english),
        hint=sentence.hint.format(**english),
        message_zh=sentence.zh.format(**chinese),
        hint_zh=sentence.hint_zh.format(**chinese),
    )


def _sentence(words: str, facts: dict[str, object]) -> str:
    """Filled in, with a capital at its start."""
    text = words.format(**facts)
    return text[:1].upper() + text[1:]


def _shown(value: str) -> _Shown:
    if _HARMLESS.fullmatch(value) is None or is_personal_number(value):
        return _Shown("the value", "该值")
    clipped = value if len(value) <= _MOST_SHOWN else f"{value[:_MOST_SHOWN]}..."
    return _Shown(f"{clipped!r}", f"“{clipped}”")
