"""A service that is asked for what the description of its interface allows and for what it does not.

`VISITS_FUZZ_EXAMPLES` says how many requests each operation gets beside those that try each limit of its description
once. `make fuzz` asks for 500, and so does `VISITS_TEST_EVERYTHING=1`.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

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

from api.access import Role
from api.access.policy import policy_of
from api.app import create_app
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


class AskedService:
    """A service with a plan and a user of each role, and the description of what may be asked of it."""

    def __init__(self) -> None:
        # When a module is loaded and not in a fixture: the operations are known only when the description is there.
        self._folder = tempfile.TemporaryDirectory(
            prefix="visits-fuzz-", dir=MEMORY if MEMORY.is_dir() else None, ignore_cleanup_errors=True
        )
        self._app = create_app(settings_in(Path(self._folder.name), queue_length=1000))
        config = SchemathesisConfig.from_dict(
            {
                "generation": {"max-examples": EXAMPLES, "deterministic": True, "database": "none"},
                "suppress-health-check": ["too_slow", "filter_too_much", "data_too_large"],
                # A body that is too long is refused as such, whatever else is wrong with it.
                "checks": {
                    "negative_data_rejection": {
                        "expected-statuses": [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429]
                    }
                },
                "operations": budgets(self._app.api_doc),
            }
        )
        self.description = schemathesis.openapi.from_wsgi(
            "/openapi.json", self._app, config=config, headers={"Host": "localhost"}
        )
        self._tokens: dict[Role, str] = {}
        self._plan_id = ""

    def fill(self) -> None:
        """Keep a plan; operations that need other things answer that they are not there."""
        self._tokens = {role: a_token(kept_by(self._app).plans, role) for role in Role}
        self._plan_id = kept_by(self._app).plans.save(a_day(), its_plan(), TEXTS)

    def ask(self, case: Case[Any]) -> None:
        """Send a request, and hold the answer against the description."""
        headers = {"Host": "localhost", "Authorization": f"Bearer {self._tokens[self._a_role_for(case)]}"}
        if is_about_the_plan(case):
            case.path_parameters["plan_id"] = self._plan_id
            headers["If-Match"] = self._tag_of_the_plan()
        case.call_and_validate(headers=headers, checks=checks_for(case))

    def close(self) -> None:
        """Forget all of it."""
        close(self._app)
        self._folder.cleanup()

    def _tag_of_the_plan(self) -> str:
        reader = {"Authorization": f"Bearer {self._tokens[Role.DISPATCHER]}"}
        answer = self._app.test_client().get(f"/api/v1/plans/{self._plan_id}", headers=reader)
        return answer.headers["ETag"]

    def _a_role_for(self, case: Case[Any]) -> Role:
        """Somebody whom the operation's policy lets in, so that more than the refusal is tried."""
        path = case.operation.path.replace("{", "").replace("}", "")
        endpoint, _ = self._app.url_map.bind("localhost").match(path, method=case.operation.method.upper())
        policy = policy_of(self._app.view_functions[endpoint])
        return min(policy) if isinstance(policy, frozenset) else Role.DISPATCHER


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
