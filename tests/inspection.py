"""What is wrong with an HTML page: every check that any page of the site must pass, as plain sentences.

Used by tests/browser.py on every answer, so that each test of a page is a test of its accessibility and safety too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import html5lib
from bs4 import BeautifulSoup, Tag

Check = Callable[[BeautifulSoup], Iterator[str]]

POLICY_WITHOUT_NONCE = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NEEDS_NO_LABEL = frozenset({"hidden", "submit", "button", "reset", "image"})
POINTING = (
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-owns",
    "for",
    "form",
    "headers",
    "list",
)
LOADED = (("script", "src"), ("img", "src"), ("img", "srcset"), ("source", "srcset"), ("link", "href"))
LOADED += (("iframe", "src"), ("object", "data"), ("use", "href"), ("video", "src"), ("audio", "src"))
OUTSIDE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
LEAK = re.compile(r"&amp;(?:lt|gt|amp|quot|#\d+|#x[0-9a-f]+);", re.IGNORECASE)


def faults_of_page(html: str, headers: Mapping[str, str]) -> list[str]:
    """Everything wrong with a whole page and the headers it came with; empty when nothing is."""
    soup = BeautifulSoup(html, "html5lib")
    found = [*faults_of_markup(html, whole=True), *faults_of_headers(headers)]
    found += [fault for check in (*OF_PAGES, *OF_ANY) for fault in check(soup)]
    return [*found, *faults_of_nonces(soup, headers.get("Content-Security-Policy", ""))]


def faults_of_fragment(html: str) -> list[str]:
    """Everything wrong with a piece that is put into a page."""
    soup = BeautifulSoup(html, "html5lib")
    return [*faults_of_markup(html, whole=False), *(fault for check in OF_ANY for fault in check(soup))]


def faults_of_markup(html: str, *, whole: bool) -> list[str]:
    """What a strict HTML5 parser would not accept, and text that was escaped twice."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    parser.parse(html) if whole else parser.parseFragment(html)
    found = [f"line {place[0]}: not valid HTML: {code} {facts}" for place, code, facts in parser.errors]
    leak = LEAK.search(html)
    return [*found, f"escaped twice: {leak[0]}"] if leak else found


def faults_of_headers(headers: Mapping[str, str]) -> list[str]:
    """Protecting headers that are missing or weaker than they must be."""
    policy = [part.strip() for part in headers.get("Content-Security-Policy", "").split(";")]
    found = [f"policy without {part}" for part in POLICY_WITHOUT_NONCE if part not in policy]
    if not any(re.fullmatch(r"script-src 'nonce-[\w-]{20,}'", part) for part in policy):
        found.append("policy without script-src and nothing but a nonce in it")
    found += [
        f"header {name} is not {value}" for name, value in HEADERS.items() if headers.get(name) != value
    ]
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        found.append("no Permissions-Policy")
    return found


def faults_of_nonces(soup: BeautifulSoup, policy: str) -> list[str]:
    """Scripts that the browser would refuse, or that stand in the page."""
    nonce = re.search(r"'nonce-([^']+)'", policy)
    scripts = soup.find_all("script")
    found = [
        f"script without the nonce: {_shown(each)}"
        for each in scripts
        if not nonce or each.get("nonce") != nonce[1]
    ]
    return [*found, *(f"script in the page: {_shown(each)}" for each in scripts if not each.get("src"))]


def _one_heading(soup: BeautifulSoup) -> Iterator[str]:
    headings = soup.find_all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
        return
    heading, title = _text(headings[0]), _text(soup.title) if soup.title else ""
    if not heading:
        yield "an h1 without words"
    if not title.removeprefix("Error: ").startswith(heading):
        yield f"the title ‘{title}’ does not begin with the h1 ‘{heading}’"


def _frame(soup: BeautifulSoup) -> Iterator[str]:
    if not soup.html or soup.html.get("lang") != "en-GB":
        yield "html without lang en-GB"
    if len(soup.find_all("main")) != 1:
        yield "not exactly one main"
    if not soup.find("meta", attrs={"name": "viewport"}):
        yield "no viewport"
    first = soup.find("a")
    if not first or not str(first.get("href", "")).startswith("#"):
        yield "the first link does not skip to the content"


def _heading_steps(soup: BeautifulSoup) -> Iterator[str]:
    level = 1
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        now = int(heading.name[1])
        if now > level + 1:
            yield f"from h{level} to h{now} at ‘{_text(heading)}’"
        level = now


def _ids(soup: BeautifulSoup) -> Iterator[str]:
    counts = Counter(str(each["id"]) for each in soup.find_all(id=True))
    for name, many in counts.items():
        if many > 1 or not name:
            yield f"{many} elements with id ‘{name}’"
    for attribute in POINTING:
        for element in soup.find_all(attrs={attribute: True}):
            value = element[attribute]
            for name in value if isinstance(value, list) else str(value).split():
                if name not in counts:
                    yield f"{attribute} of {_shown(element)} points to ‘{name}’, which is not there"
    for link in soup.find_all("a", href=re.compile(r"^#.")):
        if str(link["href"])[1:] not in counts:
            yield f"{_shown(link)} points to nothing on the page"


def _labels(soup: BeautifulSoup) -> Iterator[str]:
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.get("type") in NEEDS_NO_LABEL or _has_aria_name(control):
            continue
        labels = [
            *soup.find_all("label", attrs={"for": control.get("id", "")}),
            *control.find_parents("label"),
        ]
        if not any(_text(label) for label in labels):
            yield f"no label for {_shown(control)}"
    for element in soup.find_all(["a", "button", "summary", "legend"]):
        if (
            not _text(element)
            and not _has_aria_name(element)
            and not element.find("img", alt=re.compile("."))
        ):
            yield f"nothing to read in {_shown(element)}"


def _tables(soup: BeautifulSoup) -> Iterator[str]:
    for table in soup.find_all("table"):
        around = table.find_parent(attrs={"role": "region"})
        if not (table.caption or _has_aria_name(table) or (around and _has_aria_name(around))):
            yield f"a table without caption or label: {_shown(table)}"
        if not table.find("th"):
            yield f"a table without heads: {_shown(table)}"
        for head in table.find_all("th"):
            if head.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
                yield f"a table head without scope: {_shown(head)}"


def _pictures(soup: BeautifulSoup) -> Iterator[str]:
    for picture in soup.find_all("img"):
        if picture.get("alt") is None:
            yield f"no alt on {_shown(picture)}"
    for drawing in soup.find_all("svg"):
        if drawing.get("aria-hidden") != "true" and not (
            drawing.get("role") == "img" and _has_aria_name(drawing)
        ):
            yield f"a drawing that is neither hidden nor named: {_shown(drawing)}"


def _nothing_inline(soup: BeautifulSoup) -> Iterator[str]:
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            if name == "style" or name.startswith("on"):
                yield f"inline {name} on {_shown(element)}"
            elif name in {"href", "src", "action"} and str(value).strip().lower().startswith(
                ("javascript:", "data:text")
            ):
                yield f"a script as address on {_shown(element)}"
    for style in soup.find_all("style"):
        yield f"style in the page: {_shown(style)}"


def _forms(soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.find_all("form"):
        if str(form.get("method", "")).lower() not in {"get", "post"} or not form.get("action"):
            yield f"a form without method or action: {_shown(form)}"
        if OUTSIDE.match(str(form.get("action", ""))):
            yield f"a form that sends to somebody else: {_shown(form)}"


def _nothing_from_outside(soup: BeautifulSoup) -> Iterator[str]:
    for name, attribute in LOADED:
        for element in soup.find_all(name, attrs={attribute: True}):
            value = str(element[attribute])
            if OUTSIDE.match(value) and not value.startswith("data:image/"):
                yield f"loaded from outside: {_shown(element)}"


OF_PAGES: tuple[Check, ...] = (_one_heading, _frame, _heading_steps)
OF_ANY: tuple[Check, ...] = (
    _ids,
    _labels,
    _tables,
    _pictures,
    _nothing_inline,
    _forms,
    _nothing_from_outside,
)


def _has_aria_name(element: Tag) -> bool:
    return bool(str(element.get("aria-label", "")).strip() or element.get("aria-labelledby"))


def _text(element: Tag) -> str:
    return " ".join(element.get_text().split())


def _shown(element: Tag) -> str:
    return " ".join(str(element).split())[:120]
