"""Signing in at an identity provider by OpenID Connect: the code flow with PKCE, state and nonce.

What must come back is kept in a sealed cookie of the browser that was sent away, so that nobody can finish what
another browser began.
"""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from api.settings import Settings
from scheduler.domain.errors import MissingResource

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session

TO_RETURN = timedelta(minutes=10)
_TIMEOUT_SECONDS = 5
# A symmetric signature would let whoever knows the client's secret sign.
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """Who vouches for people, and what it knows this service by; see `Settings` for the fields."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What a browser takes along to the provider and must bring back.

    Attributes:
        state: Comes back in the address.
        nonce: Comes back in the token.
        verifier: Whose hash the provider was given first.
        next: Where to go afterwards.
        left_at: When, in ISO 8601.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    left_at: str

    def packed(self) -> bytes:
        """As bytes, to be sealed."""
        return json.dumps(asdict(self)).encode()


class NotSignedIn(Exception):
    """What came back does not say who somebody is."""


def provider_of(settings: Settings) -> Provider | None:
    """The operator's identity provider, None without one.

    Raises:
        MissingResource: It is set by halves.
    """
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_client_id is None or settings.oidc_client_secret is None:
        hint = "Set VISITS_OIDC_CLIENT_ID and VISITS_OIDC_CLIENT_SECRET."
        raise MissingResource("The identity provider does not know this service.", hint=hint)
    return Provider(
        issuer=settings.oidc_issuer, client_id=settings.oidc_client_id, client_secret=settings.oidc_client_secret
    )


def departure(provider: Provider, return_url: str, *, next_path: str, now: datetime) -> tuple[str, Journey]:
    """Where to send a browser, and what it must bring back.

    Raises:
        MissingResource: Authlib is not installed, or the provider does not answer.
    """
    journey = Journey(
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        next=next_path,
        left_at=now.isoformat(),
    )
    client = _client(provider, return_url)
    url, _ = client.create_authorization_url(
        _description(provider)["authorization_endpoint"],
        state=journey.state,
        nonce=journey.nonce,
        code_verifier=journey.verifier,
    )
    return url, journey


def packed_journey(content: bytes) -> Journey:
    """What `Journey.packed` made."""
    return Journey(**json.loads(content))


def subject_of(
    provider: Provider, return_url: str, *, journey: Journey, arguments: Mapping[str, str], now: datetime
) -> str:
    """Who came back: the provider's claim `sub`.

    Args:
        provider: Who vouches.
        return_url: As it was given to `departure`.
        journey: What the browser's cookie holds.
        arguments: Those of the address at which it came back.
        now: When.

    Raises:
        NotSignedIn: It is another journey, too late, or the provider's token is not for us.
        MissingResource: As `departure`.
    """
    code = arguments.get("code")
    is_late = now - datetime.fromisoformat(journey.left_at) > TO_RETURN
    if not code or is_late or not hmac.compare_digest(arguments.get("state", "").encode(), journey.state.encode()):
        raise NotSignedIn
    description = _description(provider)
    from authlib.common.errors import AuthlibBaseError

    try:
        token = _client(provider, return_url).fetch_token(
            description["token_endpoint"], code=code, code_verifier=journey.verifier, timeout=_TIMEOUT_SECONDS
        )
    except AuthlibBaseError as error:
        raise NotSignedIn from error
    return _subject(provider, token.get("id_token", ""), description["jwks_uri"], journey.nonce, now)


def _subject(provider: Provider, id_token: str, keys_url: str, nonce: str, now: datetime) -> str:
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    keys: Any = _fetched(keys_url)
    claims = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
        claims.validate(token.claims)
    except (JoseError, ValueError) as error:
        raise NotSignedIn from error
    return str(token.claims["sub"])


def _client(provider: Provider, return_url: str) -> "OAuth2Session":
    try:
        from authlib.integrations.requests_client import OAuth2Session
    except ImportError as error:
        raise MissingResource(
            "Signing in at an identity provider needs Authlib.", hint="Install the extra: visit-scheduler[oidc]."
        ) from error
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid",
        redirect_uri=return_url,
        code_challenge_method="S256",
    )


def _description(provider: Provider) -> dict[str, Any]:
    """What the provider says of itself."""
    document = _fetched(f"{provider.issuer}/.well-known/openid-configuration")
    if document.get("issuer") != provider.issuer:
        raise MissingResource("The identity provider says that it is another one.", hint="See VISITS_OIDC_ISSUER.")
    return document


def _fetched(url: str) -> dict[str, Any]:
    import requests

    try:
        response = requests.get(url, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
        response.raise_for_status()
        document: dict[str, Any] = response.json()
    except (requests.RequestException, ValueError) as error:
        raise MissingResource("The identity provider does not answer.", hint="See VISITS_OIDC_ISSUER.") from error
    return document
