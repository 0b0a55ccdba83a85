"""Articles as an Atom feed (RFC 4287): the same articles always give the same bytes, so that nothing is sent twice."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

from flask import Response, request

from kb.domain.article import Article

NAMESPACE = "http://www.w3.org/2005/Atom"
_BEGINNING = date(2020, 1, 1)


def feed(title: str, path: str, several: Sequence[Article], *, home: str, by: str) -> Response:
    """A feed of articles, answered with 304 to who has it already.

    path  of the feed on this site; home: the address of the site, for links
    by    who publishes it, for articles without authors
    """
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_name("feed"))
    _add(root, "id", f"{home}{path}")
    _add(root, "title", title)
    _add(root, "updated", _moment(max((_day(each) for each in several), default=_BEGINNING)))
    _add(_sub(root, "author"), "name", by)
    _sub(root, "link", rel="self", type="application/atom+xml", href=f"{home}{path}")
    _sub(root, "link", rel="alternate", type="text/html", href=f"{home}/")
    for each in several:
        _entry(root, each, home)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    answer = Response(body, mimetype="application/atom+xml")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:32])
    answer.make_conditional(request)
    return answer


def _entry(root: ET.Element, article: Article, home: str) -> None:
    entry = _sub(root, "entry")
    address = f"{home}/articles/{article.slug}"
    _add(entry, "id", address)
    _add(entry, "title", article.title)
    _add(entry, "updated", _moment(_day(article)))
    if article.published:
        _add(entry, "published", _moment(article.published))
    for name in article.authors:
        _add(_sub(entry, "author"), "name", name)
    _sub(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "summary", article.summary)
    for term in (*article.key_stages, *article.themes):
        _sub(entry, "category", term=term)


def _day(article: Article) -> date:
    return max((each for each in (article.published, article.reviewed) if each), default=_BEGINNING)


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _add(parent: ET.Element, name: str, text: str) -> None:
    _sub(parent, name).text = "".join(each for each in text if each.isprintable() or each in "\t\n")


def _sub(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, _name(tag), attributes)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
