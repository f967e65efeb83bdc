"""Every operation of the interface is asked for what its description allows and for what it does not.

`VISITS_FUZZ_EXAMPLES` says how many requests each operation gets beside those that try each limit of its description
once. `make fuzz` asks for 500, and so does `VISITS_TEST_EVERYTHING=1`.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from api import create_app
from api.access import Role
from api.access.policy import policy_of
from api.current import close, kept_by
from tests.service import TEXTS, a_day, a_token, its_plan, settings_in

SHORT = 10
LONG = 500
# Asked here anew: what pytest loads as tests/conftest.py is not to be loaded twice.
EXAMPLES = int(
    os.environ.get("VISITS_FUZZ_EXAMPLES", LONG if os.environ.get("VISITS_TEST_EVERYTHING") == "1" else SHORT)
)
# Without a body and without a query there is little to vary.
BARE_EXAMPLES = min(EXAMPLES, 50)
# A Problem document takes a second to make up, and its limits a minute; tests/test_documents_fuzz.py varies sound ones.
SLOW = "/api/v1/plans:compute"
SLOW_EXAMPLES = min(EXAMPLES, 50)
MEMORY = Path("/dev/shm")  # noqa: S108 - where there is one; nothing here need outlive the machine
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    ignored_auth,
]


def is_bare(operation: Mapping[str, Any]) -> bool:
    """Whether nothing but its address and the headers that all have can vary."""
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    return not asked and "requestBody" not in operation


def budgets(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How much each operation with a budget of its own gets, as the tool wants to be told."""
    bare = [
        {"include-name": f"{method.upper()} {path}", "generation": {"max-examples": BARE_EXAMPLES}}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if is_bare(operation)
    ]
    slow = {
        "include-path": SLOW,
        "generation": {"max-examples": SLOW_EXAMPLES},
        "phases": {"coverage": {"enabled": EXAMPLES > SHORT}},
    }
    return [*bare, slow]


# Here and not in a fixture, because the operations are known only when the description is there.
FOLDER = tempfile.TemporaryDirectory(
    prefix="visits-fuzz-", dir=MEMORY if MEMORY.is_dir() else None, ignore_cleanup_errors=True
)
APP = create_app(settings_in(Path(FOLDER.name), queue_length=1000))
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
        "suppress-health-check": ["too_slow", "filter_too_much", "data_too_large"],
        # A body that is too long is refused as such, whatever else is wrong with it.
        "checks": {
            "negative_data_rejection": {
                "expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429]
            }
        },
        "operations": budgets(APP.api_doc),
    }
)
description = schemathesis.openapi.from_wsgi("/openapi.json", APP, config=CONFIG, headers={"Host": "localhost"})


@pytest.fixture(scope="module")
def plan_id() -> str:
    """The service holds a plan; operations that need other things answer that they are not there."""
    return kept_by(APP).plans.save(a_day(), its_plan(), TEXTS)


@pytest.fixture(scope="module")
def tokens() -> Iterator[dict[Role, str]]:
    """A user of each role."""
    yield {role: a_token(kept_by(APP).plans, role) for role in Role}
    close(APP)
    FOLDER.cleanup()


def a_role_for(case: Case[Any]) -> Role:
    """Somebody whom the operation's policy lets in, so that more than the refusal is tried."""
    path = case.operation.path.replace("{", "").replace("}", "")
    endpoint, _ = APP.url_map.bind("localhost").match(path, method=case.operation.method.upper())
    policy = policy_of(APP.view_functions[endpoint])
    return min(policy) if isinstance(policy, frozenset) else Role.DISPATCHER


def says_nothing(value: object) -> bool:
    """Whether a query value leaves no trace in an address, as an empty list does."""
    return value is None or (isinstance(value, list | tuple | dict) and all(map(says_nothing, value)))


def checks_for(case: Case[Any]) -> list[CheckFunction]:
    """All of them, except that what is unsound only by a query value that is never sent need not be refused."""
    unsent = any(map(says_nothing, (case.query or {}).values()))
    return CHECKS if unsent else [*CHECKS, negative_data_rejection]


def is_about_the_plan(case: Case[Any]) -> bool:
    """Every other request whose plan may be any one is about the one that is there."""
    given = case.path_parameters.get("plan_id") if case.path_parameters else None
    component = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    is_sound = component is not None and component.mode is GenerationMode.POSITIVE
    return is_sound and given is not None and crc32(str(given).encode()) % 2 == 0


@description.parametrize()
def test_every_operation_does_what_its_description_says(case: Case[Any], tokens: dict[Role, str], plan_id: str) -> None:
    headers = {"Host": "localhost", "Authorization": f"Bearer {tokens[a_role_for(case)]}"}
    if is_about_the_plan(case):
        case.path_parameters["plan_id"] = plan_id
        plan = APP.test_client().get(
            f"/api/v1/plans/{plan_id}", headers={"Authorization": f"Bearer {tokens[Role.DISPATCHER]}"}
        )
        headers["If-Match"] = plan.headers["ETag"]
    case.call_and_validate(headers=headers, checks=checks_for(case))
