"""What the JSON API answers about collections, as models."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kb.domain.search import Facet, Reader
from kb.storage import articles, collections
from kb.storage.collections import Listed
from kb.storage.database import Database
from kb.web.answers import Answered


class EntryJson(Answered):
    """An article in a collection."""

    slug: str = Field(description="The article's name in addresses.")
    title: str = Field(description="The article's title.")
    url: str = Field(description="Address of the article's page on this site, beginning with /.")
    note: str = Field(description="Why it is in the collection, in the curator's words; may be empty.")


class CollectionJson(Answered):
    """Articles that belong together, in order."""

    slug: str = Field(description="The collection's name in addresses; it never changes.")
    title: str = Field(description="The collection's title.")
    summary: str = Field(description="One or two sentences.")
    introduction: str = Field(description="Paragraphs of plain text; may be empty.")
    url: str = Field(description="Address of its page on this site, beginning with /.")
    key_stages: list[str] = Field(description="Ids of the key stages it is for; [] not stated.")
    provisions: list[str] = Field(description="Ids of the provisions it is for.")
    themes: list[str] = Field(description="Ids of what it is about.")
    changed: datetime = Field(description="When something in it was changed last.")
    entries: list[EntryJson] = Field(description="Its articles that you may read, in its order.")


class CollectionsAnswer(Answered):
    """The collections that you may see, by title."""

    collections: list[CollectionJson] = Field(description="Those without an article for you are left out.")


def collections_answer(db: Database, reader: Reader, found: tuple[Listed, ...]) -> CollectionsAnswer:
    """Collections as the API tells them."""
    return CollectionsAnswer(collections=[_told(db, reader, each) for each in found])


def _told(db: Database, reader: Reader, listed: Listed) -> CollectionJson:
    this = listed.collection
    entries = collections.entries(db, this.id, reader)
    known = articles.find_all(db, [each.slug for each in entries], reader)
    return CollectionJson(
        slug=this.slug,
        title=this.about.title,
        summary=this.about.summary,
        introduction=this.about.introduction,
        url=f"/collections/{this.slug}",
        key_stages=list(this.about.terms.get(Facet.KEY_STAGE, ())),
        provisions=list(this.about.terms.get(Facet.PROVISION, ())),
        themes=list(this.about.terms.get(Facet.THEME, ())),
        changed=this.changed_at,
        entries=[
            EntryJson(
                slug=each.slug, title=known[each.slug].title, url=f"/articles/{each.slug}", note=each.note
            )
            for each in entries
            if each.slug in known
        ],
    )
