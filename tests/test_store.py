import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.store import PlanStore
from api.store.encryption import FieldCipher
from api.store.engine import open_engine
from scheduler.documents import (
    plan_sha256,
    problem_sha256,
    read_plan,
    read_problem,
    to_bytes,
    write_plan,
    write_problem,
)
from scheduler.domain.errors import InvalidInput, MissingResource
from scheduler.domain.plan import Certificate, Reason, ReasonCode, Unassigned
from scheduler.domain.problem import Problem
from scheduler.domain.texts import Text
from tests.builders import DAY, ZONE, a_problem, a_shift, a_visit
from tests.plans import a_plan
from tests.service import NAMES_AND_ADDRESSES, TEXTS, a_day, its_plan, settings_in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PlanStore]:
    with closing(PlanStore(settings_in(tmp_path))) as opened:
        yield opened


def on_day(day: date) -> Problem:
    return a_problem([], [a_shift("s1", day=day)])


def test_what_was_saved_comes_back_equal(store: PlanStore) -> None:
    plan_id = store.save(a_day(), its_plan(), TEXTS)

    stored = store.get(plan_id)

    assert stored is not None
    assert (stored.id, stored.day) == (plan_id, DAY)
    assert stored.problem == a_day()
    assert stored.plan == its_plan()
    assert stored.texts == TEXTS


def test_another_process_finds_what_was_saved(tmp_path: Path, store: PlanStore) -> None:
    plan_id = store.save(a_day(), its_plan(), TEXTS)

    with closing(PlanStore(settings_in(tmp_path))) as other:
        assert other.get(plan_id) == store.get(plan_id)


def test_an_unknown_id_finds_nothing(store: PlanStore) -> None:
    assert store.get("none") is None
    assert store.document("none") is None


def test_saving_the_same_plan_again_gives_the_same_id_and_one_entry(store: PlanStore) -> None:
    first = store.save(a_day(), its_plan(), TEXTS)

    assert store.save(a_day(), its_plan(), TEXTS) == first
    assert [entry.id for entry in store.list()] == [first]


def test_a_certificate_does_not_make_another_plan(store: PlanStore) -> None:
    problem, plan = a_day(), its_plan()
    certificate = Certificate(
        scope="all rules",
        rule_packs=(),
        checker_version="1",
        problem_sha256=problem_sha256(problem),
        plan_sha256=plan_sha256(plan, ZONE),
    )

    first = store.save(problem, plan, {})

    assert store.save(problem, replace(plan, certificate=certificate), {}) == first


def test_new_texts_replace_the_old_ones_and_no_texts_leave_them(store: PlanStore) -> None:
    plan_id = store.save(a_day(), its_plan(), TEXTS)

    store.save(a_day(), its_plan(), {"v1": Text(name="王晓明")})
    store.save(a_day(), its_plan(), {})

    stored = store.get(plan_id)
    assert stored is not None
    assert stored.texts == {"v1": Text(name="王晓明")}


def test_the_facts_of_reasons_are_kept_although_the_document_leaves_them_out(store: PlanStore) -> None:
    plan = its_plan()
    reason = Reason(code=ReasonCode.NOT_ELIGIBLE, detail="Barred.", facts={"zh": "不得外访", "en": "Barred."})
    plan = replace(plan, unassigned=(Unassigned(visit_id="v4", reasons=(reason,)),))
    plan_id = store.save(a_day(), plan, {})

    store.save(a_day(), read_plan(to_bytes(write_plan(plan, ZONE))), {})

    stored = store.get(plan_id)
    assert stored is not None
    assert stored.plan.unassigned[0].reasons[0].facts == reason.facts


def test_equal_plans_of_two_days_are_two_plans(store: PlanStore) -> None:
    today, tomorrow = on_day(DAY), on_day(date(2026, 12, 2))
    assert plan_sha256(a_plan(today, {}), ZONE) == plan_sha256(a_plan(tomorrow, {}), ZONE)

    ids = {store.save(problem, a_plan(problem, {}), {}) for problem in (today, tomorrow)}

    assert len(ids) == 2


def test_the_list_has_the_latest_day_first_and_the_newest_plan_of_a_day_first(store: PlanStore) -> None:
    problem = a_day()
    tomorrow = on_day(date(2026, 12, 2))
    older = store.save(problem, its_plan(), TEXTS)
    late = store.save(tomorrow, a_plan(tomorrow, {}), {})
    newer = store.save(problem, a_plan(problem, {"s2": ["v4"]}), TEXTS)

    entries = store.list()

    assert [entry.id for entry in entries] == [late, newer, older]
    assert (entries[2].crews, entries[2].visits, entries[2].unassigned) == (1, 3, 1)
    assert entries[2].travel_source == "matrix"


def test_the_hash_of_a_file_that_spells_the_problem_in_another_way_is_kept(store: PlanStore) -> None:
    spelled = write_problem(a_day())
    spelled["shifts"][0]["earliest_start"] = "2026-12-01T01:00:00Z"
    problem = read_problem(to_bytes(spelled))
    assert problem.document_sha256 != problem_sha256(a_day())

    stored = store.get(store.save(problem, its_plan(), {}))

    assert stored is not None
    assert stored.problem.document_sha256 == problem.document_sha256


def test_the_document_is_the_plan_and_names_its_hash(store: PlanStore) -> None:
    document = store.document(store.save(a_day(), its_plan(), TEXTS))

    assert document is not None
    assert read_plan(document.content) == its_plan()
    assert document.plan_sha256 == plan_sha256(its_plan(), ZONE)


def test_no_name_no_address_and_no_place_can_be_read_in_the_files(tmp_path: Path, store: PlanStore) -> None:
    store.save(a_day(), its_plan(), TEXTS)
    store.close()

    content = b"".join(path.read_bytes() for path in (tmp_path / "var").iterdir())

    assert b"visit-plan/1" in content
    for word in (*NAMES_AND_ADDRESSES, '"latitude"', "31.2"):
        assert word.encode() not in content
        assert word.encode("unicode_escape") not in content


def test_the_database_is_for_its_owner_alone(tmp_path: Path, store: PlanStore) -> None:
    store.save(a_day(), its_plan(), TEXTS)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "var").iterdir()}

    assert set(modes.values()) == {0o600}
    assert "visits.sqlite" in modes


def test_with_another_key_the_plans_cannot_be_opened(tmp_path: Path, store: PlanStore) -> None:
    plan_id = store.save(a_day(), its_plan(), TEXTS)

    with (
        closing(PlanStore(settings_in(tmp_path, given_secret_key=b"x" * 32))) as other,
        pytest.raises(MissingResource, match="secret key"),
    ):
        other.get(plan_id)


def test_an_older_key_still_opens_what_it_sealed() -> None:
    sealed = FieldCipher([b"old" * 11]).seal(b"content")

    assert FieldCipher([b"new" * 11, b"old" * 11]).open(sealed) == b"content"


def test_many_threads_save_the_same_plans_once_each(store: PlanStore) -> None:
    problems = [a_problem([a_visit(f"v{number}")]) for number in range(6)]

    def save(problem: Problem) -> str:
        return store.save(problem, a_plan(problem, {"s1": [problem.visits[0].id]}), {})

    with ThreadPoolExecutor(8) as threads:
        ids = list(threads.map(save, problems * 4))

    assert len(set(ids)) == 6
    assert len(store.list()) == 6


def test_a_save_that_fails_leaves_nothing(tmp_path: Path, store: PlanStore) -> None:
    settings = settings_in(tmp_path)
    with closing(sqlite3.connect(settings.data_dir / "visits.sqlite")) as connection:
        connection.execute("CREATE TRIGGER full AFTER INSERT ON plans BEGIN SELECT RAISE(ABORT, 'full'); END")
        connection.commit()

    with pytest.raises(Exception, match="full"):
        store.save(a_day(), its_plan(), TEXTS)

    assert store.list() == ()


def test_a_problem_without_any_time_belongs_to_no_day(store: PlanStore) -> None:
    problem = a_problem([], [])

    with pytest.raises(InvalidInput) as caught:
        store.save(problem, a_plan(problem, {}), {})

    assert caught.value.faults[0].code == "no_day"


def test_acknowledged_rows_survive_a_power_cut_and_references_hold(tmp_path: Path) -> None:
    engine = open_engine(settings_in(tmp_path))
    with engine.connect() as connection:
        answers = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()

    assert answers == ["wal", 2, 1]
