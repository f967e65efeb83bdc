"""Luck by name: nothing that is asked changes what is asked elsewhere."""

import math
from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from scheduler.simulation.draws import Draws, Purpose, exponential, lognormal, poisson

SEEDS = st.integers(0, 2**40)
PURPOSES = st.sampled_from(Purpose)
NAMES = st.text(min_size=1, max_size=12)
SHARES = st.floats(0.001, 0.999)


@given(SEEDS, PURPOSES, NAMES, st.integers(0, 500), st.integers(0, 40), st.integers(0, 10))
def test_a_draw_does_not_depend_on_the_chunk_that_it_is_asked_in(
    seed: int, purpose: Purpose, name: str, replication: int, before: int, after: int
) -> None:
    alone = Draws(seed, replication).uniform(purpose, name, replication)
    first = max(0, replication - before)
    chunk = Draws(seed, first, replication - first + after + 1)
    chunk.uniform(purpose, name + "x", replication)

    assert chunk.uniform(purpose, name, replication) == alone
    assert 0 < alone < 1


def test_purposes_subjects_replications_and_seeds_have_luck_of_their_own() -> None:
    drawn = {
        Draws(seed, 0, 5).uniform(purpose, name, replication)
        for seed in range(4)
        for purpose in (Purpose.SERVICE, Purpose.FOUND)
        for name in ("a", "b", "c")
        for replication in range(5)
    }

    assert len(drawn) == 4 * 2 * 3 * 5


def test_draws_are_spread_evenly() -> None:
    count = 4000
    numbers = sorted(Draws(7, 0, count).uniform(Purpose.SERVICE, "v", number) for number in range(count))
    farthest = max(abs((place + 1) / count - number) for place, number in enumerate(numbers))

    assert farthest < 1.63 / math.sqrt(count)  # Kolmogorov's bound at 1 %


@given(st.floats(1, 10_000), st.floats(1.01, 4))
def test_a_lognormal_has_the_median_and_the_ninetieth_percentile_that_were_asked_for(
    median: float, ratio: float
) -> None:
    assert math.isclose(lognormal(0.5, median, median * ratio), median, rel_tol=1e-9)
    assert math.isclose(lognormal(0.9, median, median * ratio), median * ratio, rel_tol=1e-9)


@given(SHARES, st.floats(0.1, 1000))
def test_an_exponential_value_lies_where_its_share_is(share: float, mean: float) -> None:
    assert math.isclose(1 - math.exp(-exponential(share, mean) / mean), share, rel_tol=1e-9)


def test_a_poisson_count_has_its_mean_and_grows_with_its_share() -> None:
    shares = [(number + 0.5) / 2000 for number in range(2000)]
    counts = [poisson(share, 3.0) for share in shares]

    assert counts == sorted(counts)
    assert abs(fmean(counts) - 3.0) < 0.01
