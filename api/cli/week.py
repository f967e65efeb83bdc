"""Planning several days as one."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.files import make_folder, refuse_overwriting, write_whole
from api.cli.inputs import networks_for, problem_from
from api.cli.options import A_FILE, SecondsType, json_option, output_option
from api.cli.planning import planned, write_plan_file
from api.cli.tables import table

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from scheduler.week_planning import WeekPlan

DEFAULT_SECONDS = 90.0


@click.command("plan-week")
@click.argument("problem_paths", metavar="PROBLEM...", type=A_FILE, nargs=-1, required=True)
@output_option("DIR", "Where the week's and each day's problem and plan go.")
@click.option("--seconds", type=SecondsType(), help=f"How long to search.  [default: {DEFAULT_SECONDS:g}]")
@click.option(
    "--iterations", type=click.IntRange(min=1), help="Search this many steps instead; repeatable to the byte."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="The seed of the search.")
@click.option("--threads", type=click.IntRange(min=1), help="At most so many search threads; all cores unless given.")
@json_option
@click.pass_context
def plan_week(
    ctx: click.Context,
    problem_paths: tuple[Path, ...],
    output: Path,
    *,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    threads: int | None,
    as_json: bool,
) -> None:
    """Plan up to seven days together: a PROBLEM a day, or one of several days.

    Each visit gets the day that suits the week; each day gets a checked plan of its own. Exits 1 when the days are not
    lawful together, which would be our mistake.
    """
    from scheduler.planning import SearchLimits
    from scheduler.week_check import week_violations
    from scheduler.week_planning import taken_apart, united

    if seconds is not None and iterations is not None:
        raise click.UsageError("--seconds and --iterations exclude each other; give one of them.")
    problems = [problem_from(path) for path in problem_paths]
    week = united(problems)
    limit = DEFAULT_SECONDS if seconds is None and iterations is None else seconds
    limits = SearchLimits(seconds=limit, iterations=iterations, seed=seed, threads=threads)
    made = taken_apart(week, planned(week.problem, limits), networks=networks_for(week.problem))
    broken = week_violations((day.problem, day.plan) for day in made.days)
    make_folder(output)
    refuse_overwriting(_outputs(made, output), problem_paths)
    _write(made, output)
    if as_json:
        click.echo(json.dumps(_document(made, output, len(broken)), ensure_ascii=False, indent=2))
    else:
        click.echo(_table(made))
        click.echo(f"{len(made.plan.unassigned)} visits have no day. Written to {output}.")
        for one in broken:
            click.echo(f"{one.visit_id}: {one.message}")
    ctx.exit(1 if broken else 0)


def _names(made: "WeekPlan") -> list[str]:
    return ["week", *(day.day.isoformat() for day in made.days)]


def _outputs(made: "WeekPlan", folder: Path) -> list[Path]:
    return [folder / f"{name}-{what}.json" for name in _names(made) for what in ("problem", "plan")]


def _write(made: "WeekPlan", folder: Path) -> None:
    from scheduler.documents import to_bytes, write_problem

    pairs = [(made.problem, made.plan), *((day.problem, day.plan) for day in made.days)]
    for name, (problem, plan) in zip(_names(made), pairs, strict=True):
        write_whole(folder / f"{name}-problem.json", to_bytes(write_problem(problem)))
        write_plan_file(folder / f"{name}-plan.json", plan, problem)


def _table(made: "WeekPlan") -> str:
    rows = [
        (
            day.day.isoformat(),
            "firm" if day.is_firm else "free",
            str(sum(bool(route.visit_ids) for route in day.plan.routes)),
            str(sum(len(route.visit_ids) for route in day.plan.routes)),
        )
        for day in made.days
    ]
    return table(("day", "", "crews", "visits"), rows)


def _document(made: "WeekPlan", folder: Path, broken: int) -> dict[str, object]:
    return {
        "folder": str(folder),
        "violations": broken,
        "unassigned": len(made.plan.unassigned),
        "days": [
            {
                "day": day.day.isoformat(),
                "firm": day.is_firm,
                "crews": sum(bool(route.visit_ids) for route in day.plan.routes),
                "visits": sum(len(route.visit_ids) for route in day.plan.routes),
            }
            for day in made.days
        ],
    }
