"""Many answers of the site, looked at together: thousands of pages in a real Chromium within a minute.

They are shown as they came, without the site's policy, which would hide a text that gets loose. Outside an article's
text no page may be made of anything that pages of plain words are not made of: then every other text is shown as text,
and nothing is there that could run. Lines that plain pages have too are left out, and nothing is painted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flask import Flask
from playwright.sync_api import Browser

from kb.web.sanitiser import ID_PREFIX
from tests.xss_harness import Seen, Watch, page_of

TOGETHER = 60
NO_SUCH_PAGE = "/no-such-page"
PLAIN = (
    "/",
    "/gallery",
    "/search?q=calm+after+lunch",
    "/search?q=calm&key_stage=ks2&key_stage=ks3&theme=behaviour-routines&page=9",
    "/search?q=behavoir+SEMH+year+4&theme=nothing",
    "/search?q=calm&synonyms=0",
    "/search?q=qqq+xzv",
    "/browse/",
    "/browse/theme/",
    "/browse/need/semh",
    "/articles/calm-starts",
    "/schools/",
    "/schools/castle-bridge-primary",
    NO_SUCH_PAGE,
)
"""Pages that show every part a page can have, over the three articles of tests/samples.py."""

_ITS_FILES = re.compile(r'<(?:link|script) [^\n>]*"/static/[^\n>]*>(?:</script>)?')
# Of the lines of our templates those that open nothing they do not close.
_WHOLE = re.compile(r"\s*<(\w+)\b[^\n]*</\1>\s*|\s*<(?:input|link|meta) [^\n>]*>\s*")


def watching(browser: Browser) -> Watch:
    """What looks at the answers. Inside an article's text it inspects and touches every element."""
    return Watch(browser, within=".prose", prefix=ID_PREFIX)


@dataclass(frozen=True, slots=True)
class Usual:
    """What pages of plain words have: the whole lines in them, and what they are made of (``Seen.made_of``)."""

    lines: frozenset[str]
    made_of: frozenset[str]

    def expect_harmless(self, watch: Watch, answers: Iterable[str], *, together: int = TOGETHER) -> int:
        """Look at all the answers and return how many they were; AssertionError names those that did anything."""
        rest, many = iter(answers), 0
        while batch := [self._without_lines(each) for each in islice(rest, together)]:
            assert self.fits(watch.html(shown(batch)), len(batch)), self._blame(watch, batch)
            many += len(batch)
        return many

    def fits(self, seen: Seen, cases: int) -> bool:
        """True when as many pages as were shown did no harm and are made of the same."""
        return seen.harmless and seen.cases == cases and seen.made_of <= self.made_of

    def _without_lines(self, page: str) -> str:
        return "\n".join(line for line in page.split("\n") if line not in self.lines)

    def _blame(self, watch: Watch, batch: Sequence[str]) -> str:
        """Which answers did it, the first few, one a line."""
        alone = ((each, watch.html(shown([each]))) for each in batch)
        guilty = (
            f"{_title(each)}: {seen.ran} {seen.outside} {seen.suspicious} {sorted(seen.made_of - self.made_of)}"
            for each, seen in alone
            if not self.fits(seen, 1)
        )
        return "\n".join(islice(guilty, 3)) or "Only together."


def usual_of(watch: Watch, plain: Flask) -> Usual:
    """What the pages of a site over the three articles of plain words have."""
    pages = [answer(plain, path, status=404 if path == NO_SUCH_PAGE else 200) for path in PLAIN]
    lines = {line for page in pages for line in page.split("\n") if _WHOLE.fullmatch(line)}
    return Usual(frozenset(lines), watch.html(shown(pages)).made_of)


def answer(app: Flask, path: str, asked: Mapping[str, str] | None = None, *, status: int = 200) -> str:
    """A page as the application sends it."""
    with app.test_client().get(path, query_string=asked) as response:
        assert response.status_code == status, path
        assert response.mimetype == "text/html", path
        return response.get_data(as_text=True)


def shown(pages: Sequence[str]) -> str:
    """One page of many, without the site's files, and hidden: painting would take most of the time."""
    return page_of([_ITS_FILES.sub("", page) for page in pages]).replace("<main>", "<main hidden>", 1)


def _title(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0]
