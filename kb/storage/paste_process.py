"""The process that turns what somebody pasted, HTML from Word or a web page, into Markdown.

HTML on standard input, JSON on standard output. Word writes lists as paragraphs with the bullet in front; they become
lists again here.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from typing import Any

from bs4 import BeautifulSoup, Comment

from kb.storage.word_process import LARGEST_TEXT, MEMORY, markdown_from

SECONDS = 10
_DROPPED = (
    "style",
    "script",
    "head",
    "title",
    "meta",
    "link",
    "xml",
    "template",
    "noscript",
    "svg",
    "math",
    "iframe",
)
_CONDITION = re.compile(r"<!\[[^<>]{0,100}\]>")
_ITEM = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]", re.IGNORECASE)
_BULLET = re.compile(
    r"^\s*(?:[·•▪◦§o\u25cf\uf0b7–-]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])[\s\u00a0]+", re.IGNORECASE
)


def main() -> None:
    """Answer for the HTML on standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        answer = {"markdown": markdown_of(sys.stdin.buffer.read().decode("utf-8", "replace"))[:LARGEST_TEXT]}
    except RecursionError:
        answer = {"error": "What you pasted is nested too deeply; paste it in smaller pieces."}
    except MemoryError:
        answer = {"error": "What you pasted needs too much memory; paste it in smaller pieces."}
    except Exception:  # noqa: BLE001 - the parsers can fail in any way
        answer = {"error": "What you pasted could not be read; paste it as plain text."}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def markdown_of(html: str) -> str:
    """The text of a piece of HTML."""
    soup = BeautifulSoup(_CONDITION.sub("", html), "html.parser")
    for comment in soup.find_all(string=lambda piece: isinstance(piece, Comment)):
        comment.extract()
    for dropped in soup.find_all([*_DROPPED, re.compile(r"^(?:o|w|v|m):")]):
        if dropped.name == "o:p":
            dropped.unwrap()
        else:
            dropped.decompose()
    _lists(soup)
    for image in soup.find_all("img"):
        image["src"] = (
            ""  # it lies on the writer's own machine, or on a site that must not learn of our readers
        )
    return markdown_from(str(soup))


def _lists(soup: Any) -> None:
    """Word's paragraphs that look like a list, as a list."""
    items = [each for each in soup.find_all("p") if _ITEM.search(str(each.get("style") or ""))]
    for item in items:
        words = item.get_text()
        kind = "ol" if _NUMBERED.match(words) else "ul"
        first = next((piece for piece in item.find_all(string=True) if piece.strip()), None)
        if first is not None:
            first.replace_with(_BULLET.sub("", f"{first} "))
        before = item.find_previous_sibling()
        target = (
            before if before is not None and before.name == kind and before.has_attr("data-made") else None
        )
        if target is None:
            target = soup.new_tag(kind, attrs={"data-made": ""})
            item.insert_before(target)
        item.extract()
        item.name = "li"
        target.append(item)


if __name__ == "__main__":
    main()
