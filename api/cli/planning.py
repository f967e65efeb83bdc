"""Making a plan, checking one, and comparing several."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.comparison import comparison_document, comparison_table
from api.cli.figures import certificate_line, figures_document, summary
from api.cli.files import refuse_overwriting, write_whole
from api.cli.inputs import known_shifts, networks_for, plan_from, problem_from
from api.cli.options import (
    A_FILE,
    NamesType,
    SecondsType,
    json_option,
    language_option,
    output_option,
    plan_argument,
    problem_argument,
)
from api.cli.progress import ProgressReport
from api.cli.tables import table
from scheduler.domain.plan import Plan
from scheduler.domain.problem import Problem, RoadTravel
from scheduler.domain.travel import ESTIMATED_SOURCE, Profile
from scheduler.domain.violation import Violation

if TYPE_CHECKING:  # importing the planner takes OR-Tools with it
    from scheduler.planning import SearchLimits

DEFAULT_SECONDS = 30.0


@click.command()
@problem_argument
@output_option("PLAN", "Where the plan goes; gzipped when the name ends in .gz.")
@click.option("--seconds", type=SecondsType(), help=f"How long to search.  [default: {DEFAULT_SECONDS:g}]")
@click.option(
    "--iterations", type=click.IntRange(min=1), help="Search this many steps instead; repeatable to the byte."
)
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help="The seed of the search.")
@click.option("--threads", type=click.IntRange(min=1), help="At most so many search threads; all cores unless given.")
@click.option("--patience", type=SecondsType(), help="Also stop when nothing better was found for so many seconds.")
@click.option("--engine", type=click.Choice(["auto", "ortools"]), default="auto", show_default=True)
@click.option("--without-shift", metavar="ID", multiple=True, help="What if this shift were missing? May be repeated.")
@click.option("--only-shifts", metavar="A,B", type=NamesType(), help="What if there were only these shifts?")
@json_option
def plan(
    problem_path: Path,
    output: Path,
    *,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    threads: int | None,
    patience: float | None,
    engine: str,
    without_shift: tuple[str, ...],
    only_shifts: tuple[str, ...] | None,
    as_json: bool,
) -> None:
    """Plan the visits of PROBLEM and write the checked plan.

    Ctrl-C ends the search and keeps the best plan found so far.
    """
    from scheduler.planning import SearchLimits

    if seconds is not None and iterations is not None:
        raise click.UsageError("--seconds and --iterations exclude each other; give one of them.")
    if patience is not None and iterations is not None:
        raise click.UsageError("--patience needs a clock: give it with --seconds, not with --iterations.")
    refuse_overwriting([output], [problem_path])
    problem = problem_from(problem_path)
    left_out = shifts_left_out(problem, without_shift, only_shifts)
    limit = DEFAULT_SECONDS if seconds is None and iterations is None else seconds
    limits = SearchLimits(seconds=limit, iterations=iterations, seed=seed, threads=threads, patience_seconds=patience)
    made = planned(problem, limits, engine=engine, without_shifts=left_out)
    write_plan_file(output, made, problem)
    _warn_of_the_fallback(problem, made)
    if as_json:
        click.echo(_json({"plan": str(output), **figures_document(made)}))
    else:
        click.echo(summary(made))
        click.echo(f"Written to {output}.")


@click.command()
@problem_argument
@plan_argument
@language_option
@json_option
@click.pass_context
def check(ctx: click.Context, problem_path: Path, plan_path: Path, *, language: str, as_json: bool) -> None:
    """Check PLAN against PROBLEM and the law; exit 1 when a rule is broken.

    What breaks the law is told in the language asked for, all else in English.
    """
    from scheduler.planning import check_plan

    problem, made = problem_from(problem_path), plan_from(plan_path)
    found = check_plan(problem, made, networks_for(problem))
    if as_json:
        scope = made.certificate.scope if made.certificate else None
        click.echo(
            _json({"lawful": not found, "scope": scope, "violations": [_violation(one, language) for one in found]})
        )
    elif found:
        click.echo(violations_table(found, language))
        click.echo(f"The plan breaks {len(found)} rule(s).")
    else:
        click.echo("The plan keeps every rule.")
        click.echo(certificate_line(made.certificate))
    ctx.exit(1 if found else 0)


@click.command()
@click.argument("plan_paths", metavar="PLAN PLAN...", type=A_FILE, nargs=-1, required=True)
@json_option
def compare(plan_paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Compare plans in one table: a column each, with the difference to the first."""
    if len(plan_paths) < 2:
        raise click.UsageError("Give at least two plans to compare.")
    plans = [(str(path), plan_from(path)) for path in plan_paths]
    if as_json:
        click.echo(_json(comparison_document(plans)))
    else:
        click.echo(comparison_table(plans))


def shifts_left_out(problem: Problem, without: tuple[str, ...], only: tuple[str, ...] | None) -> frozenset[str]:
    """The shifts that a what-if keeps out.

    Args:
        problem: Where the shifts are, or the duties that they are formed of.
        without: Shifts to keep out.
        only: Shifts beside which all others are kept out; None keeps none out.
    """
    from scheduler.planning import staffed

    if not without and only is None:
        return frozenset()
    problem = staffed(problem)
    missing = set(known_shifts(problem, without, "--without-shift"))
    if only is not None:
        kept = known_shifts(problem, only, "--only-shifts")
        missing |= {shift.id for shift in problem.shifts} - set(kept)
    return frozenset(missing)


def planned(
    problem: Problem, limits: "SearchLimits", *, engine: str = "auto", without_shifts: frozenset[str] = frozenset()
) -> Plan:
    """Plan in a process of its own, with progress on stderr; Ctrl-C keeps the best plan."""
    from api.executors import plan_in_process
    from scheduler.planning import is_search_compiled

    if engine == "auto" and not is_search_compiled():
        click.echo("Compiling the search for this machine; this takes half a minute, once.", err=True)
    with ProgressReport(limits.seconds) as report:
        return plan_in_process(
            problem,
            limits=limits,
            engine=engine,
            without_shifts=without_shifts,
            networks=networks_for(problem),
            on_progress=report,
        )


def _warn_of_the_fallback(problem: Problem, made: Plan) -> None:
    """Say on stderr that roads were wanted and straight lines were used."""
    if isinstance(problem.travel, RoadTravel) and made.travel_source == ESTIMATED_SOURCE:
        name = problem.travel.network
        checks = (
            f"visits roads check {name}" + ("" if profile is Profile.CAR else f" --profile {profile}")
            for profile in problem.travel_profiles
        )
        click.echo(
            f"The road network '{name}' could not be used, so travel times are estimated. Why: {'; '.join(checks)}",
            err=True,
        )


def write_plan_file(path: Path, made: Plan, problem: Problem) -> None:
    """Write a Plan document in the problem's time zone."""
    from scheduler.documents import to_bytes, write_plan

    write_whole(path, to_bytes(write_plan(made, problem.time_zone)))


def violations_table(found: tuple[Violation, ...], language: str = "en") -> str:
    """One line a violation."""
    rows = [
        (one.code, one.shift_id or "", one.visit_id or "", one.rule_id or "", one.told_in(language)) for one in found
    ]
    return table(("violation", "shift", "visit", "rule", "what"), rows)


def _violation(one: Violation, language: str) -> dict[str, str | None]:
    return {
        "code": one.code,
        "message": one.told_in(language),
        "visit_id": one.visit_id,
        "shift_id": one.shift_id,
        "rule_id": one.rule_id,
    }


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
