"""Who may do what with whose things: every route of the service stands in tests/access.csv."""

from collections.abc import Iterator

import pytest

from api.access.policy import policy_of
from tests.access_rows import ENOUGH_JOBS, HEADER, Asked, Row, table
from tests.databases import sqlite_settings
from tests.people import House, a_house


@pytest.fixture(scope="module")
def asked_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One service for all questions."""
    with a_house(sqlite_settings(tmp_path_factory.mktemp("access"), queue_length=ENOUGH_JOBS)) as made:
        yield made


# What is no branch's own: reports of people at the door, and whom the lender's programs are.
OF_THE_WHOLE_LENDER = ("/api/v1/reports/", "/api/v1/webhooks/", "/wishes/reports/")


@pytest.fixture(scope="module")
def rows(asked_house: House) -> list[Row]:
    """What the service answers."""
    return list(Asked(asked_house).rows())


def test_every_route_answers_everybody_as_the_table_says(rows: list[Row]) -> None:
    written = {row[:3]: row[3:] for row in table()}
    answered = {row[:3]: row[3:] for row in rows}

    assert answered.keys() - written.keys() == set(), "run: python -m tests.access_rows, judge the rows, add them"
    assert written.keys() - answered.keys() == set(), "these routes are gone"
    assert {key: answered[key] for key in answered if answered[key] != written[key]} == {}


def test_the_table_lets_nobody_have_what_is_another_branchs_or_lenders(rows: list[Row]) -> None:
    mine = {row[:2]: row[3:] for row in rows if row[2] == "own"}
    missing = {row[:2]: row[3:] for row in rows if row[2] == "missing"}
    for row in rows:
        if row[2] == "other branch" and row[1].startswith(OF_THE_WHOLE_LENDER):
            assert row[3:] == mine[row[:2]], row[:3]
        elif row[2] in ("other branch", "other tenant"):
            # Not to be told apart from what does not exist, and never a success.
            assert row[3:] == missing[row[:2]], row[:3]
            assert not any(status.startswith("2") for status in row[3:]), row[:3]
    assert any("200" in statuses for statuses in mine.values())


def test_no_answer_is_a_fault_of_ours(rows: list[Row]) -> None:
    assert [row for row in rows if any(status.startswith("5") for status in row[3:])] == []


def test_nobody_gets_in_without_signing_in_but_to_what_is_open_and_says_why(
    asked_house: House, rows: list[Row]
) -> None:
    nobody = HEADER.index("nobody")
    reasons = {
        (method, rule.rule): policy_of(asked_house.app.view_functions[rule.endpoint])
        for rule in asked_house.app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for row in rows:
        reason = reasons[row[0], row[1]]
        if isinstance(reason, str):
            assert len(reason.split()) >= 4, row[:2]
        else:
            assert row[nobody] in ("302", "401"), row[:2]


def test_the_table_is_sorted_so_that_changes_can_be_read() -> None:
    keys = [(path, method) for method, path, *_ in table()]
    assert keys == sorted(keys)
