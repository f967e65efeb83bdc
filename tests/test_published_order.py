"""Another order than the published one has a price, told by the planner as by the checker."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.order import out_of_order
from scheduler.domain.problem import Objective, Problem
from scheduler.replanning import disturbance
from tests.builders import MINUTE, a_problem, a_shift, a_visit, window
from tests.days_begun import orders, planned, what_it_breaks
from tests.plans import a_plan
from tests.random_problems import a_random_problem


def published(minutes: int, price_minutes: int) -> Problem:
    """The far visit is published before the near one, for the crew had to be far away early."""
    visits = [a_visit("far", 3, minutes=minutes), a_visit("near", 2, minutes=minutes)]
    last = a_visit("last", 30, window("15:00", "16:00"))
    problem = a_problem([*visits, last], objective=Objective(change_of_plan=price_minutes * MINUTE))
    return replace(problem, published_plan=a_plan(problem, {"s1": ["far", "near", "last"]}))


@pytest.mark.parametrize(
    ("minutes", "price_minutes", "order", "cost"),
    [
        (5, 1, ("near", "far"), 60),
        (5, 10, ("far", "near"), 0),
    ],
    ids=["another order that pays", "one that does not"],
)
def test_short_visits_change_places_only_where_that_is_worth_its_price(
    minutes: int, price_minutes: int, order: tuple[str, str], cost: int
) -> None:
    problem = published(minutes, price_minutes)
    plan = planned(problem)
    assert orders(plan)["s1"] == (*order, "last")
    assert plan.cost.change_of_plan_seconds == cost
    assert what_it_breaks(problem, plan) == ()


def test_a_published_order_that_cannot_be_made_any_more_is_given_up() -> None:
    problem = published(5, 10)
    visits = tuple(
        replace(one, places=(replace(one.places[0], time_windows=(window("09:15", "10:00"),)),))
        if one.id == "far"
        else one
        for one in problem.visits
    )
    plan = planned(replace(problem, visits=visits))
    assert what_it_breaks(replace(problem, visits=visits), plan) == ()


def test_the_order_of_one_crew_is_nothing_to_another() -> None:
    visits = [a_visit(name, position) for position, name in enumerate("abcd", 1)]
    problem = a_problem(visits, [a_shift("s1"), a_shift("s2")], objective=Objective(change_of_plan=10 * MINUTE))
    known = a_plan(problem, {"s2": ["c", "d"], "s1": ["a", "b"]})
    asked = replace(problem, published_plan=known)
    assert what_it_breaks(asked, a_plan(asked, {"s1": ["a", "b"], "s2": ["c", "d"]})) == ()


@given(seed=st.integers(0, 2**32 - 1))
def test_visits_that_take_more_than_half_an_hour_together_cannot_change_places_and_keep_their_times(seed: int) -> None:
    random = Random(seed)
    problem = a_random_problem(random, visits=7, shifts=2)
    longer = replace(
        problem,
        visits=tuple(replace(one, service_duration=random.randrange(16, 40) * MINUTE) for one in problem.visits),
    )
    before, after = planned(longer), planned(replace(longer, visits=tuple(reversed(longer.visits))))
    assert disturbance(before, after).reordered == 0


@given(seed=st.integers(0, 2**32 - 1))
def test_planner_and_checker_tell_the_same_price_of_short_visits_in_another_order(seed: int) -> None:
    random = Random(seed)
    names = [f"v{number}" for number in range(random.randrange(2, 7))]
    visits = [a_visit(name, random.randrange(1, 6), minutes=random.randrange(1, 8)) for name in names]
    price = random.choice((0, 1, 3, 20)) * MINUTE
    problem = a_problem(visits, [a_shift("s1"), a_shift("s2")], objective=Objective(change_of_plan=price))
    random.shuffle(names)
    known = a_plan(problem, {"s1": names[1:], "s2": names[:1]})
    asked = replace(problem, published_plan=known)
    plan = planned(asked)
    assert what_it_breaks(asked, plan) == ()
    found = disturbance(known, plan)
    assert plan.cost.change_of_plan_seconds == (found.visits - found.left_out) * price.seconds


@given(st.permutations(range(6)))
def test_those_out_of_order_are_the_fewest_without_whom_the_rest_is_in_order(positions: list[int]) -> None:
    out = out_of_order(range(6), positions)
    rest = [position for name, position in enumerate(positions) if name not in out]
    assert rest == sorted(rest)
    longest: list[int] = []
    for at, position in enumerate(positions):
        longest.append(1 + max((longest[one] for one in range(at) if positions[one] < position), default=0))
    assert len(out) == 6 - max(longest)
