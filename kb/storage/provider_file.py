"""The file of sign-in providers, in TOML. docs/administrators.md has one for each kind."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kb.domain.errors import KnowledgeBaseError
from kb.domain.provider import Provider, ProviderKind

_ISSUERS = {
    ProviderKind.ENTRA: "https://login.microsoftonline.com",
    ProviderKind.GOOGLE: "https://accounts.google.com",
}
_KEYS = {
    "name",
    "kind",
    "issuer",
    "client_id",
    "client_secret",
    "client_secret_file",
    "tenants",
    "domains",
}
_ID = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)


class ProvidersWrong(KnowledgeBaseError):
    """The file of providers cannot be used as it is."""

    def __init__(self, path: Path, advice: str) -> None:
        super().__init__(f"{path}: {advice}")


def read_providers(path: Path | None) -> tuple[Provider, ...]:
    """The providers in the order of the file; none without a file. Raises ProvidersWrong."""
    if path is None:
        return ()
    try:
        read = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProvidersWrong(path, f"this file cannot be read ({error}); put it right.") from error
    return tuple(_provider(path, id_, facts) for id_, facts in read.items())


def _provider(path: Path, id_: str, facts: Any) -> Provider:
    def must(true: bool, advice: str) -> None:
        if not true:
            raise ProvidersWrong(path, f"[{id_}] {advice}.")

    must(bool(_ID.fullmatch(id_)), "is no name for a provider; use small letters, figures and hyphens")
    must(isinstance(facts, dict), f"must be a section that begins with [{id_}]")
    unknown = sorted(facts.keys() - _KEYS)
    must(not unknown, f"has the unknown key {', '.join(unknown)}; the keys are {', '.join(sorted(_KEYS))}")
    must(facts.get("kind") in list(ProviderKind), "needs kind = one of entra, google, oidc")
    kind = ProviderKind(facts["kind"])
    issuer = str(facts.get("issuer", _ISSUERS.get(kind, ""))).rstrip("/")
    must(_is_safe(issuer), "needs issuer = an address that begins with https://")
    must(bool(facts.get("client_id")), "needs client_id, as the provider has given it")
    tenants, domains = _words(facts.get("tenants")), _words(facts.get("domains"))
    must(kind is not ProviderKind.ENTRA or bool(tenants), "needs tenants = the ids of your schools' tenants")
    must(kind is not ProviderKind.GOOGLE or bool(domains), "needs domains = the domains of your schools")
    return Provider(
        id=id_,
        name=str(facts.get("name", id_.capitalize())),
        kind=kind,
        issuer=issuer,
        client_id=str(facts["client_id"]),
        client_secret=_secret(path, id_, facts),
        tenants=tenants,
        domains=domains,
    )


def _secret(path: Path, id_: str, facts: dict[str, Any]) -> str:
    """The secret itself, or what stands in the file that is named."""
    if "client_secret_file" not in facts:
        secret = str(facts.get("client_secret", ""))
    else:
        try:
            secret = (path.parent / str(facts["client_secret_file"])).read_text("utf-8").strip()
        except OSError as error:
            raise ProvidersWrong(path, f"[{id_}] client_secret_file cannot be read ({error}).") from error
    if not secret:
        raise ProvidersWrong(path, f"[{id_}] needs client_secret or client_secret_file.")
    return secret


def _words(value: Any) -> tuple[str, ...]:
    return tuple(str(each).lower() for each in value) if isinstance(value, list) else ()


def _is_safe(address: str) -> bool:
    """Https, or plain http on this machine, where the tests' provider runs."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    )
