"""Backups are whole, secret and take nothing from whoever works; what was dead stays dead after a restore."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from api.settings import Settings
from api.store import Database, PlanStore, audit, links, users
from api.store.anchors import ANCHOR_FILE, broken_anchor, noted_in
from api.store.backup import back_up, restore
from api.store.links import LinkKind
from api.store.tables.cases import CaseRow, PlaceRow
from api.store.tables.service import InstallationRow
from api.upkeep import upkeep
from scheduler.domain.errors import InvalidInput, MissingResource, StorageBroken
from scheduler.domain.texts import Text
from tests.command import visits
from tests.databases import Postgres, sqlite_settings
from tests.service import a_day, its_plan
from tests.stored import NOW, a_busy_writer, a_case, a_scope
from tests.visiting import PUBLISHED_AT, a_branch, a_published_plan

LATER = NOW + timedelta(hours=1)


def case_codes(settings: Settings) -> set[str]:
    with closing(Database(settings)) as database, database.reading(None, NOW) as unit:
        cases = set(unit.session.scalars(select(CaseRow.code)))
        places = set(unit.session.scalars(select(PlaceRow.code)))
        assert audit.broken_chain(unit.session) is None
    assert places == {f"{code}-home" for code in cases}, "a case is there whole or not at all"
    return cases


def test_what_was_acknowledged_before_a_backup_under_load_is_in_it(database_settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with a_busy_writer(database, scope) as written:
            while len(written) < 25:
                pass
            before = set(written)
            back_up(database_settings, path, lambda: NOW)
            during = len(written)
            while len(written) < during + 3:
                pass

    assert path.stat().st_mode & 0o777 == 0o600
    assert b"name of" not in path.read_bytes()
    restore(database_settings, path, lambda: LATER, replaces=True)
    found = case_codes(database_settings)
    assert before <= found < set(written)


def test_a_backup_goes_into_an_empty_place(database_settings: Settings, tmp_path: Path) -> None:
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            a_case(unit, "c1")
    back_up(database_settings, tmp_path / "backup", lambda: NOW)
    elsewhere = replace(database_settings, data_dir=tmp_path / "elsewhere")
    if database_settings.given_database_url is not None:
        server, _, _ = database_settings.given_database_url.rpartition("/")
        elsewhere = replace(elsewhere, given_database_url=f"{server}/postgres")  # no test keeps anything in that one

    restore(elsewhere, tmp_path / "backup", lambda: LATER, replaces=False)

    assert case_codes(elsewhere) == {"c1"}


def test_a_restore_over_a_database_is_refused_unless_that_is_said(database_settings: Settings, tmp_path: Path) -> None:
    back_up(database_settings, tmp_path / "backup", lambda: NOW)
    with pytest.raises(InvalidInput) as refused:
        restore(database_settings, tmp_path / "backup", lambda: NOW, replaces=False)
    assert refused.value.faults[0].code == "database_there"


def test_tokens_of_before_stay_dead_however_often_a_backup_is_restored(
    database_settings: Settings, tmp_path: Path
) -> None:
    epochs = []
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            user_id = users.add(unit, login="li", role="dispatcher", name="李")
            secret = users.add_token(unit, user_id, name="export", life=timedelta(days=9))
    back_up(database_settings, tmp_path / "backup", lambda: NOW)
    for _ in range(2):
        restore(database_settings, tmp_path / "backup", lambda: LATER, replaces=True)
        with closing(Database(database_settings)) as database, database.reading(None, LATER) as unit:
            assert users.by_token(unit, secret) is None
            row = unit.session.scalars(select(InstallationRow)).one()
            assert (row.restored_to, row.restored_at) == (NOW, LATER)
            assert broken_anchor(unit, database_settings.data_dir) is None
            epochs.append(row.epoch)
    assert epochs == sorted(set(epochs))
    assert epochs[0] > 1


def test_links_of_before_stay_dead_after_a_restore_those_that_were_ended_since_too(
    database_settings: Settings, tmp_path: Path
) -> None:
    with closing(Database(database_settings)) as database:
        scope = a_branch(database)
        plan_id = a_published_plan(database, scope, {"s1": ["c1"]})
        secrets = {}
        with database.writing(scope, PUBLISHED_AT) as unit:
            for shift in ("s1", "s2"):
                secrets[shift] = links.make(
                    unit,
                    LinkKind.ROUTE,
                    plan_id=plan_id,
                    shift_code=shift,
                    valid_from=PUBLISHED_AT,
                    expires_at=PUBLISHED_AT + timedelta(days=9),
                )
        back_up(database_settings, tmp_path / "backup", lambda: PUBLISHED_AT)
        with database.writing(scope, PUBLISHED_AT) as unit:
            ended, _ = secrets["s2"]
            links.revoke(unit, ended)
            open_ones = [links.open_by_secret(unit, LinkKind.ROUTE, secret) for _, secret in secrets.values()]
            assert [link is not None for link in open_ones] == [True, False]

    restore(database_settings, tmp_path / "backup", lambda: PUBLISHED_AT, replaces=True)

    with closing(Database(database_settings)) as database, database.reading(None, PUBLISHED_AT) as unit:
        for link_id, secret in secrets.values():
            assert links.get(unit, link_id) is not None, "it is there, and opens nothing"
            assert links.open_by_secret(unit, LinkKind.ROUTE, secret) is None


def test_a_shared_database_is_not_restored_under_a_service_that_is_at_work(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database() as name:
        settings = postgres.settings(tmp_path / "var", name)
        with closing(Database(settings)) as database:
            scope = a_scope(database)
            back_up(settings, tmp_path / "backup", lambda: NOW)
            with database.writing(scope, NOW) as unit:
                a_case(unit, "later")
            with pytest.raises(InvalidInput) as refused:
                restore(settings, tmp_path / "backup", lambda: LATER, replaces=True)
            assert refused.value.faults[0].code == "database_in_use"
            with database.writing(scope, NOW) as unit:
                a_case(unit, "last")
            assert case_codes(settings) == {"later", "last"}

        restore(settings, tmp_path / "backup", lambda: LATER, replaces=True)  # who was there has left

        assert case_codes(settings) == set()


@pytest.mark.parametrize("harm", ["cut", "flip", "more", "header"])
def test_a_backup_that_was_harmed_is_refused_and_the_database_is_as_it_was(
    database_settings: Settings, tmp_path: Path, harm: str
) -> None:
    path = tmp_path / "backup"
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        back_up(database_settings, path, lambda: NOW)
        with database.writing(scope, NOW) as unit:
            a_case(unit, "later")
    content = path.read_bytes()
    harmed = {
        "cut": content[:-20],
        "flip": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "more": content + b"x",
        "header": content.replace(b'"taken_at": "2026', b'"taken_at": "2025'),
    }[harm]
    assert harmed != content
    path.write_bytes(harmed)

    with pytest.raises(MissingResource, match="no whole backup"):
        restore(database_settings, path, lambda: NOW, replaces=True)
    assert case_codes(database_settings) == {"later"}


def test_a_backup_of_another_key_is_named_as_such(database_settings: Settings, tmp_path: Path) -> None:
    back_up(database_settings, tmp_path / "backup", lambda: NOW)
    other = replace(database_settings, given_secret_key=b"yet another key, thirty-two bytes or more")
    with pytest.raises(MissingResource, match="another secret key"):
        restore(other, tmp_path / "backup", lambda: NOW, replaces=True)
    both = replace(other, given_old_secret_keys=(database_settings.secret_key,))
    restore(both, tmp_path / "backup", lambda: NOW, replaces=True)


def test_a_tail_that_was_cut_off_the_trail_is_noticed_by_what_was_noted_outside(database_settings: Settings) -> None:
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            for number in range(5):
                unit.note("test.noted", f"number:{number}")
        set_environment = pytest.MonkeyPatch()
        with set_environment.context() as patch:
            patch.setenv("VISITS_DATA_DIR", str(database_settings.data_dir))
            patch.setenv("VISITS_DATABASE_URL", database_settings.database_url)
            patch.setenv("VISITS_SECRET_KEY", database_settings.secret_key.decode())
            assert visits("db", "verify-audit").code == 0
            assert noted_in(database_settings.data_dir)[-1].sequence == 5
            with database.engine.begin() as connection:
                names = ["audit_never_UPDATE", "audit_never_DELETE"]
                if database.engine.dialect.name == "sqlite":
                    for name in names:
                        connection.execute(text(f"DROP TRIGGER {name}"))
                else:
                    connection.execute(text("DROP TRIGGER audit_never_changed ON audit"))
                connection.execute(text("DELETE FROM audit WHERE sequence > 3"))
            answer = visits("db", "verify-audit")

    assert answer.code == 1
    assert answer.err.startswith("Row 5 was there on ")


def test_a_line_of_the_anchors_that_a_crash_cut_short_is_passed_over(tmp_path: Path) -> None:
    whole = '{"at": "2026-12-01T09:00:00+00:00", "epoch": 1, "sequence": 3, "sha256": "x"}'
    (tmp_path / ANCHOR_FILE).write_text(f'{whole}\n{{"at')
    assert [anchor.sequence for anchor in noted_in(tmp_path)] == [3]


def test_a_service_at_work_sees_the_restored_data_at_once(tmp_path: Path) -> None:
    settings = sqlite_settings(tmp_path)
    store = PlanStore(settings)
    plan_id = store.save(a_day(), its_plan(), {"v1": Text(name="before")})
    back_up(settings, tmp_path / "backup", lambda: NOW)
    store.save(a_day(), its_plan(), {"v1": Text(name="after")})
    assert store.get(plan_id).texts["v1"].name == "after"  # type: ignore[union-attr]

    restore(settings, tmp_path / "backup", lambda: LATER, replaces=True)

    assert store.get(plan_id).texts["v1"].name == "before"  # type: ignore[union-attr]
    store.save(a_day(), its_plan(), {"v1": Text(name="again")})
    assert store.get(plan_id).texts["v1"].name == "again"  # type: ignore[union-attr]
    store.close()


def test_the_end_of_the_trail_is_noted_once_a_day_while_the_service_runs(database_settings: Settings) -> None:
    days = iter(range(1000))
    with closing(Database(database_settings)) as database:
        scope = a_scope(database)
        with database.writing(scope, NOW) as unit:
            unit.note("test.noted", "number:1")
        with upkeep(database, database_settings.make_data_dir(), lambda: NOW + timedelta(hours=8 * next(days)), 0.01):
            while len(noted_in(database_settings.data_dir)) < 3:
                pass
    noted = [anchor.at[:10] for anchor in noted_in(database_settings.data_dir)]
    assert noted == sorted(set(noted))


@pytest.mark.parametrize("harm", ["gone", "damaged", "empty"])
def test_a_database_that_is_gone_or_damaged_is_put_back(tmp_path: Path, harm: str) -> None:
    settings = sqlite_settings(tmp_path)
    with closing(PlanStore(settings)) as store, store.database.writing(store.scope, NOW) as unit:
        for number in range(20):
            a_case(unit, f"c{number}")
    back_up(settings, tmp_path / "backup", lambda: NOW)
    path = settings.data_dir / "visits.sqlite"
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:9000] if harm == "damaged" else b"")
    with pytest.raises(MissingResource):
        PlanStore(settings)

    restore(settings, tmp_path / "backup", lambda: LATER, replaces=harm == "damaged")

    with closing(PlanStore(settings)):
        assert case_codes(settings) == {f"c{number}" for number in range(20)}
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(settings.data_dir.glob(".visits-backup-*"))


def test_a_damaged_database_gives_no_backup_and_says_so(tmp_path: Path) -> None:
    settings = sqlite_settings(tmp_path)
    path = settings.data_dir / "visits.sqlite"
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(StorageBroken):
        back_up(settings, tmp_path / "backup", lambda: NOW)
    assert not (tmp_path / "backup").exists()


def test_a_backup_that_cannot_be_written_is_told_and_leaves_nothing(
    database_settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(MissingResource, match="cannot be written"):
        back_up(database_settings, tmp_path / "nowhere" / "backup", lambda: NOW)
