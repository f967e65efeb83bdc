"""What the planner's pages show of an experiment."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.store.experiments import StoredExperiment
from api.store.jobs import JobState
from api.web.catalogue import texts_in
from api.web.moments import moment_in_words
from api.what_if.charts_shown import charts_of
from api.what_if.stored_results import StoredResults
from api.what_if.tables import Cell, Table
from api.what_if.words import word

MOST_ROWS = 200
_NOT_SHOWN = frozenset({"answers", "replications"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentLine:
    """An experiment in the list."""

    id: str
    name: str
    day: str
    made: str
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a simulation is.

    Attributes:
        share: In hundredths.
        lines: What is said about it.
    """

    share: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """A chart under its title."""

    title: str
    picture: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShown:
    """A table, cut to what a page can hold."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """What an experiment came to."""

    answers: tuple[tuple[str, bool], ...]
    charts: tuple[ChartView, ...]
    tables: tuple[TableShown, ...]
    is_precise: bool
    notes: tuple[str, ...]


def line_of(stored: StoredExperiment, language: str) -> ExperimentLine:
    """For the list."""
    return ExperimentLine(
        id=stored.id,
        name=stored.name,
        day=stored.day.isoformat(),
        made=moment_in_words(stored.made_at),
        state=state_in_words(stored.job.state, language),
        note=stored.note,
    )


def state_in_words(state: JobState, language: str) -> str:
    """How far a simulation is, in a word."""
    t = texts_in(language)
    return t["what_if_running"] if state is JobState.RUNNING else t[f"job_{state}"]


def progress_of(stored: StoredExperiment, language: str) -> Progress | None:
    """How far it is; None before its first step."""
    told = stored.job.progress
    done, steps, left = told.get("done"), told.get("steps"), told.get("seconds_left")
    if not isinstance(done, int) or not isinstance(steps, int) or steps <= 0:
        return None
    t = texts_in(language)
    lines = [t["what_if_steps"].format(done=done, steps=steps)]
    lines += [t["what_if_left"].format(seconds=left)] if left is not None else []
    return Progress(share=round(100 * done / steps), lines=tuple(lines))


def results_shown(found: StoredResults) -> ResultView:
    """Answers first, then charts, then tables."""
    language = found.language
    answers = found.table("answers")
    sure = word("yes", language)
    return ResultView(
        answers=tuple((str(row[0]), row[1] == sure) for row in (answers.rows if answers else ())),
        charts=tuple(
            # Made by our own hands of numbers and escaped words.
            ChartView(title=title, picture=Markup(picture))  # noqa: S704
            for title, picture in charts_of(found.run, language)
        ),
        tables=tuple(_shown(one, language) for one in found.tables if one.name not in _NOT_SHOWN and one.rows),
        is_precise=found.run.precise,
        notes=found.notes,
    )


def _shown(table: Table, language: str) -> TableShown:
    fewer = texts_in(language)["what_if_fewer"]
    return TableShown(
        name=table.name,
        title=word(table.name, language),
        header=table.header,
        rows=tuple(_cells(row, fewer) for row in table.rows[:MOST_ROWS]),
        is_cut=len(table.rows) > MOST_ROWS,
    )


def _cells(row: Sequence[Cell], fewer: str) -> tuple[str, ...]:
    return tuple(fewer if cell is None else f"{cell:.4g}" if isinstance(cell, float) else str(cell) for cell in row)
