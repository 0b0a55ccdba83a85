"""People who sign in: what they may do hangs on their role, where they work, and whose text it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kb.domain.article import Visibility
from kb.domain.errors import KnowledgeBaseError
from kb.domain.school import Group, SchoolKind

OF_THE_TRUST = frozenset({SchoolKind.TRUST_SCHOOL, SchoolKind.TRUST_SERVICE})


class Role(StrEnum):
    """What a person is here, from the least to the most; an administrator looks after accounts, not after texts."""

    READER = "reader"
    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"


class SchoolNeeded(KnowledgeBaseError):
    """Everybody works somewhere."""

    field = "schools"

    def __init__(self) -> None:
        super().__init__("Choose at least one school.")


class SiteMode(StrEnum):
    """Who reads without signing in: everybody what is public, or nobody."""

    OPEN = "open"
    TRUST = "trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    schools  ids of the members of the group where they work; none for a first administrator of a new group
    email    lower case; None once the person was erased
    active   False for leavers: they cannot sign in and their sessions end
    handle   how content files name the person, such as a.example
    demo     True for the demo's people, as whom anybody at the machine may sign in
    made     when the person joined
    used     when the account was last used; both aware, UTC
    """

    id: int
    name: str
    email: str | None
    role: Role
    schools: tuple[str, ...]
    active: bool = True
    handle: str = ""
    demo: bool = False
    made: datetime | None = None
    used: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """Who somebody will be once they have joined.

    email  None for a link that is not sent but printed: whoever has it says their own
    """

    name: str = ""
    email: str | None = None
    role: Role
    schools: tuple[str, ...] = ()


def readable(account: Account | None, group: Group, mode: SiteMode) -> frozenset[Visibility]:
    """The visibilities of published articles that somebody may read; nobody is signed in for None.

    Who works at a partner alone reads what partners share; the trust's own people read everything, and so do those
    who review, lead or administer, wherever they work.
    """
    if account is None or not account.active:
        return frozenset({Visibility.PUBLIC}) if mode is SiteMode.OPEN else frozenset()
    if account.role in _EVERYWHERE or works_in_the_trust(account.schools, group):
        return frozenset(Visibility)
    return frozenset({Visibility.PUBLIC, Visibility.PARTNERS})


def works_in_the_trust(schools: Collection[str], group: Group) -> bool:
    """True when one of the schools is the trust's own."""
    return any(group.schools[each].kind in OF_THE_TRUST for each in schools if each in group.schools)


def handle_from(name: str) -> str:
    """How content files would name a person: "R. Okonjo" and "Ruth Okonjo" are both r.okonjo."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)*", plain)
    if not words:
        return "person"
    return f"{words[0][0]}.{words[-1]}" if len(words) > 1 else words[0]


_EVERYWHERE = frozenset({Role.REVIEWER, Role.LEAD, Role.ADMINISTRATOR})
