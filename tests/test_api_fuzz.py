"""Every operation of the interface is asked for what its description allows and for what it does not.

`VISITS_FUZZ_EXAMPLES` says how many requests each operation gets; `make fuzz` asks for many.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
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
EXAMPLES = int(os.environ.get("VISITS_FUZZ_EXAMPLES", SHORT))
# Its combinations of every limit of every key take a minute for a document with so many keys.
WITH_LONG_DESCRIPTIONS = ("/api/v1/plans:compute",)
CONFIG = SchemathesisConfig.from_dict(
    {
        # A body that is too long is refused as such, whatever else is wrong with it.
        "checks": {
            "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 409, 413, 415, 422, 428, 429]}
        },
        "operations": [
            {"include-path": path, "phases": {"coverage": {"enabled": EXAMPLES > SHORT}}}
            for path in WITH_LONG_DESCRIPTIONS
        ],
    }
)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
]


# Here and not in a fixture, because the operations are known only when the description is there.
FOLDER = tempfile.TemporaryDirectory(prefix="visits-fuzz-", ignore_cleanup_errors=True)
APP = create_app(settings_in(Path(FOLDER.name), queue_length=1000))
description = schemathesis.openapi.from_wsgi("/openapi.json", APP, config=CONFIG, headers={"Host": "localhost"})


@pytest.fixture(scope="module")
def tokens() -> Iterator[dict[Role, str]]:
    """The service holds a plan; operations that need other things answer that they are not there."""
    kept = kept_by(APP)
    kept.plans.save(a_day(), its_plan(), TEXTS)
    yield {role: a_token(kept.plans, role) for role in Role}
    close(APP)
    FOLDER.cleanup()


def a_role_for(case: Case[Any]) -> Role:
    """Somebody whom the operation's policy lets in, so that more than the refusal is tried."""
    path = case.operation.path.replace("{", "").replace("}", "")
    endpoint, _ = APP.url_map.bind("localhost").match(path, method=case.operation.method.upper())
    policy = policy_of(APP.view_functions[endpoint])
    return min(policy) if isinstance(policy, frozenset) else Role.DISPATCHER


@description.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
def test_every_operation_does_what_its_description_says(case: Case[Any], tokens: dict[Role, str]) -> None:
    case.call_and_validate(
        headers={"Host": "localhost", "Authorization": f"Bearer {tokens[a_role_for(case)]}"},
        checks=CHECKS,
    )
