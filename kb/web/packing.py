"""Several articles in one document: each keeps its links, and none takes another's headings or ids."""

from __future__ import annotations

import re

_TAG = re.compile(r"<[a-z][a-z0-9]*(?:[^<>\"]|\"[^\"]*\")*>", re.IGNORECASE)
_ID = re.compile(r' (id|for|aria-labelledby|aria-describedby)="([^"]+)"')
_JUMP = re.compile(r' href="#([^"]+)"')
_HEADING = re.compile(r"<(/?)h([2-5])\b", re.IGNORECASE)


def fit_for_a_pack(html: str, name: str) -> str:
    """An article's clean HTML with its ids made its own and its headings one step down.

    name  of the article, which begins its ids
    """
    own = _TAG.sub(lambda tag: _with_own_ids(tag[0], name), html)
    return _HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", own)


def _with_own_ids(tag: str, name: str) -> str:
    tag = _ID.sub(lambda found: f' {found[1]}="{name}--{found[2]}"', tag)
    return _JUMP.sub(lambda found: f' href="#{name}--{found[1]}"', tag)
