"""What people take with them: maps, and files for spreadsheets and calendars."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from api.cli.files import faults_of, refuse_overwriting, write_whole
from api.cli.inputs import known_shifts, plan_from, problem_from, settings_here, texts_from
from api.cli.options import (
    LANGUAGES,
    NamesType,
    output_option,
    plan_argument,
    problem_option,
    texts_option,
)
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text


@click.command(name="map")
@plan_argument
@problem_option
@texts_option
@click.option("--shift", "shift_id", metavar="ID", help="Only this crew's route, for its phone.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the map; the setting's when not given.")
@click.option(
    "--navigation", metavar="geo,amap,..", type=NamesType(), help="Navigation links; the setting's when not given."
)
@output_option("MAP.html", "Where the map goes: one page, readable without a network.")
def draw_map(
    plan_path: Path,
    problem_path: Path,
    *,
    texts_path: Path | None,
    shift_id: str | None,
    language: str | None,
    navigation: tuple[str, ...] | None,
    output: Path,
) -> None:
    """Draw the routes of PLAN on a map."""
    refuse_overwriting([output], [plan_path, problem_path, texts_path])
    made, texts = plan_from(plan_path), texts_from(texts_path)
    problem = problem_from(problem_path).with_formed(made.shifts)
    if shift_id is not None:
        known_shifts(problem, [shift_id], "--shift")
    settings = settings_here()
    with faults_of(plan_path):
        page = map_page(
            made,
            problem,
            texts,
            shift_id=shift_id,
            language=language or settings.language,
            providers=navigation or settings.navigation_providers,
        )
    write_whole(output, page, private=bool(texts))
    click.echo(f"Written to {output}.")


@click.command()
@plan_argument
@problem_option
@texts_option
@click.option("--shift", "shift_ids", metavar="ID", multiple=True, help="Only this shift; may be repeated.")
@click.option("--format", "kind", type=click.Choice(["csv", "ics"]), required=True, help="Spreadsheet or calendar.")
@output_option("FILE", "Where the file goes.")
def export(
    plan_path: Path,
    problem_path: Path,
    *,
    texts_path: Path | None,
    shift_ids: tuple[str, ...],
    kind: str,
    output: Path,
) -> None:
    """Write the routes of PLAN as CSV or ICS.

    An ICS file holds no names and no addresses, because calendars are shared; --texts changes nothing in it.
    """
    refuse_overwriting([output], [plan_path, problem_path, texts_path])
    made, texts = plan_from(plan_path), texts_from(texts_path)
    problem = problem_from(problem_path).with_formed(made.shifts)
    chosen = known_shifts(problem, shift_ids, "--shift") or None
    with faults_of(plan_path):
        content = routes_file(kind, made, problem, texts, shift_ids=chosen)
    write_whole(output, content, private=bool(texts))
    click.echo(f"Written to {output}.")


def map_page(
    made: Plan,
    problem: Problem,
    texts: Mapping[str, Text],
    *,
    shift_id: str | None,
    language: str,
    providers: Sequence[str],
) -> bytes:
    """The page of all crews, or of one."""
    from maps.preview import crew_map, overview_map
    from scheduler.wording import reason_title

    if shift_id is None:
        page = overview_map(
            made, problem, texts=texts, language=language, providers=providers, reason_title=reason_title
        )
    else:
        page = crew_map(made, problem, shift_id, texts=texts, language=language, providers=providers)
    return page.encode()


def routes_file(
    kind: str, made: Plan, problem: Problem, texts: Mapping[str, Text], *, shift_ids: Sequence[str] | None
) -> bytes:
    """The content of a `csv` or `ics` file; None for all shifts."""
    from maps.exports import route_csv, route_ics

    if kind == "csv":
        return route_csv(made, problem, shift_ids=shift_ids, texts=texts)
    return route_ics(made, problem, shift_ids=shift_ids)
