"""Write the JSON Schemas of both documents: `python -m scheduler.documents.schema docs/schema`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scheduler.documents.plan_wire import PlanWire
from scheduler.documents.problem_wire import ProblemWire

SCHEMAS: dict[str, type[BaseModel]] = {"problem.schema.json": ProblemWire, "plan.schema.json": PlanWire}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text(name: str) -> str:
    """The content of the file `name` of `SCHEMAS`."""
    generated = SCHEMAS[name].model_json_schema()
    schema = {"$schema": _DIALECT, **_without_null_defaults(generated)}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> None:
    """Write every schema into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        (folder / name).write_text(schema_text(name), encoding="utf-8")


def _without_null_defaults(schema: Any) -> Any:
    """A key that may be left out has no default worth telling: null is often not even allowed there."""
    if isinstance(schema, dict):
        return {
            key: _without_null_defaults(value)
            for key, value in schema.items()
            if not (key == "default" and value is None)
        }
    if isinstance(schema, list):
        return [_without_null_defaults(value) for value in schema]
    return schema


def main(arguments: Sequence[str]) -> int:
    """Write the schemas into the folder named; 2 when none or more than one is named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m scheduler.documents.schema FOLDER\n")
        return 2
    write_schemas(Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
