"""What luck in common gains is told by its parts."""

import math

import pytest

from benchmarks.simulation import gain_of

LUCK = (1.0, 5.0, 2.0, 8.0)


def test_a_scenario_that_moves_by_the_same_everywhere_gains_without_end() -> None:
    gain = gain_of(tuple(value + 3 for value in LUCK), LUCK)

    assert (gain.times, gain.most) == (math.inf, math.inf)
    assert gain.correlation == pytest.approx(1.0)
    assert gain.difference.estimate == 3


def test_a_scenario_that_varies_twice_as_much_can_gain_no_more_than_fivefold() -> None:
    gain = gain_of(tuple(2 * value for value in LUCK), LUCK)

    assert gain.spreads == pytest.approx(0.5)
    assert gain.times == pytest.approx(5.0)
    assert gain.most == pytest.approx(5.0)


def test_luck_that_goes_the_other_way_gains_less_than_none() -> None:
    gain = gain_of(tuple(-value for value in LUCK), LUCK)

    assert gain.correlation == pytest.approx(-1.0)
    assert gain.times == pytest.approx(0.5)
