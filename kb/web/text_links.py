"""Where a link or a picture in a text really leads.

Authors write addresses as they see them in the content folder (``other-article.md``,
``../pictures/stairs.webp``) or paste them from the browser; readers need addresses of the site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from kb.web.sanitiser import ID_PREFIX, own_picture

_DROPPED_BY_BROWSERS = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_ARTICLE = re.compile(r"(?:[\w.~-]+/)*([\w-]+)\.md(?:#(.*))?")
_PICTURE = re.compile(r"(?:/|(?:\.{1,2}/)*(?:content/)?)pictures/(.+)")
_FOOTNOTE = re.compile(r"(fn|fnref\d*):(.+)")
_NOT_IN_ANCHOR = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address as it belongs into the page; ``external`` when it leaves the site."""

    address: str
    external: bool = False


def link(written: str, *, prefix: str) -> Link | None:
    """Return where a link leads, or None when it leads nowhere on this site or on the web.

    prefix  of the ids in the text that is being shown
    """
    address = _DROPPED_BY_BROWSERS.sub("", written).strip(_EDGES)
    scheme = _SCHEME.match(address)
    if scheme:
        return _with_scheme(address, scheme[1].lower())
    if address.startswith("#"):
        return Link(address="#" + anchor(unquote(address[1:]), prefix=prefix)) if address[1:] else None
    address = address.replace("\\", "/")  # browsers read it so, and /\host would leave the site unnoticed
    if address.startswith("//"):
        return Link(address=f"https:{address}", external=True)
    if address.lower().startswith("www."):
        return Link(address=f"https://{address}", external=True)
    return _in_content(address)


def picture(written: str) -> str | None:
    """Return the address of one of our own pictures, or None for any other."""
    match = _PICTURE.fullmatch(written.strip())
    address = f"/pictures/{match[1]}".replace(" ", "%20") if match else ""
    return address if own_picture(address) else None


def host(address: str) -> str:
    """Return the name of the site an address leads to, empty when there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def anchor(words: str, *, prefix: str) -> str:
    """Return the id for a heading with these words, or for a footnote's own id."""
    footnote = _FOOTNOTE.fullmatch(words)
    if footnote:  # the colon keeps notes apart from headings, which never have one
        return f"{prefix}{footnote[1]}:{_slug(footnote[2])}"
    return words if words.startswith(prefix) and _slug(words) == words else prefix + _slug(words)


def _slug(words: str) -> str:
    return _NOT_IN_ANCHOR.sub("-", words.lower()).strip("-") or "section"


def _with_scheme(address: str, scheme: str) -> Link | None:
    if scheme == "mailto":
        return Link(address=address)
    if scheme in {"http", "https"} and host(address):
        return Link(address=address, external=True)
    return None


def _in_content(address: str) -> Link | None:
    if address.startswith("/"):
        return Link(address=address)
    article = _ARTICLE.fullmatch(address)
    if article is None:
        own = picture(address)
        return Link(address=own) if own else None
    fragment = f"#{anchor(unquote(article[2]), prefix=ID_PREFIX)}" if article[2] else ""
    return Link(address=f"/articles/{article[1]}{fragment}")
