"""Prints what simulating the fixture city costs.

    visits import fixtures/city/*.csv --date 2026-12-01 --as-of "2026-11-27 18:00" \
        --rule-packs cn-base,cn-house -o out/city.json
    python scripts/measure_simulation.py out/city.json

Processor seconds are counted, not the clock's, so that other work on the machine hardly matters.
"""

import sys
import time
from pathlib import Path

from scheduler.documents import read_problem
from scheduler.simulation.chunks import ChunkWork, run_chunk
from scheduler.simulation.experiment import Experiment, Scenario
from scheduler.simulation.reading import read_experiment
from scheduler.simulation.snapshot import Snapshot, snapshot_of

EXPERIMENTS = Path(__file__).parent.parent / "fixtures" / "experiments"
REPLICATIONS = 100


def main(problem: Path) -> None:
    """Measure the fixture experiments of one day, then a short week."""
    snapshot = snapshot_of(read_problem(problem.read_bytes()))
    for name in ("crews", "hours"):
        experiment = read_experiment((EXPERIMENTS / f"{name}.toml").read_bytes())
        for scenario in experiment.scenarios[1:]:
            begin = time.process_time()
            simulate(experiment, scenario, snapshot, REPLICATIONS)
            seconds = (time.process_time() - begin) / REPLICATIONS
            print(f"{name}: {scenario.name}: {1000 * seconds:.1f} ms a day with its plan")  # noqa: T201
    week = read_experiment((EXPERIMENTS / "week.toml").read_bytes())
    begin = time.process_time()
    simulate(week, week.scenarios[0], snapshot, 4)
    print(f"week: {(time.process_time() - begin) / 4:.2f} s a replication of {week.days} days")  # noqa: T201


def simulate(experiment: Experiment, scenario: Scenario, snapshot: Snapshot, count: int) -> None:
    """So many replications, with their plans."""
    work = ChunkWork(
        world=experiment.world_of(scenario, snapshot),
        seed=experiment.seed,
        planner_seed=0,
        first=0,
        count=count,
        days=experiment.days,
        priority_a=experiment.priority_a,
    )
    run_chunk(work)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
