"""`/api/v1/users`: who may sign in."""

from datetime import datetime
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.logins import TYPED_PATTERN
from api.access.passwords import LONGEST, SHORTEST, hashed
from api.access.policy import actor
from api.desk import people
from api.desk.people import UserChanges
from api.rest.answers import TOKEN, Strict, answer
from api.rest.lists import ID_PATTERN, ListQuery, next_after, problems
from api.rest.preconditions import require_match
from api.rest.responses import there
from api.store import Unit, users
from api.store.users import UserEntry


class UserPath(BaseModel):
    """Which user."""

    user_id: str = Field(description="The user's id.")


class NewUser(Strict):
    """A user to be added."""

    login: str = Field(pattern=TYPED_PATTERN, description="What is typed to sign in; capitals make no difference.")
    role: Role = Field(description="What for.")
    name: str = Field(max_length=200, description="The person's name; it is kept encrypted.")
    branch_id: str | None = Field(
        default=None, pattern=ID_PATTERN, description="The only branch that the user sees; none for all that you see."
    )
    collector_id: str | None = Field(default=None, pattern=ID_PATTERN, description="Which collector this is.")
    password: str | None = Field(
        default=None, min_length=SHORTEST, max_length=LONGEST, description="None for who signs in elsewhere."
    )


class UserChange(Strict):
    """What shall be different; what is left out stays."""

    role: Role | None = Field(default=None, description="Ends the user's sessions.")
    name: str | None = Field(default=None, max_length=200, description="The person's name.")
    password: str | None = Field(
        default=None, min_length=SHORTEST, max_length=LONGEST, description="Ends the user's sessions."
    )
    pin: str | None = Field(default=None, pattern="^[0-9]{6,12}$", description="A collector's, for another phone.")
    is_disabled: bool | None = Field(
        default=None,
        strict=True,
        description="True ends sessions, tokens and links at once; false lets in again, with new ones.",
    )


class UserItem(BaseModel):
    """A user."""

    id: str = Field(description="The user's id.", pattern=ID_PATTERN)
    login: str = Field(description="What is typed to sign in.")
    name: str = Field(description="The person's name.")
    role: Role = Field(description="What for.")
    branch_id: str | None = Field(description="The only branch that the user sees.")
    collector_id: str | None = Field(description="Which collector this is.")
    has_password: bool = Field(description="Whether the user can sign in with one.")
    created_at: datetime = Field(description="When the user was added.")
    disabled_at: datetime | None = Field(description="From when on nothing of this user is let in.")
    rev: int = Field(description="The revision, as in the ETag.")


class UserList(BaseModel):
    """The users, by their ids."""

    users: list[UserItem]
    next: str | None = Field(description="For `after`; null at the end.")


users_api = APIBlueprint("users_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="people")])


@users_api.get(
    "/users",
    operation_id="listUsers",
    summary="List the users",
    responses={200: UserList, **problems()},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def list_users(query: ListQuery) -> Response:
    """Those of your branch, or all of the lender's."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = users.listed(unit, limit=query.limit, after=query.after)
    return answer(UserList(users=[_item(entry) for entry in found], next=next_after(found, query.limit)))


@users_api.post(
    "/users",
    operation_id="addUser",
    summary="Add a user",
    responses={201: UserItem, **problems()},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def add_user(body: NewUser) -> Response:
    """An administrator of one branch adds users of that branch."""
    login, password_hash = people.checked_login(body.login, body.password)
    with current.writing() as unit:
        user_id = users.add(
            unit,
            login=login,
            role=body.role,
            name=body.name,
            branch_id=body.branch_id,
            collector_id=body.collector_id,
            password_hash=password_hash,
        )
        made = _known(unit, user_id)
    return answer(_item(made), HTTPStatus.CREATED, rev=made.rev, location=f"/api/v1/users/{user_id}")


@users_api.get(
    "/users/<user_id>",
    operation_id="getUser",
    summary="Get one user",
    responses={200: UserItem, **problems(HTTPStatus.NOT_FOUND)},
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def get_user(path: UserPath) -> Response:
    """With its ETag."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = _known(unit, path.user_id)
    return answer(_item(found), rev=found.rev)


@users_api.patch(
    "/users/<user_id>",
    operation_id="changeUser",
    summary="Change, disable or enable a user",
    responses={
        200: UserItem,
        **problems(
            HTTPStatus.NOT_FOUND,
            HTTPStatus.CONFLICT,
            HTTPStatus.PRECONDITION_FAILED,
            HTTPStatus.PRECONDITION_REQUIRED,
        ),
    },
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def change_user(path: UserPath, body: UserChange) -> Response:
    """What another user must do for you: disabling yourself, and taking your own role away."""
    with current.database().reading(actor().scope, current.now()) as unit:
        login = _known(unit, path.user_id).login
    changes = UserChanges(
        role=body.role,
        name=body.name,
        password_hash=None if body.password is None else people.checked_password(body.password, login),
        pin_hash=None if body.pin is None else hashed(body.pin),
        is_disabled=body.is_disabled,
    )
    people.refuse_own(actor(), path.user_id, changes)
    with current.writing() as unit:
        known = _known(unit, path.user_id)
        require_match(known.rev, lambda: _item(known).model_dump(mode="json"))
        people.change(unit, path.user_id, changes)
        changed = _known(unit, path.user_id)
    return answer(_item(changed), rev=changed.rev)


def _known(unit: Unit, user_id: str) -> UserEntry:
    return there(users.get(unit, user_id), "user")


def _item(entry: UserEntry) -> UserItem:
    return UserItem(
        id=entry.id,
        login=entry.login,
        name=entry.name,
        role=Role(entry.role),
        branch_id=entry.branch_id,
        collector_id=entry.collector_id,
        has_password=entry.has_password,
        created_at=entry.created_at,
        disabled_at=entry.disabled_at,
        rev=entry.rev,
    )
