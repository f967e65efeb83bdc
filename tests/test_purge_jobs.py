"""The purge as a job: of the whole lender, with its certificate, once a night and never twice at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.access import Role
from api.current import close, kept_by
from api.jobs.nightly import last_night
from api.jobs.purging import KIND, ask_for_purge, ask_nightly
from api.settings import Settings
from api.store import SYSTEM, Database, Scope
from api.store.tables.cases import PlaceRow
from api.store.tables.service import JobRow, PurgeRow
from tests.job_runs import done
from tests.service import a_client
from tests.stored import NOW, a_case, a_scope
from tests.test_store_units import a_tenant

LONG_AGO = NOW - timedelta(days=3000)
SHANGHAI = ZoneInfo("Asia/Shanghai")
A_NIGHT = datetime(2026, 12, 2, 3, 5, tzinfo=SHANGHAI)


@pytest.fixture
def client(database_settings: Settings) -> Iterator[FlaskClient]:
    made = a_client(database_settings, Role.ADMINISTRATOR, lambda: NOW)
    database = kept_by(made.application).plans.database
    with database.writing(a_scope(database), NOW) as unit:
        a_case(unit, "old", closed_at=LONG_AGO)
        a_case(unit, "open")
    yield made
    close(made.application)


def purge_jobs(database: Database) -> list[JobRow]:
    with database.reading(None, NOW) as unit:
        return list(unit.session.scalars(select(JobRow).where(JobRow.kind == KIND).order_by(JobRow.asked_at)))


def test_an_administrator_asks_and_what_is_over_goes_with_a_certificate(client: FlaskClient) -> None:
    job = done(client, client.post("/api/v1/purges", json={}))

    assert (job["state"], job["result"]["case_texts"]) == ("done", 1)
    (listed,) = client.get("/api/v1/purges").get_json()["purges"]
    assert listed["certificate"]["sha256"] == job["result"]["certificate"]
    database = kept_by(client.application).plans.database
    with database.reading(None, NOW) as unit:
        assert unit.session.scalars(select(PlaceRow.code)).all() == ["open-home"]
    assert done(client, client.post("/api/v1/purges", json={}))["result"]["certificate"] is None


def test_a_purge_that_waits_is_the_answer_to_who_asks_again(client: FlaskClient) -> None:
    first, second = (client.post("/api/v1/purges", json={}) for _ in range(2))

    assert first.get_json()["id"] == second.get_json()["id"]
    done(client, first)
    assert client.post("/api/v1/purges", json={}).get_json()["id"] != first.get_json()["id"]


def test_it_reaches_all_branches_of_its_lender_and_no_other_lender(
    database: Database, database_settings: Settings
) -> None:
    from api.jobs.attempts import perform
    from api.jobs.work import Surroundings

    north, south = a_tenant(database, "north", "south")
    (elsewhere,) = a_tenant(database, "north")
    for number, scope in enumerate((north, south, elsewhere)):
        with database.writing(scope, NOW) as unit:
            a_case(unit, f"old{number}", closed_at=LONG_AGO)
    whole = Scope(tenant_id=north.tenant_id, branch_id=None, actor=SYSTEM)
    with database.writing(whole, NOW) as unit:
        job_id = ask_for_purge(unit)
    assert job_id is not None

    perform(Surroundings(settings=database_settings, database=database, clock=lambda: NOW), job_id)

    with database.reading(None, NOW) as unit:
        assert unit.session.scalars(select(PlaceRow.code)).all() == ["old2-home"]
        assert [row.tenant_id for row in unit.session.scalars(select(PurgeRow))] == [north.tenant_id]


def test_every_lender_is_purged_once_a_night_however_often_the_clock_is_looked_at(database: Database) -> None:
    (first,) = a_tenant(database, "north")
    (second,) = a_tenant(database, "north")

    for minutes in (0, 10, 20):
        ask_nightly(database, A_NIGHT + timedelta(minutes=minutes))

    assert {row.tenant_id for row in purge_jobs(database)} == {first.tenant_id, second.tenant_id}
    assert len(purge_jobs(database)) == 2
    with database.writing(None, A_NIGHT) as unit:
        for row in unit.session.scalars(select(JobRow)):
            row.state = "done"
    ask_nightly(database, A_NIGHT + timedelta(hours=20))
    assert len(purge_jobs(database)) == 2
    ask_nightly(database, A_NIGHT + timedelta(days=1))
    assert len(purge_jobs(database)) == 4


def test_a_purge_that_has_not_ended_since_yesterday_is_not_asked_for_again(database: Database) -> None:
    a_tenant(database, "north")

    ask_nightly(database, A_NIGHT)
    ask_nightly(database, A_NIGHT + timedelta(days=1))

    assert len(purge_jobs(database)) == 1


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 12, 2, 2, 59, tzinfo=SHANGHAI), datetime(2026, 12, 1, 3, tzinfo=SHANGHAI)),
        (datetime(2026, 12, 2, 3, 0, tzinfo=SHANGHAI), datetime(2026, 12, 2, 3, tzinfo=SHANGHAI)),
        (datetime(2026, 12, 2, 23, 0, tzinfo=SHANGHAI), datetime(2026, 12, 2, 3, tzinfo=SHANGHAI)),
    ],
)
def test_the_night_is_that_of_the_lenders_clock(now: datetime, night: datetime) -> None:
    assert last_night(now.astimezone(ZoneInfo("UTC")), SHANGHAI) == night
