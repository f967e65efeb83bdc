"""The fictional city's day, from its tables to maps: the main job in one command."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.figures import certificate_line, crews_table, reasons_table
from api.cli.files import make_folder, write_whole
from api.cli.importing import left_out_table, write_problem_file, write_texts_file
from api.cli.inputs import networks_for, settings_here
from api.cli.options import LANGUAGES, SecondsType
from api.cli.planning import planned, violations_table, write_plan_file
from api.cli.progress import BuildReport
from api.fixture_city import TRAVEL, city_tables, ensure_city_roads
from api.importing import ZONE, Imported, import_files
from api.route_files import route_file
from scheduler.domain.errors import MissingResource, PlanRefused
from scheduler.domain.plan import Plan

if TYPE_CHECKING:  # travel takes numpy with it
    from api.drawn_roads import DrawnRoads

DAY = date(2026, 12, 1)
AS_OF = datetime(2026, 11, 27, 18, tzinfo=ZONE)
DAYS_AHEAD = timedelta(days=4)
RULE_PACKS = ("cn-base", "cn-house")
FILES = ("csv", "ics", "gpx")
SHEETS = "route-sheets.pdf"
# All of them, so that each can be tried; an operator's own setting starts with geo alone.
PROVIDERS = ("geo", "amap", "google", "apple")


@click.command()
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("out"),
    show_default=True,
    help="The folder for everything that is written.",
)
@click.option("--seconds", type=SecondsType(), default=10.0, show_default=True, help="How long to search.")
@click.option("--language", type=click.Choice(LANGUAGES), default="zh-CN", show_default=True, help="Of the maps.")
def demo(*, folder: Path, seconds: float, language: str) -> None:
    """Plan a fictional city's day and write problem, plan, maps and tables.

    Crews drive on the city's own roads, built at the first run. The day is also loaded into the data directory, so
    that `visits serve` shows it.
    """
    from scheduler.planning import SearchLimits, check_plan

    ensure_city_roads(settings_here(), now=datetime.now(UTC), on_progress=BuildReport())
    imported = import_files(city_tables(), DAY, rule_packs=RULE_PACKS, as_of=AS_OF, travel=TRAVEL)
    click.echo(left_out_table(imported.problem, "en"))
    made = planned(imported.problem, SearchLimits(seconds=seconds))
    found = check_plan(imported.problem, made, networks_for(imported.problem))
    if found:
        click.echo(violations_table(found), err=True)
        raise PlanRefused(found)
    _write(folder, imported, made, language)
    _keep(imported, made)
    click.echo("\n" + crews_table(made))
    click.echo("\n" + reasons_table(made))
    click.echo("\n" + certificate_line(made.certificate))
    click.echo(_next_steps(folder, made))


def _write(folder: Path, imported: Imported, made: Plan, language: str) -> None:
    from api.drawn_roads import drawn_roads
    from api.map_pages import map_page
    from scheduler.travel.roads import Detail

    problem, texts = imported.problem, imported.texts
    roads = drawn_roads(problem, made, networks_for(problem), detail=Detail.FULL)
    make_folder(folder / "crews")
    write_problem_file(folder / "problem.json", problem)
    write_plan_file(folder / "plan.json", made, problem)
    write_texts_file(folder / "texts.json", texts)
    for shift_id in (None, *(route.shift_id for route in made.routes)):
        page = map_page(
            made,
            problem,
            texts,
            shift_id=shift_id,
            language=language,
            providers=PROVIDERS,
            roads=roads,
        )
        name = "overview" if shift_id is None else f"crews/{shift_id}"
        write_whole(folder / f"{name}.html", page.encode(), private=True)
        if shift_id is not None:
            for kind in FILES:
                content = route_file(kind, made, problem, texts, shift_ids=(shift_id,), language=language, font=None)
                write_whole(folder / f"{name}.{kind}", content, private=True)
    _write_sheets(folder / SHEETS, imported, made, language, roads)


def _write_sheets(path: Path, imported: Imported, made: Plan, language: str, roads: "DrawnRoads | None") -> None:
    """Write route sheets for the printer, where the machine has a font for them."""
    try:
        content = route_file(
            "pdf",
            made,
            imported.problem,
            imported.texts,
            shift_ids=None,
            language=language,
            font=settings_here().font,
            roads=roads,
        )
    except MissingResource as missing:
        click.echo(f"No route sheets on paper: {missing}", err=True)
    else:
        write_whole(path, content, private=True)


def _keep(imported: Imported, made: Plan) -> None:
    """Load the day and its tables into the store, where `visits serve` finds them."""
    from api.clock import utc_now
    from api.kept_city import keep_city, weeks_until
    from api.store import PlanStore
    from api.store.branches import only_branch, set_road_network

    store = PlanStore(settings_here())
    try:
        with store.database.writing(store.scope, utc_now()) as unit:
            branch_id = only_branch(unit)
            # Letters and notices of a day can be sent when it is some days ahead.
            weeks = weeks_until(DAY, unit.now.date() + DAYS_AHEAD)
            if keep_city(unit, DAY, weeks=weeks) and branch_id is not None:
                set_road_network(unit, branch_id, TRAVEL.network)
        store.save(imported.problem, made, imported.texts)
    finally:
        store.close()


def _next_steps(folder: Path, made: Plan) -> str:
    first = made.unassigned[0].visit_id if made.unassigned else "VISIT_ID"
    sheets = " route-sheets.pdf," if (folder / SHEETS).exists() else ""
    return (
        f"\nWritten to {folder}/: problem.json, plan.json, texts.json, overview.html,{sheets}"
        " and in crews/ a map, a CSV, an ICS and a GPX for each crew."
        f"\nOpen {folder}/overview.html in a browser, or run: visits serve"
        f"\nWhy was one left out? visits why {folder}/problem.json {first} --plan {folder}/plan.json --language zh-CN"
    )
