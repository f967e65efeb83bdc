"""Runs as tables: on the screen one by one, in RESULTS.md all together."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.document import FAMILY as DOCUMENTS
from benchmarks.engines import ENGINES
from benchmarks.record import Run
from benchmarks.summary import Outcome, duel, outcomes, scores

OURS = "ours"
FAMILY_TITLES = {
    DOCUMENTS: "Own documents: home or workplace, several windows, skills, crews, breaks",
    "solomon": "VRPTW, 100 customers (Solomon 1987)",
    "gehring-homberger": "VRPTW, Gehring and Homberger 1999",
    "pcvrptw": "The same with prizes (PCVRPTW)",
    "vrprdl": "Roaming delivery locations (VRPRDL)",
    "vrphrdl": "Roaming and home delivery locations (VRPHRDL)",
}
CONVENTIONS = {
    DOCUMENTS: "Cost in seconds: travel, preference penalties and penalties of visits left out.",
    "solomon": "Cost is distance in double precision, with any number of the file's 25 vehicles. Engines plan whole "
    "numbers: all get the same ten-thousandths, rounded.",
    "gehring-homberger": "Cost is distance, each leg cut off after one decimal (DIMACS), so tenths are exact.",
    "pcvrptw": "Cost is distance, each leg cut off after one decimal, and the prizes missed.",
    "vrprdl": "Cost is that of the legs, which is not their time. A customer is at one of its places, by the hour.",
    "vrphrdl": "As above; a customer may also be at home.",
}
HEADINGS = ("instance", "engine", "seed", "cost", "best known", "gap", "left out", "faults", "seconds", "peak MB", "")
NONE = "-"
# A dispatcher who waits wants to see a plan worth looking at by then.
EARLY_SECONDS = 2.0

type Table = Sequence[Sequence[str]]


def headings() -> tuple[str, ...]:
    """Of the table that a campaign prints."""
    return HEADINGS


def cells(run: Run) -> tuple[str, ...]:
    """One run for the screen."""
    return (
        f"{run.family}/{run.instance}",
        run.engine,
        str(run.seed),
        NONE if run.cost is None else _number(run.cost),
        NONE if run.best_known is None else _number(run.best_known),
        NONE if run.ratio is None else _percent(run.ratio),
        str(run.left_out),
        str(run.faults),
        f"{run.seconds:.1f}",
        f"{run.peak_megabytes:.0f}",
        run.reason,
    )


def markdown(runs: Sequence[Run], plots: Iterable[tuple[str, Path]]) -> str:
    """All of RESULTS.md.

    Args:
        runs: The latest of each.
        plots: Titles and files, relative to the page.
    """
    limits = sorted({run.limit_seconds for run in runs})
    return "\n".join(
        [
            *_introduction(runs),
            *(line for limit in limits for line in _limit([run for run in runs if run.limit_seconds == limit], limit)),
            *_plots(plots),
        ]
    )


INTRODUCTION = """\
# Results

How good the planner is on fixed instances, and how good its peers are in the same run: each engine in fresh processes,
one engine after the other, on the same cores ({cores}). Every number on this page comes from `benchmarks/runs.csv` by
`make results`; `make bench` measures. Every solution is checked anew: plans by the checker, solutions of textbook
instances by `benchmarks/verify.py` in double precision. Times vary with the machine; what counts is how engines compare
that were measured together.

Cost of an instance is the median over seeds; ratio and gap are against the best cost known. Seconds run from the call
to the answer: the engine builds its model in them, while its code is loaded and compiled before. Peak memory is that
of all processes of the engine together.
"""


def _introduction(runs: Sequence[Run]) -> Iterator[str]:
    yield INTRODUCTION.format(cores=", ".join(str(count) for count in sorted({run.cores for run in runs})) or NONE)
    yield "| engine | version | settings |"
    yield "| --- | --- | --- |"
    for name in (name for name in ENGINES if any(run.engine == name for run in runs)):
        versions = sorted({run.version.split("+")[0] for run in runs if run.engine == name and run.version})
        package = ENGINES[name].package
        yield f"| {ENGINES[name].title} | {package} {', '.join(versions)} | {ENGINES[name].settings} |"
    yield ""


def _limit(runs: Sequence[Run], limit: float) -> Iterator[str]:
    found = outcomes(runs)
    families = [family for family in FAMILY_TITLES if any(outcome.family == family for outcome in found)]
    by_family = {family: [outcome for outcome in found if outcome.family == family] for family in families}
    yield f"## {limit:g} seconds each"
    yield ""
    yield from _summary(by_family)
    yield from _duels(by_family)
    yield from _steps(by_family)
    for family, own in by_family.items():
        yield from _family(family, own)


def _summary(by_family: dict[str, list[Outcome]]) -> Iterator[str]:
    rows = [
        (
            family,
            ENGINES[score.engine].title,
            str(len(score.ratios)),
            f"{score.geometric_mean:.4f}" if family == DOCUMENTS else _gap(score.mean_gap),
            f"{score.worst:.4f}" if family == DOCUMENTS else _gap(score.worst - 1),
            str(score.failed),
            f"{score.seconds:.1f}",
            f"{score.peak_megabytes:.0f}",
        )
        for family, own in by_family.items()
        for score in scores(own)
    ]
    yield "Own documents: geometric mean and worst of the ratio to the best known; others: mean and worst gap."
    yield ""
    yield from _table(
        ("set", "engine", "instances", "mean", "worst", "no solution", "mean seconds", "peak MB"),
        rows,
    )


def _duels(by_family: dict[str, list[Outcome]]) -> Iterator[str]:
    rows = []
    for family, own in by_family.items():
        for other in (name for name in ENGINES if name != OURS):
            made = duel(own, OURS, other)
            if made:
                ratios = (f"{made.geometric_mean:.4f}", f"{min(made.ratios):.4f}", f"{max(made.ratios):.4f}")
                rows.append((family, ENGINES[other].title, str(len(made.ratios)), *ratios))
    if rows:
        yield "Our cost over the peer's, on the instances that both solved; below 1 ours is better."
        yield ""
        yield from _table(("set", "peer", "instances", "geometric mean", "least", "most"), rows)


def _steps(by_family: dict[str, list[Outcome]]) -> Iterator[str]:
    rows = []
    for family, own in by_family.items():
        found = [outcome for outcome in own if outcome.engine == OURS and outcome.is_good]
        for step in dict.fromkeys(step for outcome in found for step in outcome.steps):
            gains = [outcome.gain(step) for outcome in found]
            gained = sum(gain > 0 for gain in gains)
            rows.append((family, step, f"{gained} of {len(gains)}", _fine(fmean(gains)), _fine(max(gains))))
    if rows:
        yield "What our steps took off the cost of the first plan, in percent of the cost at the end."
        yield ""
        yield from _table(("set", "step", "instances it improved", "mean", "most"), rows)


def _early(found: Sequence[Outcome], engines: Sequence[str]) -> Iterator[str]:
    by_place = {(outcome.instance, outcome.engine): outcome.ratio_after(EARLY_SECONDS) for outcome in found}
    yield f"Cost after {EARLY_SECONDS:g} seconds over the cost at the end:"
    yield ""
    yield from _table(
        ("instance", *(ENGINES[name].title for name in engines)),
        [
            (instance, *(NONE if ratio is None else f"{ratio:.4f}" for ratio in ratios))
            for instance in dict.fromkeys(outcome.instance for outcome in found)
            if any(ratios := [by_place.get((instance, name)) for name in engines])
        ],
    )


def _family(family: str, found: list[Outcome]) -> Iterator[str]:
    engines = [name for name in ENGINES if any(outcome.engine == name for outcome in found)]
    by_place = {(outcome.instance, outcome.engine): outcome for outcome in found}
    instances = dict.fromkeys(outcome.instance for outcome in found)
    seeds = sorted({len(outcome.runs) for outcome in found})
    yield f"### {FAMILY_TITLES[family]}"
    yield ""
    until_best = any(run.until_best for outcome in found for run in outcome.runs)
    stops = " Engines that can be told stop at the best known." if until_best else ""
    yield f"{CONVENTIONS[family]} Runs of each engine: {', '.join(map(str, seeds))}.{stops}"
    yield ""
    yield from _table(
        ("instance", "best known", *(ENGINES[name].title for name in engines)),
        [
            (
                instance,
                _best_known(by_place, instance, engines),
                *(_cell(by_place.get((instance, name))) for name in engines),
            )
            for instance in instances
        ],
    )
    yield from _reasons(found)
    if family == DOCUMENTS:
        yield from _early(found, engines)


def _best_known(by_place: dict[tuple[str, str], Outcome], instance: str, engines: Sequence[str]) -> str:
    known = (by_place[instance, name].best_known for name in engines if (instance, name) in by_place)
    return next((_number(best) for best in known if best is not None), NONE)


def _cell(outcome: Outcome | None) -> str:
    if outcome is None or outcome.cost is None:
        return "invalid" if outcome and any(run.faults for run in outcome.runs) else NONE
    cost = _number(outcome.cost)
    if outcome.ratio is None:
        return cost
    shown = f"{outcome.ratio:.4f}" if outcome.family == DOCUMENTS else _percent(outcome.ratio)
    return f"{cost} ({shown})"


def _reasons(found: Sequence[Outcome]) -> Iterator[str]:
    instances: dict[tuple[str, str], list[str]] = {}
    for outcome in found:
        if outcome.reason:
            instances.setdefault((outcome.engine, outcome.reason), []).append(outcome.instance)
    of_engine = {name: len({outcome.instance for outcome in found if outcome.engine == name}) for name in ENGINES}
    for (engine, reason), names in instances.items():
        where = "all" if len(names) == of_engine[engine] else ", ".join(names)
        yield f"- {ENGINES[engine].title} on {where}: {reason}."
    if instances:
        yield ""


def _plots(plots: Iterable[tuple[str, Path]]) -> Iterator[str]:
    for number, (title, path) in enumerate(plots):
        if number == 0:
            yield "## Plots"
            yield ""
        yield f"![{title}]({path.as_posix()})"
        yield ""


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield f"| {' | '.join('---' for _ in titles)} |"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def _number(cost: float) -> str:
    """At most two decimals: no list has more."""
    return f"{round(cost, 2):.10g}"


def _fine(share: float) -> str:
    return f"{100 * share:.3f} %"


def _percent(ratio: float) -> str:
    return _gap(ratio - 1)


def _gap(share: float) -> str:
    # Adding 0 turns -0.0, which a best-known cost rounded up leads to, into 0.0.
    return f"{round(100 * share, 2) + 0.0:.2f} %"
