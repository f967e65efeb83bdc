"""What the database cannot do is told as it is, and nothing is promised that was not kept."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from api import current
from api.app import create_app
from api.settings import Settings
from api.store import Database, PlanStore
from api.store.anchors import ANCHOR_FILE
from api.store.database import Unit
from api.store.engine import for_writing
from api.store.faults import storage_faults
from api.store.start import open_database
from scheduler.domain.errors import InvalidInput, MissingResource, StorageBroken, StorageBusy, StorageFault, StorageFull
from tests.command import visits
from tests.databases import sqlite_settings
from tests.service import a_client
from tests.stored import NOW, a_case, a_scope


def sqlite_error(code: int) -> DBAPIError:
    original = sqlite3.OperationalError("the words of the database")
    original.sqlite_errorcode = code
    return OperationalError("a statement", {}, original)


def postgres_error(state: str) -> DBAPIError:
    original = type("Refused", (psycopg.OperationalError,), {"sqlstate": state})("the words of the database")
    return OperationalError("a statement", {}, original)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite_error(5), StorageBusy),
        (sqlite_error(517), StorageBusy),
        (sqlite_error(13), StorageFull),
        (sqlite_error(1034), StorageBroken),
        (sqlite_error(11), StorageBroken),
        (postgres_error("55P03"), StorageBusy),
        (postgres_error("53300"), StorageBusy),
        (postgres_error("53100"), StorageFull),
        (postgres_error("57P01"), StorageBroken),
        (OperationalError("a statement", {}, psycopg.OperationalError("no route")), StorageBroken),
        (NoConnectionFree(), StorageBusy),
    ],
)
def test_errors_of_both_databases_become_ours(error: Exception, kind: type[StorageFault]) -> None:
    with pytest.raises(kind) as told, storage_faults():
        raise error
    assert type(told.value) is kind
    assert "words of the database" not in str(told.value)


def test_a_mistake_of_our_own_is_none_of_the_databases(database: Database) -> None:
    with pytest.raises(DBAPIError), database.reading(None, NOW) as unit:
        unit.session.connection().exec_driver_sql("SELECT nothing FROM nowhere")


@contextmanager
def somebody_else_writing(database: Database) -> Iterator[None]:
    """Another connection holds the writers' lock while the block runs."""
    with for_writing(database.engine).begin():
        yield


def test_a_writer_who_waits_too_long_is_told_that_the_database_is_busy(database: Database) -> None:
    scope = a_scope(database)
    begun = time.monotonic()
    with somebody_else_writing(database), pytest.raises(StorageBusy), database.writing(scope, NOW) as unit:
        a_case(unit, "c1")
    assert time.monotonic() - begun < 30
    with database.writing(scope, NOW) as unit:
        a_case(unit, "c1")


def test_a_writer_who_waits_a_little_gets_its_turn(database: Database) -> None:
    scope = a_scope(database)
    holding = threading.Event()
    done = threading.Event()

    def hold() -> None:
        with somebody_else_writing(database):
            holding.set()
            done.wait(0.5)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait()
    with database.writing(scope, NOW) as unit:
        a_case(unit, "c1")
    thread.join()


def test_after_a_failed_write_nothing_is_promised_before_a_trial_write_succeeds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope = a_scope(database)

    def write(code: str) -> None:
        with database.writing(scope, NOW) as unit:
            a_case(unit, code)
            if code == "fails":
                raise sqlite_error(1034)

    with pytest.raises(StorageBroken):
        write("fails")
    assert database.is_doubted

    disk_still_fails = pytest.MonkeyPatch()
    with disk_still_fails.context() as patch:
        patch.setattr(Database, "_try_to_write", _fail)
        with pytest.raises(StorageBroken):
            write("too-early")
    write("later")
    assert not database.is_doubted


def _fail(_database: Database) -> None:
    raise StorageBroken("The database fails.")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [(StorageBusy, 503, "busy"), (StorageFull, 507, "storage_full"), (StorageBroken, 503, "storage_error")],
)
def test_programs_are_told_which_fault_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: type[StorageFault], status: int, code: str
) -> None:
    client = a_client(sqlite_settings(tmp_path))

    def refuse(_unit: Unit, **_wanted: object) -> None:
        raise fault("It cannot.", hint="Look.")

    monkeypatch.setattr("api.rest.plans.plans.listed", refuse)
    answer = client.get("/api/v1/plans")

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["code"] == code
    assert ("Retry-After" in answer.headers) is (fault is StorageBusy)
    metrics = client.get("/metrics").text
    assert f'visits_storage_faults_total{{code="{code}"}} 1.0' in metrics
    current.close(client.application)


def hash_of_files(settings: Settings) -> dict[str, str]:
    return {
        path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(settings.data_dir.glob("visits.sqlite"))
    }


def a_used_database(folder: Path) -> Settings:
    settings = sqlite_settings(folder)
    with closing(PlanStore(settings)) as store, store.database.writing(store.scope, NOW) as unit:
        for number in range(30):
            a_case(unit, f"c{number}")
            unit.note("case.added", f"case:c{number}")
    with closing(sqlite3.connect(settings.data_dir / "visits.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return settings


def test_a_database_file_that_is_gone_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    settings = a_used_database(tmp_path)
    for path in settings.data_dir.glob("visits.sqlite*"):
        path.unlink()
    with pytest.raises(MissingResource, match="is gone"):
        create_app(settings)
    assert hash_of_files(settings) == {}


@pytest.mark.parametrize("harm", ["page", "garbage", "cut"])
def test_a_damaged_database_file_is_left_as_it_is(tmp_path: Path, harm: str) -> None:
    settings = a_used_database(tmp_path)
    path = settings.data_dir / "visits.sqlite"
    content = bytearray(path.read_bytes())
    if harm == "page":
        content[4096:8192] = b"\xff" * 4096
    path.write_bytes({"page": bytes(content), "garbage": b"no database " * 1000, "cut": bytes(content[:9000])}[harm])
    before = hash_of_files(settings)
    with pytest.raises(MissingResource, match="is damaged"):
        create_app(settings)
    assert hash_of_files(settings) == before


def test_a_database_that_lost_its_newest_rows_is_not_worked_on(tmp_path: Path) -> None:
    settings = a_used_database(tmp_path)
    older = sqlite_settings(tmp_path / "older")
    with closing(open_database(settings, NOW)):
        (settings.data_dir / ANCHOR_FILE).unlink()
    with closing(open_database(settings, NOW)):
        pass
    (settings.data_dir / "visits.sqlite").write_bytes((older.data_dir / "visits.sqlite").read_bytes())
    with pytest.raises(MissingResource, match="not whole"):
        open_database(settings, NOW)


def test_a_database_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = a_used_database(tmp_path)
    (settings.data_dir / "visits.sqlite").chmod(0o644)
    with pytest.raises(InvalidInput) as refused:
        create_app(settings)
    assert refused.value.faults[0].code == "database_open"


def test_a_shared_database_of_another_step_waits_for_its_operator(
    postgres: "object", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgres.database() as name:  # type: ignore[attr-defined]
        settings: Settings = postgres.settings(tmp_path, name)  # type: ignore[attr-defined]
        with closing(Database(settings)) as database, database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        with pytest.raises(MissingResource, match="visits db upgrade"):
            open_database(settings, NOW)


def test_a_server_that_is_not_there_is_named_in_one_line(tmp_path: Path) -> None:
    url = "postgresql+psycopg://visits:secret@127.0.0.1:1/visits"
    settings = replace(sqlite_settings(tmp_path), given_database_url=url)
    with pytest.raises(StorageBroken) as told:
        open_database(settings, NOW)
    assert "secret" not in str(told.value)


def test_a_service_that_cannot_start_says_why_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = a_used_database(tmp_path)
    path = settings.data_dir / "visits.sqlite"
    path.write_bytes(path.read_bytes()[:9000])
    monkeypatch.setenv("VISITS_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("VISITS_SECRET_KEY", settings.secret_key.decode())

    answer = visits("serve", "--port", "0")

    assert answer.code == 3
    assert answer.err.startswith("missing: The database file visits.sqlite is damaged.")
    assert answer.err.count("\n") == 1
