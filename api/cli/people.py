"""What people take with them: maps, and files for spreadsheets, calendars, navigation and printers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.files import faults_of, refuse_overwriting, write_whole
from api.cli.inputs import known_shifts, networks_for, plan_from, problem_from, settings_here, texts_from
from api.cli.options import (
    LANGUAGES,
    NamesType,
    output_option,
    plan_argument,
    problem_option,
    texts_option,
)
from api.route_files import CONTENT_TYPES, route_file
from scheduler.domain.errors import MissingResource
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem

if TYPE_CHECKING:  # travel takes numpy with it
    from api.drawn_roads import DrawnRoads
    from scheduler.travel.roads import Detail


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
    from api.drawn_roads import detail_for
    from api.map_pages import map_page

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
            tiles=settings.tiles,
            roads=_roads(problem, made, None if shift_id is None else [shift_id], detail_for(made, shift_id)),
        )
    write_whole(output, page.encode(), private=bool(texts))
    click.echo(f"Written to {output}.")


@click.command()
@plan_argument
@problem_option
@texts_option
@click.option("--shift", "shift_ids", metavar="ID", multiple=True, help="Only this shift; may be repeated.")
@click.option("--format", "kind", type=click.Choice(list(CONTENT_TYPES)), required=True, help="What kind of file.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the words in it; the setting's when not given.")
@output_option("FILE", "Where the file goes.")
def export(
    plan_path: Path,
    problem_path: Path,
    *,
    texts_path: Path | None,
    shift_ids: tuple[str, ...],
    kind: str,
    language: str | None,
    output: Path,
) -> None:
    """Write the routes of PLAN as a table (CSV, XLSX), calendar (ICS), points (GPX) or route sheets on paper (PDF).

    ICS and GPX files hold no names and no addresses, because calendars and navigation apps share what they know;
    --texts changes nothing in them.
    """
    from scheduler.travel.roads import Detail

    refuse_overwriting([output], [plan_path, problem_path, texts_path])
    made, texts = plan_from(plan_path), texts_from(texts_path)
    problem = problem_from(problem_path).with_formed(made.shifts)
    chosen = known_shifts(problem, shift_ids, "--shift") or None
    settings = settings_here()
    with faults_of(plan_path):
        content = route_file(
            kind,
            made,
            problem,
            texts,
            shift_ids=chosen,
            language=language or settings.language,
            font=settings.font,
            roads=_roads(problem, made, chosen, Detail.FULL) if kind == "pdf" else None,
        )
    write_whole(output, content, private=bool(texts))
    click.echo(f"Written to {output}.")


def _roads(problem: Problem, made: Plan, shift_ids: Sequence[str] | None, detail: "Detail") -> "DrawnRoads | None":
    """The roads under the routes of some shifts, or of all; None where there are none."""
    from api.drawn_roads import drawn_roads

    try:
        return drawn_roads(problem, made, networks_for(problem), detail=detail, shift_ids=shift_ids)
    except MissingResource as missing:
        click.echo(f"{missing} Routes are drawn as straight lines.", err=True)
        return None
