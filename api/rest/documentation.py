"""The OpenAPI document, made to say what the service does where the generator says something else."""

from typing import Any

from flask_openapi3.openapi import OpenAPI

from api.errors import PROBLEM_TYPE, ProblemDetails

_PROBLEM = {PROBLEM_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}}}


class DocumentedApp(OpenAPI):
    """A Flask application that describes its own operations."""

    @property
    def api_doc(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document."""
        if not self.spec_json:
            self.generate_spec_json()  # type: ignore[no-untyped-call]  # the library's
            _describe_problems(self.spec_json)
            _drop_null_defaults(self.spec_json["components"]["schemas"])
        return self.spec_json


def _describe_problems(document: dict[str, Any]) -> None:
    """Errors are problem documents, which the generator writes down as plain JSON."""
    for path_item in document["paths"].values():
        for operation in path_item.values():
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    response["content"] = _PROBLEM


def _drop_null_defaults(node: Any) -> None:
    """A key that may be left out has no default worth telling: null is often not even allowed there."""
    if isinstance(node, dict):
        if node.get("default", ...) is None:
            del node["default"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            _drop_null_defaults(child)
