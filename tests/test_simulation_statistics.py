"""Intervals and comparisons, against values from textbooks and against their own promises."""

import math

import numpy as np
import pytest

from scheduler.simulation.statistics import (
    bootstrap_interval,
    compared,
    holm,
    mean_interval,
    paired_difference,
    planner_share,
    quantile_interval,
    replications_needed,
    share_interval,
)

COVERED = (0.93, 0.97)


def normal(seed: int, *shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return np.random.Generator(np.random.Philox(key=seed)).normal(size=shape)


def test_the_interval_of_a_mean_is_students() -> None:
    found = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])

    assert found.estimate == 3.0
    assert math.isclose(found.half_width, 2.7764451 * math.sqrt(2.5) / math.sqrt(5), rel_tol=1e-6)


def test_one_value_says_nothing_of_its_spread() -> None:
    assert mean_interval([4.0]).half_width == math.inf


def test_the_interval_of_a_mean_covers_as_often_as_it_says() -> None:
    covered = sum(mean_interval(list(row)).holds(0.0) for row in normal(1, 1000, 20))

    assert COVERED[0] <= covered / 1000 <= COVERED[1]


def test_the_interval_of_a_quantile_covers_at_least_as_often_as_it_says() -> None:
    median = [quantile_interval(list(row), 0.5).holds(0.0) for row in normal(2, 1000, 60)]

    assert sum(median) / 1000 >= COVERED[0]


def test_a_quantile_of_too_few_values_has_no_upper_end() -> None:
    assert quantile_interval([1.0, 2.0, 3.0], 0.95).high == math.inf


@pytest.mark.parametrize("count", [20, 100, 1000])
def test_no_event_leaves_a_chance_of_about_three_over_the_count(count: int) -> None:
    found = share_interval(0, count)

    assert (found.estimate, found.low) == (0.0, 0.0)
    assert math.isclose(found.high, 3 / count, rel_tol=0.1)


def test_a_share_has_the_exact_interval_of_clopper_and_pearson() -> None:
    found = share_interval(8, 10)

    assert (round(found.low, 4), round(found.high, 4)) == (0.4439, 0.9748)


def test_common_luck_makes_a_difference_more_precise_than_independent_luck() -> None:
    luck, rest = normal(3, 100), normal(4, 100)
    found = paired_difference(list(luck + 0.1 * rest + 0.5), list(luck))

    assert found.variance_ratio > 50
    assert found.interval.holds(0.5)
    assert not found.interval.holds(0.0)


def test_equal_scenarios_differ_by_nothing() -> None:
    found = paired_difference([1.0, 2.0, 3.0], [1.0, 2.0, 3.0])

    assert (found.interval.low, found.interval.high, found.p_value) == (0.0, 0.0, 1.0)


def test_holm_tests_the_smallest_first_and_stops_at_the_first_that_fails() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == (True, False, False, True)
    assert holm([0.04]) == (True,)
    assert holm([]) == ()


def test_a_difference_that_many_comparisons_may_show_by_chance_is_not_conclusive() -> None:
    values = list(normal(5, 30))
    weak = paired_difference(
        [one + shift for one, shift in zip(values, normal(6, 30) * 0.5 + 0.2, strict=True)], values
    )

    assert 0.005 < weak.p_value < 0.05
    assert compared([weak])[0].conclusive
    assert not any(one.conclusive for one in compared([weak] * 10))


def test_the_replications_needed_make_the_interval_as_narrow_as_asked() -> None:
    values = list(normal(7, 4000))
    needed = replications_needed(values[:50], 0.1)

    assert mean_interval(values[:needed]).half_width == pytest.approx(0.1, rel=0.25)


def test_the_planners_share_of_the_variance_is_found() -> None:
    luck, planner = normal(8, 400), normal(9, 12)

    assert planner_share((planner[:, None] * 0 + luck[None, :]).tolist()) == pytest.approx(0.0)
    assert planner_share((planner[:, None] + luck[None, :]).tolist()) == pytest.approx(0.5, abs=0.2)
    assert planner_share((planner[:, None] + 0 * luck[None, :]).tolist()) == pytest.approx(1.0)


def test_a_bootstrap_interval_of_skewed_values_is_seeded_and_leans_to_the_long_tail() -> None:
    values = list(np.exp(normal(10, 60)))
    found = bootstrap_interval(values)

    assert found == bootstrap_interval(values)
    assert found.high - found.estimate > found.estimate - found.low
