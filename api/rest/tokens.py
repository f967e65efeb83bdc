"""`/api/v1/tokens`: keys of programs; `/api/v1/me`: who asks."""

from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound

from api import current
from api.access import Role, allow
from api.access.browser import signed_in
from api.access.policy import actor
from api.rest.answers import TOKEN, Strict, answer, nothing
from api.rest.lists import ID_PATTERN, PLAIN_PATTERN, ListQuery, next_after, problems
from api.store import Unit, users
from api.store.users import TokenEntry, UserEntry
from scheduler.domain.errors import Fault, InternalFault, InvalidInput


class TokenPath(BaseModel):
    """Which key."""

    token_id: str = Field(description="The key's id.")


class NewToken(Strict):
    """A key to be made."""

    user_id: str = Field(pattern=ID_PATTERN, description="As whom the program acts.")
    name: str = Field(min_length=1, max_length=100, pattern=PLAIN_PATTERN, description="What it is for.")
    days: int = Field(default=90, strict=True, ge=1, le=366, description="How long it opens.")


class TokenItem(BaseModel):
    """A key, without its secret."""

    id: str = Field(description="The key's id.", pattern=ID_PATTERN)
    user_id: str = Field(description="As whom the program acts.")
    name: str = Field(description="What it is for.")
    created_at: datetime = Field(description="When it was made.")
    expires_at: datetime = Field(description="From then on it opens nothing.")
    revoked_at: datetime | None = Field(description="When it was ended before.")


class MadeToken(TokenItem):
    """A key with its secret, which is told this once."""

    secret: str = Field(description="For the header `Authorization: Bearer SECRET`.")


class TokenList(BaseModel):
    """The keys, by their ids."""

    tokens: list[TokenItem]
    next: str | None = Field(description="For `after`; null at the end.")


class Me(BaseModel):
    """Who asks."""

    user_id: str = Field(description="Your id.")
    login: str = Field(description="What you type to sign in.")
    name: str = Field(description="Your name.")
    role: Role = Field(description="What you are here for.")
    branch_id: str | None = Field(description="The only branch that you see; null for all.")
    csrf_token: str | None = Field(
        description="For the header X-CSRF-Token of a browser's requests; null for programs."
    )
    signed_in_until: datetime | None = Field(description="When you must sign in again at the latest; null likewise.")


tokens_api = APIBlueprint("tokens_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="people")])


@tokens_api.get(
    "/tokens",
    operation_id="listTokens",
    summary="List the keys of programs",
    responses={200: TokenList, **problems()},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def list_tokens(query: ListQuery) -> Response:
    """Those of your branch's users, or of all of the lender's."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = users.tokens(unit, limit=query.limit, after=query.after)
    return answer(TokenList(tokens=[_item(entry) for entry in found], next=next_after(found, query.limit)))


@tokens_api.post(
    "/tokens",
    operation_id="addToken",
    summary="Make a key for a program",
    responses={201: MadeToken, **problems()},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def add_token(body: NewToken) -> Response:
    """The secret stands in this answer alone."""
    with current.writing() as unit:
        _refuse_unknown_user(unit, body.user_id)
        secret = users.add_token(unit, body.user_id, name=body.name, life=timedelta(days=body.days))
        entry = users.token_of(unit, secret)
    if entry is None:
        raise InternalFault("a key is gone right after it was made")
    return answer(MadeToken(**_item(entry).model_dump(), secret=secret), HTTPStatus.CREATED)


@tokens_api.delete(
    "/tokens/<token_id>",
    operation_id="revokeToken",
    summary="End a key",
    responses={204: {"description": "It opens nothing any more."}, **problems(HTTPStatus.NOT_FOUND)},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def revoke_token(path: TokenPath) -> Response:
    """At once; ending it twice is no fault."""
    with current.writing() as unit:
        if not users.revoke_token(unit, path.token_id):
            raise NotFound("There is no key of this id.")
    return nothing()


@tokens_api.get(
    "/me",
    operation_id="getMe",
    summary="Who asks",
    responses={200: Me, **problems()},
    security=TOKEN,
)
@allow(*Role)
def get_me() -> Response:
    """Who the service takes you for."""
    with current.database().reading(actor().scope, current.now()) as unit:
        user = users.get(unit, actor().user_id)
    session = signed_in()
    if user is None:
        raise InternalFault("a user who asks is not there")
    return answer(
        Me(
            user_id=user.id,
            login=user.login,
            name=user.name,
            role=actor().role,
            branch_id=user.branch_id,
            csrf_token=None if session is None else session.csrf_token,
            signed_in_until=None if session is None else session.expires_at,
        )
    )


def _refuse_unknown_user(unit: Unit, user_id: str) -> None:
    user: UserEntry | None = users.get(unit, user_id)
    if user is None:
        raise InvalidInput([Fault(where="/user_id", code="unknown_user", message="There is no user of this id.")])


def _item(entry: TokenEntry) -> TokenItem:
    return TokenItem.model_validate(entry, from_attributes=True)
