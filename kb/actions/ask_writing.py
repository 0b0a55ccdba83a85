"""Beginning an article that answers an ask."""

from __future__ import annotations

from kb.actions import contributing, wanting
from kb.domain.account import Account
from kb.domain.article import ArticleType
from kb.domain.errors import NotFound
from kb.domain.permission_sharing import Deed, may_share
from kb.domain.search import Reader
from kb.storage.database import Database


def begin(db: Database, account: Account, ask_id: int, reader: Reader, *, school: str) -> int:
    """Begin an article that answers an ask, and give its id; both or neither.

    Raises NotFound, MovedOn, BadRequest.
    """
    with db.write():
        one = wanting.to_read(db, account, ask_id, reader)
        if not may_share(account, Deed.TAKE_UP_ASK, wanting.belonging(one)):
            raise NotFound(wanting.NO_ASK)
        text = contributing.start(
            db,
            account,
            kind=ArticleType.CASE_STUDY,
            title=one.wish.question[: contributing.LONGEST_TITLE].ljust(contributing.SHORTEST_TITLE, "…"),
            idea=one.wish.detail[:300],
            school=school or next(iter(account.schools), ""),
        )
        wanting.take_up(db, account, ask_id, reader, text=text)
        return text
