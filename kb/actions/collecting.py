"""Putting collections together: what they are about, what is in them and in which order, and who sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from kb.actions.checking_text import Checker
from kb.actions.free_text import keep_pupils_out
from kb.actions.publishing import slug_of
from kb.actions.searching import Search, ask, similar
from kb.domain.account import Account
from kb.domain.article import Article, Visibility
from kb.domain.collection import (
    LONGEST_NOTE,
    MOST_ENTRIES,
    MOVES,
    About,
    Collection,
    CollectionRefused,
    CollectionState,
    checked,
    is_same_set,
)
from kb.domain.errors import BadRequest, NotFound, Unavailable
from kb.domain.permission import Verb, may
from kb.domain.search import Find, Question, Reader
from kb.storage import articles, collections, journal
from kb.storage.database import Database

_EVERYBODY = Reader(visibilities=frozenset(Visibility))
_LOOKED_FROM = 5
"""From how many articles of a collection others near to them are looked for."""

_LONGEST_QUESTION = 400


def make(db: Database, account: Account, about: About, *, check: Checker) -> str:
    """Begin a collection and give its address. Raises CollectionRefused, PersonalData."""
    _refuse_others(account)
    good = checked(about)
    keep_pupils_out(check, _words(good))
    with db.write():
        slug = _free(db, slug_of(good.title))
        collections.insert(db, slug, good, by=account.id, now=datetime.now(UTC))
        _note(db, account, "make-collection", slug)
    return slug


def change(db: Database, account: Account, slug: str, version: int, about: About, *, check: Checker) -> None:
    """Say something else of a collection. Raises CollectionRefused, PersonalData, CollectionChanged, NotFound."""
    good = checked(about)

    def done(collection: Collection) -> None:
        keep_pupils_out(check, _words(good), before=_words(collection.about))
        collections.change(db, collection.id, good)

    _changed(db, account, slug, version, done, "change-collection")


def move_on(db: Database, account: Account, slug: str, version: int, to: CollectionState) -> None:
    """Publish a collection, take it back to a draft, or put it into the archive.

    Raises CollectionRefused, CollectionChanged, NotFound.
    """

    def done(collection: Collection) -> None:
        if to not in MOVES[collection.state]:
            raise CollectionRefused("state", "A collection cannot go from where it is to there.")
        if to is CollectionState.PUBLISHED and not collections.entries(db, collection.id, _EVERYBODY):
            raise CollectionRefused("state", "Put at least one article in it before you publish it.")
        collections.move(db, collection.id, to, datetime.now(UTC))

    _changed(db, account, slug, version, done, f"collection-{to.value}")


def put_in(
    db: Database, account: Account, slug: str, article: str, note: str = "", *, check: Checker
) -> bool:
    """Add an article at the end; False when it is there already. Raises NotFound, CollectionRefused, PersonalData.

    It needs no version: two people who add articles at once both mean it.
    """
    with db.write():
        collection = _found(db, account, slug)
        keep_pupils_out(check, {"note": note})
        if articles.find(db, article, _EVERYBODY) is None:
            raise NotFound("There is no such article. It may have been taken down meanwhile.")
        if len(collections.every_entry(db, collection.id)) >= MOST_ENTRIES:
            raise CollectionRefused(
                "article", f"A collection holds at most {MOST_ENTRIES} articles. Make a second one."
            )
        now = datetime.now(UTC)
        is_new = collections.put_in(db, collection.id, article, note=_noted(note), by=account.id, now=now)
        if is_new:
            collections.count_up(db, collection.id, collection.version, now)
            _note(db, account, "put-into-collection", slug, article)
    return is_new


def keep(
    db: Database,
    account: Account,
    slug: str,
    version: int,
    notes: Mapping[str, str],
    *,
    check: Checker,
    out: str = "",
) -> None:
    """Keep why each article is in a collection, in the order in which they are given.

    notes  address of an article → why it is there; it must hold everything that is in the collection
    out    the address of what is taken out

    Raises CollectionChanged, CollectionRefused, PersonalData, NotFound.
    """
    good = {article: _noted(note) for article, note in notes.items()}

    def done(collection: Collection) -> None:
        there = {each.slug: each.note for each in collections.every_entry(db, collection.id)}
        if not is_same_set(there, good):
            raise CollectionRefused("order", "The order must hold every article of the collection once.")
        keep_pupils_out(check, good, before=there)
        for article in good.keys() - {each for each, note in there.items() if note == good[each]}:
            collections.annotate(db, collection.id, article, good[article])
        collections.arrange(db, collection.id, list(good))
        if out:
            collections.take_out(db, collection.id, out)

    _changed(db, account, slug, version, done, "take-out-of-collection" if out else "arrange-collection", out)


def suggested(search: Search, collection: Collection, reader: Reader, limit: int = 6) -> tuple[Article, ...]:
    """Articles that a collection might be missing: near in meaning to what is said of it or stands in it."""
    there = [each.slug for each in collections.every_entry(search.database, collection.id)]
    found: dict[str, Find] = {}
    points: dict[str, float] = {}
    near = [similar(search, slug, reader, limit=limit + len(there)) for slug in there[:_LOOKED_FROM]]
    for finds in (_answering(search, collection, reader, limit + len(there)), *near):
        _add_up(finds, found, points)
    best = sorted((slug for slug in points if slug not in there), key=lambda slug: (-points[slug], slug))
    return tuple(found[slug].article for slug in best[:limit])


def _answering(search: Search, collection: Collection, reader: Reader, limit: int) -> tuple[Find, ...]:
    """What answers the title and summary as a question; nothing while there is no index."""
    asked = f"{collection.about.title}. {collection.about.summary}"[:_LONGEST_QUESTION]
    question = Question(text=asked, per_page=limit, correct_spelling=False, expand_synonyms=False)
    try:
        return ask(search, question, reader).finds
    except (Unavailable, BadRequest):
        return ()


def _add_up(finds: Iterable[Find], found: dict[str, Find], points: dict[str, float]) -> None:
    """By rank (reciprocal rank fusion): scores of different questions cannot be compared."""
    for rank, find in enumerate(finds):
        found.setdefault(find.article.slug, find)
        points[find.article.slug] = points.get(find.article.slug, 0.0) + 1 / (60 + rank)


def _changed(
    db: Database,
    account: Account,
    slug: str,
    version: int,
    done: Callable[[Collection], None],
    verb: str,
    article: str = "",
) -> None:
    with db.write():
        collection = _found(db, account, slug)
        collections.count_up(db, collection.id, version, datetime.now(UTC))
        done(collection)
        _note(db, account, verb, slug, article)


def _found(db: Database, account: Account, slug: str) -> Collection:
    _refuse_others(account)
    collection = collections.find(db, slug, _EVERYBODY, curates=True)
    if collection is None:
        raise NotFound("There is no such collection.")
    return collection


def _refuse_others(account: Account) -> None:
    if not may(account, Verb.CURATE):
        raise NotFound("There is no such collection.")


def _words(about: About) -> dict[str, str]:
    return {"title": about.title, "summary": about.summary, "introduction": about.introduction}


def _noted(note: str) -> str:
    if len(note) > LONGEST_NOTE:
        raise CollectionRefused("note", f"Use at most {LONGEST_NOTE} characters for a note.")
    return note.strip()


def _free(db: Database, wished: str) -> str:
    """The address itself, or with a number behind it."""
    slug, number = wished, 1
    while collections.is_taken(db, slug) or slug in _RESERVED:
        number += 1
        slug = f"{wished}-{number}"
    return slug


_RESERVED = frozenset({"new"})


def _note(db: Database, account: Account, verb: str, slug: str, article: str = "") -> None:
    journal.record(
        db,
        actor=account.id,
        verb=verb,
        subject=f"collection:{slug}",
        detail={"article": article} if article else None,
    )
