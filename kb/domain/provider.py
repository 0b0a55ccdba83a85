"""Providers of sign-in: who else may say who somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProviderKind(StrEnum):
    """What is particular about a provider."""

    ENTRA = "entra"
    GOOGLE = "google"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider, as the settings file tells.

    issuer   for Entra the address before the tenant, such as https://login.microsoftonline.com
    tenants  Entra: ids of the tenants whose people may come; at least one
    domains  Google: the schools' domains (hosted domain); at least one
    """

    id: str
    name: str
    kind: ProviderKind
    issuer: str
    client_id: str
    client_secret: str
    tenants: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()

    @property
    def metadata(self) -> str:
        """Where the provider describes itself."""
        between = "/organizations/v2.0" if self.kind is ProviderKind.ENTRA else ""
        return f"{self.issuer}{between}/.well-known/openid-configuration"

    @property
    def issuers(self) -> tuple[str, ...]:
        """Every name with which the provider may sign for people of ours."""
        return tuple(self.issuer_of(tenant) for tenant in self.tenants or ("",))

    def issuer_of(self, tenant: str = "{tenantid}") -> str:
        """How the provider signs its name; Entra's has the tenant in it."""
        return f"{self.issuer}/{tenant}/v2.0" if self.kind is ProviderKind.ENTRA else self.issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody as a provider knows them: issuer and subject together never change and are never given twice.

    An e-mail address is none of it. It can be given to somebody else, and some providers let anybody claim any.
    """

    issuer: str
    subject: str
