"""Jobs: one final state each, whatever dies in between, and results that are kept with it or not at all."""

import json
import multiprocessing
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from api.jobs import attempts, kinds, planning
from api.jobs import work as work_module
from api.jobs.attempts import perform
from api.jobs.kinds import Kind, Queue
from api.jobs.work import Released, Surroundings, Work
from api.settings import Settings
from api.store import SYSTEM, Database, Scope, Unit, audit, jobs
from api.store.jobs import Job, JobState, Made, Outcome
from api.store.tables.service import AuditRow, JobRow
from scheduler.domain.errors import (
    Fault,
    InvalidInput,
    MemoryExhausted,
    MissingResource,
    ProcessDied,
    ProcessHung,
    StorageBusy,
)
from tests.good_documents import a_problem_document
from tests.test_store_units import a_tenant

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def a_job(database: Database, scope: Scope, document: bytes | None = None) -> str:
    with database.writing(scope, NOW) as unit:
        return jobs.submit(unit, "test", {"number": 1}, branch_id=scope.branch_id or "", document=document)


def the_job(database: Database, job_id: str) -> Job:
    with database.reading(None, NOW) as unit:
        found = jobs.get(unit, job_id)
    assert found is not None
    return found


def done_by(monkeypatch: pytest.MonkeyPatch, handler: Callable[[Work], Outcome]) -> None:
    """Let jobs of the kind `test` be done by a function."""
    known: Mapping[str, Kind] = {"test": Kind(queue=Queue.ERRANDS, handler=handler)}
    monkeypatch.setattr(kinds, "KINDS", known)
    monkeypatch.setattr(attempts, "KINDS", known)


@pytest.fixture
def shared(database: Database, database_settings: Settings) -> Surroundings:
    return Surroundings(settings=database_settings, database=database, clock=lambda: NOW)


@pytest.fixture
def scope(database: Database) -> Scope:
    return a_tenant(database, "north")[0]


def test_a_job_ends_with_what_it_made(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def handler(work: Work) -> Outcome:
        assert work.document() == b"input"
        return Outcome(state=work.state, document=b"result", keep=lambda _: {"made": 3})

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope, b"input")
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.result, job.attempts, job.ended_at) == (JobState.DONE, {"made": 3}, 1, NOW)
    with database.reading(scope, NOW) as unit:
        assert jobs.result_document(unit, job_id) == b"result"
        assert jobs.input_document(unit, job_id) is None


def test_documents_of_jobs_are_encrypted(database: Database, scope: Scope) -> None:
    job_id = a_job(database, scope, "王小明".encode() * 50)
    with database.reading(None, NOW) as unit:
        sealed = unit.session.scalars(select(JobRow.sealed_input).where(JobRow.id == job_id)).one()
    assert sealed is not None
    assert "王小明".encode() not in sealed


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (ProcessHung("hung"), JobState.TIMED_OUT, None),
        (MemoryExhausted("too much"), JobState.FAILED, "too_large"),
        (MissingResource("no roads"), JobState.FAILED, "missing_resource"),
        (
            InvalidInput([Fault(where="/x", code="unknown_rule_pack", message="x")]),
            JobState.FAILED,
            "unknown_rule_pack",
        ),
        (ZeroDivisionError(), JobState.FAILED, "internal"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_what_goes_wrong_is_told_by_a_word(
    monkeypatch: pytest.MonkeyPatch,
    database: Database,
    shared: Surroundings,
    scope: Scope,
    error: Exception,
    state: JobState,
    code: str | None,
) -> None:
    def handler(_: Work) -> Outcome:
        raise error

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.error_code) == (state, code)


def test_a_job_whose_process_dies_is_tried_three_times(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def handler(_: Work) -> Outcome:
        raise ProcessDied

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.error_code, job.attempts) == (JobState.FAILED, "worker_died", 3)


def test_a_job_whose_process_dies_once_is_done_all_the_same(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def handler(work: Work) -> Outcome:
        if work.job.attempts == 1:
            raise ProcessDied
        return Outcome(state=work.state)

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2)


def test_a_job_that_waits_is_cancelled_at_once_and_never_begun(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    begun: list[str] = []

    def handler(work: Work) -> Outcome:
        begun.append(work.job.id)
        return Outcome(state=work.state)

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    with database.writing(scope, NOW) as unit:
        jobs.ask_to_stop(unit, job_id)
    perform(shared, job_id)

    assert the_job(database, job_id).state is JobState.CANCELLED
    assert begun == []


def test_a_job_that_runs_hears_of_the_wish_to_stop_and_keeps_what_it_has(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def handler(work: Work) -> Outcome:
        with database.writing(scope, NOW) as unit:
            jobs.ask_to_stop(unit, work.job.id)
        while not work.should_stop():
            pass
        return Outcome(state=work.state, keep=lambda _: {"best": 1})

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.result) == (JobState.CANCELLED, {"best": 1})


def test_a_job_that_has_nothing_to_keep_when_somebody_asks_to_stop_is_cancelled_there_and_then(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    monkeypatch.setattr(work_module, "SECONDS_BETWEEN_QUESTIONS", 0.0)

    def handler(work: Work) -> Outcome:
        work.go_on()
        with database.writing(scope, NOW) as unit:
            jobs.ask_to_stop(unit, work.job.id)
        work.go_on()
        raise AssertionError

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.result, job.error_code) == (JobState.CANCELLED, None, None)


def test_a_planning_process_that_has_no_plan_yet_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    monkeypatch.setattr(work_module, "SECONDS_BETWEEN_QUESTIONS", 0.0)

    def handler(work: Work) -> Outcome:
        with database.writing(scope, NOW) as unit:
            jobs.ask_to_stop(unit, work.job.id)
        return planning.compute(work)

    done_by(monkeypatch, handler)
    with database.writing(scope, NOW) as unit:
        job_id = jobs.submit(
            unit,
            "test",
            {"seconds": 3600, "seed": 0},
            branch_id=scope.branch_id or "",
            document=json.dumps(a_problem_document()).encode(),
        )
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.progress, job.result) == (JobState.CANCELLED, {}, None)
    assert multiprocessing.active_children() == []


def test_news_that_the_database_has_no_time_for_are_left_out(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def busy(*_: object) -> None:
        raise StorageBusy("busy")

    def handler(work: Work) -> Outcome:
        monkeypatch.setattr(jobs, "tell_progress", busy)
        work.tell({"rows": 1})
        return Outcome(state=work.state)

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    assert the_job(database, job_id).state is JobState.DONE


def test_what_no_longer_fits_when_it_is_kept_ends_the_job_as_its_kind_says(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def keep(_: Unit) -> dict[str, int]:
        raise InvalidInput([Fault(where="", code="taken", message="x")])

    def refused(error: InvalidInput) -> Outcome:
        made = Made(figures={"faults": len(error.faults)}, document=b"why")
        return Outcome(state=JobState.FAILED, error_code="refused", keep=lambda _: made)

    done_by(monkeypatch, lambda work: Outcome(state=work.state, keep=keep, when_refused=refused))
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.error_code, job.result) == (JobState.FAILED, "refused", {"faults": 1})
    with database.reading(scope, NOW) as unit:
        assert jobs.result_document(unit, job_id) == b"why"


def test_a_job_of_a_worker_that_stops_waits_for_the_next_one_and_that_is_no_attempt(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def handler(work: Work) -> Outcome:
        shared.stopping.set()
        work.should_stop()
        raise AssertionError

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    with pytest.raises(Released):
        perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.attempts) == (JobState.QUEUED, 0)


def test_an_attempt_that_was_overtaken_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    kept: list[int] = []

    def handler(work: Work) -> Outcome:
        attempt = work.job.attempts

        def keep(_: Unit) -> dict[str, int]:
            kept.append(attempt)
            return {"attempt": attempt}

        if attempt == 1:  # as if this worker had been taken for dead, and woke up again
            perform(shared, work.job.id)
        return Outcome(state=work.state, keep=keep)

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    perform(shared, job_id)

    assert kept == [2]
    assert the_job(database, job_id).result == {"attempt": 2}
    with database.reading(None, NOW) as unit:
        ends = unit.session.scalars(select(AuditRow).where(AuditRow.action == "job.ended")).all()
        assert len(ends) == 1
        assert audit.broken_chain(unit.session) is None


def test_a_result_that_cannot_be_kept_leaves_nothing_but_a_failed_job(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    def keep(unit: Unit) -> dict[str, int]:
        unit.note("test.noted", "job:x")
        raise ZeroDivisionError

    done_by(monkeypatch, lambda work: Outcome(state=work.state, keep=keep))
    job_id = a_job(database, scope)
    perform(shared, job_id)

    job = the_job(database, job_id)
    assert (job.state, job.error_code) == (JobState.FAILED, "internal")
    with database.reading(None, NOW) as unit:
        assert not unit.session.scalars(select(AuditRow).where(AuditRow.action == "test.noted")).all()


def test_many_workers_that_do_one_job_end_it_once(
    monkeypatch: pytest.MonkeyPatch, database: Database, shared: Surroundings, scope: Scope
) -> None:
    together = threading.Barrier(3)
    kept: list[int] = []

    def handler(work: Work) -> Outcome:
        together.wait()
        attempt = work.job.attempts

        def keep(_: Unit) -> dict[str, int]:
            kept.append(attempt)
            return {"attempt": attempt}

        return Outcome(state=work.state, keep=keep)

    done_by(monkeypatch, handler)
    job_id = a_job(database, scope)
    threads = [threading.Thread(target=perform, args=(shared, job_id)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert kept == [3]
    assert the_job(database, job_id).state is JobState.DONE


def test_jobs_are_listed_in_pages_the_newest_first(database: Database, scope: Scope) -> None:
    asked = []
    for second in range(5):
        with database.writing(scope, NOW.replace(second=second)) as unit:
            asked.append(jobs.submit(unit, "test", {}, branch_id=scope.branch_id or ""))

    with database.reading(scope, NOW) as unit:
        first = jobs.listed(unit, state=None, kind=None, after=None, limit=3)
        second_page = jobs.listed(unit, state="queued", kind="test", after=first[-1].id, limit=3)
        assert jobs.listed(unit, state="done", kind=None, after=None, limit=3) == []
        assert jobs.listed(unit, state=None, kind=None, after="f" * 32, limit=3) == ()
    assert [job.id for job in [*first, *second_page]] == asked[::-1]


def test_jobs_of_another_branch_are_neither_seen_nor_stopped(database: Database) -> None:
    north, south = a_tenant(database, "north", "south")
    job_id = a_job(database, north)
    with database.writing(south, NOW) as unit:
        assert jobs.get(unit, job_id) is None
        assert jobs.ask_to_stop(unit, job_id) is None
        assert jobs.open_count(unit) == 0
    assert the_job(database, job_id).scope == Scope(tenant_id=north.tenant_id, branch_id=north.branch_id, actor=SYSTEM)
