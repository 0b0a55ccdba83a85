"""Put an accepted text up as an article, readable in the same moment and findable within two seconds."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta

from kb.actions.picturing import put_beside
from kb.actions.printing import Press, article_at, enqueue, put_up, read, remember
from kb.domain.account import Account
from kb.domain.article import Article
from kb.domain.edition import EditionKind, Why
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission import State, Verb, may
from kb.domain.text import Text
from kb.domain.text_fields import values_of
from kb.storage import accounts, articles, editions, journal, texts, wished_addresses
from kb.storage.content import article_text
from kb.storage.crash import crash_point
from kb.storage.database import Database

REVIEW_AFTER = timedelta(days=365)
"""How long an article is taken to be right before somebody looks at it again."""

_LONGEST_SLUG = 80


class AddressTaken(BadRequest):
    """The address that was wished for belongs to another article."""

    field = "slug"

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is, or was, an article at the address ‘{slug}’. Choose another.")


def publish(press: Press, account: Account, text_id: int, *, slug: str | None = None) -> str:
    """Publish an accepted text, within the caller's transaction if there is one; give the article's address.

    A new version of an article takes its place, and its address unless another one is wished for, here or before
    (``kb.actions.addressing``); the old address leads on then.

    Raises NotFound when it is not theirs to publish or has moved on, NotComplete, AddressTaken.
    """
    db, now = press.database, datetime.now(UTC)
    with db.write():
        text = texts.find(db, text_id)
        if text is None or not may(account, Verb.PUBLISH, text.standing):
            raise NotFound("There is no such text, or it is not yours to publish.")
        old = article_at(db, text.replaces) if text.replaces else None
        address = _address(db, text, slug or wished_addresses.of_text(db, text.id))
        article, content = _as_article(press, text, address, old, now.date())
        if old:
            _succeed(press, old, text, address)
        texts.move(db, text.id, was=(State.ACCEPTED,), to=State.PUBLISHED, now=now, slug=address)
        edition = editions.add(
            db,
            address,
            EditionKind.PUBLISHED,
            content,
            path=article.path,
            by=account.id,
            of=(text.id, text.revision),
        )
        put_up(press, article, edition)
        journal.record(
            db,
            actor=account.id,
            verb=Verb.PUBLISH.value,
            subject=f"article:{address}",
            school=text.school,
            detail=_detail(text, edition.number, old.slug if old else address, address),
        )
        crash_point("published")
    crash_point("publish-kept")
    return address


def slug_of(title: str) -> str:
    """An address made from a title: ‘Calm starts after lunch’ → calm-starts-after-lunch."""
    plain = (
        unicodedata.normalize("NFKD", title.replace("’", "").replace("'", ""))
        .encode("ascii", "ignore")
        .decode()
    )
    words = re.findall(r"[a-z0-9]+", plain.lower())
    slug = ""
    for word in words:
        if len(slug) + len(word) >= _LONGEST_SLUG:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "article"


def _detail(text: Text, edition: int, was: str, address: str) -> dict[str, object]:
    """What the journal tells of a publication; with the old address when the article has another one now."""
    told: dict[str, object] = {"text": text.id, "revision": text.revision, "edition": edition}
    return told if was == address else told | {"was": was}


def refuse_taken(db: Database, wished: str, of: str | None) -> None:
    """Refuse an address that belongs, or belonged, to another article than ``of``. Raises AddressTaken."""
    was_its_own = of is not None and editions.leads_to(db, wished) == of
    if editions.known(db, wished) and not was_its_own:
        raise AddressTaken(wished)


def _address(db: Database, text: Text, wished: str | None) -> str:
    """The address of the article that a text becomes."""
    if wished and wished != text.replaces:
        refuse_taken(db, wished, text.replaces)
        return wished
    if text.replaces:
        return text.replaces
    slug, number = slug_of(text.content.title), 1
    free = slug
    while editions.known(db, free):
        number += 1
        free = f"{slug}-{number}"
    return free


def _as_article(press: Press, text: Text, slug: str, old: Article | None, today: date) -> tuple[Article, str]:
    """The article that a text becomes, and its file; its pictures are put beside it first. Raises NotComplete."""
    put_beside(press.database, press.content, press.var, text.content.body)
    owner = accounts.find(press.database, text.owner)
    values = values_of(
        text.content,
        text.type,
        published=old.published if old and old.published else today,
        reviewed=today,
        review_by=today + REVIEW_AFTER,
        owner=owner.handle if owner else "",
    )
    content = article_text(values, text.content.body)
    kept = old.path if old and old.slug == slug else f"articles/{slug}.md"
    return read(press, content, slug, kept), content


def _succeed(press: Press, old: Article, text: Text, address: str) -> None:
    """Let a text take the place of what was published at the address it replaces, or of another one."""
    db = press.database
    remember(press, old)
    before = texts.find_published(db, old.slug)
    if before:
        texts.supersede(db, before.id, text.id)
    if old.slug == address:
        return
    editions.redirect(db, old.slug, address)
    editions.put_up(db, address)  # it may be one that the article had before
    editions.take_down(db, old.slug, Why.RENAMED, path=old.path)
    articles.remove(db, old.slug)
    enqueue(db, old.slug)
