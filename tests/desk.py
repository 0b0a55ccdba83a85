"""Collections and other things of the lead's desk for tests."""

from __future__ import annotations

from typing import Any

from kb.actions import collecting
from kb.domain.account import Account
from kb.domain.article import Visibility
from kb.domain.collection import About, Collection, CollectionState
from kb.domain.search import Reader
from kb.storage import articles, collections
from kb.storage.database import Database
from tests.pupils import check
from tests.samples import make_article
from tests.texts import LEAH, make_people

EVERYBODY = Reader(visibilities=frozenset(Visibility))
PUBLIC = Reader(visibilities=frozenset({Visibility.PUBLIC}))


def make_articles(db: Database) -> None:
    """Three articles, one of each visibility, and people."""
    make_people(db)
    for visibility in Visibility:
        slug = f"for-{visibility.value}"
        articles.put(db, make_article(slug=slug, title=f"An article {slug}", visibility=visibility), {})


def about(**changes: Any) -> About:
    """What a curator says of a collection."""
    told = {
        "title": "Calm corridors",
        "summary": "For year leaders who want calm between lessons.",
        "visibility": Visibility.PUBLIC,
    }
    return About(**{**told, **changes})


def make_collection(
    db: Database, *slugs: str, lead: Account = LEAH, publish: bool = True, **changes: Any
) -> str:
    """A collection of these articles, and its address."""
    slug = collecting.make(db, lead, about(**changes), check=check())
    for each in slugs:
        collecting.put_in(db, lead, slug, each, f"About {each}", check=check())
    if publish:
        collecting.move_on(db, lead, slug, this(db, slug).version, CollectionState.PUBLISHED)
    return slug


def this(db: Database, slug: str) -> Collection:
    """The collection as it stands."""
    found = collections.find(db, slug, EVERYBODY, curates=True)
    assert found is not None
    return found


def order(db: Database, slug: str) -> list[str]:
    """What is in a collection, in its order."""
    return [each.slug for each in collections.every_entry(db, this(db, slug).id)]
