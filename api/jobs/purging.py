"""Deleting what a lender may no longer keep, as a job: asked for by an administrator, and every night by the clock."""

import contextlib
from datetime import datetime

from api.jobs.nightly import once_a_night
from api.jobs.work import Surroundings, Work
from api.store import Database, Unit, jobs, retention
from api.store.branches import only_branch, some_branch
from api.store.jobs import Outcome
from scheduler.domain.errors import StorageFault

KIND = "purge"


def purge(work: Work) -> Outcome:
    """All at once or nothing, with the certificate, in the unit that ends the job."""
    work.go_on()
    return Outcome(state=work.state, keep=lambda unit: retention.purge_lender(unit).figures)


def give_back_room(shared: Surroundings) -> None:
    """Let what was deleted stand in no file of the database either; where that cannot be now, the next one does it."""
    with contextlib.suppress(StorageFault):
        shared.database.compact()


def ask_for_purge(unit: Unit) -> str | None:
    """The job that will purge the unit's lender: one that waits or runs already, or a new one.

    Returns:
        The job's id; None for a lender without branches.
    """
    known = jobs.open_of_kind(unit, KIND)
    if known is not None:
        return known.id
    branch_id = only_branch(unit) or some_branch(unit)
    return None if branch_id is None else jobs.submit(unit, KIND, {}, branch_id=branch_id)


def ask_nightly(database: Database, now: datetime) -> None:
    """Ask for the purge of every lender whose night has come; see `once_a_night`."""
    once_a_night(database, now, KIND, lambda unit, _: ask_for_purge(unit))
