import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from scheduler.documents import plan_sha256, read_plan
from tests.builders import ZONE
from tests.service import NAMES_AND_ADDRESSES, a_client, a_service, its_plan, settings_in


def test_the_list_names_every_plan_with_its_figures(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    response = client.get("/api/v1/plans")

    assert response.mimetype == "application/json"
    assert response.json == {
        "plans": [
            {
                "id": plan_id,
                "day": "2026-12-01",
                "state": "draft",
                "rev": 1,
                "crews": 1,
                "visits": 3,
                "unassigned": 1,
                "travel_source": "matrix",
                "estimated": False,
                "plan_sha256": plan_sha256(its_plan(), ZONE),
                "based_on": None,
                "next_id": None,
                "replaced_by": None,
                "published_at": None,
            }
        ],
        "next_cursor": None,
    }


def test_an_empty_store_gives_an_empty_list(tmp_path: Path) -> None:
    assert a_client(settings_in(tmp_path)).get("/api/v1/plans").json == {"plans": [], "next_cursor": None}


def test_a_plan_is_its_document_with_its_revision_as_etag(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    response = client.get(f"/api/v1/plans/{plan_id}")

    assert response.mimetype == "application/json"
    assert read_plan(response.data) == its_plan()
    assert response.headers["ETag"] == '"1"'


def test_a_plan_that_the_caller_has_already_is_not_sent_again(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    etag = client.get(f"/api/v1/plans/{plan_id}").headers["ETag"]

    same = client.get(f"/api/v1/plans/{plan_id}", headers={"If-None-Match": etag})
    other = client.get(f"/api/v1/plans/{plan_id}", headers={"If-None-Match": '"other"'})

    assert (same.status_code, same.data) == (304, b"")
    assert other.status_code == 200


def test_the_interface_tells_no_name_and_no_address(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)

    text = client.get("/api/v1/plans").text + client.get(f"/api/v1/plans/{plan_id}").text

    assert not any(word in text for word in NAMES_AND_ADDRESSES)
    assert "\\u" not in text


@pytest.mark.parametrize(
    ("plan_id", "detail"),
    [
        ("nothing", "There is no plan of this id."),
        ("٣", "There is no plan of this id."),
        ("9" * 30, "There is no plan of this id."),
        ("%00", "Nothing is at this address."),
    ],
)
def test_an_unknown_plan_is_a_problem_document(tmp_path: Path, plan_id: str, detail: str) -> None:
    client, _ = a_service(tmp_path)

    response = client.get(f"/api/v1/plans/{plan_id}")

    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert response.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": detail,
        "request_id": response.headers["X-Request-Id"],
    }


def test_an_id_that_no_database_can_be_asked_for_is_unknown(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    response = client.get("/api/v1/plans/%00")

    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_an_unknown_address_is_a_problem_document_too(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    assert client.get("/api/v2/plans").mimetype == "application/problem+json"


def test_another_method_is_refused_with_the_ones_that_are_allowed(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    response = client.delete("/api/v1/plans")

    assert response.status_code == 405
    assert response.mimetype == "application/problem+json"
    assert "GET" in response.headers["Allow"]


def test_an_unknown_filter_is_refused_by_name_without_repeating_its_value(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    response = client.get("/api/v1/plans?who=王小明")

    assert response.status_code == 422
    assert response.mimetype == "application/problem+json"
    assert response.json is not None
    assert [error["pointer"] for error in response.json["errors"]] == ["/who"]
    assert "王小明" not in response.text


def test_a_foreign_host_gets_a_problem_document(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    response = client.get("/api/v1/plans", headers={"Host": "evil.example"})

    assert response.status_code == 421
    assert response.mimetype == "application/problem+json"


def test_plans_of_another_key_are_a_missing_resource_only_where_they_are_opened(tmp_path: Path) -> None:
    _, plan_id = a_service(tmp_path)
    client = a_client(settings_in(tmp_path, given_secret_key=b"y" * 32))

    assert client.get(f"/api/v1/plans/{plan_id}").status_code == 200
    assert client.get(f"/plans/{plan_id}").status_code == 503


def test_the_description_is_valid_openapi_3_1_and_names_every_operation(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    document = client.get("/openapi.json").json

    assert document is not None
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    routes = {rule.rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith("/api/")}
    assert set(document["paths"]) == {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in routes}
    assert {"/api/v1/plans", "/api/v1/plans/{plan_id}"} <= set(document["paths"])


def test_a_plan_is_what_its_description_says(tmp_path: Path) -> None:
    client, plan_id = a_service(tmp_path)
    description = client.get("/openapi.json").json
    assert description is not None
    schema = {"$ref": "#/components/schemas/PlanWire", "components": description["components"]}

    Draft202012Validator(schema).validate(client.get(f"/api/v1/plans/{plan_id}").json)


def test_every_error_in_the_description_is_a_problem_document(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    document = client.get("/openapi.json").json

    assert document is not None
    errors = [
        response
        for path in document["paths"].values()
        for operation in path.values()
        for status, response in operation["responses"].items()
        if status[0] in "45"
    ]
    assert errors
    assert all(list(response["content"]) == ["application/problem+json"] for response in errors)


def test_the_service_says_that_it_lives(tmp_path: Path) -> None:
    client, _ = a_service(tmp_path)

    assert client.get("/livez").json == {"status": "ok"}
