"""The OpenAPI document, made to say what the service does where the generator says something else."""

from http import HTTPStatus
from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.schema import Schema
from flask_openapi3.openapi import OpenAPI
from flask_openapi3.utils import get_model_schema
from pydantic import BaseModel

from api.errors import PROBLEM_TYPE, ProblemDetails
from api.rest.idempotency import HEADER, KEY_PATTERN, LONGEST_KEY, UNSAFE

_REFERENCE = "#/components/schemas/"
_PROBLEM = {PROBLEM_TYPE: {"schema": {"$ref": f"{_REFERENCE}{ProblemDetails.__name__}"}}}
# What every operation may answer, besides what its own view says.
_ALWAYS = (401, 403, 421, 429, 503)
_UNSAFE = (400, 409, 413, 415, 422)
_KEY: dict[str, Any] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "A word of the caller's own. The same request with the same key acts once; its answer is repeated.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": KEY_PATTERN},
}


class DocumentedApp(OpenAPI):
    """A Flask application that describes its own operations."""

    @property
    def api_doc(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        if not self.spec_json:
            self.generate_spec_json()  # type: ignore[no-untyped-call]  # the library's
            _describe_what_all_do(self.spec_json)
            _describe_problems(self.spec_json)
            _drop_null_parameters(self.spec_json)
            _drop_null_defaults(self.spec_json["components"]["schemas"])
        return self.spec_json


def document_body(api: APIBlueprint, model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extensions` of an operation whose body is one of the project's documents.

    The view reads the bytes itself, because the documents' own reader tells all faults at once.

    Args:
        api: Where the operation stands.
        model: What describes the document.
    """
    described = get_model_schema(model)
    for name, schema in described.pop("$defs", {}).items():
        api.components_schemas[name] = Schema(**schema)
    api.components_schemas[model.__name__] = Schema(**described)
    content = {"application/json": {"schema": {"$ref": f"{_REFERENCE}{model.__name__}"}}}
    return {"requestBody": {"content": content, "required": True}}


def _describe_what_all_do(document: dict[str, Any]) -> None:
    for path_item in document["paths"].values():
        for method, operation in path_item.items():
            expected: tuple[int, ...] = _ALWAYS
            if method.upper() in UNSAFE:
                expected += _UNSAFE
                if operation.get("security"):  # who is not known has no keys of its own
                    operation["parameters"] = [*operation.get("parameters", ()), _KEY]
            for status in expected:
                operation["responses"].setdefault(str(status), {"description": HTTPStatus(status).phrase})


def _describe_problems(document: dict[str, Any]) -> None:
    """Errors are problem documents, which the generator writes down as plain JSON."""
    for path_item in document["paths"].values():
        for operation in path_item.values():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    response["content"] = _PROBLEM


def _drop_null_parameters(document: dict[str, Any]) -> None:
    """A parameter of an address is text or is left out; it cannot be null."""
    for path_item in document["paths"].values():
        for operation in path_item.values():
            for parameter in operation.get("parameters", ()):
                kinds = [kind for kind in parameter["schema"].pop("anyOf", ()) if kind != {"type": "null"}]
                if parameter["schema"].get("default", ...) is None:
                    del parameter["schema"]["default"]
                parameter["schema"] |= kinds[0] if len(kinds) == 1 else ({"anyOf": kinds} if kinds else {})


def _drop_null_defaults(node: Any) -> None:
    """A key that may be left out has no default worth telling: null is often not even allowed there."""
    if isinstance(node, dict):
        if node.get("default", ...) is None:
            del node["default"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _drop_null_defaults(child)
