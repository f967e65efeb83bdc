"""Plots of the results as SVG, drawn without a browser."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import altair as alt

from benchmarks.curves import SizePoint, TimePoint, gap_by_size, gap_over_time
from benchmarks.engines import ENGINES
from benchmarks.record import Run
from benchmarks.report import FAMILY_TITLES
from benchmarks.summary import outcomes

# Colours that people who see few colours can tell apart (Okabe and Ito).
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
WIDTH, HEIGHT = 520, 300
# A gap may be 0, which a logarithm cannot show; below this percentage the axis is straight.
STRAIGHT_BELOW = 1


def draw(runs: Sequence[Run], folder: Path) -> list[tuple[str, Path]]:
    """Draw all plots anew.

    Returns:
        Titles, and files relative to the folder's parent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    drawn: list[tuple[str, Path]] = []
    for name, title, chart in _charts(runs):
        path = folder / f"{name}.svg"
        chart.save(path)
        drawn.append((title, path.relative_to(folder.parent)))
    return drawn


def _charts(runs: Sequence[Run]) -> Iterator[tuple[str, str, alt.Chart]]:
    for limit in sorted({run.limit_seconds for run in runs}):
        limited = [run for run in runs if run.limit_seconds == limit]
        for family in FAMILY_TITLES:
            times = gap_over_time([run for run in limited if run.family == family])
            if times:
                title = f"{family}: mean gap to the best known over time, limit {limit:g} s"
                yield f"gap-over-time-{family}-{limit:g}s", title, _over_time(times, title)
        sizes = gap_by_size(outcomes(limited))
        if sizes:
            title = f"Gap to the best known by size of the instance, {limit:g} s"
            yield f"gap-by-size-{limit:g}s", title, _by_size(sizes, title)


def _over_time(points: Sequence[TimePoint], title: str) -> alt.Chart:
    return (
        alt.Chart(_data([point._asdict() for point in points]), title=title)
        .mark_line(point=alt.OverlayMarkDef(size=14))
        .encode(
            x=alt.X("seconds:Q", title="seconds", scale=alt.Scale(type="log", nice=False)),
            y=_gap_axis(),
            color=_colour(),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )


def _by_size(points: Sequence[SizePoint], title: str) -> alt.Chart:
    return (
        alt.Chart(_data([point._asdict() for point in points]), title=title)
        .mark_point(filled=True, size=45, opacity=0.75)
        .encode(
            x=alt.X("size:Q", title="visits or customers", scale=alt.Scale(type="log", nice=False, padding=20)),
            y=_gap_axis(),
            color=_colour(),
            shape=alt.Shape("family:N", title="set", sort=list(FAMILY_TITLES)),
        )
        .properties(width=WIDTH, height=HEIGHT)
    )


def _data(rows: Sequence[dict[str, object]]) -> alt.Data:
    titled = [row | {"engine": ENGINES[str(row["engine"])].title} for row in rows]
    return alt.Data(values=titled)


def _gap_axis() -> alt.Y:
    return alt.Y(
        "gap:Q", title="gap, %", scale=alt.Scale(type="symlog", constant=STRAIGHT_BELOW, nice=False, padding=5)
    )


def _colour() -> alt.Color:
    titles = [engine.title for engine in ENGINES.values()]
    return alt.Color("engine:N", title="engine", scale=alt.Scale(domain=titles, range=list(COLOURS)))
