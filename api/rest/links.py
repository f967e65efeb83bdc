"""`/api/v1/links`: the links that crews open on their phones, and those of borrowers' notices."""

from datetime import datetime
from http import HTTPStatus
from typing import Literal

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.access.roles import STAFF
from api.rest.answers import TOKEN, NoQuery, Strict, answer, nothing, responses, scope_of_plan
from api.rest.plan_models import Name, PlanPath
from api.rest.responses import there
from api.store import Unit, links, plans
from api.store.links import Link
from api.visiting.linking import address_of, make_route_link

links_api = APIBlueprint("links_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="links")])


class NewLink(Strict):
    """For whom."""

    shift_id: Name


class LinkPath(BaseModel):
    """Where one link stands."""

    link_id: str = Field(description="The link's id.")


class LinkAnswer(BaseModel):
    """A link without its secret."""

    id: str
    kind: Literal["route", "notice"]
    plan_id: str
    shift_id: str | None = None
    notice_id: str | None = None
    valid_from: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    is_bound: bool = Field(description="Whether a browser came already; another one needs a PIN, or a release.")

    @classmethod
    def of(cls, link: Link) -> "LinkAnswer":
        """From the store's."""
        return cls(
            id=link.id,
            kind=link.kind.value,
            plan_id=link.plan_id,
            shift_id=link.shift_code,
            notice_id=link.notice_id,
            valid_from=link.valid_from,
            expires_at=link.expires_at,
            revoked_at=link.revoked_at,
            is_bound=link.is_bound,
        )


class MadeLink(BaseModel):
    """A new link; its address is told once and never again."""

    link: LinkAnswer
    address: str


class LinkList(BaseModel):
    """The links of a plan that were not ended."""

    links: list[LinkAnswer]


@links_api.post(
    "/plans/<plan_id>/links",
    operation_id="makeLink",
    summary="Make a crew's link",
    responses=responses(MadeLink, 404, 409, status=201),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def make_link(path: PlanPath, body: NewLink) -> Response:
    """Valid on the day of the route, to the end of its lawful hours; the crew's earlier link ends."""
    with current.writing(scope_of_plan(path.plan_id)) as unit:
        made, secret = make_route_link(unit, path.plan_id, body.shift_id)
    address = address_of(current.settings().public_url or request.host_url.rstrip("/"), secret)
    return answer(MadeLink(link=LinkAnswer.of(made), address=address), HTTPStatus.CREATED)


@links_api.get(
    "/plans/<plan_id>/links",
    operation_id="listLinks",
    summary="List the links of a plan",
    responses=responses(LinkList, 404),
    security=TOKEN,
)
@allow(*STAFF)
def list_links(path: PlanPath, query: NoQuery) -> Response:
    """Those that were not ended."""
    with current.database().reading(actor().scope, current.now()) as unit:
        there(plans.entry(unit, path.plan_id), "plan")
        found = links.of_plan(unit, path.plan_id)
    return answer(LinkList(links=[LinkAnswer.of(one) for one in found]))


@links_api.post(
    "/links/<link_id>/revoke",
    operation_id="revokeLink",
    summary="End a link",
    responses=responses({"description": "It opens nothing any more."}, 404, status=204),
    security=TOKEN,
)
@allow(Role.DISPATCHER, Role.ADMINISTRATOR)
def revoke_link(path: LinkPath) -> Response:
    """From the next request on it opens nothing, as for a lost phone."""
    with current.writing() as unit:
        links.revoke(unit, _known(unit, path.link_id).id)
    return nothing()


@links_api.post(
    "/links/<link_id>/release",
    operation_id="releaseLink",
    summary="Let another browser open a crew's link",
    responses=responses({"description": "The next browser is the first one."}, 404, status=204),
    security=TOKEN,
)
@allow(Role.DISPATCHER)
def release_link(path: LinkPath) -> Response:
    """The browser that was bound is let in no more."""
    with current.writing() as unit:
        links.release(unit, _known(unit, path.link_id).id)
    return nothing()


def _known(unit: Unit, link_id: str) -> Link:
    return there(links.get(unit, link_id), "link")
