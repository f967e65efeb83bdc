"""The committed JSON Schemas are current, and agree with the readers."""

import gzip
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from scheduler.documents import read_plan, read_problem, write_plan, write_problem
from scheduler.documents.schema import SCHEMAS, main, schema_text
from tests.builders import ZONE
from tests.good_documents import (
    Document,
    Spoil,
    a_matrix,
    a_plan_document,
    a_problem_document,
    as_bytes,
    drop,
    faults_of,
    put,
)
from tests.parts import require_bench_instances

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "schema"


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_schema_is_current(name: str) -> None:
    committed = (FOLDER / name).read_text(encoding="utf-8")
    assert committed == schema_text(name), "run: python -m scheduler.documents.schema docs/schema"


def test_the_command_writes_every_schema(tmp_path: Path) -> None:
    assert main([str(tmp_path / "new")]) == 0
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(SCHEMAS)


def test_the_command_asks_for_one_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "FOLDER" in capsys.readouterr().err


def test_every_object_and_most_keys_are_described() -> None:
    for name in SCHEMAS:
        schema = json.loads(schema_text(name))
        objects = [part for part in schema["$defs"].values() if part.get("type") == "object"]
        assert objects
        assert all(part.get("description") for part in (schema, *objects))


def test_what_the_readers_accept_the_schemas_accept() -> None:
    by_matrix = a_problem_document()
    by_matrix["travel"] = a_matrix(by_matrix)
    for document in (a_problem_document(), by_matrix):
        assert not list(validator("problem.schema.json").iter_errors(document))
    assert not list(validator("plan.schema.json").iter_errors(a_plan_document()))


def test_what_the_writers_write_the_schemas_accept() -> None:
    problem = write_problem(read_problem(as_bytes(a_problem_document())))
    plan = write_plan(read_plan(as_bytes(a_plan_document())), ZONE)
    assert not list(validator("problem.schema.json").iter_errors(problem))
    assert not list(validator("plan.schema.json").iter_errors(plan))


@pytest.mark.parametrize(
    "spoil",
    [
        put("extra", 1),
        drop("travel"),
        put("visits", 0, "priority", 101),
        put("visits", 0, "mandatory", 1),
        put("visits", 0, "unassigned_penalty_seconds", None),
        put("visits", 0, "places", []),
        put("visits", 0, "places", 0, "kind", "garden"),
        put("collectors", 0, "id", "a b"),
        put("locations", 0, "latitude", 91),
        put("travel", "speed_kmh", 0),
        put("travel", "hour_factors", [1] * 23 + [11]),
        put("objective", "overtime_weight", 1001),
        put("history", "working_seconds", "c1", -1),
        put("history", "last_collectors", "v1", [3]),
        put("published_plan", "status", "perfect"),
        put("visits", 1, "case", "version", 2),
    ],
)
def test_what_one_key_alone_gets_wrong_the_schema_refuses_like_the_reader(spoil: Spoil) -> None:
    document: Document = a_problem_document()
    spoil(document)
    assert list(validator("problem.schema.json").iter_errors(document))
    assert faults_of(read_problem, as_bytes(document))


def test_the_benchmark_instances_fit_the_schema() -> None:
    problem = validator("problem.schema.json")
    for path in require_bench_instances():
        assert not list(problem.iter_errors(json.loads(gzip.decompress(path.read_bytes())))), path.name
