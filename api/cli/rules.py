"""The rule packs in words, for those who own them or ask about them."""

import json

import click

from api.cli.options import json_option, language_option
from api.cli.tables import table
from scheduler.domain.errors import InvalidInput


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
def check() -> None:
    """Load every pack and run its examples; exit 2 when one is faulty."""
    from scheduler.rules.load import available_packs, check_packs

    faults = check_packs()
    if faults:
        raise InvalidInput(faults)
    click.echo(f"All examples hold: {', '.join(available_packs())}.")
