"""Every operation that reads is asked for what its description allows and for what it does not."""

from collections.abc import Iterator
from typing import Any

import pytest
from schemathesis import Case

from tests.fuzzing import AskedService

SERVICE = AskedService()
reading = SERVICE.description.exclude(method=["DELETE", "PATCH", "POST", "PUT"])


@pytest.fixture(scope="module")
def service() -> Iterator[AskedService]:
    SERVICE.fill()
    yield SERVICE
    SERVICE.close()


@reading.parametrize()
def test_every_operation_that_reads_does_what_its_description_says(case: Case[Any], service: AskedService) -> None:
    service.ask(case)
