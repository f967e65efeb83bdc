"""A person's text: names and addresses, for people's eyes only, joined to a plan at display and never planned with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What people read instead of the id of a visit, place, collector or location.

    Attributes:
        name: Of the person or office.
        address: In words.
        note: For the crew.
        identity_number: Of a collector; it stands on printed letters and on no screen.
        phone: Of a collector, at work; empty where the hotline answers.
    """

    name: str = ""
    address: str = ""
    note: str = ""
    identity_number: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        """Hide the content, so that no traceback or log shows it."""
        return "Text(...)"
