"""New orders in the course of a day: what a crew cannot make goes to another one, under the same law."""

from dataclasses import replace
from functools import cache

from scheduler.simulation.attempts import DayDone, Status
from scheduler.simulation.behaviour import CERTAIN, Behaviour
from scheduler.simulation.calls import PlannedDay, seconds_of
from scheduler.simulation.draws import Draws
from scheduler.simulation.execution import carry_out
from scheduler.simulation.figures import is_unlawful
from scheduler.simulation.handing_over import hand_over
from scheduler.simulation.luck import Luck
from tests.builders import time
from tests.simulations import a_planned_day

NEW_ORDERS = seconds_of(time("09:15"))
ILL = replace(CERTAIN, absence=0.4)
REPLICATIONS = 30


@cache
def the_day() -> PlannedDay:
    return a_planned_day()


def a_day(behaviour: Behaviour, replication: int, *, with_orders: bool) -> DayDone:
    luck = Luck(Draws(1, 0, REPLICATIONS), replication)
    return carry_out(the_day(), behaviour, luck, replanner=hand_over if with_orders else None, replan_at=[NEW_ORDERS])


def attempts(done: DayDone) -> set[str]:
    return {one.call.visit.id for one in done.attempts if one.status.is_attempt}


def test_what_a_crew_that_is_ill_cannot_make_goes_to_the_other_one_and_nothing_is_lost_by_it() -> None:
    gained = 0
    for replication in range(REPLICATIONS):
        without, handed = (a_day(ILL, replication, with_orders=with_orders) for with_orders in (False, True))
        assert attempts(without) <= attempts(handed)
        assert not any(is_unlawful(one) for one in handed.attempts)
        assert len(handed.attempts) == len(without.attempts)
        moved = [one for one in handed.attempts if one.call.visit.id in attempts(handed) - attempts(without)]
        assert all(one.start is not None and one.start >= NEW_ORDERS for one in moved)
        gained += len(moved)

    assert gained > REPLICATIONS


def test_a_day_on_which_no_crew_loses_a_call_goes_on_as_planned() -> None:
    assert a_day(CERTAIN, 0, with_orders=True) == a_day(CERTAIN, 0, with_orders=False)


def test_what_nobody_can_make_stays_with_its_crew() -> None:
    nobody = replace(CERTAIN, absence=1.0)
    done = a_day(nobody, 0, with_orders=True)

    assert {one.status for one in done.attempts} == {Status.CREW_SHORT}
    assert done == a_day(nobody, 0, with_orders=False)
