"""The charts of an experiment."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from api.what_if.svg import BLUE, COLOURS, GREEN, GREY, ORANGE, RED, Picture, Scale, scale_over
from api.what_if.tables import differences
from api.what_if.words import figure_name, reason_name, word
from scheduler.simulation.calibration import Calibration
from scheduler.simulation.questions import FEWEST_SHOWN
from scheduler.simulation.results import ScenarioResult
from scheduler.simulation.statistics import Interval, mean_interval, quantile_interval

WIDTH = 760
_LEFT, _RIGHT, _TOP = 70.0, 740.0, 40.0
_NAMES = 260.0
_ROW = 24.0
_PLOT = 240.0
_LIMIT_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)
_BANDS = 3

type Results = Sequence[ScenarioResult]


def capacity_curve(results: Results, figure: str, language: str) -> str:
    """The figure against the number that a grid varies, with the band of 95 % intervals; empty without a grid."""
    points = sorted((one.amount, mean_interval(one.values(figure))) for one in results if one.amount is not None)
    if len(points) < 2:
        return ""
    picture = Picture(WIDTH, _PLOT + 100, word("curve", language))
    across = scale_over([amount for amount, _ in points], _LEFT, _RIGHT)
    ends = [end for _, mean in points for end in (mean.low, mean.high)]
    up = scale_over(ends, _TOP + _PLOT, _TOP)
    around = [(across.at(amount), up.at(mean.high)) for amount, mean in points]
    around += [(across.at(amount), up.at(mean.low)) for amount, mean in reversed(points)]
    picture.band(around)
    picture.path([(across.at(amount), up.at(mean.estimate)) for amount, mean in points])
    knee = _knee([(amount, mean.estimate) for amount, mean in points])
    for amount, mean in points:
        colour = ORANGE if amount == knee else BLUE
        picture.dot(across.at(amount), up.at(mean.estimate), colour, f"{amount:g}: {_told(mean)}")
    picture.axis_below(across, _TOP + _PLOT, word("scenario", language))
    picture.axis_left(up, _LEFT, figure_name(figure, language))
    return picture.svg()


def tornado(results: Results, figure: str, language: str) -> str:
    """Bars of the effects on one figure, the largest first."""
    found = zip(results[1:], differences(results, figure), strict=True)
    effects = sorted(((one.name, told) for one, told in found), key=lambda pair: -abs(pair[1].interval.estimate))
    if not effects:
        return ""
    picture, across = _rows(len(effects), word("tornado", language), [told.interval for _, told in effects])
    for number, (name, told) in enumerate(effects):
        y = _TOP + number * _ROW
        zero, end = across.at(0.0), across.at(told.interval.estimate)
        colour = GREEN if told.conclusive else GREY
        picture.box(min(zero, end), y, (abs(end - zero), _ROW - 6), colour, note=_told(told.interval))
        picture.text(_NAMES - 10, y + 13, _short(name), "end")
    picture.axis_below(across, _TOP + len(effects) * _ROW + 6, figure_name(figure, language))
    return picture.svg()


def forest(results: Results, figures: Sequence[str], language: str) -> str:
    """Paired differences of several figures, each a dot with its interval; grey where it is not conclusive."""
    if len(results) < 2:
        return ""
    parts = []
    for figure in figures:
        found = list(zip(results[1:], differences(results, figure), strict=True))
        picture, across = _rows(len(found), figure_name(figure, language), [told.interval for _, told in found])
        picture.line((across.at(0.0), _TOP - 10), (across.at(0.0), _TOP + len(found) * _ROW), GREY)
        for number, (one, told) in enumerate(found):
            y = _TOP + number * _ROW + 9
            colour = BLUE if told.conclusive else GREY
            picture.line((across.at(told.interval.low), y), (across.at(told.interval.high), y), colour, 2)
            picture.dot(across.at(told.interval.estimate), y, colour, _told(told.interval))
            picture.text(_NAMES - 10, y + 4, _short(one.name), "end")
        picture.axis_below(across, _TOP + len(found) * _ROW + 6, figure_name(figure, language))
        parts.append(picture.svg())
    return "".join(parts)


def heat(result: ScenarioResult, language: str) -> str:
    """Missing visits by district and hour; cells with fewer than five visits behind them stay empty."""
    districts = sorted({district for district, _ in result.shortages})
    hours = sorted({hour for _, hour in result.shortages})
    if not districts:
        return ""
    picture = Picture(WIDTH, _TOP + (len(districts) + 1) * _ROW + 20, word("heat", language))
    wide = (_RIGHT - _LEFT) / len(hours)
    worst = max((wanted - done for wanted, done, _ in result.shortages.values()), default=0.0) or 1.0
    for row, district in enumerate(districts):
        y = _TOP + row * _ROW
        picture.text(_LEFT - 8, y + 16, district, "end")
        for column, hour in enumerate(hours):
            wanted, done, visits = result.shortages.get((district, hour), (0.0, 0.0, 0))
            x = _LEFT + column * wide
            if visits < FEWEST_SHOWN:
                picture.box(x, y, (wide - 2, _ROW - 2), "#eeeeee", note=word("under_five", language))
                continue
            share = max(0.0, wanted - done) / worst
            picture.box(x, y, (wide - 2, _ROW - 2), RED, 0.08 + 0.92 * share, f"{district} {hour}: {wanted - done:.2f}")
    for column, hour in enumerate(hours):
        picture.text(_LEFT + (column + 0.5) * wide, _TOP + len(districts) * _ROW + 16, f"{hour:02d}", "middle", 11)
    return picture.svg()


def maps(result: ScenarioResult, language: str) -> str:
    """The same as small maps, one an hour: north is up, and a district is a ninth of the city."""
    hours = sorted({hour for _, hour in result.shortages})
    if not hours:
        return ""
    size = 54.0
    step = size + 14
    columns = int((_RIGHT - 10) // step)
    rows = -(-len(hours) // columns)
    picture = Picture(WIDTH, 30 + rows * (step + 16), word("maps", language))
    worst = max((wanted - done for wanted, done, _ in result.shortages.values()), default=0.0) or 1.0
    for number, hour in enumerate(hours):
        x, y = 10 + number % columns * step, 30 + number // columns * (step + 16)
        picture.text(x, y - 4, f"{hour:02d}:00", size=11)
        for place in range(_BANDS * _BANDS):
            row, column = divmod(place, _BANDS)
            wanted, done, visits = result.shortages.get((f"{'ABC'[row]}{column + 1}", hour), (0.0, 0.0, 0))
            is_shown = visits >= FEWEST_SHOWN
            colour, share = (RED, 0.08 + 0.92 * max(0.0, wanted - done) / worst) if is_shown else ("#eeeeee", 1.0)
            cell = size / _BANDS
            picture.box(x + column * cell, y + row * cell, (cell - 1, cell - 1), colour, share)
    return picture.svg()


def finish_times(results: Results, language: str) -> str:
    """When crews come home: P5 to P95, the middle half and the median, against the shift's end."""
    return _boxes(results, [one.finishes for one in results], word("finish", language))


def ends(results: Results, language: str) -> str:
    """When visits ended: P5 to P95, the middle half and the median, against the lawful limit of each."""
    return _boxes(results, [one.ends for one in results], word("ends", language))


def _boxes(results: Results, counted: Sequence[Mapping[int, int]], title: str) -> str:
    """A box plot a scenario, of minutes after what the red line stands for."""
    spans = [_quantiles(one) for one in counted]
    if not any(spans):
        return ""
    picture, across = _rows(len(results), title, [Interval(estimate=0, low=s[0], high=s[-1]) for s in spans if s])
    picture.line((across.at(0.0), _TOP - 10), (across.at(0.0), _TOP + len(results) * _ROW), RED, 2)
    for number, (one, span) in enumerate(zip(results, spans, strict=True)):
        y = _TOP + number * _ROW
        picture.text(_NAMES - 10, y + 13, _short(one.name), "end")
        if not span:
            continue
        low, first, middle, third, high = (across.at(value) for value in span)
        picture.line((low, y + 9), (high, y + 9), GREY)
        picture.box(first, y + 2, (third - first, 14), BLUE, 0.5)
        picture.line((middle, y + 2), (middle, y + 16), BLUE, 2)
    picture.axis_below(across, _TOP + len(results) * _ROW + 6, title)
    return picture.svg()


def backlog_fan(results: Results, language: str) -> str:
    """The backlog after each day: the median and what lies between P5 and P95; empty for one day."""
    days = len(results[0].backlogs[0])
    if days < 2:
        return ""
    picture = Picture(WIDTH, _PLOT + 100 + 18 * len(results), word("fan", language))
    across = scale_over([1, days], _LEFT, _RIGHT)
    ends = [float(value) for one in results for row in one.backlogs for value in row]
    up = scale_over(ends, _TOP + _PLOT, _TOP, with_zero=True)
    for number, one in enumerate(results):
        colour = COLOURS[number % len(COLOURS)]
        by_day = [[float(row[day]) for row in one.backlogs] for day in range(days)]
        low, middle, high = (
            [
                (across.at(day + 1), up.at(quantile_interval(values, share).estimate))
                for day, values in enumerate(by_day)
            ]
            for share in (0.05, 0.5, 0.95)
        )
        picture.band([*high, *reversed(low)], colour)
        picture.path(middle, colour)
        picture.box(_LEFT, _TOP + _PLOT + 46 + 18 * number, (12, 12), colour)
        picture.text(_LEFT + 18, _TOP + _PLOT + 56 + 18 * number, one.name)
    picture.axis_below(across, _TOP + _PLOT, word("day", language))
    picture.axis_left(up, _LEFT, figure_name("backlog", language))
    return picture.svg()


def cost_and_service(results: Results, language: str) -> str:
    """Travel against visits attempted; scenarios that no other one beats in both are joined."""
    points = [
        (
            mean_interval(one.values("travel_minutes")).estimate,
            mean_interval(one.values("attempted")).estimate,
            one.name,
        )
        for one in results
    ]
    picture = Picture(WIDTH, _PLOT + 100, word("cost", language))
    across = scale_over([cost for cost, _, _ in points], _LEFT, _RIGHT)
    up = scale_over([service for _, service, _ in points], _TOP + _PLOT, _TOP)
    best = sorted(
        (cost, service)
        for cost, service, _ in points
        if not any((c <= cost and s >= service) and (c, s) != (cost, service) for c, s, _ in points)
    )
    picture.path([(across.at(cost), up.at(service)) for cost, service in best], GREEN)
    for cost, service, name in points:
        picture.dot(across.at(cost), up.at(service), BLUE, f"{name}: {cost:.1f}, {service:.2f}")
        anchor = "end" if across.at(cost) > (_LEFT + _RIGHT) / 2 else "start"
        picture.text(across.at(cost) + (-8 if anchor == "end" else 8), up.at(service) - 6, _short(name), anchor, 10)
    picture.axis_below(across, _TOP + _PLOT, figure_name("travel_minutes", language))
    picture.axis_left(up, _LEFT, figure_name("attempted", language))
    return picture.svg()


def reasons(results: Results, language: str) -> str:
    """Why visits were not attempted, stacked."""
    codes = sorted({reason for one in results for reason in one.reasons})
    if not codes:
        return ""
    whole = max(sum(one.reasons.values()) for one in results)
    height = _TOP + len(results) * _ROW + 50 + 16 * len(codes)
    picture = Picture(WIDTH, height, word("reasons", language))
    across = Scale(low=0.0, high=whole or 1.0, begin=_NAMES, end=_RIGHT)
    for number, one in enumerate(results):
        y, passed = _TOP + number * _ROW, 0.0
        picture.text(_NAMES - 10, y + 13, _short(one.name), "end")
        for place, code in enumerate(codes):
            amount = one.reasons.get(code, 0.0)
            width = across.at(passed + amount) - across.at(passed)
            note = f"{reason_name(code, language)}: {amount:.2f}"
            picture.box(
                across.at(passed), y, (width, _ROW - 6), COLOURS[place % len(COLOURS)], 1 - place // 8 * 0.5, note
            )
            passed += amount
    picture.axis_below(across, _TOP + len(results) * _ROW + 6, word("visits_a_replication", language))
    for place, code in enumerate(codes):
        y = _TOP + len(results) * _ROW + 50 + 16 * place
        picture.box(_NAMES, y, (11, 11), COLOURS[place % len(COLOURS)], 1 - place // 8 * 0.5)
        picture.text(_NAMES + 17, y + 10, reason_name(code, language), size=11)
    return picture.svg()


def fit(fitted: Calibration, language: str) -> str:
    """Measured multiples of the planned time at doors, and the curve that was fitted to them."""
    picture = Picture(WIDTH, _PLOT + 100, word("fit", language))
    across = Scale(low=0.0, high=1.0, begin=_LEFT, end=_RIGHT)
    up = scale_over([value for _, *both in fitted.fit for value in both], _TOP + _PLOT, _TOP, with_zero=True)
    picture.path([(across.at(share), up.at(curve)) for share, _, curve in fitted.fit], BLUE)
    for share, measured, _ in fitted.fit:
        picture.dot(across.at(share), up.at(measured), ORANGE)
    picture.axis_below(across, _TOP + _PLOT, word("share", language))
    picture.axis_left(up, _LEFT, word("multiple", language))
    return picture.svg()


def _rows(count: int, title: str, intervals: Sequence[Interval]) -> tuple[Picture, Scale]:
    picture = Picture(WIDTH, _TOP + count * _ROW + 50, title)
    ends = [end for one in intervals for end in (one.low, one.high)]
    return picture, scale_over(ends, _NAMES, _RIGHT, with_zero=True)


def _quantiles(counted: Mapping[int, int]) -> list[float]:
    """Minutes at the shares of a box plot, from how often there are so many."""
    whole = sum(counted.values())
    found, passed = [], 0
    shares = list(_LIMIT_SHARES)
    for minute, count in sorted(counted.items()):
        passed += count
        while shares and passed >= shares[0] * whole:
            found.append(float(minute))
            shares.pop(0)
    return found


def _knee(points: Sequence[tuple[float, float]]) -> float | None:
    """The amount after which more brings least: the point farthest above the chord; None where none is above it."""
    (first, low), (last, high) = points[0], points[-1]
    slope = (high - low) / (last - first) if last != first else 0.0
    heights = [(value - low - slope * (amount - first), amount) for amount, value in points[1:-1]]
    height, amount = max(heights, key=itemgetter(0), default=(0.0, first))
    return amount if height > 0.0 else None


def _told(interval: Interval) -> str:
    return f"{interval.estimate:.3g} [{interval.low:.3g}, {interval.high:.3g}]"


def _short(name: str) -> str:
    return name if len(name) <= 38 else f"{name[:37]}…"
