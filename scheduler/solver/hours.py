"""The starts of a visit by what their hours cost, where the objective weighs how likely somebody is met."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.expected_contacts import ExpectedContacts
from scheduler.domain.visit import PlaceKind

_HUNDRED = 100
_HOUR, _QUARTER = 3600, 900

type Starts = tuple[tuple[int, int], ...]


def missed_seconds(expected: ExpectedContacts, kind: PlaceKind, at: datetime) -> int:
    """What a visit costs that begins then, in the zone of its place's clocks, in whole seconds."""
    return (_HUNDRED - expected.percent(kind, at)) * (expected.missed_contact // timedelta(seconds=1)) // _HUNDRED


class HourCosts:
    """Tells starts apart whose hours cost differently; to the search they are alternatives, as places are.

    Attributes:
        base: Time zero of the starts.
    """

    def __init__(self, expected: ExpectedContacts | None, base: datetime) -> None:
        """Begin.

        Args:
            expected: What hours cost; None for nothing.
            base: Time zero of the starts.
        """
        self._expected = expected
        self.base = base
        self._since = int(base.timestamp())
        self._hours: dict[tuple[ZoneInfo, int], tuple[int, datetime]] = {}

    def by_cost(self, kind: PlaceKind, zone: ZoneInfo, starts: Starts) -> Mapping[int, Starts]:
        """The starts by what they cost, the least first, each with its spans in order; none is left out.

        Args:
            kind: Of the place.
            zone: Of its clocks.
            starts: When service may start; disjoint and in order.
        """
        if self._expected is None:
            return {0: starts} if starts else {}
        found: dict[int, list[tuple[int, int]]] = {}
        for first, last, at in self._pieces(zone, starts):
            spans = found.setdefault(missed_seconds(self._expected, kind, at), [])
            if spans and spans[-1][1] + 1 == first:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        return {cost: tuple(found[cost]) for cost in sorted(found)}

    def _pieces(self, zone: ZoneInfo, starts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, datetime]]:
        """Each span hour by hour, with a moment of the hour."""
        for first, last in starts:
            begin = first
            while begin <= last:
                end, at = self._hour(zone, begin)
                yield begin, min(end, last), at
                begin = end + 1

    def _hour(self, zone: ZoneInfo, moment: int) -> tuple[int, datetime]:
        """The last second of the local hour, and a moment of it by the clock there."""
        # Every zone's clock is whole quarters of an hour apart from UTC, and changes at the beginning of an hour.
        quarter = (self._since + moment) // _QUARTER
        if (zone, quarter) not in self._hours:
            at = datetime.fromtimestamp(quarter * _QUARTER, UTC).astimezone(zone)
            end = quarter * _QUARTER + _HOUR - 60 * at.minute - 1
            self._hours[zone, quarter] = (end - self._since, at)
        return self._hours[zone, quarter]
