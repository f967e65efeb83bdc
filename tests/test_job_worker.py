"""The worker with its engine: jobs that wait are done, one at a time for each lender, also those of the dead."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest

from api.clock import utc_now
from api.jobs import Released, Work, Worker, attempts
from api.jobs import worker as worker_module
from api.jobs.kinds import Kind, Queue
from api.settings import Settings
from api.store import Database, Scope, jobs, workers
from api.store import job_engine as job_engine_module
from api.store.jobs import Job, JobState, Outcome
from scheduler.domain.errors import MissingResource
from tests.test_store_units import a_tenant

PATIENCE_SECONDS = 60.0


@contextmanager
def a_worker(settings: Settings, database: Database) -> Iterator[Worker]:
    working = Worker(settings, database, utc_now)
    try:
        yield working
    finally:
        working.stop()


def asked(database: Database, scope: Scope) -> str:
    with database.writing(scope, utc_now()) as unit:
        return jobs.submit(unit, "test", {}, branch_id=scope.branch_id or "")


def the_job(database: Database, job_id: str) -> Job:
    with database.reading(None, utc_now()) as unit:
        found = jobs.get(unit, job_id)
    assert found is not None
    return found


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def ended(database: Database, *job_ids: str) -> list[JobState]:
    wait_for(lambda: all(the_job(database, job_id).state.is_final for job_id in job_ids))
    return [the_job(database, job_id).state for job_id in job_ids]


@pytest.fixture
def done_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Work], Outcome]], None]:
    def use(handler: Callable[[Work], Outcome]) -> None:
        known: Mapping[str, Kind] = {"test": Kind(queue=Queue.ERRANDS, handler=handler)}
        monkeypatch.setattr(attempts, "KINDS", known)
        monkeypatch.setattr(worker_module, "KINDS", known)

    return use


type DoneBy = Callable[[Callable[[Work], Outcome]], None]


def test_jobs_that_wait_are_done(database: Database, database_settings: Settings, done_by: DoneBy) -> None:
    done_by(lambda work: Outcome(state=work.state, keep=lambda _: {"made": 1}))
    (scope,) = a_tenant(database, "north")
    before = asked(database, scope)
    with a_worker(database_settings, database) as working:
        after = asked(database, scope)
        assert ended(database, before, after) == [JobState.DONE, JobState.DONE]
        with database.reading(None, utc_now()) as unit:
            assert list(workers.signs_of_life(unit)) == [working.executor_id]
    with database.reading(None, utc_now()) as unit:
        assert workers.signs_of_life(unit) == {}


def test_a_lender_has_one_job_at_a_time_and_another_lender_does_not_wait_for_it(
    database: Database, database_settings: Settings, done_by: DoneBy
) -> None:
    together = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    lock = threading.Lock()
    running: list[str] = []
    most: dict[str, int] = {}

    def handler(work: Work) -> Outcome:
        lender = work.job.scope.tenant_id
        with lock:
            running.append(lender)
            most[lender] = max(most.get(lender, 0), running.count(lender))
        together.wait()  # only ever passed by the jobs of two lenders at once
        with lock:
            running.remove(lender)
        return Outcome(state=work.state)

    done_by(handler)
    scopes = [a_tenant(database, "north")[0], a_tenant(database, "north")[0]]
    job_ids = [asked(database, scope) for scope in scopes for _ in range(3)]
    with a_worker(database_settings, database):
        assert set(ended(database, *job_ids)) == {JobState.DONE}
    assert set(most.values()) == {1}


def test_a_job_that_was_released_is_done_by_the_next_worker(
    database: Database, database_settings: Settings, done_by: DoneBy
) -> None:
    begun = threading.Event()

    def waits(work: Work) -> Outcome:
        begun.set()
        while not work.should_stop():
            time.sleep(0.01)
        raise AssertionError

    done_by(waits)
    (scope,) = a_tenant(database, "north")
    with a_worker(database_settings, database):
        job_id = asked(database, scope)
        assert begun.wait(PATIENCE_SECONDS)
    assert the_job(database, job_id).state is JobState.QUEUED

    done_by(lambda work: Outcome(state=work.state))
    with a_worker(database_settings, database):
        assert ended(database, job_id) == [JobState.DONE]
    assert the_job(database, job_id).attempts == 1


def test_a_job_of_a_worker_that_gives_no_sign_of_life_is_done_by_another_one(
    database: Database, database_settings: Settings, done_by: DoneBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker's attempt is left hanging, as a dead process leaves it."""
    begun = threading.Event()

    def dies(_: Work) -> Outcome:
        begun.set()
        raise SystemExit

    done_by(dies)
    (scope,) = a_tenant(database, "north")
    with a_worker(database_settings, database):
        job_id = asked(database, scope)
        assert begun.wait(PATIENCE_SECONDS)
    assert the_job(database, job_id).state is JobState.RUNNING
    with database.writing(None, utc_now()) as unit:
        workers.beat(unit, f"{database_settings.worker_name}-1")

    monkeypatch.setattr(worker_module, "SECONDS_UNTIL_DEAD", 1.0)
    done_by(lambda work: Outcome(state=work.state))
    elsewhere = Settings(
        data_dir=database_settings.data_dir,
        given_database_url=database_settings.database_url,
        given_secret_key=database_settings.secret_key,
        worker_name="elsewhere",
    )
    with a_worker(elsewhere, database):
        assert ended(database, job_id) == [JobState.DONE]
    assert the_job(database, job_id).attempts == 2


def test_a_job_of_no_known_kind_fails(database: Database, database_settings: Settings, done_by: DoneBy) -> None:
    (scope,) = a_tenant(database, "north")
    done_by(lambda work: Outcome(state=work.state))
    with database.writing(scope, utc_now()) as unit:
        job_id = jobs.submit(unit, "unheard_of", {}, branch_id=scope.branch_id or "")
    with a_worker(database_settings, database):
        assert ended(database, job_id) == [JobState.FAILED]


def test_a_lost_queue_loses_no_job(database: Database, database_settings: Settings, done_by: DoneBy) -> None:
    if database.engine.dialect.name != "sqlite":
        return  # the queue is a schema of the same database
    (scope,) = a_tenant(database, "north")
    begun = threading.Event()

    def dies(_: Work) -> Outcome:
        begun.set()
        raise SystemExit

    done_by(dies)
    with a_worker(database_settings, database):
        job_id = asked(database, scope)
        assert begun.wait(PATIENCE_SECONDS)
    for path in database_settings.data_dir.glob("jobs.sqlite*"):
        path.unlink()

    done_by(lambda work: Outcome(state=work.state))
    with a_worker(database_settings, database):
        assert ended(database, job_id) == [JobState.DONE]


def test_two_workers_of_one_machine_have_two_names(database_settings: Settings) -> None:
    from api.jobs.slots import Slot

    first, second = Slot(database_settings), Slot(database_settings)
    assert first.executor_id != second.executor_id
    first.leave()
    third = Slot(database_settings)
    assert third.executor_id == first.executor_id
    second.leave()
    third.leave()


def test_a_machine_without_a_new_enough_sqlite_says_what_to_do(
    database_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database_settings.database_url.startswith("sqlite"):
        return
    import sqlite3
    import sys

    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setitem(sys.modules, "pysqlite3.dbapi2", None)
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    with pytest.raises(MissingResource, match="PostgreSQL"):
        job_engine_module.open_job_engine(database_settings)


def test_no_handler_catches_the_end_of_its_worker() -> None:
    assert not issubclass(Released, Exception)
