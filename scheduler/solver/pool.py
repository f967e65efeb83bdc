"""The routes that the searches remembered, one for each set of visits and kind of shift."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from scheduler.solver.kernels.arrays import KIND, PoolArrays, ProblemArrays


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledRoute:
    """A route that any shift of its kind can make.

    Attributes:
        kind: Of its shift; shifts of one kind are alike in all but their number.
        cost: Travel, preference and crew penalties.
        order: Options.
    """

    kind: int
    cost: int
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePool:
    """Routes and the shifts of each kind."""

    routes: Sequence[PooledRoute]
    shifts_of_kind: Sequence[Sequence[int]]

    @classmethod
    def of(cls, problem: ProblemArrays, pools: Iterable[PoolArrays]) -> Self:
        """Unite the pools of several searches; of equal routes the cheapest stays."""
        best: dict[int, PooledRoute] = {}
        for pool in pools:
            for slot in np.flatnonzero(pool.key):
                key, cost = int(pool.key[slot]), int(pool.cost[slot])
                if key not in best or cost < best[key].cost:
                    best[key] = PooledRoute(
                        kind=int(problem.shifts[pool.shift[slot], KIND]),
                        cost=cost,
                        order=tuple(pool.options[slot, : pool.length[slot]].tolist()),
                    )
        kinds = problem.shifts[:, KIND]
        return cls(
            routes=[best[key] for key in sorted(best)],
            shifts_of_kind=[np.flatnonzero(kinds == kind).tolist() for kind in range(int(kinds.max(initial=-1)) + 1)],
        )
