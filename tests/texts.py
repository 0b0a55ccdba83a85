"""People and texts for tests of writing and review."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from kb.domain.account import Account, Role, handle_from
from kb.domain.article import ArticleType
from kb.domain.permission import State
from kb.domain.text import Content
from kb.domain.text_fields import content_of
from kb.storage import accounts, texts
from kb.storage.database import Database
from tests.samples import make_article

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def _person(id_: int, name: str, role: Role, school: str) -> Account:
    handle = handle_from(name)
    email = f"{handle}@example.org"
    return Account(id=id_, name=name, email=email, role=role, schools=(school,), handle=handle)


ANNA = _person(1, "Anna Reed", Role.CONTRIBUTOR, "castle-bridge-primary")
BEN = _person(2, "Ben Sharp", Role.CONTRIBUTOR, "castle-bridge-primary")
CARA = _person(3, "Cara Lowe", Role.CONTRIBUTOR, "samphire-junior")
REVA = _person(4, "Reva Patel", Role.REVIEWER, "castle-bridge-primary")
ROSS = _person(5, "Ross Dean", Role.REVIEWER, "samphire-junior")
LEAH = _person(6, "Leah Marsh", Role.LEAD, "seawall-academy")
READER = _person(7, "Ruth Hall", Role.READER, "castle-bridge-primary")
PEOPLE = (ANNA, BEN, CARA, REVA, ROSS, LEAH, READER)


def make_people(db: Database) -> None:
    """The people above, in an empty database."""
    for person in PEOPLE:
        made = accounts.add(
            db, name=person.name, email=str(person.email), role=person.role, schools=person.schools, now=NOW
        )
        assert made.id == person.id


def make_content(**changes: Any) -> Content:
    """A complete case study as its writer typed it; ``body`` and fields can be changed."""
    article = make_article()
    body = changes.pop("body", article.body)
    return Content(fields={**content_of(article).fields, **changes}, body=body)


def make_text(db: Database, *, author: Account = ANNA, state: State = State.DRAFT, **changes: Any) -> int:
    """A text of this author in this state, and its id."""
    if accounts.find(db, ANNA.id) is None:
        make_people(db)
    text_id = texts.insert(
        db,
        kind=changes.pop("kind", ArticleType.CASE_STUDY),
        content=changes.pop("content", None) or make_content(**changes),
        school=author.schools[0],
        author=author.id,
        now=NOW,
    )
    if state is not State.DRAFT:
        slug = f"text-{text_id}" if state in (State.PUBLISHED, State.ARCHIVED, State.WITHDRAWN) else None
        texts.move(db, text_id, was=[State.DRAFT], to=state, now=NOW, reviewer=ROSS.id, slug=slug)
    return text_id
