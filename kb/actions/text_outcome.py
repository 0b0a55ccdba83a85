"""What became of a text: whether it is still there, and the article that it is now."""

from __future__ import annotations

from kb.domain.article import Article
from kb.domain.search import Reader
from kb.domain.text import Text
from kb.storage import articles, texts
from kb.storage.database import Database


def outcome(db: Database, text_id: int | None, reader: Reader) -> tuple[Text | None, Article | None]:
    """A text, None when there is none or it was thrown away, with its article once this reader may read that."""
    text = texts.find(db, text_id) if text_id else None
    if text is None or text.discarded_at is not None:
        return None, None
    return text, articles.find(db, text.slug, reader) if text.slug else None
