"""Every kind of job, and who does it; the table that a new kind is added to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.jobs import geocoding, importing, planning, purging, simulating, weeks
from api.jobs.work import Surroundings, Work
from api.store.jobs import Outcome

type Handler = Callable[[Work], Outcome]


class Queue(StrEnum):
    """Jobs wait in one of these; each gives every lender one job at a time."""

    PLANNING = "planning"
    """For work that takes all cores: a worker does one such job at a time."""
    GEOCODING = "geocoding"
    """For questions to a provider that wants to be asked slowly: a worker asks for one lender at a time."""
    SIMULATION = "simulation"
    """For what takes long and all cores, and gives way to planning: a worker does one such job at a time."""
    ERRANDS = "errands"
    """For everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of job.

    Attributes:
        queue: Where it waits.
        handler: Does it. It may be called again after a crash, and keeps nothing by itself: what it made is written
            by the `keep` of its outcome, in the unit of work that ends the job.
        is_of_all_branches: Whether it works on what belongs to the lender, and not to the job's branch alone.
        afterwards: Called when what it made is kept; a crash may leave it out.
    """

    queue: Queue
    handler: Handler
    is_of_all_branches: bool = False
    afterwards: Callable[[Surroundings], None] = lambda _: None


KINDS: Mapping[str, Kind] = {
    "compute": Kind(queue=Queue.PLANNING, handler=planning.compute),
    "plan": Kind(queue=Queue.PLANNING, handler=planning.plan_day),
    "week": Kind(queue=Queue.PLANNING, handler=weeks.plan_week),
    "replan": Kind(queue=Queue.PLANNING, handler=planning.replan_day),
    "import": Kind(queue=Queue.ERRANDS, handler=importing.import_tables),
    "geocode": Kind(queue=Queue.GEOCODING, handler=geocoding.geocode_places),
    "simulate": Kind(queue=Queue.SIMULATION, handler=simulating.simulate, afterwards=simulating.forget_steps),
    "purge": Kind(
        queue=Queue.ERRANDS, handler=purging.purge, is_of_all_branches=True, afterwards=purging.give_back_room
    ),
}
