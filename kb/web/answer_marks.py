"""What the improvement lead says beside an answer of the JSON API: what is shown first, and what everybody does alike.

They are read for whoever asks: a pin or an approach that a reader may not see is not told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from kb.actions import pinning
from kb.domain.approach import SubjectKind
from kb.domain.pin import PinKind
from kb.domain.search import Question, Reader
from kb.storage import approaches
from kb.storage.database import Database


class PinnedJson(BaseModel):
    """Something that the improvement lead shows before the results, with the reason. It is none of the hits."""

    model_config = ConfigDict(frozen=True)

    kind: PinKind = Field(description="What it is.")
    title: str = Field(description="What it is called.")
    url: str = Field(description="Address of its page on this site, beginning with /.")
    reason: str = Field(description="Why it is shown first, in the lead's words. Show it with the title.")


class ApproachJson(BaseModel):
    """The article is a trust approach: what everybody of the trust does in the same way."""

    model_config = ConfigDict(frozen=True)

    title: str = Field(description="What the approach is called.")
    url: str = Field(description="Address of the approach on this site, beginning with /.")
    version: int = Field(ge=1, description="Which version of it holds now.")
    reason: str = Field(description="Why it is the common approach, in the lead's words.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What stands beside an answer. ``approaches``: article → the approach that it is."""

    pinned: tuple[PinnedJson, ...] = ()
    approaches: Mapping[str, ApproachJson] = field(default_factory=dict)


NONE = Marks()


def marks(db: Database, reader: Reader, question: Question | None = None) -> Marks:
    """What this reader is told beside an answer; pins only before the first page, as on the site."""
    pinned: tuple[PinnedJson, ...] = ()
    if question is not None and question.page == 1:
        pinned = tuple(
            PinnedJson(kind=kind, url=url, title=title, reason=reason)
            for kind, url, title, reason in pinning.shown_for(db, question.text, reader)
        )
    return Marks(
        pinned=pinned,
        approaches={
            each.subject: ApproachJson(
                title=each.title, url=f"/approaches/{each.slug}", version=each.version, reason=each.reason
            )
            for each in approaches.listed(db, reader)
            if each.kind is SubjectKind.ARTICLE
        },
    )
