"""The rule packs in words, for those who own them or ask about them."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.cli.inputs import networks_for, plan_from, problem_from
from api.cli.options import A_FILE, json_option, language_option
from api.cli.tables import table
from scheduler.domain.errors import InvalidInput

if TYPE_CHECKING:
    from scheduler.rules.rule_pack import RulePack


_WORDS = {
    "en": {
        "same": "Nothing changes.",
        "visit": "visit that falls out",
        "planned": "planned visit that falls out",
        "rule": "rule",
        "why": "why",
        "none": "No visit of the problem falls out.",
        "none_planned": "No visit of the plan falls out.",
    },
    "zh-CN": {
        "same": "没有变化。",
        "visit": "不再允许的外访",
        "planned": "计划中不再允许的外访",
        "rule": "规则",
        "why": "原因",
        "none": "该问题中没有因此不再允许的外访。",
        "none_planned": "该计划中没有因此不再允许的外访。",
    },
}


@click.group()
def rules() -> None:
    """Show and check the rule packs: the law as data."""


@rules.command(name="list")
@json_option
def list_packs(*, as_json: bool) -> None:
    """List all rule packs."""
    from scheduler.rules.load import available_packs, load_rule_set

    packs = {pack.name: pack for name in available_packs() for pack in load_rule_set((name,)).packs}
    if as_json:
        documents = [
            {
                "name": pack.name,
                "version": pack.version,
                "jurisdiction": pack.jurisdiction,
                "status": pack.status.value,
                "extends": list(pack.extends),
                "rules": [rule.id for rule in pack.rules],
                "sha256": pack.sha256,
            }
            for pack in packs.values()
        ]
        click.echo(json.dumps(documents, ensure_ascii=False, indent=2))
        return
    rows = [
        (pack.name, pack.version, pack.jurisdiction, pack.status.value, ", ".join(pack.extends), str(len(pack.rules)))
        for pack in packs.values()
    ]
    click.echo(table(("pack", "version", "for", "status", "on top of", "rules"), rows, right=(5,)))


@rules.command()
@click.argument("name", metavar="NAME")
@language_option
def show(name: str, *, language: str) -> None:
    """Show the rules of the pack NAME in words, with their sources and how sure each is."""
    from scheduler.rules.describe import describe_pack
    from scheduler.rules.load import load_rule_set

    shown = [describe_pack(pack, language) for pack in load_rule_set((name,)).packs if pack.name == name]
    click.echo("\n".join(shown), nl=False)


@rules.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--problem", "problem_path", type=A_FILE, help="Also say which visits of this problem fall out.")
@click.option("--plan", "plan_path", type=A_FILE, help="Also say which visits of this plan of the problem fall out.")
@language_option
def diff(old: str, new: str, *, problem_path: Path | None, plan_path: Path | None, language: str) -> None:
    """Say in words what changes from the version OLD of a rule pack to NEW, each a NAME, NAME@VERSION or file.

    With --problem, visits that may be made by OLD and not by NEW are named with the rule that bars them.
    """
    from scheduler.rules.difference import changes, kind_in_words
    from scheduler.rules.load import read_version

    if plan_path is not None and problem_path is None:
        raise click.UsageError("a plan is judged with its problem: give --problem too")
    before, after = read_version(old), read_version(new)
    found = changes(before, after, language)
    for change in found:
        click.echo(f"{change.rule_id}: {kind_in_words(change.kind, language)}")
        click.echo("".join(f"  - {line}\n" for line in change.before), nl=False)
        click.echo("".join(f"  + {line}\n" for line in change.after), nl=False)
    if not found:
        click.echo(_WORDS[language]["same"])
    if problem_path is not None:
        _print_fallen(problem_path, plan_path, before, after, language)


def _print_fallen(path: Path, plan_path: Path | None, before: "RulePack", after: "RulePack", language: str) -> None:
    from scheduler.rule_changes import fallen_stops, fallen_visits

    problem = problem_from(path)
    words = _WORDS[language]
    rows = [
        (visit_id, one.rule_id, one.zh if language == "zh-CN" else one.en)
        for visit_id, reasons in fallen_visits(problem, before, after).items()
        for one in reasons
    ]
    click.echo(table((words["visit"], words["rule"], words["why"]), rows) if rows else words["none"])
    if plan_path is None:
        return
    stops = fallen_stops(problem, plan_from(plan_path), before, after, networks_for(problem))
    rows = [(broken.visit_id or "", broken.rule_id or "", broken.message) for broken in stops]
    click.echo(table((words["planned"], words["rule"], words["why"]), rows) if rows else words["none_planned"])


@rules.command()
def check() -> None:
    """Load every pack and run its examples; exit 2 when one is faulty."""
    from scheduler.rules.load import available_packs, check_packs

    faults = check_packs()
    if faults:
        raise InvalidInput(faults)
    click.echo(f"All examples hold: {', '.join(available_packs())}.")
