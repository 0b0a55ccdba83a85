"""HTML in somebody's Markdown, turned into Markdown.

What stands between the tags is left as it is, because it may be Markdown already. Elements that nobody
reads (scripts, styles, buttons) go with their inside; words that only look like a tag stay words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from kb.domain.foreign_elements import BLOCKS, CELLS, HEADINGS, HELD, LISTS, WORDS, Element, markdown_of, tags
from kb.domain.foreign_inline import code_block, code_span, embedded, picture
from kb.domain.foreign_pieces import Kept

MOST_OPEN = 200

# The ++ and {..}+ never give back what they took, so no input makes these take more than one pass.
_VALUE = r"(?:\"[^\"]{0,4000}+\"|'[^']{0,4000}+'|[^\s<>\"']{1,4000}+)"
_ATTRIBUTE = re.compile(rf"([^\s<>\"'=/]++)(?:\s*+=\s*+({_VALUE}))?+")
_TAG = re.compile(
    rf"<(/?)([A-Za-z][A-Za-z0-9:-]{{0,40}}+)((?:[\s/]*+[^\s<>\"'=/]++(?:\s*+=\s*+{_VALUE})?+)*+)[\s/]*+>"
)
_DECLARATION = re.compile(r"<(?:![A-Za-z\[]|\?)[^<>]{0,2000}+>")
_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]{0,4000}+>")
_LOOKS_LIKE_TAG = re.compile(r"<[A-Za-z/!?]")
_LINE_END = re.compile(r"[ \t]*\n")
_LINE_START = re.compile(r"\n[ \t]+")

_EMPTY = tags("area base br col hr img input link meta param source track wbr")
_CODE_BLOCKS = tags("pre listing xmp")
_CODE_WORDS = tags("code kbd samp tt")
_PLAYED = tags("iframe embed object video audio")
_NOT_READ = tags(
    "applet button canvas frameset head map math noembed noframes noscript script select style svg "
    "template textarea title"
)
_RAW = _CODE_BLOCKS | _CODE_WORDS | _PLAYED | _NOT_READ
_KNOWN = HELD | _EMPTY | _RAW
_HOLDS_ELEMENTS_ONLY = LISTS | tags("dl table thead tbody tfoot tr colgroup")
_INDENTED_FOR_LOOKS = LISTS | HEADINGS | {"table", "figure", "p", "dl"}
_ENDED_BY: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), LISTS),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (CELLS, frozenset({"table"})),
    "th": (CELLS, frozenset({"table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
}
# Tag → the open elements it ends, and those beyond which it does not look for them.
_ENDS_A_PARAGRAPH = (frozenset({"p"}), (BLOCKS | LISTS | CELLS) - {"p"})


def without_tags(text: str, kept: Kept) -> str:
    """The text as Markdown without HTML; code in it is put aside in ``kept``."""
    return _Untagging(kept, _without_comments(text)).markdown()


def _without_comments(text: str) -> str:
    done: list[str] = []
    place = 0
    while (start := text.find("<!--", place)) >= 0:
        end = text.find("-->", start + 2)
        done.append(text[place:start])
        place = end + 3 if end >= 0 else start + 4
        if end < 0:
            break
    return "".join([*done, text[place:]])


def _attributes(source: str) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(source):
        given.setdefault(name.lower(), unescape(value[1:-1] if value[:1] in ("'", '"') else value))
    return given


class _Untagging:
    """Reads one text from left to right, once."""

    def __init__(self, kept: Kept, text: str) -> None:
        self._kept = kept
        self._text = text
        # A few letters grow when made small; then places would not match.
        self._lower = text.lower() if len(text.lower()) == len(text) else text
        self._open = [Element("")]
        self._last_end: dict[str, int] = {}

    def markdown(self) -> str:
        place = 0
        while (start := self._text.find("<", place)) >= 0:
            self._say(self._text[place:start])
            place = self._after_bracket(start)
        self._say(self._text[place:])
        while len(self._open) > 1:
            self._close(complete=False)
        return "".join(self._open[0].parts)

    def _after_bracket(self, start: int) -> int:
        """Where reading goes on after the angle bracket at ``start``."""
        if declared := _DECLARATION.match(self._text, start):
            return declared.end()
        found = _TAG.match(self._text, start)
        if not found or not self._is_markup(found):
            self._say("&lt;" if _LOOKS_LIKE_TAG.match(self._text, start) else "<")
            return start + 1
        name = found[2].lower()
        if found[1]:
            self._end(name)
        elif name in _RAW:
            return self._raw(name, _attributes(found[3]), found.end())
        elif name in _EMPTY:
            self._empty(name, _attributes(found[3]), found.end())
        elif name in HELD:
            self._begin(name, _attributes(found[3]))
        return found.end()

    def _is_markup(self, found: re.Match[str]) -> bool:
        """False for words in angle brackets, such as ‘<name of the pupil>’."""
        name = found[2].lower()
        if name in _KNOWN or found[1] or "-" in name or "=" in found[3] or found[0].endswith("/>"):
            return True
        return self._end_of(name, found.end()) >= 0

    def _end_of(self, name: str, place: int) -> int:
        """Where the next end tag of this name begins, -1 when there is none."""
        mark = f"</{name}"
        if name not in self._last_end:
            self._last_end[name] = self._lower.rfind(mark)
        return self._lower.find(mark, place) if self._last_end[name] >= place else -1

    def _say(self, words: str) -> None:
        if "\n" in words and self._is_in(_INDENTED_FOR_LOOKS):
            words = _LINE_START.sub("\n", words)
        if self._open[-1].tag in _HOLDS_ELEMENTS_ONLY and not words.strip():
            return
        self._open[-1].parts.append(words)

    def _is_in(self, tags: frozenset[str]) -> bool:
        return any(one.tag in tags for one in self._open)

    def _raw(self, name: str, attributes: dict[str, str], place: int) -> int:
        """Say what an element becomes whose inside is not to be read as tags; where reading goes on behind it."""
        end = self._end_of(name, place)
        inside = self._text[place:end] if end >= 0 else ""
        if name in _PLAYED:
            self._say(embedded({**_attributes(inside[:4000]), **attributes}))
        elif name in _CODE_BLOCKS and (block := code_block(self._plain(inside))):
            self._say(f"\n\n{self._kept.aside(block)}\n\n")
        elif name in _CODE_WORDS and (span := code_span(self._plain(inside))):
            self._say(self._kept.aside(span))
        if end < 0:
            return place
        behind = self._text.find(">", end)
        return behind + 1 if behind >= 0 else len(self._text)

    def _plain(self, inside: str) -> str:
        return unescape(_ANY_TAG.sub("", self._kept.back(inside)))

    def _empty(self, name: str, attributes: Mapping[str, str], place: int) -> None:
        if name == "img":
            self._say(picture(attributes))
        elif name == "hr":
            self._say("\n\n---\n\n")
        elif name == "br" and self._is_in(CELLS):
            self._say(" / ")
        elif name == "br":
            self._say("  " if _LINE_END.match(self._text, place) else "  \n")

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._end_neighbour(name)
        if len(self._open) < MOST_OPEN:
            self._open.append(Element(name, attributes))

    def _end_neighbour(self, name: str) -> None:
        """Close what this element closes by beginning: an item the item before it, a block the paragraph."""
        if name in WORDS:
            return
        ended, barriers = _ENDED_BY.get(name, _ENDS_A_PARAGRAPH)
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag in barriers:
                return
            if self._open[depth].tag in ended:
                self._close_down_to(depth)
                return

    def _end(self, name: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == name:
                self._close_down_to(depth)
                return

    def _close_down_to(self, depth: int) -> None:
        while len(self._open) > depth + 1:
            self._close(complete=False)
        self._close(complete=True)

    def _close(self, *, complete: bool) -> None:
        """End the innermost element; words whose own end never came are not made bold."""
        element = self._open.pop()
        words = "".join(element.parts)
        is_left = element.tag in WORDS and not complete
        self._open[-1].parts.append(words if is_left else markdown_of(element, self._open))
