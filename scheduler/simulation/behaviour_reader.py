"""How people, doors and roads behave, from the tables of an experiment."""

from collections.abc import Mapping
from datetime import timedelta

from scheduler.domain.visit import PlaceKind
from scheduler.rules.fields import Fields
from scheduler.simulation.behaviour import HOURS, WEEKDAYS, Behaviour, Distribution, FoundRates, ServiceTimes

_SHARE, _MULTIPLE, _A_DAY = (0.0, 1.0), (1.0, 10.0), (0.0, 500.0)
_NUMBERS = {
    "refusal": _SHARE,
    "no_show": _SHARE,
    "cancellation": _SHARE,
    "absence": _SHARE,
    "travel_high": _MULTIPLE,
    "leg_high": _MULTIPLE,
    "urgent_a_day": _A_DAY,
    "arrivals_a_day": _A_DAY,
}
_MINUTES = {"may_start_early_minutes": "may_start_early", "most_overtime_minutes": "most_overtime"}
_MOST_MULTIPLE = _MULTIPLE[1]


def read_behaviour(fields: Fields, known: Behaviour) -> Mapping[str, object]:
    """What the table says otherwise, by the names of `Behaviour`; whoever calls finishes the table.

    Args:
        fields: The table.
        known: Where a table of service times or found rates says only a part, the rest is from here.
    """
    changes: dict[str, object] = {
        key: fields.number(key, least=least, most=most) for key, (least, most) in _NUMBERS.items() if fields.has(key)
    }
    if fields.has("not_found_seconds"):
        changes["not_found_seconds"] = fields.whole("not_found_seconds", 0)
    changes |= {name: timedelta(minutes=fields.whole(key, 0)) for key, name in _MINUTES.items() if fields.has(key)}
    if fields.has("service"):
        changes["service_times"] = _service(fields.table("service"), known.service_times)
    if fields.has("found"):
        changes["found"] = _found(fields.table("found"), known.found)
    if fields.has("outcomes"):
        changes["outcomes"] = _outcomes(fields.table("outcomes"))
    return changes


def _service(fields: Fields, known: ServiceTimes) -> ServiceTimes:
    distribution = fields.choice("distribution", Distribution) if fields.has("distribution") else known.distribution
    median = fields.number("median", least=0.0, most=_MOST_MULTIPLE) if fields.has("median") else known.median
    high = fields.number("high", least=1.0, most=_MOST_MULTIPLE) if fields.has("high") else known.high
    fields.finish()
    return ServiceTimes(distribution=distribution, median=median, high=high)


def _found(fields: Fields, known: FoundRates) -> FoundRates:
    by_kind, by_hour = dict(known.by_kind), dict(known.by_hour)
    for kind in PlaceKind:
        if fields.has(kind):
            by_kind[kind] = fields.number(kind, least=0.0, most=1.0)
        if fields.has(f"{kind}_by_hour"):
            by_hour[kind] = fields.numbers(f"{kind}_by_hour", HOURS)
    by_weekday = fields.numbers("by_weekday", WEEKDAYS) if fields.has("by_weekday") else known.by_weekday
    fields.finish()
    return FoundRates(by_kind=by_kind, by_hour=by_hour, by_weekday=by_weekday)


def _outcomes(fields: Fields) -> Mapping[str, float]:
    shares = {code: fields.number(code, least=0.0, most=1.0) for code in fields.values}
    if abs(sum(shares.values()) - 1.0) > 1e-9:
        fields.fault("", "number_range", "the shares of the outcomes do not add up to 1", "Make them add up to 1.")
    return shares
