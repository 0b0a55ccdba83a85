"""Signing in through a provider: OpenID Connect, authorization code with PKCE, state and nonce.

Authlib speaks OAuth with the provider; the ID token is checked here, claim by claim, because what must be checked
differs: Entra's issuer has the tenant in it, Google's hosted domain is what tells a school from anybody.
Sources: OpenID Connect Core 1.0, 3.1.3.7; RFC 7636; RFC 9207; Microsoft, "Secure applications with claims validation".
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from kb.domain.errors import KnowledgeBaseError, Unavailable
from kb.domain.provider import Identity, Provider, ProviderKind

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures with a key that only the provider has: never ‘none’, never one with our own secret (HS256)."""

SKEW = 120
"""Seconds by which two clocks may differ."""

OLDEST = 600
PATIENCE = 5.0
_METADATA_KEPT = 3600.0
_KEYS_KEPT = 60.0


class ProviderRefused(KnowledgeBaseError):
    """What came back from the provider does not show who it is. ``why`` is for the log, not for the page."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            "Signing in did not work. Begin once more; if it happens again, tell your administrator."
        )


class ProviderAway(Unavailable):
    """The provider does not answer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} does not answer just now. Try again in a few minutes, or use your password."
        )


@dataclass(slots=True)
class Door:
    """One provider, with what it says of itself and its keys, asked for again when they are old."""

    provider: Provider
    _metadata: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _metadata_at: float = float("-inf")
    _keys_at: float = float("-inf")
    _asking: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, back: str) -> tuple[str, dict[str, str]]:
        """Where to send the browser, and what to remember until it comes back.

        back  our own address for the way back, exactly as the provider knows it
        """
        notes = {
            "state": secrets.token_urlsafe(32),
            "nonce": secrets.token_urlsafe(32),
            "verifier": secrets.token_urlsafe(48),
        }
        more = {"hd": self.provider.domains[0]} if len(self.provider.domains) == 1 else {}
        address, _ = self._client(back).create_authorization_url(
            self._said("authorization_endpoint"),
            state=notes["state"],
            nonce=notes["nonce"],
            code_verifier=notes["verifier"],
            **more,
        )
        return str(address), notes

    def finish(self, back: str, notes: Mapping[str, str], query: Mapping[str, str]) -> Identity:
        """Who it is that has come back. Raises ProviderRefused, ProviderAway."""
        state = notes.get("state", "")
        if not state or not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
            raise ProviderRefused("the state is not the one that we gave")
        if "error" in query or not query.get("code"):
            raise ProviderRefused(f"the provider says {query.get('error', 'nothing')[:60]}")
        signer = query.get("iss")
        if (
            signer is not None
            and self.provider.kind is not ProviderKind.ENTRA
            and signer != self.provider.issuer
        ):
            raise ProviderRefused("the answer is of another issuer")
        claims = self._claims(self._id_token(back, notes, query["code"]))
        self._check(claims, notes["nonce"])
        return Identity(issuer=str(claims["iss"]), subject=str(claims["sub"]))

    def _client(self, back: str) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret,
            scope="openid email profile",
            redirect_uri=back,
            code_challenge_method="S256",
        )

    def _id_token(self, back: str, notes: Mapping[str, str], code: str) -> str:
        """Exchange the code for the token. A code is good once, and the provider sees to it."""
        try:
            answer = self._client(back).fetch_token(
                self._said("token_endpoint"),
                code=code,
                code_verifier=notes["verifier"],
                timeout=PATIENCE,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise ProviderAway(self.provider.name) from error
        except (AuthlibBaseError, ValueError) as error:
            raise ProviderRefused(f"the code is not taken: {type(error).__name__}") from error
        token = answer.get("id_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise ProviderRefused("there is no ID token")
        return token

    def _claims(self, token: str) -> dict[str, Any]:
        """What a token says, when one of the provider's keys has signed it."""
        for fresh in (False, True):  # a provider changes its keys: look once more before refusing
            try:
                return dict(jwt.decode(token, self._key_set(fresh=fresh), algorithms=list(ALGORITHMS)).claims)
            except (JoseError, ValueError) as error:
                problem = error
        raise ProviderRefused(f"the token is not signed by the provider: {type(problem).__name__}")

    def _check(self, claims: Mapping[str, Any], nonce: str) -> None:
        provider, now = self.provider, time.time()
        tenant = claims.get("tid") if provider.kind is ProviderKind.ENTRA else ""
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        expires, issued = _number(claims.get("exp")), _number(claims.get("iat"))
        wrong = {
            "the tenant is not one of ours": provider.kind is ProviderKind.ENTRA
            and (not isinstance(tenant, str) or tenant.lower() not in provider.tenants),
            "the issuer is another": claims.get("iss") != provider.issuer_of(str(tenant)),
            "the token is for somebody else": provider.client_id not in audiences,
            "the token is for several": len(audiences) > 1 and claims.get("azp") != provider.client_id,
            "the token was asked for by another": claims.get("azp", provider.client_id) != provider.client_id,
            "the nonce is not the one that we gave": not _same(claims.get("nonce"), nonce),
            "the token is too old": now > expires + SKEW,
            "the token is of another time": not now - OLDEST - SKEW < issued < now + SKEW,
            "the token does not count yet": _number(claims.get("nbf")) > now + SKEW,
            "there is no subject": not isinstance(claims.get("sub"), str)
            or not 0 < len(str(claims.get("sub"))) <= 255,  # noqa: PLR2004 - OpenID Connect Core, 2
            "the domain is not one of ours": provider.kind is ProviderKind.GOOGLE
            and str(claims.get("hd", "")).lower() not in provider.domains,
            "the address is not verified": provider.kind is ProviderKind.GOOGLE
            and claims.get("email_verified") is not True,
        }
        why = next((words for words, is_wrong in wrong.items() if is_wrong), None)
        if why:
            raise ProviderRefused(why)

    def _said(self, name: str) -> str:
        """What the provider says of itself. Raises ProviderAway, ProviderRefused."""
        with self._asking:
            if time.monotonic() - self._metadata_at > _METADATA_KEPT:
                self._metadata = self._asked(self.provider.metadata)
                self._metadata_at = time.monotonic()
        if self._metadata.get("issuer") != self.provider.issuer_of():
            raise ProviderRefused("the metadata are of another issuer")
        address = str(self._metadata.get(name, ""))
        if not address.startswith(("https://", self.provider.issuer)):
            raise ProviderRefused(f"{name} is no safe address")
        return address

    def _key_set(self, *, fresh: bool) -> KeySet:
        address = self._said("jwks_uri")
        with self._asking:
            old = time.monotonic() - self._keys_at > (_KEYS_KEPT if fresh else _METADATA_KEPT)
            if self._keys is None or old:
                self._keys = KeySet.import_key_set(self._asked(address))  # type: ignore[arg-type]
                self._keys_at = time.monotonic()
            return self._keys

    def _asked(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=PATIENCE, allow_redirects=False)
            answer.raise_for_status()
            read = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderAway(self.provider.name) from error
        if not isinstance(read, dict):
            raise ProviderRefused(f"{address} gives no object")
        return read


def _same(given: object, wanted: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), wanted.encode())


def _number(value: object) -> float:
    """A moment in a token; the beginning of time for what is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
