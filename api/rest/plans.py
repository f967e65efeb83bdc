"""`/api/v1/plans`: plans from their making to the end of their day."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from flask import Response, json, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.desk.days import wanted_day
from api.rest.answers import ID_PATTERN, TOKEN, NoQuery, Strict, answer, responses, scope_of_plan
from api.rest.cursors import Cursor
from api.rest.plan_models import (
    BrokenRule,
    Difference,
    Document,
    EditedPlanAnswer,
    Edits,
    JudgedEdits,
    NewPlan,
    PlanList,
    PlanListItem,
    PlanListQuery,
    PlanPair,
    PlanPath,
    PublishOptions,
    Verdict,
)
from api.rest.preconditions import is_matched, require_last, with_etag
from api.store import PlanEntry, PlanState, StoredPlan, Unit, plans
from api.visiting import changing, publishing
from api.visiting.judging import checked, judged
from scheduler.documents import read_plan, read_problem, read_texts, to_bytes
from scheduler.documents.plan_wire import CertificateWire, PlanWire
from scheduler.domain.errors import Fault, InvalidInput
from scheduler.domain.plan import Plan
from scheduler.domain.plan_difference import plan_difference
from scheduler.domain.problem import Problem
from scheduler.planning import check_plan

plans_api = APIBlueprint("plans_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="plans")])


class DifferenceQuery(Strict):
    """Against which plan."""

    against: str = Field(pattern=ID_PATTERN, description="The id of the earlier plan.")


@plans_api.get(
    "/plans", operation_id="listPlans", summary="List the stored plans", responses=responses(PlanList), security=TOKEN
)
@allow(*STAFF)
def list_plans(query: PlanListQuery) -> Response:
    """The latest day first, the newest plan of a day first."""
    before = Cursor.read(query.cursor, 2)
    after = None if before is None else (wanted_day(before.parts[0], "/cursor"), before.number(1))
    with current.database().reading(actor().scope, current.now()) as unit:
        found = plans.listed(
            unit,
            day=None if query.day is None else wanted_day(query.day, "/day"),
            state=query.state,
            after=after,
            limit=query.limit + 1,
        )
    page = found[: query.limit]
    more = len(found) > query.limit
    cursor = Cursor((page[-1].day.isoformat(), str(page[-1].sequence))).written if more else None
    return answer(PlanList(plans=[PlanListItem.of(entry) for entry in page], next_cursor=cursor))


@plans_api.post(
    "/plans",
    operation_id="createPlan",
    summary="Keep a plan as a draft",
    responses=responses(PlanListItem, 413, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.PLANNER)
def create_plan(body: NewPlan) -> Response:
    """The same plan of the same problem is kept once."""
    problem, plan = _read_pair(body)
    texts = {} if body.texts is None else read_texts(to_bytes(body.texts))
    scope = actor().scope
    if scope.branch_id is None:
        message = "A plan belongs to a branch, and you belong to none."
        raise InvalidInput([Fault(where="", code="no_branch", message=message)])
    with current.writing(scope) as unit:
        entry = _known(plans.entry(unit, plans.save(unit, problem, plan, texts)))
    response = answer(PlanListItem.of(entry), HTTPStatus.CREATED, rev=entry.rev)
    response.headers["Location"] = f"/api/v1/plans/{entry.id}"
    return response


@plans_api.post(
    "/plans:check",
    operation_id="checkDocuments",
    summary="Check a plan that is not kept",
    responses=responses(Verdict, 413, 503),
    security=TOKEN,
)
@allow(*STAFF)
def check_documents(body: PlanPair) -> Response:
    """Everything that the plan breaks, its certificate included; nothing is stored."""
    problem, plan = _read_pair(body)
    found = check_plan(problem, plan, current.settings().road_networks)
    broken = [BrokenRule.of(one) for one in found]
    return answer(Verdict(lawful=not broken, violations=broken))


@plans_api.get(
    "/plans/<plan_id>",
    operation_id="getPlan",
    summary="Get one plan",
    responses=responses(PlanWire, 404) | {304: {"description": "The plan is as If-None-Match says."}},
    security=TOKEN,
)
@allow(*STAFF)
def get_plan(path: PlanPath, query: NoQuery) -> Response:
    """The Plan document: ids and times, no names and no addresses. Its ETag names the revision of its state."""
    with current.database().reading(actor().scope, current.now()) as unit:
        document = plans.document(unit, path.plan_id)
    if document is None:
        raise NotFound("There is no plan of this id.")
    response = Response(document.content, content_type="application/json")
    with_etag(response, document.rev)
    response.make_conditional(request)
    return response


@plans_api.get(
    "/plans/<plan_id>/certificate",
    operation_id="getCertificate",
    summary="Get the proof of a plan",
    responses=responses(CertificateWire, 404),
    security=TOKEN,
)
@allow(*STAFF)
def get_certificate(path: PlanPath, query: NoQuery) -> Response:
    """Which rules were asked for each visit, and the hashes that they were asked about."""
    with current.database().reading(actor().scope, current.now()) as unit:
        document = plans.document(unit, path.plan_id)
    found = None if document is None else json.loads(document.content).get("certificate")
    if found is None:
        raise NotFound("There is no such plan, or it has no certificate.")
    return Response(to_bytes(found), content_type="application/json")


@plans_api.get(
    "/plans/<plan_id>/difference",
    operation_id="comparePlans",
    summary="Compare two plans",
    responses=responses(Difference, 404),
    security=TOKEN,
)
@allow(*STAFF)
def compare_plans(path: PlanPath, query: DifferenceQuery) -> Response:
    """What this plan does differently than an earlier one."""
    with current.database().reading(actor().scope, current.now()) as unit:
        before, after = publishing.opened(unit, query.against), publishing.opened(unit, path.plan_id)
    return answer(Difference.of(plan_difference(before.plan, after.plan)))


@plans_api.post(
    "/plans/<plan_id>/check",
    operation_id="checkPlan",
    summary="Have the checker judge a draft",
    responses=responses(PlanListItem, 404, 412, 428, 503),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.PLANNER)
def check_stored(path: PlanPath) -> Response:
    """A plan that breaks nothing is then checked, and may be published."""
    networks, stored = current.settings().road_networks, _matched(path.plan_id)
    broken = None if stored is None else checked(stored, networks)
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        _seen(unit, path.plan_id)
        entry = publishing.check(unit, path.plan_id, networks, broken)
    return answer(PlanListItem.of(entry), rev=entry.rev)


@plans_api.post(
    "/plans/<plan_id>/edits",
    operation_id="editPlan",
    summary="Change a plan by hand",
    responses=responses(EditedPlanAnswer, 404, 409, 412, 428, 503, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def edit_plan(path: PlanPath, body: Edits) -> Response:
    """Gives a new draft; a change that would break a rule is refused with all that it breaks."""
    networks, edits, stored = current.settings().road_networks, body.read(), _matched(path.plan_id)
    ahead = None if stored is None else changing.made_ahead(stored, edits, networks)
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        _seen(unit, path.plan_id)
        changed = changing.change(unit, path.plan_id, edits, networks, ahead)
    entry = changed.entry
    told = EditedPlanAnswer(plan=PlanListItem.of(entry), difference=Difference.of(changed.difference))
    response = answer(told, HTTPStatus.CREATED, rev=entry.rev)
    response.headers["Location"] = f"/api/v1/plans/{entry.id}"
    return response


@plans_api.post(
    "/plans/<plan_id>/edits/judge",
    operation_id="judgeEdits",
    summary="Have changes of a plan judged",
    responses=responses(JudgedEdits, 404, 503),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def judge_edits(path: PlanPath, body: Edits) -> Response:
    """What `edits` would answer to the same body: nothing is kept, and nobody who writes is kept waiting."""
    with current.database().reading(actor().scope, current.now()) as unit:
        stored = publishing.opened(unit, path.plan_id)
    verdict = changing.judged(stored, body.read(), current.settings().road_networks, current.judges())
    return answer(JudgedEdits.of(verdict))


@plans_api.post(
    "/plans/<plan_id>/publish",
    operation_id="publishPlan",
    summary="Let people follow a plan",
    responses=responses(PlanListItem, 404, 409, 412, 428, 503),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def publish_plan(path: PlanPath, body: PublishOptions) -> Response:
    """Routes, letters and notices come to be; the plan of the day before this one is closed. Twice is once."""
    scope, networks = scope_of_plan(path.plan_id), current.settings().road_networks
    with current.database().reading(scope, current.now()) as unit:
        found = plans.entry(unit, path.plan_id)
        basis = publishing.judge_ahead(unit, found) if found is not None and is_matched(found.rev) else None
    # The checker takes its time, and there is one writer at a time. Refusals wait for the unit that writes, because a
    # request that was sent before gets its first answer.
    verdict = None if basis is None else judged(basis, networks)
    with current.writing(scope) as unit:
        if not _known(plans.entry(unit, path.plan_id)).state.is_followed:
            _seen(unit, path.plan_id)
        entry = publishing.publish(unit, path.plan_id, networks, accept_estimate=body.accept_estimate, verdict=verdict)
    return answer(PlanListItem.of(entry), rev=entry.rev)


@plans_api.post(
    "/plans/<plan_id>/close",
    operation_id="closePlan",
    summary="End the day of a plan",
    responses=responses(PlanListItem, 404, 409, 412, 428),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def close_plan(path: PlanPath) -> Response:
    """Its links end. Twice is once."""
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        if _known(plans.entry(unit, path.plan_id)).state is not PlanState.CLOSED:
            _seen(unit, path.plan_id)
        entry = publishing.close(unit, path.plan_id)
    return answer(PlanListItem.of(entry), rev=entry.rev)


def _known(entry: PlanEntry | None) -> PlanEntry:
    if entry is None:
        raise NotFound("There is no plan of this id.")
    return entry


def _matched(plan_id: str) -> StoredPlan | None:
    """A plan that the request may change, to work with before the unit that writes; that one says what is refused."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = plans.entry(unit, plan_id)
        is_open = found is not None and found.state is not PlanState.CLOSED and is_matched(found.rev)
        return plans.get(unit, plan_id) if is_open else None


def _seen(unit: Unit, plan_id: str) -> None:
    """Refuse a change by who has not seen the plan as it is now."""
    entry = _known(plans.entry(unit, plan_id))
    require_last(unit, entry.rev, f"plan:{plan_id}")


def _read_pair(pair: PlanPair) -> tuple[Problem, Plan]:
    """Both documents, with the faults of both at their places."""
    faults: list[Fault] = []
    problem, plan = _read(read_problem, pair.problem, "/problem", faults), _read(read_plan, pair.plan, "/plan", faults)
    if problem is None or plan is None:
        raise InvalidInput(faults)
    return problem, plan


def _read[T](reader: Callable[[bytes], T], document: Document, where: str, faults: list[Fault]) -> T | None:
    try:
        return reader(to_bytes(document))
    except InvalidInput as bad:
        faults += [replace(fault, where=f"{where}{fault.where}") for fault in bad.faults]
        return None
