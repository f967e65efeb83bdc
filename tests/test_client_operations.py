"""The client for programs has a method for every operation, which asks it as the service's description has it."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.routing import Map, Rule

from api.app import create_app
from api.client import Answer, VisitsClient
from api.current import close
from tests.service import settings_in

type Call = Callable[[VisitsClient], object]
# What the client leaves to `ask`, and why.
NOT_IN_CLIENT: Mapping[str, str] = {}
# Methods that belong to no single operation.
NO_OPERATION = frozenset({"ask", "wait"})
SLOT = {"shift_id": "s", "place_id": "p", "earliest_start": "t", "latest_end": "t", "position": 1}
CALLS: Mapping[str, Call] = {
    "addBlock": lambda c: c.add_block("i", "hardship", rev=1),
    "addConsent": lambda c: c.add_consent("i", "home", is_given=True, told_at="t", rev=1),
    "addToken": lambda c: c.add_token("i", "export"),
    "addUser": lambda c: c.add_user({"login": "l", "role": "planner", "name": "n"}),
    "addWebhook": lambda c: c.add_webhook("https://example.org"),
    "askApproval": lambda c: c.ask_approval("case:i", "CN-1", until="2026-12-01", reason="r"),
    "askHotline": lambda c: c.ask_hotline("n"),
    "bookSlot": lambda c: c.book("i", "v", SLOT),
    "cancelJob": lambda c: c.cancel("i"),
    "changeCase": lambda c: c.change_case("i", {"note": "n"}, rev=1),
    "changeCollector": lambda c: c.change_collector("i", {"max_visits": 9}, rev=1),
    "changeExperiment": lambda c: c.change_experiment("i", "n", rev=1),
    "changeOffice": lambda c: c.change_office("i", {"name": "n"}, rev=1),
    "changeRetention": lambda c: c.change_retention("audit", 9, "r"),
    "changeShift": lambda c: c.change_shift("i", {"start": "09:00"}, rev=1),
    "changeUser": lambda c: c.change_user("i", {"is_disabled": True}, rev=1),
    "changeWebhook": lambda c: c.change_webhook("i", rev=1, kinds=["visit.left"], is_enabled=False),
    "checkDocuments": lambda c: c.check_documents({}, {}),
    "checkIn": lambda c: c.check_in("i", "v", present=["a"], carried=["b"], position={}),
    "checkPlan": lambda c: c.check_plan("i", rev=1),
    "closePlan": lambda c: c.close_plan("i", rev=1),
    "comparePlans": lambda c: c.difference("i", "j"),
    "computePlan": lambda c: c.compute({"format": "f"}, seconds=5, branch_id="b"),
    "correctVisitRecord": lambda c: c.correct_visit_record("i", "PTP", "r", rev=1, until="2026-12-01"),
    "createCase": lambda c: c.add_case({"id": "i", "name": "n", "service_minutes": 30, "places": []}),
    "createCollector": lambda c: c.add_collector({"id": "i", "name": "n"}),
    "createExperiment": lambda c: c.simulate_day("2026-12-01", {}, branch_id="b"),
    "createGeocoding": lambda c: c.geocode(branch_id="b"),
    "createImport": lambda c: c.import_tables({"a.csv": b"x"}, "create", dry_run=True),
    "createJob": lambda c: c.plan_day("2026-12-01", branch_id="b"),
    "createOffice": lambda c: c.add_office({"id": "i", "name": "n", "latitude": 1, "longitude": 1, "datum": "WGS-84"}),
    "createPlan": lambda c: c.keep_plan({}, {}, {}),
    "createPurge": lambda c: c.purge(),
    "createShift": lambda c: c.add_shift(
        {"id": "i", "collector_ids": [], "date": "d", "start": "t", "end": "t", "start_office": "o", "end_office": "o"}
    ),
    "createWeek": lambda c: c.plan_week("2026-12-01", branch_id="b"),
    "decideApproval": lambda c: c.decide_approval("i", is_granted=True),
    "deleteExperiment": lambda c: c.delete_experiment("i", rev=1),
    "deleteShift": lambda c: c.delete_shift("i", rev=1),
    "editPlan": lambda c: c.edit_plan("i", [], rev=1),
    "endVisit": lambda c: c.end_visit("i", "PTP", until="2026-12-01", note="n", recording_seconds=3),
    "exportExperiment": lambda c: c.export_experiment("i", "csv", table="answers"),
    "exportPlan": lambda c: c.export_plan("i", "csv", shift_id="s"),
    "exportVisitRecords": lambda c: c.export_visit_records("i", "pdf"),
    "getApproval": lambda c: c.approval("i"),
    "getCase": lambda c: c.case("i", day="2026-12-01"),
    "getCertificate": lambda c: c.certificate("i"),
    "getCollector": lambda c: c.collector("i"),
    "getDayReport": lambda c: c.day_report("2026-12-01"),
    "getDayState": lambda c: c.day_state("i"),
    "getExperiment": lambda c: c.experiment("i"),
    "getExperimentTables": lambda c: c.experiment_tables("i"),
    "getGeocoding": lambda c: c.geocoded("i"),
    "getImportResult": lambda c: c.imported("i"),
    "getImportTemplate": lambda c: c.import_template("cases.csv"),
    "getFoundRates": lambda c: c.found_rates(branch="b"),
    "getJob": lambda c: c.job("i"),
    "getJobResult": lambda c: c.result("i"),
    "getRulePack": lambda c: c.rule_pack("n", language="en"),
    "getMapData": lambda c: c.map_data("i"),
    "getMe": lambda c: c.me(),
    "getPhoto": lambda c: c.photo("i"),
    "getPlan": lambda c: c.plan("i"),
    "getRoute": lambda c: c.route("i", "s"),
    "getShift": lambda c: c.shift("i"),
    "getStatus": lambda c: c.status(),
    "getUser": lambda c: c.user("i"),
    "getVisitRecord": lambda c: c.visit_record("i"),
    "getWebhook": lambda c: c.webhook("i"),
    "getWeek": lambda c: c.week("i"),
    "giveUpVisit": lambda c: c.give_up_visit("i", "v", "ABORT_OPS", "weather"),
    "handleReport": lambda c: c.handle_report("i"),
    "handleWish": lambda c: c.handle_wish("i"),
    "judgeEdits": lambda c: c.judge_edits("i", []),
    "liftBlock": lambda c: c.lift_block("i", "b", rev=1),
    "listApprovals": lambda c: [*c.approvals()],
    "listAudit": lambda c: [*c.audit(actor="a", action="plan.", subject="s")],
    "listCases": lambda c: [*c.cases(state="open", branch="b", number="n", day="2026-12-01")],
    "listCollectors": lambda c: [*c.collectors(state="here")],
    "listCorrections": lambda c: c.corrections("i"),
    "listDayEvents": lambda c: c.day_events("i"),
    "listEvents": lambda c: [*c.events(after=3)],
    "listExperiments": lambda c: [*c.experiments()],
    "listImports": lambda c: [*c.imports()],
    "listJobs": lambda c: [*c.jobs(state="done", kind="plan")],
    "listLetters": lambda c: c.letters("i"),
    "listLinks": lambda c: c.links("i"),
    "listNotices": lambda c: c.notices("i"),
    "listOffices": lambda c: [*c.offices()],
    "listPlans": lambda c: c.plans(day="2026-12-01", state="draft"),
    "listPurges": lambda c: [*c.purges()],
    "listReports": lambda c: [*c.reports(open_only=False, branch="b")],
    "listRetention": lambda c: c.retention(),
    "listRoutes": lambda c: c.routes("i"),
    "listRulePacks": lambda c: c.rule_packs(),
    "listShifts": lambda c: [*c.shifts(day="2026-12-01")],
    "listSlots": lambda c: c.slots("i", "v"),
    "listTokens": lambda c: [*c.tokens()],
    "listUsers": lambda c: [*c.users()],
    "listVisitRecords": lambda c: c.visit_records("i"),
    "listWebhooks": lambda c: c.webhooks(),
    "listWishes": lambda c: [*c.wishes(open_only=False, branch="b")],
    "makeLink": lambda c: c.make_link("i", "s"),
    "printPapers": lambda c: c.print_papers("i", "letter", visit_id="v"),
    "publishPlan": lambda c: c.publish_plan("i", rev=1),
    "receiveNotice": lambda c: c.receive_notice("i", "t", consented_at="t"),
    "releaseLink": lambda c: c.release_link("i"),
    "replanDay": lambda c: c.replan("i", {"cancelled": ["v"]}),
    "reveal": lambda c: c.reveal("case:i", "audit"),
    "revokeLink": lambda c: c.revoke_link("i"),
    "revokeToken": lambda c: c.revoke_token("i"),
    "searchCases": lambda c: c.cases_of("w", day="2026-12-01"),
    "setPhoto": lambda c: c.set_photo("i", b"\x89PNG", rev=1),
    "switchFoundRates": lambda c: c.weigh_found_rates(on=True, branch="b"),
    "tellDayEvent": lambda c: c.tell("i", "late", shift_id="s", delay_minutes=5),
    "verifyCode": lambda c: c.verify_code("n"),
    "verifyNumber": lambda c: c.verify_number("n"),
    "withdrawApproval": lambda c: c.withdraw_approval("i"),
}
# Further methods of an operation that has one already.
ALSO: Mapping[str, Call] = {
    "import_in_background": lambda c: c.import_in_background({'a".csv': b"x"}, "create", check_addresses=True),
}


class Description:
    """What the service says of its operations."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas = document["components"]["schemas"]
        self.operations: dict[str, tuple[str, Any]] = {
            operation["operationId"]: (f"{method.upper()} {path}", operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }
        rules = [
            Rule(path.replace("{", "<").replace("}", ">"), endpoint=operation["operationId"], methods=[method.upper()])
            for path, item in document["paths"].items()
            for method, operation in item.items()
        ]
        self.addresses = Map(rules, strict_slashes=True).bind("localhost")

    def properties(self, schema: Mapping[str, Any]) -> tuple[set[str], set[str]]:
        """The keys of a body, and those that it must have."""
        whole = self._schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
        return set(whole.get("properties", ())), set(whole.get("required", ()))

    def example(self, schema: Mapping[str, Any]) -> Any:
        """The least that a schema lets through; lists have one entry, what may be null is null."""
        if "$ref" in schema:
            return self.example(self._schemas[schema["$ref"].rsplit("/", 1)[-1]])
        choices = schema.get("anyOf") or schema.get("oneOf") or ()
        if choices:
            return None if {"type": "null"} in choices else self.example(choices[0])
        if "enum" in schema:
            return schema["enum"][0]
        match schema.get("type"):
            case "object":
                known = schema.get("properties", {})
                return {name: self.example(one) for name, one in known.items()}
            case "array":
                return [self.example(schema["items"])]
            case "integer" | "number":
                return 1
            case "boolean":
                return True
            case _:
                return schema.get("const", "x")


class Recorder(VisitsClient):
    """Sends nothing: keeps what was asked, and answers as the description says."""

    def __init__(self, description: Description) -> None:
        super().__init__("http://127.0.0.1", token="")
        self._description = description
        self.asked: list[str] = []

    def ask(self, method: str, path: str, *, body: Any = None, key: str | None = None, **headers: str) -> Answer:
        address, _, query = path.partition("?")
        name, _ = self._description.addresses.match(address, method=method)
        operation = self._description.operations[name][1]
        self.asked.append(name)
        _fits_query({part.partition("=")[0] for part in query.split("&") if part}, operation)
        self._fits_body(body, headers, operation)
        assert ("If_Match" in headers) == ("428" in operation["responses"]), name
        return Answer(status=200, headers={}, document=self._answer_to(operation))

    def _fits_body(self, body: Any, headers: Mapping[str, str], operation: Mapping[str, Any]) -> None:
        content = operation.get("requestBody", {}).get("content", {})
        kind = headers.get("Content_Type", "application/json").partition(";")[0]
        if isinstance(body, dict) and operation["operationId"] != "computePlan":
            known, needed = self._description.properties(content[kind]["schema"])
            assert needed <= body.keys() <= known
        elif content and body is not None and not isinstance(body, dict):
            assert kind in content

    def _answer_to(self, operation: Mapping[str, Any]) -> Any:
        good = (answer for status, answer in operation["responses"].items() if status.startswith("2"))
        described = [
            one["application/json"]["schema"]
            for one in (a.get("content", {}) for a in good)
            if "application/json" in one
        ]
        # What an import in the background is answered is a job; the last one described.
        return None if not described else self._description.example(described[-1])


def _fits_query(asked: set[str], operation: Mapping[str, Any]) -> None:
    known = {one["name"]: one.get("required", False) for one in operation.get("parameters", ()) if one["in"] == "query"}
    assert {name for name, needed in known.items() if needed} <= asked <= known.keys()


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Description]:
    folder: Path = tmp_path_factory.mktemp("description")
    app = create_app(settings_in(folder))
    try:
        yield Description(app.api_doc)
    finally:
        close(app)


def test_every_operation_has_a_method_or_a_reason_to_have_none(description: Description) -> None:
    assert not CALLS.keys() & NOT_IN_CLIENT.keys()
    assert CALLS.keys() | NOT_IN_CLIENT.keys() == description.operations.keys()


@pytest.mark.parametrize("operation", sorted(CALLS))
def test_a_method_asks_its_operation_in_the_words_of_the_description(operation: str, description: Description) -> None:
    client = Recorder(description)
    CALLS[operation](client)
    assert set(client.asked) == {operation}


def test_no_method_is_without_an_operation(description: Description) -> None:
    """Every public method is called by one of the calls above: by the names in its code."""
    called = {name for call in (*CALLS.values(), *ALSO.values()) for name in call.__code__.co_names}
    public = {
        name
        for name, _ in inspect.getmembers(VisitsClient, inspect.isfunction)
        if not name.startswith("_") and name not in NO_OPERATION
    }
    assert public == called & public
    for call in ALSO.values():
        client = Recorder(description)
        call(client)
        assert client.asked


def test_a_list_is_asked_for_page_after_page(description: Description) -> None:
    class Pages(Recorder):
        def ask(self, method: str, path: str, *, body: Any = None, key: str | None = None, **headers: str) -> Answer:
            super().ask(method, path)
            last = "cursor=two" in path
            page = {"wishes": [{"id": "b" if last else "a"}], "next_cursor": None if last else "two"}
            return Answer(status=200, headers={}, document=page)

    client = Pages(description)
    assert [wish["id"] for wish in client.wishes()] == ["a", "b"]
    assert client.asked == ["listWishes", "listWishes"]
