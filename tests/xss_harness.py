"""Looks for script that runs: a page in a real Chromium with everything on it touched.

``Watch`` takes HTML as text (one part under test) or an address of the running site (the whole way). It
counts what ran, what was asked of other hosts, and what stands in the page that could still do harm.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, sync_playwright

_HOME = "http://kb.test/page"

_LISTEN = """
for (const name of ["alert", "confirm", "prompt", "print", "open"])
  window[name] = (...words) => { window.sawScript(name + "(" + words.join(", ").slice(0, 80) + ")"); };
"""

_EVENTS = (
    "mouseover mouseenter mousemove mouseout mouseleave mousedown mouseup dblclick auxclick "
    "contextmenu wheel pointerover pointerenter pointermove pointerdown pointerup pointerout "
    "pointerleave pointercancel gotpointercapture lostpointercapture touchstart touchmove "
    "touchend touchcancel keydown keypress keyup focusin focusout focus blur beforeinput input "
    "change search invalid select submit reset toggle beforetoggle copy cut paste beforecopy "
    "beforecut beforepaste drag dragstart dragenter dragover dragleave dragend drop scroll "
    "scrollend load error abort canplay play playing pause ended loadstart loadeddata progress "
    "animationstart animationiteration animationend animationcancel transitionrun transitionstart "
    "transitionend selectstart selectionchange show start finish bounce begin end repeat resize "
    "hashchange pageshow message"
)

# A click on an ordinary link would leave the page; one that carries script is let through.
_TOUCH = """
async ([within, events]) => {
  const ordinary = new Set(["http:", "https:", "mailto:"]);
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a[href], area[href]");
    if (link && ordinary.has(link.protocol)) event.preventDefault();
  }, true);
  addEventListener("submit", (event) => event.preventDefault(), true);
  const elements = [...document.querySelectorAll(within + " *")];
  for (const element of elements) {
    for (const name of events) element.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}));
    if (element.focus) element.focus();
    if ("open" in element) element.open = true;
    if (element.click) element.click();
    if (element.blur) element.blur();
  }
  await new Promise((done) => setTimeout(done, 60));
  return elements.length;
}
"""

_INSPECT = """
([within, prefix]) => {
  const bad = new Set(("script style iframe frame frameset object embed applet svg math link meta base " +
    "form button textarea select option template noscript title video audio source canvas portal xmp " +
    "plaintext marquee dialog").split(" "));
  const attributes = new Set(("style srcdoc srcset action formaction ping background poster data " +
    "xlink:href name target autofocus contenteditable is slot http-equiv manifest").split(" "));
  const schemes = new Set(["http:", "https:", "mailto:"]);
  const found = [];
  for (const element of document.querySelectorAll(within + " *")) {
    const tag = element.localName;
    if (bad.has(tag)) found.push("<" + tag + ">");
    if (tag === "input" && !(element.type === "checkbox" && element.disabled)) found.push("an open input");
    for (const {name, value} of element.attributes) {
      if (name.startsWith("on") || attributes.has(name)) found.push(tag + " " + name + "=" + value);
      if (name === "id" && prefix && !value.startsWith(prefix)) found.push("id=" + value);
      if ((name === "href" || name === "src") && !schemes.has(new URL(value, location).protocol))
        found.push(tag + " " + name + "=" + value);
    }
    if (tag === "img" && element.src && new URL(element.src).host !== location.host)
      found.push("img src=" + element.src);
  }
  return found.map((line) => line.slice(0, 120));
}
"""

# What a page is made of outside the part that is inspected: where text is only shown, any text gives the same.
_MADE_OF = """
(within) => {
  const addresses = new Set("href src action formaction data poster srcset background xlink:href".split(" "));
  const scheme = (value) => { try { return new URL(value, location).protocol; } catch { return "broken"; } };
  const found = new Set();
  for (const element of document.querySelectorAll(`:not(${within} *)`)) {
    found.add(element.localName);
    for (const {name, value} of element.attributes)
      found.add(`${element.localName} ${name}` + (addresses.has(name) ? ` ${scheme(value)}` : ""));
  }
  return [...found];
}
"""

# One that broke out would leave something beside the containers, and could hide the others.
_WHOLE_CASES = """
() => {
  const main = document.body.firstElementChild;
  const alone = document.body.children.length === 1 && main && main.localName === "main";
  const cases = alone ? [...main.children] : [];
  const whole = (each) => each.className === "case" && each.lastElementChild.className === "end";
  return cases.every((each) => each.lastElementChild && whole(each)) ? cases.length : 0;
}
"""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a page did.

    ran         script that ran, one line each
    outside     addresses on other hosts that it asked for
    suspicious  what stands in it and has no business there
    made_of     outside the part that is inspected: names of elements, each alone, with each of its attributes
                and with the scheme of an address
    cases       containers of ``page_of`` that are where they belong
    touched     elements that were hovered, focused, clicked ...
    """

    ran: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    made_of: frozenset[str] = frozenset()
    cases: int = 0
    touched: int = 0

    @property
    def harmless(self) -> bool:
        """True when nothing ran, nothing was asked of others and nothing suspicious stands there."""
        return not (self.ran or self.outside or self.suspicious)


def page_of(cases: Sequence[str]) -> str:
    """Return one page with each piece of HTML in a container of its own, with a mark at its end."""
    inside = "\n".join(f'<div class="case">{case}<i class="end"></i></div>' for case in cases)
    return f'<!doctype html><html lang="en"><title>t</title><body><main>{inside}</main></body></html>'


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium that can resolve no name."""
    program = os.environ.get("KB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise AssertionError("This test needs Chromium: install it or set KB_CHROMIUM to its path.")
    flags = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """Opens pages and tells what they did. Use it in a ``with`` block.

    within   the part of the page to touch and inspect
    prefix   what every id inside must begin with; empty when ids are free
    cookies  of a signed-in person, for addresses of the running site (Playwright's form)
    bare     pages of the running site without its policy, styles and script: nothing holds back or hides what is
             in them, and any script that runs is somebody else's
    """

    def __init__(
        self,
        browser: Browser,
        *,
        within: str = "main",
        prefix: str = "",
        cookies: Sequence[dict[str, str]] = (),
        bare: bool = False,
    ) -> None:
        self._within = within
        self._prefix = prefix
        self._bare = bare
        self._html: str | None = None
        self._url, self._any_script = "", False
        self._seen = Seen()
        self._page: Page | None = None
        self._context: BrowserContext = browser.new_context(service_workers="block", bypass_csp=bare)
        self._context.add_cookies(list(cookies))  # type: ignore[arg-type]
        self._context.expose_binding("sawScript", lambda _source, words: self._seen.ran.append(words))
        self._context.add_init_script(_LISTEN)
        self._context.route("**/*", self._answer)

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()

    def html(self, html: str) -> Seen:
        """Show a page given as text; any script in it counts, whatever it does."""
        self._html = html
        return self._look(_HOME, any_script=True)

    def address(self, url: str) -> Seen:
        """Open a page of the running site.

        The site has scripts of its own, so those that call a dialog count; on a bare page any script does.
        """
        self._html = None
        return self._look(url, any_script=self._bare)

    def _look(self, url: str, *, any_script: bool) -> Seen:
        seen = self._seen = Seen()
        self._url, self._any_script = url, any_script
        page = self._page = self._page or self._new_page()  # a fresh one each time takes most of a second
        try:
            self._visit(page, url, seen)
        except Error as error:  # the page took itself away, so script ran
            seen.ran.append(f"the page was lost: {error.message.splitlines()[0]}")
        if seen.ran:  # the next look must not meet what it left behind
            page.close()
            self._page = None
        return seen

    def _new_page(self) -> Page:
        page = self._context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("popup", lambda popup: self._seen.ran.append(f"opened {popup.url}"))
        page.on("websocket", lambda socket: self._seen.outside.append(socket.url))
        self._count_scripts(page)
        return page

    def _visit(self, page: Page, url: str, seen: Seen) -> None:
        page.goto(url, wait_until="load", timeout=120_000)  # a busy machine takes long over hundreds of pages
        seen.cases = page.evaluate(_WHOLE_CASES)
        seen.suspicious += page.evaluate(_INSPECT, [self._within, self._prefix])
        seen.made_of = frozenset(page.evaluate(_MADE_OF, self._within))
        seen.touched = page.evaluate(_TOUCH, [self._within, _EVENTS.split()])
        if urldefrag(page.url).url != urldefrag(url).url:
            seen.ran.append(f"the page went to {page.url}")

    def _count_scripts(self, page: Page) -> None:
        """Notice any script the engine reads for a page, also one that calls none of our functions."""
        engine = self._context.new_cdp_session(page)

        def read(script: dict[str, str]) -> None:
            if self._any_script and script["url"].startswith(self._url):
                self._seen.ran.append(f"script at line {script['startLine']}")

        engine.on("Debugger.scriptParsed", read)
        engine.send("Debugger.enable")

    def _answer(self, route: Route) -> None:
        url = route.request.url
        if urlsplit(url).netloc != urlsplit(self._url).netloc:
            self._seen.outside.append(url)
            route.abort()
        elif self._bare and urlsplit(url).path.startswith("/static/"):
            route.abort()
        elif self._html is None:
            route.continue_()
        elif urldefrag(url).url == _HOME:
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404, body="")


def executions(browser: Browser, page: str, *, within: str = "main") -> Seen:
    """Return what one page did, given as its address or as its HTML."""
    with Watch(browser, within=within) as watch:
        return watch.address(page) if page.startswith(("http://", "https://")) else watch.html(page)
