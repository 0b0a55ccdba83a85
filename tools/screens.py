"""Pictures of every kind of page, wide and narrow, light and dark: `make screens`.

They lie in var/screens as <page>-<width>-<scheme>.png, with index.html to look at them all. It also says
which page answered with another status than expected, wrote an error to the console or scrolls sideways.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import yaml
from playwright.sync_api import Browser, ViewportSize
from playwright.sync_api import Page as Tab

from tests.browser_pages import DESK, PHONE, chromium
from tools.running_site import ROOT, running_site

Scheme = Literal["light", "dark"]
SCREENS = ROOT / "var" / "screens"
SIZES: tuple[ViewportSize, ...] = (DESK, PHONE)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page to take pictures of.

    address  with names in braces for what the content offers: see ``samples``
    press    CSS selector of something to press first, where it can be seen
    typed    what to type there
    """

    name: str
    address: str
    status: int = 200
    press: str = ""
    typed: str = ""


PAGES = (
    Page(name="home", address="/"),
    Page(name="search", address="/search?q=calm+starts+to+the+lesson"),
    Page(name="search-filtered", address="/search?q=behaviour&key_stage=ks2&key_stage=ks3&type=case-study"),
    Page(name="search-filters-open", address="/search?q=reading", press=".finder__open"),
    Page(name="search-suggestions", address="/", press="main input[type=search]", typed="reading"),
    Page(name="search-second-page", address="/search?q=pupils&page=2"),
    Page(name="search-everything", address="/search?q="),
    Page(name="search-nothing-close", address="/search?q=tractor+carburettor"),
    Page(name="search-misspelt", address="/search?q=metacogniton"),
    Page(name="search-acronym", address="/search?q=EAL"),
    Page(name="browse", address="/browse/"),
    Page(name="article-case-study", address="/articles/{case-study}"),
    Page(name="article-research-summary", address="/articles/{research-summary}"),
    Page(name="article-how-to", address="/articles/{how-to}"),
    Page(name="article-policy-example", address="/articles/{policy-example}"),
    Page(name="schools", address="/schools/"),
    Page(name="school", address="/schools/{school}"),
    Page(name="about", address="/about"),
    Page(name="accessibility", address="/accessibility"),
    Page(name="privacy", address="/privacy"),
    Page(name="gallery", address="/gallery"),
    Page(name="not-found", address="/articles/there-is-no-such-article", status=404),
)


def main() -> int:
    """Take all pictures; 1 when a page was not as expected."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for old in SCREENS.glob("*.png"):
        old.unlink()
    with running_site() as site, chromium() as browser:
        pages = [*offered(samples(ROOT / "content")), *kinds_of_browsing(browser, site)]
        remarks = [remark for page in pages for remark in pictures(browser, site, page)]
    write_contact_sheet(pages)
    print("\n".join(remarks) or "Every page was as expected.")
    print(f"{len(list(SCREENS.glob('*.png')))} pictures: {SCREENS / 'index.html'}")
    return int(bool(remarks))


def samples(content: Path) -> dict[str, str]:
    """For each type of article the slug of its longest, and for ``school`` the school with most of them."""
    longest: dict[str, tuple[int, str]] = {}
    schools: list[str] = []
    for path in sorted((content / "articles").glob("*.md")):
        front = next(yaml.safe_load_all(path.read_text(encoding="utf-8").removeprefix("---\n")))
        kind = (path.stat().st_size, path.stem)
        longest[front["type"]] = max(kind, longest.get(front["type"], kind))
        schools += [front["school"]] if front.get("school") else []
    found = {kind: slug for kind, (_, slug) in longest.items()}
    return {**found, "school": max(sorted(set(schools)), key=schools.count)} if schools else found


def offered(names: dict[str, str]) -> Iterator[Page]:
    """The pages of PAGES that the content has something for, with full addresses."""
    for page in PAGES:
        try:
            address = page.address.format_map(names)
        except KeyError as missing:
            print(f"{page.name} is left out: the content has no {missing.args[0]}.")
            continue
        yield replace(page, address=address)


def kinds_of_browsing(browser: Browser, site: str) -> list[Page]:
    """One page of each kind that /browse/ links to: by key stage, by provision ... with one term of each."""
    found: dict[str, Page] = {}
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{site}/browse/")
        links = tab.eval_on_selector_all(
            "a[href^='/browse/']", "links => links.map(a => a.getAttribute('href'))"
        )
    for address in links:
        parts = [part for part in address.split("?")[0].split("/") if part][1:]
        kind = "-".join(["browse", *parts[:1], *(["term"] if len(parts) > 1 else [])])
        if parts:
            found.setdefault(kind, Page(name=kind, address=address))
    return list(found.values())


def pictures(browser: Browser, site: str, page: Page) -> Iterator[str]:
    """Take the pictures of one page; what was not as expected, in sentences."""
    for size in SIZES:
        for scheme in SCHEMES:
            with browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce") as context:
                tab = context.new_page()
                place = f"{page.name} at {size['width']} px, {scheme}"
                yield from (f"{place}: {remark}" for remark in opened(tab, site, page))
                path = SCREENS / file_name(page, size, scheme)
                tab.screenshot(path=path, full_page=True, animations="disabled")


def opened(tab: Tab, site: str, page: Page) -> list[str]:
    """Open a page and say what is wrong with it."""
    remarks: list[str] = []
    tab.on("pageerror", lambda error: remarks.append(f"script error: {error}"))
    tab.on(
        "console",
        lambda message: remarks.append(message.text) if is_worrying(message.text, message.type) else None,
    )
    response = tab.goto(f"{site}{page.address}", wait_until="networkidle")
    if response is None or response.status != page.status:
        remarks.append(f"status {response.status if response else 'none'}, expected {page.status}")
    press(tab, page)
    tab.evaluate("() => document.fonts.ready.then(() => undefined)")
    if tab.evaluate("() => document.documentElement.scrollWidth > window.innerWidth"):
        remarks.append("it scrolls sideways")
    return remarks


def press(tab: Tab, page: Page) -> None:
    """Bring a page into the state that its picture is to show."""
    if not page.press or not tab.locator(page.press).first.is_visible():
        return
    tab.locator(page.press).first.click()
    if page.typed:
        tab.keyboard.type(page.typed)
    tab.wait_for_load_state("networkidle")


def is_worrying(text: str, kind: str) -> bool:
    """True for what the browser reports as an error, but for a page that is meant to be an error page."""
    return kind == "error" and "the server responded with a status of 4" not in text


def file_name(page: Page, size: ViewportSize, scheme: Scheme) -> str:
    """The picture's name."""
    return f"{page.name}-{size['width']}-{scheme}.png"


def write_contact_sheet(pages: list[Page]) -> None:
    """One page with all pictures side by side."""
    rows = []
    for page in pages:
        names = [file_name(page, size, scheme) for size in SIZES for scheme in SCHEMES]
        cells = "".join(
            f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names
        )
        rows.append(f"<h2>{html.escape(page.name)}</h2><p>{html.escape(page.address)}</p><div>{cells}</div>")
    style = (
        "body{font-family:sans-serif;margin:2rem;background:#ddd}div{display:flex;gap:1rem;align-items:start}"
        "img{width:22vw;max-height:90vh;object-fit:cover;object-position:top;border:1px solid #888}"
    )
    title = '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Screens</title>'
    head = f"{title}<style>{style}</style>"
    text = f"{head}<h1>Screens</h1>{''.join(rows)}</html>\n"
    (SCREENS / "index.html").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
