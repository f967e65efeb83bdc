"""What a rule is about, and what a question is about."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from scheduler.domain.case import Channel
from scheduler.domain.visit import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a question is about.

    Attributes:
        place_kind: Of the place visited.
        channel: How the borrower would be contacted.
        actor: Who collects, such as `third_party`; None when that is not known.
        product: What was lent, such as `microfinance`; None when that is not known.
    """

    place_kind: PlaceKind
    channel: Channel
    actor: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applies:
    """What a rule is about; a fact that is not known does not keep a rule away.

    Attributes:
        place_kinds: The kinds of place.
        channels: The ways of contact.
        actors: Who collects; empty for everybody.
        products: What was lent; empty for everything.
    """

    place_kinds: frozenset[PlaceKind] = frozenset(PlaceKind)
    channels: frozenset[Channel] = frozenset({Channel.VISIT})
    actors: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()

    def covers(self, topic: Topic) -> bool:
        """Whether the rule judges such a question."""
        return (
            topic.place_kind in self.place_kinds
            and topic.channel in self.channels
            and _may_be_in(topic.actor, self.actors)
            and _may_be_in(topic.product, self.products)
        )

    def overlaps(self, other: "Applies") -> bool:
        """Whether some question is judged by both rules."""
        return not (
            self.place_kinds.isdisjoint(other.place_kinds)
            or self.channels.isdisjoint(other.channels)
            or _are_apart(self.actors, other.actors)
            or _are_apart(self.products, other.products)
        )

    def example(self) -> Topic:
        """A question that the rule judges."""
        channel = Channel.VISIT if Channel.VISIT in self.channels else min(self.channels)
        return Topic(
            place_kind=min(self.place_kinds, key=list(PlaceKind).index),
            channel=channel,
            actor=min(self.actors, default=None),
            product=min(self.products, default=None),
        )


def _may_be_in(word: str | None, words: AbstractSet[str]) -> bool:
    return not words or word is None or word in words


def _are_apart(one: AbstractSet[str], other: AbstractSet[str]) -> bool:
    return bool(one) and bool(other) and one.isdisjoint(other)
