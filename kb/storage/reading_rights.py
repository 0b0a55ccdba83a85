"""What a reader may see of the articles, as a piece of SQL: every query about them narrows itself by it."""

from __future__ import annotations

import json

from kb.domain.search import Reader

SEEN = (
    "articles.visibility in (select value from json_each(:visibilities)) "
    "and not exists (select 1 from taken_down where taken_down.slug = articles.slug)"
)
"""A condition on the table ``articles``, to be asked with ``asked_by``."""


def asked_by(reader: Reader) -> dict[str, str]:
    """The values that SEEN needs."""
    return {"visibilities": json.dumps(sorted(reader.visibilities))}
