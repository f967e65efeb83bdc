"""A lender's tables become a problem, and everybody who may not be visited is named by case and rule."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.files import make_folder, refuse_overwriting, write_whole
from api.cli.inputs import settings_here
from api.cli.options import A_FILE, LANGUAGES, NamesType, output_option, texts_option
from api.cli.tables import table
from scheduler.domain.problem import DEFAULT_RULE_PACKS, Problem, RoadTravel
from scheduler.domain.texts import Text

if TYPE_CHECKING:  # an import is slow to load
    from api.importing import Imported


def write_templates(context: click.Context, _option: click.Parameter, folder: Path | None) -> None:
    """Write an empty table of every kind in both languages, and do nothing else."""
    if folder is None or context.resilient_parsing:
        return
    from api.importing.columns import TABLE_KINDS
    from api.importing.templates import FORMATS, template

    make_folder(folder)
    for kind in TABLE_KINDS:
        for language in LANGUAGES:
            for file_format in FORMATS:
                write_whole(folder / f"{kind.name}.{language}.{file_format}", template(kind, file_format, language))
    click.echo(f"Empty tables written to {folder}.")
    context.exit()


@click.command(name="import")
@click.argument("paths", metavar="FILES...", type=A_FILE, nargs=-1, required=True)
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="D", required=True, help="The day: 2026-12-01."
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    metavar="T",
    help='When the tables were true, in Asia/Shanghai: "2026-11-27 18:00". From that day on notices can still be sent. '
    "Now unless given.",
)
@output_option("PROBLEM", "Where the problem goes: codes, times and points, no names.")
@texts_option
@click.option(
    "--rule-packs",
    type=NamesType(),
    default=",".join(DEFAULT_RULE_PACKS),
    show_default=True,
    metavar="cn-base,cn-house",
    help="The law that applies, and the house's own narrower rules.",
)
@click.option("--network", metavar="NAME", help="The road network for travel times; straight lines unless given.")
@click.option(
    "--fallback",
    type=click.Choice(["great_circle"]),
    help="With --network: what to estimate travel times by where the network cannot be used.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the reasons.")
@click.option(
    "--geocode", "wants_geocoding", is_flag=True, help="Ask the geocoder of the settings for points that are missing."
)
@click.option(
    "--templates",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    is_eager=True,
    expose_value=False,
    callback=write_templates,
    help="Write an empty table of every kind to DIR, in both languages, as CSV and XLSX, and stop.",
)
@click.option(
    "--to-confirm",
    "to_confirm",
    type=A_FILE,
    metavar="FILE",
    help="With --geocode: the addresses asked for and what became of each (CSV), for a person to look at.",
)
def import_cases(
    paths: tuple[Path, ...],
    *,
    day: datetime,
    as_of: datetime | None,
    output: Path,
    texts_path: Path | None,
    rule_packs: tuple[str, ...],
    network: str | None,
    fallback: str | None,
    language: str,
    wants_geocoding: bool,
    to_confirm: Path | None,
) -> None:
    """Import a lender's FILES (CSV or XLSX) for one day.

    Names, addresses and notes go to the file of --texts and nowhere else; only its owner can read that file. With
    --geocode addresses, and they alone, also go to the geocoder that you set, and to the file of --to-confirm.
    """
    from api.importing import TRAVEL, ZONE, import_files

    if fallback is not None and network is None:
        raise click.UsageError("--fallback is for where the network of --network cannot be used.")
    if to_confirm is not None and not wants_geocoding:
        raise click.UsageError("--to-confirm is the list of what --geocode looked up.")
    refuse_overwriting([output, texts_path, to_confirm], paths)
    moment = datetime.now(ZONE).replace(microsecond=0) if as_of is None else as_of.replace(tzinfo=ZONE)
    travel = TRAVEL if network is None else RoadTravel(network=network, fallback=fallback is not None)
    imported = import_files(paths, day.date(), rule_packs=rule_packs, as_of=moment, travel=travel)
    if wants_geocoding:
        imported = looked_up(imported, to_confirm, today=datetime.now(ZONE).date())
    problem = imported.problem
    write_problem_file(output, problem)
    if texts_path is not None:
        write_texts_file(texts_path, imported.texts)
    click.echo(left_out_table(problem, language))
    click.echo(
        f"{len(problem.visits)} visits, {len(problem.shifts)} shifts, {len(problem.duties)} people on duty and "
        f"{len(problem.collectors)} collectors written to {output}."
    )
    if texts_path is None:
        click.echo("Names and addresses were not kept; give --texts FILE to keep them apart.")


def looked_up(imported: "Imported", to_confirm: Path | None, *, today: date) -> "Imported":
    """Fill in points that are missing, write the list for people, and say in numbers what became of the addresses."""
    from api.geocoding import geocoder_of
    from api.geocoding.imports import list_to_confirm, look_up
    from scheduler.domain.geocoding import Geocoded

    geocoder = geocoder_of(settings_here(), today=today)
    missing = sum(location.coordinates is None for location in imported.problem.locations)
    click.echo(f"Looking up {missing} point(s).", err=True)
    lookup = look_up(imported, geocoder)
    if to_confirm is not None:
        write_whole(to_confirm, list_to_confirm(lookup), private=True)
    results = Counter(
        "found" if isinstance(outcome, Geocoded) else str(outcome.code) for outcome in lookup.outcomes.values()
    )
    counted = ", ".join(f"{number} {result}" for result, number in sorted(results.items())) or "none was missing"
    click.echo(f"Points looked up: {counted}.")
    return lookup.imported


def write_problem_file(path: Path, problem: Problem) -> None:
    """Write a Problem document."""
    from scheduler.documents import to_bytes, write_problem

    write_whole(path, to_bytes(write_problem(problem)))


def write_texts_file(path: Path, texts: Mapping[str, Text]) -> None:
    """Write a texts file that its owner alone can read."""
    from scheduler.documents import to_bytes, write_texts

    write_whole(path, to_bytes(write_texts(texts)), private=True)


def left_out_table(problem: Problem, language: str) -> str:
    """Every visit that no place allows, with each rule that says no; ids and rules only, never a name."""
    rows = left_out_rows(problem, language)
    if not rows:
        return "No case is barred from being visited."
    barred = len({row[0] for row in rows})
    return table(("case", "rule", "why it may not be visited"), rows) + f"\n{barred} case(s) may not be visited."


def left_out_rows(problem: Problem, language: str) -> Sequence[tuple[str, str, str]]:
    """Visit id, rule id and sentence, once for each rule, in the order of the problem."""
    from scheduler.eligibility import decide
    from scheduler.rules.load import load_rule_set

    decisions = decide(problem, load_rule_set(problem.rule_packs))
    rows = []
    for visit in problem.visits:
        of_places = list(decisions[visit.id].values())
        if any(decision.allowed for decision in of_places):
            continue
        reasons = [reason for decision in of_places for reason in decision.reasons]
        rows += [(visit.id, one.rule_id, one.zh if language == "zh-CN" else one.en) for one in reasons]
    return list(dict.fromkeys(rows))
