"""A provider of sign-in on this machine that can be told to lie in every way.

with identity_provider() as provider:
    provider.claims["aud"] = "somebody-else"
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "knowledge-base", "a secret between two programmes"
TENANT, OTHER_TENANT = "11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222"
KEY, FOREIGN_KEY = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))


@dataclass
class IdentityProvider:
    """What it says next; a test changes it.

    claims  of the next token; ``nonce`` is added when the test has not set it
    sign    makes the token of the claims
    """

    address: str = ""
    metadata_path: str = "/.well-known/openid-configuration"
    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    sign: Callable[[dict[str, Any]], str | None] = field(default=lambda claims: signed(claims))  # noqa: PLW0108 - it stands below
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)

    def agree(self, address: str) -> dict[str, str]:
        """What the person's browser carries back, once they have agreed at this address."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{secrets.token_hex(8)}"
        self.codes[code] = asked["code_challenge"], asked["nonce"]
        return {"code": code, "state": asked["state"]}

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to a code, which is good once and for who knows the verifier."""
        challenge, nonce = self.codes.pop(form.get("code", ""), ("", ""))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if not challenge or base64.urlsafe_b64encode(digest).decode().rstrip("=") != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        }
        told = {name: value for name, value in (claims | self.claims).items() if name not in self.without}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(told)}


def signed(claims: dict[str, Any], key: RSAKey = KEY, **header: str) -> str:
    """A token as the provider signs it."""
    return jwt.encode({"alg": "RS256", "kid": "one"} | header, claims, key)


def unsigned(claims: dict[str, Any]) -> str:
    """A token with the algorithm ‘none’."""
    parts = (json.dumps({"alg": "none"}), json.dumps(claims))
    return ".".join([*(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts), ""])


def signed_with(secret: bytes) -> Callable[[dict[str, Any]], str]:
    """A maker of tokens with a symmetric signature, as if the secret were the provider's."""
    import hmac

    def sign(claims: dict[str, Any]) -> str:
        head = json.dumps({"alg": "HS256", "kid": "one"})
        parts = [
            base64.urlsafe_b64encode(each.encode()).decode().rstrip("=")
            for each in (head, json.dumps(claims))
        ]
        mac = hmac.new(secret, ".".join(parts).encode(), hashlib.sha256).digest()
        return ".".join([*parts, base64.urlsafe_b64encode(mac).decode().rstrip("=")])

    return sign


@contextmanager
def identity_provider(*, entra: bool = False) -> Iterator[IdentityProvider]:
    """A provider that answers until the block is left."""
    provider = IdentityProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if urlsplit(self.path).path == "/keys":
                self._send(200, {"keys": [KEY.as_dict(private=False)]})
            else:
                told = {
                    "issuer": provider.claims.get("metadata_issuer", template),
                    "authorization_endpoint": f"{provider.address}/authorize",
                    "token_endpoint": f"{provider.address}/token",
                    "jwks_uri": f"{provider.address}/keys",
                }
                self._send(200, told)

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
            self._send(*provider.token(form))

        def _send(self, status: int, body: dict[str, Any]) -> None:
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    template = f"{provider.address}/{{tenantid}}/v2.0" if entra else provider.address
    provider.issuer = f"{provider.address}/{TENANT}/v2.0" if entra else provider.address
    if entra:
        provider.claims["tid"] = TENANT
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
