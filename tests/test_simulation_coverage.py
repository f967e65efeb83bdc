"""Intervals hold the truth about as often as they say, on a model whose truth is a formula."""

import math

from benchmarks.coverage import coverage

EXPERIMENTS = 60


def test_every_kind_of_interval_holds_what_the_formula_says() -> None:
    least = 0.95 - 3 * math.sqrt(0.95 * 0.05 / EXPERIMENTS)

    assert {one.name: one.share for one in coverage(EXPERIMENTS) if one.share < least} == {}
