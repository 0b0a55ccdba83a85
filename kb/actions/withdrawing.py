"""Take an article down, at once and everywhere, and bring it back."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from indexer.errors import IndexerError
from kb.actions.printing import Press, article_at, enqueue, put_up, read, remember, standing_of
from kb.domain.account import Account
from kb.domain.edition import EditionKind, Why
from kb.domain.errors import BadRequest, NotFound
from kb.domain.permission import State, Verb, may
from kb.storage import editions, journal, texts
from kb.storage.crash import crash_point

_log = logging.getLogger(__name__)


class ReasonMissing(BadRequest):
    """An article was to be taken down without a reason."""

    field = "reason"

    def __init__(self) -> None:
        super().__init__("Write down why the article is taken down; its authors will read it.")


_TAKING = {
    Why.WITHDRAWN: (Verb.WITHDRAW, State.WITHDRAWN),
    Why.ARCHIVED: (Verb.ARCHIVE, State.ARCHIVED),
}


def take_down(press: Press, account: Account, slug: str, why: Why, reason: str) -> None:
    """Withdraw or archive an article: from now on no page, search, feed or answer of ours shows it.

    Raises NotFound when there is no such article or it is not theirs to take down, ReasonMissing.
    """
    db, now = press.database, datetime.now(UTC)
    verb, state = _TAKING[why]
    with db.write():
        article = article_at(db, slug)
        if article is None or not may(account, verb, standing_of(db, article)):
            raise NotFound("There is no such article, or it is not yours to take down.")
        if not reason.strip():
            raise ReasonMissing
        remember(press, article)
        editions.take_down(db, slug, why, path=article.path, by=account.id, reason=reason.strip())
        text = texts.find_published(db, slug)
        if text:
            texts.move(db, text.id, was=(State.PUBLISHED,), to=state, now=now)
        enqueue(db, slug)
        journal.record(
            db,
            actor=account.id,
            verb=verb.value,
            subject=f"article:{slug}",
            school=article.school or "",
            reason=reason.strip(),
        )
        crash_point("taken-down")
    crash_point("take-down-kept")
    try:
        press.hide(slug)
    except (IndexerError, OSError) as error:  # no query shows it any more; only counts wait for the worker
        _log.warning("search is not told yet that an article is gone: %s", error)


def restore(press: Press, account: Account, slug: str) -> None:
    """Bring back an article that was withdrawn or archived, as it was.

    Raises NotFound when there is none or it is not theirs to restore, NotComplete when its terms or schools are
    no longer there.
    """
    db, now = press.database, datetime.now(UTC)
    with db.write():
        down, edition = editions.down(db, slug), editions.last(db, slug)
        if down is None or down.why is Why.RENAMED or edition is None:
            raise NotFound("There is no such article to bring back.")
        article = read(press, edition.content, slug, down.path)
        state = State.WITHDRAWN if down.why is Why.WITHDRAWN else State.ARCHIVED
        if not may(account, Verb.RESTORE, standing_of(db, article, state)):
            raise NotFound("There is no such article to bring back.")
        editions.put_up(db, slug)
        text = texts.find_published(db, slug)
        if text:
            texts.move(db, text.id, was=(State.WITHDRAWN, State.ARCHIVED), to=State.PUBLISHED, now=now)
        again = editions.add(db, slug, EditionKind.RESTORED, edition.content, path=down.path, by=account.id)
        put_up(press, article, again)
        journal.record(
            db,
            actor=account.id,
            verb=Verb.RESTORE.value,
            subject=f"article:{slug}",
            school=article.school or "",
        )
    crash_point("restore-kept")
