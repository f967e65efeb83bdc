"""Two workers, and people who ask and cancel, in any order: every job gets one final state, and one result."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule
from sqlalchemy import select

from api.store import Database, Scope, audit, jobs
from api.store.jobs import MOST_ATTEMPTS, Job, JobState, Outcome
from api.store.tables.service import AuditRow
from tests.databases import sqlite_settings
from tests.test_store_units import a_tenant

BEGIN = datetime(2026, 12, 1, 9, tzinfo=UTC)


class JobsOfTwoLenders(RuleBasedStateMachine):
    """What the store does beside what it ought to do; an attempt stays with its worker, who may be wrong about it."""

    asked: Bundle[str] = Bundle("asked")
    attempts: Bundle[Job] = Bundle("attempts")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp(prefix="visits-machine-")
        self.database = Database(sqlite_settings(Path(self.folder)))
        self.scopes = [a_tenant(self.database, "north")[0], a_tenant(self.database, "north")[0]]
        self.now = BEGIN
        self.owner: dict[str, Scope] = {}
        self.final: dict[str, tuple[JobState, object]] = {}
        self.newest: dict[str, int] = {}
        self.cancelled: set[str] = set()

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.folder)

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @rule(target=asked, lender=st.integers(0, 1))
    def ask(self, lender: int) -> str:
        scope = self.scopes[lender]
        with self.database.writing(scope, self._tick()) as unit:
            job_id = jobs.submit(unit, "test", {"lender": lender}, branch_id=scope.branch_id or "")
        self.owner[job_id] = scope
        self.newest[job_id] = 0
        return job_id

    @rule(job_id=asked, lender=st.integers(0, 1))
    def cancel(self, job_id: str, lender: int) -> None:
        with self.database.writing(self.scopes[lender], self._tick()) as unit:
            found = jobs.ask_to_stop(unit, job_id)
        if self.scopes[lender] != self.owner[job_id]:
            assert found is None
            return
        assert found is not None
        if job_id not in self.final:
            self.cancelled.add(job_id)
            if found.state is JobState.CANCELLED:
                self.final[job_id] = (JobState.CANCELLED, None)

    @rule(target=attempts, job_id=asked)
    def begin(self, job_id: str) -> Job:
        """Also for a job that somebody does: a worker may be taken for dead who is not."""
        with self.database.writing(None, self._tick()) as unit:
            begun = jobs.begin(unit, job_id)
            now = jobs.get(unit, job_id)
        assert now is not None
        if begun is None:
            if job_id not in self.final:
                assert now.state.is_final
                given_up = job_id not in self.cancelled
                assert now.state is (JobState.FAILED if given_up else JobState.CANCELLED)
                assert not given_up or self.newest[job_id] == MOST_ATTEMPTS
                self.final[job_id] = (now.state, None)
            return now
        assert job_id not in self.final
        assert begun.attempts == self.newest[job_id] + 1
        self.newest[job_id] = begun.attempts
        return begun

    def _is_current(self, attempt: Job) -> bool:
        is_attempt = attempt.state is JobState.RUNNING and attempt.attempts == self.newest[attempt.id]
        return is_attempt and attempt.id not in self.final

    @rule(attempt=attempts, state=st.sampled_from([JobState.DONE, JobState.FAILED, JobState.TIMED_OUT]))
    def end(self, attempt: Job, state: JobState) -> None:
        result = {"at": self._tick().isoformat()}
        with self.database.writing(attempt.scope, self.now) as unit:
            kept = jobs.end(unit, attempt.id, attempt.attempts, Outcome(state=state, keep=lambda _: result))
        assert kept == self._is_current(attempt)
        if kept:
            self.final[attempt.id] = (state, result)

    @rule(attempt=consumes(attempts))
    def release(self, attempt: Job) -> None:
        was_current = self._is_current(attempt)
        with self.database.writing(attempt.scope, self._tick()) as unit:
            jobs.release(unit, attempt.id, attempt.attempts)
        if was_current:
            self.newest[attempt.id] -= 1

    @precondition(lambda self: self.owner)
    @invariant()
    def every_job_is_as_it_ought_to_be(self) -> None:
        with self.database.reading(None, self.now) as unit:
            for job_id in self.owner:
                job = jobs.get(unit, job_id)
                assert job is not None
                assert job.state.is_final == (job_id in self.final)
                if job_id in self.final:
                    assert (job.state, job.result) == self.final[job_id]
            ends = list(unit.session.scalars(select(AuditRow.subject).where(AuditRow.action == "job.ended")))
            assert sorted(ends) == sorted(f"job:{job_id}" for job_id in self.final)
            assert audit.broken_chain(unit.session) is None


JobsOfTwoLenders.TestCase.settings = settings(max_examples=15, stateful_step_count=30, deadline=None)
test_jobs_in_any_order = JobsOfTwoLenders.TestCase
