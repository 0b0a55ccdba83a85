"""The last word on what reaches a reader's browser: HTML cut down to what an article needs.

Everything is an allow-list. Two of them, because the text is cleaned twice: WRITTEN is what an author
may bring, SHOWN is that and the roles and labels which ``kb.web.finishing`` adds afterwards. SVG, MathML
and every element whose inside is not parsed as plain HTML stay out of both: all advisories against
ammonia (the library under nh3) since 2025 needed one of them.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

import nh3

ID_PREFIX = "text-"  # no id of our own pages begins like this, so a text cannot stand in for one of them

ADMONITIONS = frozenset({"note", "tip", "important", "warning", "example"})

_BLOCKS = {"blockquote", "details", "div", "figcaption", "figure", "hr", "p", "pre", "section", "summary"}
_HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
_LISTS = {"dd", "dl", "dt", "li", "ol", "ul", "input"}
_TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
_WORDS = {"a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "img", "ins", "kbd", "mark"}
_MORE_WORDS = {"q", "s", "samp", "small", "strong", "sub", "sup", "var"}
_TAGS = _BLOCKS | _HEADINGS | _LISTS | _TABLES | _WORDS | _MORE_WORDS

# Not only the tag goes, its inside goes as well: it was never meant to be read.
_PLAYED = {"applet", "audio", "canvas", "embed", "object", "video"}
_FRAMED = {"frameset", "head", "iframe", "noembed", "noframes", "noscript", "template", "title"}
_READ_OTHERWISE = {"math", "plaintext", "script", "select", "style", "svg", "textarea", "xmp"}
_REMOVED_WHOLE = _PLAYED | _FRAMED | _READ_OTHERWISE

_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height"},
    "input": {"checked"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    **{tag: {"id"} for tag in (*sorted(_HEADINGS), "li", "sup")},
}

_WRITTEN_ONLY: dict[str, set[str]] = {
    "img": {"title"},  # becomes the caption
    "td": {"align"},  # becomes a class
    "th": {"align"},
}

_SHOWN_ONLY: dict[str, set[str]] = {
    "a": {"aria-label"},
    "div": {"aria-label"},
    "input": {"type", "disabled", "aria-label"},  # forced below
    "section": {"aria-label"},
}

_SHOWN_VALUES: dict[str, dict[str, set[str]]] = {
    "a": {"rel": {"noopener noreferrer"}, "role": {"doc-noteref", "doc-backlink"}},
    "div": {"role": {"region", "note"}, "tabindex": {"0"}},
    "img": {"loading": {"lazy"}, "decoding": {"async"}},
    "section": {"role": {"doc-endnotes"}},
    "th": {"scope": {"col", "row"}},
}

# A box without a type is a text field, so type and disabled are set, not merely allowed.
_FORCED: dict[str, dict[str, str]] = {"input": {"type": "checkbox", "disabled": "", "aria-label": "Done"}}

_WRITTEN_CLASSES: dict[str, set[str]] = {
    "a": {"footnote-ref", "footnote-backref"},
    "div": {"footnote", "admonition", *ADMONITIONS},
    "li": {"task-list-item"},
    "p": {"admonition-title"},
    "ul": {"task-list"},
}

_SHOWN_CLASSES: dict[str, set[str]] = {
    **_WRITTEN_CLASSES,
    "a": {"footnote-ref", "footnote-backref", "external"},
    "div": {"admonition", "scrolls", *ADMONITIONS},
    "section": {"footnotes"},
    "td": {"cell-centre", "cell-right"},
    "th": {"cell-centre", "cell-right"},
}

_NUMBER = re.compile(r"[0-9]{1,4}")
_SPAN = re.compile(r"[1-9]|[1-4][0-9]|50")  # a cell over a thousand columns costs the browser, not us
_SPACES_AND_CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_OWN_PICTURE = re.compile(r"/pictures(?:/(?!\.)(?:[\w.-]|%20)+)+", re.ASCII)
_SHAPES = {
    ("img", "width"): _NUMBER,
    ("img", "height"): _NUMBER,
    ("ol", "start"): _NUMBER,
    ("td", "colspan"): _SPAN,
    ("td", "rowspan"): _SPAN,
    ("th", "colspan"): _SPAN,
    ("th", "rowspan"): _SPAN,
}


class Stage(Enum):
    """Which allow-list is meant."""

    WRITTEN = "as the author wrote it"
    SHOWN = "as the reader gets it"


def clean(html: str, *, stage: Stage = Stage.SHOWN, prefix: str = ID_PREFIX) -> str:
    """Return only the harmless part of the HTML, well formed.

    prefix  what every id begins with afterwards; an id that has it already is left alone
    """
    return _cleaner(stage, prefix).clean(html)


def own_picture(address: str) -> bool:
    """True when the address is a picture of this site, so that no other host learns who reads what."""
    return _OWN_PICTURE.fullmatch(address) is not None


@lru_cache(maxsize=64)
def _cleaner(stage: Stage, prefix: str) -> nh3.Cleaner:
    shown = stage is Stage.SHOWN
    return nh3.Cleaner(
        tags=_TAGS if shown else _TAGS | {"h1"},
        clean_content_tags=_REMOVED_WHOLE,
        attributes=_joined(_ATTRIBUTES, _SHOWN_ONLY if shown else _WRITTEN_ONLY),
        attribute_filter=_shown_attribute if shown else _written_attribute,
        tag_attribute_values=_SHOWN_VALUES if shown else {},
        set_tag_attribute_values=_FORCED,
        allowed_classes=_SHOWN_CLASSES if shown else _WRITTEN_CLASSES,
        url_schemes={"http", "https", "mailto"},
        id_prefix=prefix if shown else None,
        link_rel=None,  # set where a link leaves the site; inside it the referrer is wanted
    )


def _joined(first: dict[str, set[str]], second: dict[str, set[str]]) -> dict[str, set[str]]:
    return {tag: first.get(tag, set()) | second.get(tag, set()) for tag in first.keys() | second.keys()}


def _shown_attribute(tag: str, name: str, value: str) -> str | None:
    if (tag, name) == ("img", "src") and not own_picture(value):
        return None
    if name == "id":
        return _SPACES_AND_CONTROLS.sub("-", value)
    return _written_attribute(tag, name, value)


def _written_attribute(tag: str, name: str, value: str) -> str | None:
    shape = _SHAPES.get((tag, name))
    if shape is not None and not shape.fullmatch(value):
        return None
    return value
