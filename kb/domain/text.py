"""A text on its way to becoming an article: what somebody has typed so far, and every version of it.

What is typed is kept as it is, complete or not. Nothing is written over: each save is a new revision, and a save
that met somebody else's is kept beside the text until its writer has decided what becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from kb.domain.article import ArticleType
from kb.domain.permission import Standing, State

Fields = Mapping[str, str | tuple[str, ...]]
"""Key → what was typed or chosen for it. The keys are in ``kb.domain.text_fields``."""


class Kind(StrEnum):
    """How a revision came about. One that is aside belongs to nobody's text until it is settled."""

    START = "start"
    AUTOSAVE = "autosave"
    SAVE = "save"
    SUBMIT = "submit"
    MERGE = "merge"
    RESTORE = "restore"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What stands in a text: its fields and its Markdown, as typed."""

    fields: Fields = field(default_factory=dict)
    body: str = ""

    def one(self, key: str) -> str:
        """What was typed for a key that takes one text; empty when nothing was."""
        value = self.fields.get(key, "")
        return value if isinstance(value, str) else ", ".join(value)

    def several(self, key: str) -> tuple[str, ...]:
        """What was chosen for a key that takes several."""
        value = self.fields.get(key, ())
        return value if isinstance(value, tuple) else ((value,) if value else ())

    @property
    def title(self) -> str:
        """Its title in one line; empty while it has none."""
        return " ".join(self.one("title").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One version of a text. Never changed afterwards.

    number      counted from 1 in each text
    based_on    the number of the revision its writer had before them; 0 for the first
    saved_by    an account's id
    saved_at    aware, UTC
    settled_by  for one that is aside: the number of the revision that decided about it, None while it waits
    pen         a name of the page that it was typed on, empty for none
    """

    text_id: int
    number: int
    based_on: int
    kind: Kind
    saved_by: int
    saved_at: datetime
    content: Content
    settled_by: int | None = None
    pen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as it stands now.

    slug        its article's address, None until it is published
    replaces    the address of the article that it is a new version of, None for a new article
    owner       account id of who answers for it; authors: account ids, in the order they are named
    school      id of the member of the group that shares it
    reviewer    account id of who has it in review or had it last
    revision    number of the revision that counts now
    discarded_at  when an author threw it away; it can be put back for 30 days
    appeal       why something that the check blocks should stay, in the author's words; empty for nothing
    """

    id: int
    type: ArticleType
    state: State
    content: Content
    revision: int
    owner: int
    authors: tuple[int, ...]
    school: str
    created_at: datetime
    changed_at: datetime
    state_since: datetime
    slug: str | None = None
    replaces: str | None = None
    reviewer: int | None = None
    discarded_at: datetime | None = None
    appeal: str = ""

    @property
    def standing(self) -> Standing:
        """What the table of permissions must know of it."""
        return Standing(state=self.state, authors=frozenset(self.authors), schools=frozenset({self.school}))

    @property
    def title(self) -> str:
        """Its title, or words that stand for one."""
        return self.content.title or "An article without a title"
