"""Where a link in a page from elsewhere leads: to a page of the same tree, out into the web, or nowhere."""

from __future__ import annotations

import posixpath
import re
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from kb.domain.foreign_inline import address
from kb.domain.foreign_names import key_of

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_MAIL = re.compile(r"mailto:[^@\s]{1,100}@[^@\s]{1,200}", re.IGNORECASE)
_PAGE_ENDINGS = (".md", ".markdown", ".html", ".htm", ".docx")
_LONGEST = 2000


def address_on_the_web(target: str) -> str | None:
    """The target when it leads to another site, to somebody’s post or to a place on the same page."""
    written = unescape(target).strip()
    if len(written) > _LONGEST:
        return None
    if written.startswith("#"):
        return address(written) if len(written) > 1 else None
    if written.startswith("//"):
        written = f"https:{written}"
    elif written.lower().startswith("www."):
        written = f"https://{written}"
    scheme = _SCHEME.match(_CONTROL.sub("", written))
    if not scheme or scheme[1].lower() not in ("http", "https", "mailto"):
        return None
    is_whole = _MAIL.match(written) is not None if scheme[1].lower() == "mailto" else bool(_host(written))
    return address(written) if is_whole else None


def _host(written: str) -> str:
    try:
        return urlsplit(written).hostname or ""
    except ValueError:
        return ""


def key_in_tree(target: str, source: str) -> tuple[str, str] | None:
    """The key of the page of the same tree that a target names, and the place on it; None when it names none.

    source  the path of the page the link stands on; the key is what ``key_of`` gives
    """
    written = unquote(unescape(target).strip().replace("\\", "/"))
    if not written or len(written) > _LONGEST or written.startswith(("#", "//")) or _SCHEME.match(written):
        return None
    path, _, anchor = written.partition("#")
    path = path.partition("?")[0]
    if not path:
        return None
    folder = posixpath.dirname(source)
    whole = posixpath.normpath(path.lstrip("/") if path.startswith("/") else posixpath.join(folder, path))
    if whole.startswith("..") or "\0" in whole:
        return None
    ending = PurePosixPath(whole).suffix
    if ending.casefold() in _PAGE_ENDINGS:
        return key_of(whole), anchor
    return ("" if whole == "." else key_of(f"{whole}.md")), anchor
