"""A plan on the board: a day of two crews whose cases are in the store, so that it can be published."""

from collections.abc import Mapping, Sequence

from api.store import Unit
from tests.people import House
from tests.visiting import a_branch, a_draft, a_stored_case

ROUTES: Mapping[str, Sequence[str]] = {"s1": ["c1", "c2"], "s2": ["c3"]}


def a_board(house: House) -> str:
    """The draft c1, c2 (crew s1), c3 (crew s2) of the first branch: the plan's id."""
    a_branch(house.database)
    with house.writing() as unit:
        return a_draft_with_cases(unit)


def a_draft_with_cases(unit: Unit, routes: Mapping[str, Sequence[str]] = ROUTES) -> str:
    """A lawful draft, its cases kept."""
    for codes in routes.values():
        for code in codes:
            a_stored_case(unit, code)
    return a_draft(unit, routes)
