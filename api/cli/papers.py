"""Printing what is shown, sent and left at doors: `visits papers`."""

from pathlib import Path

import click

from api.cli.files import refuse_overwriting, write_whole
from api.cli.inputs import plan_from, problem_from, settings_here, texts_from
from api.cli.options import A_FILE, LANGUAGES, output_option, plan_argument, problem_option
from api.cli.planning import violations_table

KINDS = ("letter", "notice", "card")


@click.command()
@plan_argument
@problem_option
@click.option(
    "--texts", "texts_path", metavar="FILE", type=A_FILE, help="Names, addresses and ID numbers; a card needs none."
)
@click.option(
    "--visit", "visit_ids", metavar="ID", multiple=True, help="Only this visit; may be repeated. All unless given."
)
@click.option("--kind", type=click.Choice(KINDS), required=True, help="For the door, for the post, to be left behind.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the papers; the setting's when not given.")
@output_option("FILE.pdf", "Where the papers go; only you can read the file.")
@click.pass_context
def papers(
    ctx: click.Context,
    plan_path: Path,
    problem_path: Path,
    *,
    texts_path: Path | None,
    visit_ids: tuple[str, ...],
    kind: str,
    language: str | None,
    output: Path,
) -> None:
    """Print letters of authorization, notices or cards for the visits of PLAN.

    Nothing is printed for a plan that breaks a rule: the exit code is then 1, and `visits check` says which.
    """
    from api.papers import PaperKind, visit_papers
    from scheduler.planning import check_plan

    refuse_overwriting([output], [plan_path, problem_path, texts_path])
    made, problem, texts = plan_from(plan_path), problem_from(problem_path), texts_from(texts_path)
    found = check_plan(problem, made)
    settings = settings_here()
    words_in = language or settings.language
    if found:
        click.echo(violations_table(found, words_in), err=True)
        click.echo("No papers are printed for a plan that breaks a rule.", err=True)
        ctx.exit(1)
    content = visit_papers(
        PaperKind(kind),
        made,
        problem.with_formed(made.shifts),
        texts=texts,
        visit_ids=visit_ids or None,
        settings=settings,
        language=words_in,
    )
    write_whole(output, content, private=True)
    click.echo(f"Written to {output}.")
