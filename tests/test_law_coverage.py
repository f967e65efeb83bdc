"""Every row of the collection of law is a rule in a pack, or the documentation says why it is none."""

import re
from pathlib import Path

import pytest

from scheduler.rules.load import available_packs, check_packs, load_rule_set
from scheduler.rules.rule_pack import Basis, Rule, Seen
from tests.parts import NOT_INSTALLABLE

ROOT = Path(__file__).parents[1]
COLLECTION = ROOT.parent / "shared" / "reference" / "law.md"


def collected_rows() -> list[str]:
    """The ids of all rows about rules, in the order of the collection."""
    if not COLLECTION.is_file():
        pytest.skip(f"{NOT_INSTALLABLE}the collection of law is not beside this checkout")
    _, _, after = COLLECTION.read_text(encoding="utf-8").partition("## (a)")
    section, *_ = re.split(r"^## \(b\)", after, flags=re.MULTILINE)
    return re.findall(r"^\| ([A-Z0-9]{2,}(?:-[A-Z0-9]+)+) \|", section, flags=re.MULTILINE)


def cells_of(heading: str) -> list[tuple[str, ...]]:
    """The cells of every row of the table under a heading of the page."""
    _, _, after = (ROOT / "docs" / "law-coverage.md").read_text(encoding="utf-8").partition(f"## {heading}\n")
    section, *_ = re.split(r"^## ", after, flags=re.MULTILINE)
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip("` ") for cell in row) for row in rows]


def rows_without_rule() -> list[str]:
    return [row for row, _ in cells_of("Rows that are no rules")]


def packed_rules() -> list[tuple[str, str, Rule]]:
    """The id, the pack and the rule, for every rule of every pack."""
    packs = {pack.name: pack for name in available_packs() for pack in load_rule_set((name,)).packs}
    return [(rule.id, pack.name, rule) for pack in packs.values() for rule in pack.rules]


def test_every_row_of_the_collection_is_a_rule_or_is_said_to_be_none() -> None:
    rows = collected_rows()
    packed = {rule_id for rule_id, _, _ in packed_rules()}
    assert rows
    assert len(set(rows)) == len(rows)
    assert [row for row in rows if row not in packed and row not in rows_without_rule()] == []


def test_only_rows_of_the_collection_are_said_to_be_no_rules() -> None:
    assert set(rows_without_rule()) <= set(collected_rows())


def test_parts_are_said_to_be_missing_only_of_rows_of_the_collection() -> None:
    assert {row for row, *_ in cells_of("Parts of rows that no rule says")} <= set(collected_rows())


def test_no_row_is_a_rule_and_said_to_be_none() -> None:
    assert [rule_id for rule_id, _, _ in packed_rules() if rule_id in rows_without_rule()] == []


def test_every_row_that_is_no_rule_has_a_reason() -> None:
    rows = cells_of("Rows that are no rules")
    assert rows
    assert all(reason for _, reason in rows)


def test_the_page_names_every_rule_with_its_pack_and_no_other() -> None:
    named = cells_of("Which pack holds which rule")
    assert sorted(named) == sorted((rule_id, pack) for rule_id, pack, _ in packed_rules())


def test_every_pack_is_without_fault() -> None:
    assert check_packs() == ()


def test_all_packs_can_judge_together() -> None:
    assert {pack.name for pack in load_rule_set(available_packs()).packs} == set(available_packs())


def test_what_nobody_has_read_is_called_an_assumption() -> None:
    remembered = {rule.id: rule.basis for _, _, rule in packed_rules() if rule.source.seen is Seen.MEMORY}
    assert remembered
    assert set(remembered.values()) == {Basis.ASSUMPTION}


def test_house_policy_stands_only_in_packs_of_a_house() -> None:
    assert {pack for _, pack, rule in packed_rules() if rule.basis is Basis.POLICY} == {"cn-house", "uk-house"}
