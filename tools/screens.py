"""Pictures of every kind of page, wide and narrow, light and dark: `make screens`.

They lie in var/screens as <page>-<width>-<scheme>.png, with index.html to look at them all. It also says
which page wrote an error to the console or scrolls sideways. Where a page answers with another status than expected
it stops and says which: the picture of an error page must not pass for the page.
The site runs on a copy of content and var, signed in as the people of the demo, so that nothing of yours changes.

`make pictures` takes those of the guides, in docs/images, instead.
"""

from __future__ import annotations

import html
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Literal

import yaml
from PIL import Image
from playwright.sync_api import Browser, ViewportSize
from playwright.sync_api import Page as Tab

from kb.actions import demo_people, demo_writing
from kb.domain.article import Visibility
from kb.domain.commission import Stage
from kb.settings import Settings, settings_from
from kb.storage import accounts, commissions, texts
from kb.storage.database import Database, open_database
from kb.web.cookies import TOKEN
from tests.at_the_browser import session_for
from tests.browser_pages import DESK, PHONE, chromium
from tests.workplace import workplace
from tools.running_site import ROOT, running_site
from tools.screens_pages import GUIDES, PAGES, Page

Scheme = Literal["light", "dark"]
SCREENS = ROOT / "var" / "screens"
SIZES: tuple[ViewportSize, ...] = (DESK, PHONE)
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTH = 900  # pixels of a picture in a guide


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The site while pictures are taken.

    address  where it answers
    names    what stands for the names in braces
    tokens   e-mail address of each of the demo's people → a session of theirs
    """

    address: str
    names: dict[str, str]
    tokens: dict[str, str] = field(default_factory=dict)


class WrongPageError(RuntimeError):
    """A page answered with another status than expected."""

    def __init__(self, page: Page, status: int | None) -> None:
        super().__init__(
            f"The page {page.name} ({page.address}) answered {status or 'nothing'} and not {page.status}, so no "
            "picture was taken of it. Mend the page or its line in tools/screens_pages.py, then run this again."
        )


def main() -> int:
    """Take all pictures; 1 when a page was not as expected."""
    try:
        return take()
    except WrongPageError as error:
        print(error, file=sys.stderr)
        return 1


def take() -> int:
    """Take all pictures; 1 when something on a page was not as expected. Raises WrongPageError."""
    guides = "--guides" in sys.argv[1:]
    folder = ROOT / "docs" / "images" if guides else SCREENS
    folder.mkdir(parents=True, exist_ok=True)
    with copied_site() as place, chromium() as browser:
        began = time.time()
        pages = list(offered(place))
        if guides:
            remarks = [
                remark for page in pages if page.name in GUIDES for remark in guide(browser, place, page)
            ]
        else:
            pages += kinds_of_browsing(browser, place.address)
            remarks = [remark for page in pages for remark in pictures(browser, place, page)]
            write_contact_sheet(pages)
    for old in folder.glob("*.webp" if guides else "*.png"):  # of pages that are no longer in the list
        if old.stat().st_mtime < began:
            old.unlink()
    print("\n".join(remarks) or "Every page was as expected.")
    print(f"{len(list(folder.iterdir()))} files in {folder}")
    return int(bool(remarks))


@contextmanager
def copied_site() -> Iterator[Place]:
    """The site on a copy of its content and its database, with articles under way, until the block is left."""
    with (
        tempfile.TemporaryDirectory() as folder,
        workplace(settings_from(os.environ), Path(folder)) as copy,
        running_site({"KB_CONTENT": str(copy.content), "KB_VAR": str(copy.var)}) as address,
    ):
        yield furnished(copy, address)


def furnished(copy: Settings, address: str) -> Place:
    """The place with what the demo's people are at; without them the pages behind the sign-in are left out."""
    db = open_database(copy.database)
    try:
        demo_writing.make(db, copy.content, now=datetime.now(UTC), rng=Random(1))  # noqa: S311 - nothing secret
        tokens = {each.email: session_for(db, each.email) for each in accounts.everybody(db, demo=True)}
        names = {**samples(copy.content), **desks(db), **commissioned(db)}
        return Place(address=address, names=names, tokens=tokens)
    finally:
        db.close()


def desks(db: Database) -> dict[str, str]:
    """For each state the number of a text of the demo in it."""
    titles = {sample.fields["title"]: sample.state.value for sample in demo_writing.SAMPLES}
    people = accounts.everybody(db, demo=True)
    own = [text for person in people for text in texts.of_author(db, person.id)]
    return {titles[text.title]: str(text.id) for text in own if text.title in titles}


def commissioned(db: Database) -> dict[str, str]:
    """For each stage the number of a commission of the demo that stands there."""
    return {
        f"commission-{each.stage.value}": str(each.id) for each in reversed(commissions.at(db, tuple(Stage)))
    }


def samples(content: Path) -> dict[str, str]:
    """For each type of article the slug of its longest, and for ``school`` the school with most of them.

    Only of what everybody may read: most pictures are taken with nobody signed in.
    """
    longest: dict[str, tuple[int, str]] = {}
    schools: list[str] = []
    for path in sorted((content / "articles").glob("*.md")):
        front = next(yaml.safe_load_all(path.read_text(encoding="utf-8").removeprefix("---\n")))
        if front["visibility"] != Visibility.PUBLIC:
            continue
        kind = (path.stat().st_size, path.stem)
        longest[front["type"]] = max(kind, longest.get(front["type"], kind))
        schools += [front["school"]] if front.get("school") else []
    found = {kind: slug for kind, (_, slug) in longest.items()}
    return {**found, "school": max(sorted(set(schools)), key=schools.count)} if schools else found


def offered(place: Place) -> Iterator[Page]:
    """The pages of PAGES that the place has something for, with full addresses."""
    for page in PAGES:
        if page.who and not place.tokens:
            print(f"{page.name} is left out: there is nobody of the demo to sign in.")
            continue
        try:
            address = page.address.format_map(place.names)
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


def pictures(browser: Browser, place: Place, page: Page) -> Iterator[str]:
    """Take the pictures of one page; what was not as expected, in sentences."""
    for size in SIZES:
        for scheme in SCHEMES:
            with tab_for(browser, place, page, size, scheme) as tab:
                named = f"{page.name} at {size['width']} px, {scheme}"
                yield from (f"{named}: {remark}" for remark in opened(tab, place.address, page))
                path = SCREENS / file_name(page, size, scheme)
                tab.screenshot(path=path, full_page=True, animations="disabled")


def guide(browser: Browser, place: Place, page: Page) -> Iterator[str]:
    """Take the picture of one page for a guide: what a person sees first, small."""
    with tab_for(browser, place, page, DESK, "light") as tab:
        yield from (f"{page.name}: {remark}" for remark in opened(tab, place.address, page))
        taken = Image.open(io.BytesIO(tab.screenshot(animations="disabled")))
        small = taken.resize((WIDTH, taken.height * WIDTH // taken.width), Image.Resampling.LANCZOS)
        small.save(ROOT / "docs" / "images" / f"{page.name}.webp", quality=80, method=6)


@contextmanager
def tab_for(browser: Browser, place: Place, page: Page, size: ViewportSize, scheme: Scheme) -> Iterator[Tab]:
    """A new tab in which the page's person is signed in."""
    with browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce") as context:
        if page.who:
            (email,) = (each.email for each in demo_people.PEOPLE if each.name == page.who)
            cookie = {"name": TOKEN, "value": place.tokens[email], "url": place.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        yield context.new_page()


def opened(tab: Tab, site: str, page: Page) -> list[str]:
    """Open a page and say what is wrong with it. Raises WrongPageError."""
    remarks: list[str] = []
    tab.on("pageerror", lambda error: remarks.append(f"script error: {error}"))
    tab.on(
        "console",
        lambda message: remarks.append(message.text) if is_worrying(message.text, message.type) else None,
    )
    response = tab.goto(f"{site}{page.address}", wait_until="networkidle")
    if response is None or response.status != page.status:
        raise WrongPageError(page, response.status if response else None)
    press(tab, page)
    if page.waits:
        tab.locator(page.waits).first.wait_for()
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
