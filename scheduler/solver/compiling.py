"""All kernels compiled once for a machine: those of the search here, those of the proof in a process beside.

Importing this module loads Numba, which takes half a second.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from scheduler.solver.annealed_search import AnnealedSearch
from scheduler.solver.exact import compile_proof
from scheduler.solver.instance import Instance, Option
from scheduler.solver.kernels.arrays import StepSettings
from scheduler.solver.kernels.cache import are_kernels_kept, cache_folder
from scheduler.solver.kernels.flatten import problem_arrays
from scheduler.solver.timing import Call, Frame

SMALLEST_STEPS = StepSettings(
    average_removed=1.0,
    longest_string=1.0,
    wide_share=0.0,
    exchanges=0,
    neighbours=1,
    everywhere_share=1.0,
    blink=0.0,
)


def compile_all() -> None:
    """Compile every kernel and keep it for the next process, or load what was kept."""
    with _proof_compiled_beside():
        _compile_search()
    compile_proof(_smallest_instance())


@contextmanager
def _proof_compiled_beside() -> Iterator[None]:
    # Numba compiles under one lock, so a thread would not help. What the other process compiles reaches this one
    # through the folder; where that cannot be written, or is full already, there is nothing to gain.
    if cache_folder() is None or are_kernels_kept():
        yield
        return
    with subprocess.Popen([sys.executable, "-m", __name__], stdin=subprocess.DEVNULL):  # noqa: S603 - our own module
        yield


def _smallest_instance() -> Instance:
    """One visit and one shift, to compile kernels with."""
    frame = Frame(earliest_start=0, latest_end=1, start_location=0, end_location=0, breaks=())
    call = Call(location=0, service=0, starts=((0, 1),))
    return Instance(
        base=datetime(2000, 1, 1, tzinfo=UTC),
        shift_ids=("shift",),
        frames=(frame,),
        most_visits=(None,),
        visit_ids=("visit",),
        penalties=(1,),
        positions=(None,),
        options=(Option(visit=0, place_id="place", call=call, preference_penalty=0),),
        options_of=((0,),),
        allowed_shifts=(frozenset({0}),),
        shift_penalties=({},),
        limits=(),
        travel=((0,),),
    )


def _compile_search() -> None:
    """Compile the kernels of the search, or load them from disk."""
    instance = _smallest_instance()
    search = AnnealedSearch(instance, problem_arrays(instance), (0,))
    search.adopt(search.rows_of([[]]))
    search.step(1, 1.0, 1.0, SMALLEST_STEPS)


if __name__ == "__main__":
    compile_proof(_smallest_instance())
