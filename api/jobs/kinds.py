"""Every kind of job, and who does it; the table that a new kind is added to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from api.jobs import planning
from api.jobs.work import Work
from api.store.jobs import Outcome

type Handler = Callable[[Work], Outcome]


class Queue(StrEnum):
    """Jobs wait in one of these; each gives every lender one job at a time."""

    PLANNING = "planning"
    """For work that takes all cores: a worker does one such job at a time."""
    ERRANDS = "errands"
    """For everything else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of job.

    Attributes:
        queue: Where it waits.
        handler: Does it. It may be called again after a crash, and keeps nothing by itself: what it made is written
            by the `keep` of its outcome, in the unit of work that ends the job.
    """

    queue: Queue
    handler: Handler


KINDS: Mapping[str, Kind] = {
    "compute": Kind(queue=Queue.PLANNING, handler=planning.compute),
    "plan": Kind(queue=Queue.PLANNING, handler=planning.plan_day),
}
