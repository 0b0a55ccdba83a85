"""Small pieces of HTML as Markdown: emphasis, code, links, pictures, raised figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from urllib.parse import urlsplit

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_NUMERIC = re.compile(r"[0-9+=()-]{1,20}n?|n")
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]{5,20})")
_VIMEO = re.compile(r"(?:https?:)?//player\.vimeo\.com/video/(\d{5,12})")
_TICKS = re.compile("`+")
_UNSAFE_IN_ADDRESS = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", '"': "%22", "\\": "%5C"}
_UNSAFE = str.maketrans(
    {**_UNSAFE_IN_ADDRESS, "`": "%60", "[": "%5B", "]": "%5D", "\n": "", "\t": "", "\r": ""}
)


def one_line(text: str) -> str:
    """The text with every stretch of spaces and line ends made one space."""
    return " ".join(text.split())


def emphasis(text: str, mark: str) -> str:
    """The text between marks; spaces at its ends stay outside, and what holds paragraphs stays as it is."""
    words = text.strip()
    if not words or re.search(r"\n[ \t]*\n", words) or set(words) & set(mark):
        return text
    before, after = " " if text[0].isspace() else "", " " if text[-1].isspace() else ""
    return f"{before}{mark}{one_line(words)}{mark}{after}"


def raised(text: str, *, lowered: bool = False) -> str:
    """Figures set high or low as characters of their own, so that 10² does not become 102."""
    words = text.strip()
    if not _NUMERIC.fullmatch(words):
        return words
    return words.translate(_LOWERED if lowered else _RAISED)


def code_span(source: str) -> str:
    """HTML source of code in the line, as Markdown."""
    words = one_line(source)
    fence = _ticks_around(words, least=1)
    return f"{fence} {words} {fence}" if "`" in words else f"{fence}{words}{fence}" if words else ""


def code_block(source: str) -> str:
    """Lines of code between fences."""
    fence = _ticks_around(source, least=3)
    lines = source.strip("\n")
    return f"\n\n{fence}\n{lines}\n{fence}\n\n" if lines.strip() else ""


def _ticks_around(words: str, *, least: int) -> str:
    longest = max((len(run) for run in _TICKS.findall(words)), default=0)
    return "`" * max(least, longest + 1 if longest else least)


def address(target: str) -> str:
    """A link's target with everything encoded that could end it too early."""
    return unescape(target).strip().translate(_UNSAFE)


def link(text: str, target: str) -> str:
    """A Markdown link, or only its words when it has no target."""
    words = one_line(text).lstrip("# ")
    target = address(target)
    return f"[{words or target}]({target})" if target else words


def picture(attributes: Mapping[str, str]) -> str:
    """A Markdown picture; some sites write ``url`` for ``src``."""
    source = next((attributes[key] for key in ("src", "url", "data-src") if attributes.get(key)), "picture")
    words = one_line(attributes.get("alt", "")).translate(str.maketrans("[]", "()"))
    return f"![{words}]({address(source) or 'picture'})"


def embedded(attributes: Mapping[str, str]) -> str:
    """A link to a film or page that was shown in a frame; nothing when it has no address on the web."""
    source = attributes.get("src") or attributes.get("data") or attributes.get("data-src") or ""
    film = _YOUTUBE.match(source)
    player = _VIMEO.match(source)
    if film:
        source = f"https://www.youtube.com/watch?v={film[1]}"
    elif player:
        source = f"https://vimeo.com/{player[1]}"
    elif source.startswith("//"):
        source = f"https:{source}"
    host = _host(source)
    if not host:
        return ""
    title = one_line(attributes.get("title", "")).translate(str.maketrans("[]", "()"))
    title = (
        title.removesuffix(" - YouTube")
        .removesuffix(" on Vimeo")
        .removesuffix("YouTube video player")
        .strip()
    )
    kind = "Video" if film or player else ""
    return f"\n\n{link(': '.join(part for part in (kind, title or host) if part), source)}\n\n"


def _host(source: str) -> str:
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
