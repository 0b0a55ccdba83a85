"""Schools, hubs and partners: who shares practice here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SchoolKind(StrEnum):
    """What a member of the group is."""

    TRUST_SCHOOL = "trust-school"
    TRUST_SERVICE = "trust-service"
    PARTNER_SCHOOL = "partner-school"
    COUNCIL = "council"
    TEACHING_SCHOOL_HUB = "teaching-school-hub"
    UNIVERSITY = "university"
    ALLIANCE = "alliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """A school or another member of the group.

    pupils  number on roll, None when it has none
    map     kilometres east and north of the trust's office, None when not stated
    """

    id: str
    name: str
    kind: SchoolKind
    phase: str
    hub: str | None = None
    provisions: tuple[str, ...] = ()
    key_stages: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    pupils: int | None = None
    map: tuple[float, float] | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Some of the trust's schools under one executive lead."""

    id: str
    name: str
    executive_lead: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The trust with its hubs, schools and partners, as content/schools.yaml tells."""

    id: str
    name: str
    about: str
    illustrative: bool
    hubs: Mapping[str, Hub]
    schools: Mapping[str, School]

    def schools_of(self, hub_id: str) -> tuple[School, ...]:
        """The schools of one hub, in file order."""
        return tuple(school for school in self.schools.values() if school.hub == hub_id)
