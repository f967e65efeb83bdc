"""Jobs: what takes long."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from api.client.asking import Asker, Document, Found, at, given

FINAL_STATES = frozenset({"done", "failed", "cancelled", "timed_out"})
type Figures = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientJob:
    """A job; see `JobView` in the service's description for the fields."""

    id: str
    kind: str
    state: str
    arguments: Figures
    progress: Figures
    result: Figures | None
    error_code: str | None
    attempts: int
    asked_at: str
    started_at: str | None
    ended_at: str | None
    cancel_asked_at: str | None

    @property
    def is_over(self) -> bool:
        """Whether it has its final state."""
        return self.state in FINAL_STATES

    @classmethod
    def of(cls, document: Document) -> "ClientJob":
        """From the service's."""
        return cls(**{field.name: document[field.name] for field in fields(cls)})


class JobCalls(Asker):
    """Asks about jobs."""

    def jobs(self, *, state: str | None = None, kind: str | None = None) -> Iterator[ClientJob]:
        """All jobs, the newest first; page after page as they are needed."""
        return map(ClientJob.of, self._pages("jobs", "jobs", after="after", then="next", state=state, kind=kind))

    def job(self, job_id: str) -> ClientJob:
        """How far a job is."""
        return ClientJob.of(self._get(at("jobs", job_id)))

    def result(self, job_id: str) -> Found:
        """The Plan document that a job made."""
        return self._get(at("jobs", job_id, "result"))

    def cancel(self, job_id: str) -> ClientJob:
        """Ask a job to stop; one that plans keeps the best plan so far."""
        return ClientJob.of(self._post(at("jobs", job_id, "cancel")))

    def wait(self, job_id: str, *, timeout_seconds: float = 3600.0, pause_seconds: float = 0.5) -> ClientJob:
        """The job when it has its final state.

        Raises:
            TimeoutError: It has none after so long.
        """
        deadline = time.monotonic() + timeout_seconds
        while not (job := self.job(job_id)).is_over:
            if time.monotonic() > deadline:
                raise TimeoutError(f"job {job_id} has not ended")
            time.sleep(pause_seconds)
        return job

    def geocode(self, *, branch_id: str | None = None) -> ClientJob:
        """Ask for the points of places that have none; the branch is needed by who sees several."""
        return ClientJob.of(self._post(at("geocodings"), given(branch_id=branch_id)))

    def geocoded(self, job_id: str) -> Found:
        """What became of the places without a point."""
        return self._get(at("geocodings", job_id))

    def purge(self) -> ClientJob:
        """Ask for the deletion of what may no longer be kept; one that waits or runs already is the answer."""
        return ClientJob.of(self._post(at("purges"), {}))

    def purges(self) -> Iterator[Found]:
        """The certificates of deletion, the newest first."""
        return self._pages("purges", "purges")
