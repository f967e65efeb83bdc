"""An identity provider on loopback that asks nobody anything and signs what a test wants it to say."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.parts import NOT_INSTALLABLE

CLIENT_ID = "visits"
CLIENT_SECRET = "what the provider knows"  # noqa: S105 - of this stub


class Provider:
    """The stub; `changes` are made to the claims of its tokens, `used` holds the codes that were exchanged."""

    def __init__(self) -> None:
        joserfc_jwk = pytest.importorskip("joserfc.jwk", reason=f"{NOT_INSTALLABLE}Authlib is an extra")
        self.key = joserfc_jwk.RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
        self.stranger_key = joserfc_jwk.RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})
        self.changes: dict[str, object] = {}
        self.signs_with_its_own_key = True
        self.used: list[str] = []
        self.waiting: dict[str, dict[str, str]] = {}
        self.issuer = ""

    def authorize(self, address: str) -> dict[str, str]:
        """What a person does there: the arguments with which the browser is sent back."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert f"{parts.scheme}://{parts.netloc}" == self.issuer
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.waiting[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, object]]:
        """The answer to an exchange of a code."""
        from joserfc import jwt

        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.waiting.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or authorization != expected or asked["redirect_uri"] != form.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        if challenge.decode().rstrip("=") != asked["code_challenge"]:
            return 400, {"error": "invalid_grant", "error_description": "the verifier is another one"}
        self.used.append(form["code"])
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "person-7",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims |= self.changes
        key = self.key if self.signs_with_its_own_key else self.stranger_key
        signed = jwt.encode({"alg": "RS256", "kid": "k"}, claims, key)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}

    def document(self, path: str) -> dict[str, object] | None:
        """What the provider tells everybody."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        return {"keys": [self.key.as_dict(private=False)]} if path == "/keys" else None


@contextmanager
def an_identity_provider() -> Iterator[Provider]:
    """The stub, listening on loopback."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = provider.document(self.path)
            self._answer(404 if document is None else 200, document or {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, document: dict[str, object]) -> None:
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
