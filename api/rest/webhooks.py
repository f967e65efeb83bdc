"""`/api/v1/webhooks`: where the lender wants to be told of events."""

from datetime import datetime
from http import HTTPStatus

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import BaseModel, Field

from api import current
from api.access import Role, allow
from api.access.policy import actor
from api.rest.answers import TOKEN, NoQuery, Strict, answer, responses
from api.rest.preconditions import require_last
from api.rest.responses import there
from api.store import Unit, webhooks
from api.store.events import EventKind
from api.store.webhooks import Webhook
from api.webhooks import loopback_is_allowed
from api.webhooks.addresses import RefusedAddressError, target_of
from scheduler.domain.errors import Fault, InvalidInput

webhooks_api = APIBlueprint("webhooks_api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="webhooks")])
_HINTS = {
    "not_an_address": "Write https://HOST/PATH, without a name or password in it.",
    "not_encrypted": "Only https is told.",
    "private_address": "Only addresses of the open internet are told.",
}


class NewWebhook(Strict):
    """Where to."""

    url: str = Field(max_length=500, description="An https address of the open internet.")
    kinds: list[EventKind] = Field(
        default_factory=list, max_length=len(EventKind), description="Of events; none for all."
    )


class WebhookChange(Strict):
    """What shall be otherwise."""

    kinds: list[EventKind] | None = Field(default=None, max_length=len(EventKind))
    enabled: bool | None = None


class WebhookPath(BaseModel):
    """Where one webhook stands."""

    webhook_id: str = Field(description="The webhook's id.")


class WebhookAnswer(BaseModel):
    """A webhook without its secret."""

    id: str
    url: str
    kinds: list[str]
    created_at: datetime
    disabled_at: datetime | None = None
    failures: int = Field(description="Messages that failed in a row; at 300 it is switched off.")
    rev: int

    @classmethod
    def of(cls, hook: Webhook) -> "WebhookAnswer":
        """From the store's."""
        return cls(
            id=hook.id,
            url=hook.url,
            kinds=list(hook.kinds),
            created_at=hook.created_at,
            disabled_at=hook.disabled_at,
            failures=hook.failures,
            rev=hook.rev,
        )


class MadeWebhook(BaseModel):
    """A new webhook; its secret is told once and never again."""

    webhook: WebhookAnswer
    secret: str


class WebhookList(BaseModel):
    """All of the lender's."""

    webhooks: list[WebhookAnswer]


@webhooks_api.get(
    "/webhooks", operation_id="listWebhooks", summary="List webhooks", responses=responses(WebhookList), security=TOKEN
)
@allow(Role.ADMINISTRATOR)
def list_webhooks(query: NoQuery) -> Response:
    """All of the lender's."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = webhooks.listed(unit)
    return answer(WebhookList(webhooks=[WebhookAnswer.of(one) for one in found]))


@webhooks_api.post(
    "/webhooks",
    operation_id="addWebhook",
    summary="Add a webhook",
    responses=responses(MadeWebhook, status=201),
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def add_webhook(body: NewWebhook) -> Response:
    """Messages are signed with the secret that is told here, once."""
    try:
        target_of(body.url, allow_loopback=loopback_is_allowed(current.settings().public_url))
    except RefusedAddressError as refused:
        message = "Messages cannot be sent to this address."
        fault = Fault(where="/url", code=refused.code, message=message, hint=_HINTS[refused.code])
        raise InvalidInput([fault]) from None
    with current.writing() as unit:
        made, secret = webhooks.add(unit, body.url, [kind.value for kind in body.kinds])
    told = MadeWebhook(webhook=WebhookAnswer.of(made), secret=secret)
    return answer(told, HTTPStatus.CREATED, rev=made.rev)


@webhooks_api.get(
    "/webhooks/<webhook_id>",
    operation_id="getWebhook",
    summary="Get one webhook",
    responses=responses(WebhookAnswer, 404),
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def get_webhook(path: WebhookPath, query: NoQuery) -> Response:
    """Its ETag is for changing it."""
    with current.database().reading(actor().scope, current.now()) as unit:
        found = _known(unit, path.webhook_id)
    return answer(WebhookAnswer.of(found), rev=found.rev)


@webhooks_api.patch(
    "/webhooks/<webhook_id>",
    operation_id="changeWebhook",
    summary="Change a webhook, or switch it off or on",
    responses=responses(WebhookAnswer, 404, 412, 428),
    security=TOKEN,
)
@allow(Role.ADMINISTRATOR)
def change_webhook(path: WebhookPath, body: WebhookChange) -> Response:
    """Switched on again, it starts without failures."""
    with current.writing() as unit:
        found = _known(unit, path.webhook_id)
        require_last(unit, found.rev, f"webhook:{found.id}")
        kinds = None if body.kinds is None else [kind.value for kind in body.kinds]
        changed = webhooks.change(unit, found.id, kinds=kinds, enabled=body.enabled)
    return answer(WebhookAnswer.of(changed), rev=changed.rev)


def _known(unit: Unit, webhook_id: str) -> Webhook:
    return there(webhooks.get(unit, webhook_id), "webhook")
