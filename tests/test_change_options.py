"""The price of changing a published plan, as options: never dearer than by times, free where nothing changes."""

from dataclasses import replace
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.problem import Objective
from scheduler.prepared import prepare
from scheduler.solver.change_options import with_change_options, with_cheap_changes
from scheduler.solver.first_orders import kept_orders, orders_of
from scheduler.solver.instance import NO_TERMS, Instance, build_instance
from scheduler.solver.routes import Routes, total_cost
from scheduler.solver.solution import timed_cost
from tests.builders import MINUTE, a_problem, a_shift, a_visit, window
from tests.days_begun import planned
from tests.plans import a_plan
from tests.random_problems import a_random_problem

PRICE = Objective(change_of_plan=7 * MINUTE)


def choices(instance: Instance, plain: Instance, shift: int, option: int) -> list[int]:
    """The ways in which the other instance offers an option on a shift."""
    wanted = plain.options[option]
    return [
        number
        for number in instance.options_of[wanted.visit]
        if instance.options[number].place_id == wanted.place_id and shift in instance.allowed_shifts[number]
    ]


def test_a_visit_near_its_time_costs_nothing_and_a_moved_one_the_price() -> None:
    problem = a_problem([a_visit("v1", 5, window("09:00", "17:00"))], [a_shift("s1"), a_shift("s2")], objective=PRICE)
    prepared = prepare(replace(problem, published_plan=a_plan(problem, {"s1": ["v1"]})), None)
    instance = with_change_options(build_instance(prepared.problem, prepared.decisions, prepared.travel))
    assert instance.terms == NO_TERMS
    near, later, elsewhere = instance.options_of[0]
    assert [total_cost(instance, orders) for orders in ([[near], []], [[later], []], [[], [elsewhere]])] == [
        600,
        600 + 420,
        600 + 420,
    ]
    first, last = instance.options[near].call.starts[0]
    assert last - first == 20 * 60  # from the office five minutes away, up to a quarter of an hour after 09:05


def test_other_costs_of_times_keep_them_all_as_they_are() -> None:
    objective = replace(PRICE, waiting_weight=1.0)
    problem = a_problem([a_visit("v1", 5)], objective=objective)
    prepared = prepare(replace(problem, published_plan=a_plan(problem, {"s1": ["v1"]})), None)
    plain = build_instance(prepared.problem, prepared.decisions, prepared.travel)
    assert with_change_options(plain) is plain


@given(seed=st.integers(0, 2**32 - 1))
def test_a_cheapest_choice_of_options_is_as_cheap_as_the_cheapest_times(seed: int) -> None:
    random = Random(seed)
    problem = a_random_problem(random, visits=5, shifts=2)
    others = replace(problem, visits=tuple(replace(visit, pinned=None) for visit in problem.visits))
    known, wanted = planned(others), replace(problem, objective=PRICE)
    prepared = prepare(replace(wanted, published_plan=known), None)
    plain = build_instance(prepared.problem, prepared.decisions, prepared.travel)
    instance = with_change_options(plain)
    orders = kept_orders(plain, orders_of(plain, known if random.random() < 0.5 else planned(problem)))
    routes = Routes(instance)
    cheapest = 0
    for shift, order in enumerate(orders):
        ways = product(*(choices(instance, plain, shift, option) for option in order))
        alone = [[list(way) if number == shift else [] for number in range(len(orders))] for way in ways]
        possible = [one for one in alone if not one[shift] or routes.can_all_follow(shift, one[shift])]
        cheapest += min(total_cost(instance, one) for one in possible) - sum(instance.penalties)
    cheapest += sum(instance.penalties)
    assert cheapest <= total_cost(plain, orders) + timed_cost(plain, orders)
    chosen = with_cheap_changes(instance, plain, orders)
    assert all(not order or routes.can_all_follow(shift, order) for shift, order in enumerate(chosen))
    assert total_cost(instance, chosen) >= cheapest
