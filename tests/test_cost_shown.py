"""Every part of a plan's cost is told where the others are: summary, comparison, and the page of the day."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from api.cli.comparison import comparison_document, comparison_table
from api.cli.figures import COST_PARTS, figures_document, summary
from api.web.catalogue import texts_in
from scheduler.domain.plan import Cost, Plan
from tests.service import a_service, its_plan

PARTS = tuple(part.name for part in fields(Cost))


def with_every_part() -> Plan:
    """A plan whose cost has all parts, each another number, and a lower bound."""
    plan = its_plan()
    cost = Cost(**{name: 1_000 * (place + 1) for place, name in enumerate(PARTS)})
    return replace(plan, cost=cost, engine=replace(plan.engine, lower_bound_seconds=54_000))


def test_the_command_line_knows_every_part_of_the_cost() -> None:
    assert tuple(COST_PARTS) == PARTS


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_pages_have_a_word_for_every_part_of_the_cost(language: str) -> None:
    words = [texts_in(language)[part] for part in PARTS]
    assert len(set(words)) == len(PARTS)


def test_the_summary_tells_every_part_and_the_lower_bound() -> None:
    told = summary(with_every_part())
    for place, words in enumerate(COST_PARTS.values()):
        assert f"{words} {place + 1},000" in told
    assert "Cost 55,000 s" in told
    assert "no plan costs less than 54,000 s" in told


def test_the_summary_leaves_out_what_the_objective_does_not_ask_for() -> None:
    told = summary(its_plan())
    assert "collectors 0" in told
    assert "overtime" not in told
    assert "costs less" not in told


def test_programs_are_told_every_part_and_the_lower_bound() -> None:
    document = figures_document(with_every_part())
    assert document["cost"] == {name: 1_000 * (place + 1) for place, name in enumerate(PARTS)}
    assert document["lower_bound_seconds"] == 54_000
    assert figures_document(its_plan())["lower_bound_seconds"] is None


def test_the_comparison_has_a_row_for_each_part_that_one_of_the_plans_has() -> None:
    plain, rich = its_plan(), replace(its_plan(), cost=replace(its_plan().cost, overtime_penalty_seconds=70))
    table = comparison_table([("plain", plain), ("rich", rich)])
    assert re.search(r"^  overtime penalty \(s\) +0 +70 +\+70$", table, flags=re.MULTILINE)
    assert "waiting penalty" not in table
    assert "overtime" not in comparison_table([("plain", plain)])


def test_the_comparison_tells_programs_the_difference_of_every_part() -> None:
    compared = comparison_document([("plain", its_plan()), ("rich", with_every_part())])
    plans = compared["plans"]
    assert isinstance(plans, list)
    assert {f"cost.{part}" for part in PARTS} <= set(plans[1]["difference"])


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_of_a_plan_tells_every_part_and_the_lower_bound(tmp_path: Path, language: str) -> None:
    client, plan_id = a_service(tmp_path, with_every_part())
    html = client.get(f"/plans/{plan_id}/board?lang={language}").text
    texts = texts_in(language)
    for place, part in enumerate(PARTS):
        assert f"<dt>{texts[part]}</dt><dd>{place + 1},000</dd>" in html
    assert f"<summary>{texts['cost']} 55,000</summary>" in html
    assert f"<dt>{texts['lower_bound']}</dt><dd>54,000</dd>" in html


def test_the_page_of_a_plan_does_not_list_parts_that_are_nought(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    html = client.get(f"/plans/{plan_id}/board?lang=en").text
    assert "<dt>Travel</dt><dd>1,680</dd>" in html
    assert "Overtime" not in html
    assert "Proven lower bound" not in html
