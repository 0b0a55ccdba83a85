"""The trust, its hubs, schools and partners, as content/schools.yaml tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from kb.domain.errors import ContentInvalid, Mistake
from kb.domain.school import Group, Hub, School, SchoolKind
from kb.domain.taxonomy import Scheme, Taxonomy
from kb.storage.content_files import read_text
from kb.storage.fields import Fields, MistakesOf
from kb.storage.safe_yaml import Kind, Node, parse

LARGEST = 200_000
MOST_SCHOOLS = 2000
FARTHEST = 1000.0  # kilometres from the trust's office

_GROUP_KEYS = ("version", "trust", "hubs", "schools")
_TRUST_KEYS = ("id", "name", "about", "illustrative")
_HUB_KEYS = ("id", "name", "executive_lead", "about")
_SCHOOL_KEYS = (
    "id",
    "name",
    "kind",
    "hub",
    "phase",
    "provisions",
    "key_stages",
    "needs",
    "pupils",
    "map",
    "about",
)


def read_group(content: Path, taxonomy: Taxonomy) -> tuple[Group, tuple[Mistake, ...]]:
    """What could be read of the group, and every mistake in it.

    Terms are not checked against a scheme that ``taxonomy`` does not hold.
    """
    mistakes = MistakesOf(content / "schools.yaml")
    try:
        text, _ = read_text(mistakes.path, largest=LARGEST)
        root = parse(text, path=mistakes.path, largest=LARGEST)
    except ContentInvalid as error:
        mistakes.take(error)
        return Group(id="", name="", about="", illustrative=False, hubs={}, schools={}), tuple(mistakes.found)
    group = _group(root, taxonomy.schemes, mistakes)
    return group, tuple(mistakes.found)


def _group(root: Node, schemes: Mapping[str, Scheme], mistakes: MistakesOf) -> Group:
    fields = Fields(root, mistakes, known=_GROUP_KEYS, owner="the list of schools")
    fields.require(("trust", "schools"))
    trust_node = fields.mapping("trust") or Node(line=fields.line("trust"), kind=Kind.MAPPING)
    trust = Fields(trust_node, mistakes, known=_TRUST_KEYS, owner="the trust")
    if fields.has("trust"):
        trust.require(("id", "name"))
    hubs = {hub.id: hub for hub in _hubs(fields)}
    schools = {school.id: school for school in _schools(fields, hubs, schemes)}
    return Group(
        id=trust.text("id") or "",
        name=trust.text("name") or "",
        about=trust.text("about") or "",
        illustrative=trust.yes_no("illustrative"),
        hubs=MappingProxyType(hubs),
        schools=MappingProxyType(schools),
    )


def _is_new(fields: Fields, entry_id: str | None, seen: dict[str, int]) -> bool:
    if entry_id is None:
        return False
    if entry_id in seen:
        fields.wrong("id", f"‘{entry_id}’ is already on line {seen[entry_id]}; give this one another id.")
        return False
    seen[entry_id] = fields.line("id")
    return True


def _hubs(group: Fields) -> Iterator[Hub]:
    seen: dict[str, int] = {}
    for node in group.items("hubs", most=MOST_SCHOOLS):
        fields = Fields(node, group.mistakes, known=_HUB_KEYS, owner="a hub")
        fields.require(("id", "name", "executive_lead"))
        hub_id = fields.text("id", longest=60)
        if hub_id is not None and _is_new(fields, hub_id, seen):
            yield Hub(
                id=hub_id,
                name=fields.text("name") or hub_id,
                executive_lead=fields.text("executive_lead") or "",
                about=fields.text("about") or "",
            )


def _schools(group: Fields, hubs: Mapping[str, Hub], schemes: Mapping[str, Scheme]) -> Iterator[School]:
    seen: dict[str, int] = {}
    for node in group.items("schools", most=MOST_SCHOOLS):
        fields = Fields(node, group.mistakes, known=_SCHOOL_KEYS, owner="a school")
        fields.require(("id", "name", "kind", "phase"))
        school = _school(fields, hubs, schemes)
        if school and _is_new(fields, school.id, seen):
            yield school


def _school(fields: Fields, hubs: Mapping[str, Hub], schemes: Mapping[str, Scheme]) -> School | None:
    school_id = fields.text("id", longest=60)
    name = fields.text("name")
    kind = fields.choice("kind", [kind.value for kind in SchoolKind])
    phase = fields.term("phase", schemes.get("phases"))
    if school_id is None or name is None or kind is None or phase is None:
        return None
    return School(
        id=school_id,
        name=name,
        kind=SchoolKind(kind),
        phase=phase,
        hub=fields.choice("hub", list(hubs)),
        provisions=fields.terms("provisions", schemes.get("provisions")),
        key_stages=fields.terms("key_stages", schemes.get("key-stages")),
        needs=fields.terms("needs", schemes.get("needs")),
        pupils=fields.whole_number("pupils", least=0, most=100_000),
        map=_place(fields),
        about=fields.text("about") or "",
    )


def _place(fields: Fields) -> tuple[float, float] | None:
    items = fields.items("map")
    if not items:
        return None
    try:
        east, north = (float(item.text) for item in items)
    except ValueError:
        east = north = FARTHEST + 1
    if not (abs(east) <= FARTHEST and abs(north) <= FARTHEST):
        fields.wrong("map", "‘map’ takes two numbers, kilometres east and north, for example [-4.2, 1.1].")
        return None
    return east, north
