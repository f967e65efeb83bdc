"""A rule that a plan breaks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken by a plan, as the checker found it.

    Attributes:
        code: A stable word for programs, such as `outside_time_window`.
        message: What is broken, with ids and times, without any person's text.
        visit_id: The visit concerned, if one is.
        shift_id: The shift concerned, if one is.
        rule_id: The rule of a rule pack, when the law is broken.
        message_zh: The message in Chinese, when the law is broken. Not written into the Plan document, and not part of
            equality.
    """

    code: str
    message: str
    visit_id: str | None = None
    shift_id: str | None = None
    rule_id: str | None = None
    message_zh: str | None = field(default=None, compare=False)

    def told_in(self, language: str) -> str:
        """What is broken, in `zh-CN` where there are words for it, else in English."""
        return self.message_zh if language == "zh-CN" and self.message_zh is not None else self.message
