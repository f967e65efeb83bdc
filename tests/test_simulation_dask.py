"""Simulations on a Dask cluster: the same results as in this process, even when a worker dies on the way."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.what_if.executors import dask_executor
from scheduler.domain.errors import MissingResource
from scheduler.simulation.kept_results import KeptResults
from scheduler.simulation.running import SimulationProgress, run_experiment
from tests.simulations import a_snapshot, an_experiment, files_in, run_in

distributed: Any = pytest.importorskip("distributed", reason="the extra dask is not installed")

# Its connections end when they like; what they say then is not about the simulation.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def cluster() -> Iterator[Any]:
    """A scheduler and two workers of one thread each, on this machine alone."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, scheduler_port=0
    ) as cluster:
        yield cluster


def test_a_cluster_of_which_a_worker_is_killed_comes_to_the_same_results(tmp_path: Path, cluster: Any) -> None:
    experiment, snapshot = an_experiment(), a_snapshot()
    victims = [worker.pid for worker in cluster.workers.values()][:1]

    def kill_one(progress: SimulationProgress) -> None:
        if progress.done and victims:
            os.kill(victims.pop(), signal.SIGKILL)

    kept = KeptResults(tmp_path / "cluster", experiment.sha256(snapshot))
    apart = run_experiment(
        experiment,
        snapshot,
        kept=kept,
        open_executor=dask_executor(cluster.scheduler_address),
        on_progress=kill_one,
    )

    assert victims == []
    assert apart == run_in(tmp_path / "thread", experiment, snapshot)
    assert files_in(tmp_path / "cluster") == files_in(tmp_path / "thread")


def test_an_address_at_which_nobody_answers_is_a_missing_resource() -> None:
    executor = dask_executor("tcp://127.0.0.1:9")
    with pytest.raises(MissingResource), executor():
        raise AssertionError("nobody answers")
