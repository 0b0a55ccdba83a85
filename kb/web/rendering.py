"""Markdown to HTML that is safe to show, and never at the price of the site.

The work is done in processes with limits (``kb.web.markdown_worker``). A text over a limit is refused with
a sentence for its author; the next text finds a fresh process.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kb.domain.errors import TooLarge, Unavailable
from kb.storage.renderings import Stored
from kb.web.sanitiser import ID_PREFIX
from kb.web.worker import Gone, Silent, Worker
from kb.web.worker_pool import Pool

TEXT_BYTES = 200_000
TEXT_SECONDS = 2.0
CALL_SECONDS = 2.5  # with the wait for a free worker; the rest of three seconds is for starting the next one

_WORKERS = 2
_REFUSAL_SECONDS = 60.0
_REFUSALS_KEPT = 256

_TOO_COMPLEX = (
    "This text is too complex to show: make its lists, tables and brackets simpler, "
    "or split it into two articles."
)
_BUSY = "The site is busy showing other texts. Wait a moment and load the page again."
_NOT_STARTED = (
    "Texts cannot be shown just now. Load the page again in a minute, "
    "and tell the administrator if it stays so."
)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a text, for its table of contents. ``id`` is unique on the page."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A text ready for the page.

    html      safe to mark as such in a template
    contents  all headings, in order, from level 2
    words     how many a reader would read
    """

    html: str
    contents: tuple[Heading, ...]
    words: int

    @classmethod
    def from_stored(cls, stored: Stored) -> Rendered:
        """Return what was kept by ``kb.storage.renderings``."""
        contents = tuple(Heading(*heading) for heading in stored.contents)
        return cls(html=stored.html, contents=contents, words=stored.words)

    def to_store(self) -> Stored:
        """Return it as ``kb.storage.renderings`` keeps it."""
        contents = tuple((heading.level, heading.id, heading.text) for heading in self.contents)
        return Stored(html=self.html, contents=contents, words=self.words)


class Renderer:
    """Turns Markdown into HTML. One for the whole server; safe between threads and after a fork."""

    def __init__(self) -> None:
        self._pool = Pool(_WORKERS)
        self._refused: OrderedDict[bytes, float] = OrderedDict()

    def render(self, text: str, *, slug: str, part: str = "") -> Rendered:
        """Return the text as HTML, in less than three seconds.

        slug  whose text it is, for the log
        part  a name (a-z, 0-9, hyphen) that keeps the ids apart when one page shows several texts

        Raises TooLarge when the text is over a limit, Unavailable when no worker is free in time.
        """
        latest = time.monotonic() + CALL_SECONDS
        body = text.encode(errors="replace")
        if len(body) > TEXT_BYTES:
            raise TooLarge(_too_long(len(body)))
        fingerprint = hashlib.sha256(body).digest()
        if self._refused.get(fingerprint, 0.0) > time.monotonic():
            raise TooLarge(_TOO_COMPLEX)
        try:
            return _rendered(self._answer(_message(body, part), latest))
        except TooLarge:
            _log.warning("The text of %s was stopped: it is too complex to show.", slug)
            self._remember_refusal(fingerprint)
            raise

    def close(self) -> None:
        """End the workers. A later call of ``render`` is refused."""
        self._pool.close()

    @property
    def process_ids(self) -> frozenset[int]:
        """The system's numbers of the worker processes there are now."""
        return self._pool.process_ids

    def _answer(self, message: bytes, latest: float) -> dict[str, Any]:
        try:
            with self._pool.lent(latest) as worker:
                return _asked(worker, message, latest)
        except Silent:
            raise Unavailable(_BUSY) from None
        except Gone:
            raise Unavailable(_NOT_STARTED) from None

    def _remember_refusal(self, fingerprint: bytes) -> None:
        """A text that takes two seconds to fail must not take them again for each reader."""
        self._refused[fingerprint] = time.monotonic() + _REFUSAL_SECONDS
        while len(self._refused) > _REFUSALS_KEPT:
            self._refused.popitem(last=False)


def _asked(worker: Worker, message: bytes, latest: float) -> dict[str, Any]:
    """Return the worker's answer.

    Raises TooLarge, or Silent when waiting for the worker had left too little time to blame the text.
    """
    deadline = time.monotonic() + TEXT_SECONDS
    try:
        answer: dict[str, Any] = json.loads(worker.ask(message, min(deadline, latest)))
    except Silent:
        if deadline > latest:
            raise
        raise TooLarge(_TOO_COMPLEX) from None
    except Gone:
        raise TooLarge(_TOO_COMPLEX) from None
    if "refused" in answer:
        worker.fit = False  # it may have lost the memory it needs for the next
        raise TooLarge(_TOO_COMPLEX)
    return answer


def _message(body: bytes, part: str) -> bytes:
    if not re.fullmatch(r"[a-z0-9-]*", part):
        raise ValueError(f"A part of a page is named with a-z, 0-9 and hyphens, not {part!r}.")
    prefix = f"{ID_PREFIX}{part}-" if part else ID_PREFIX
    return json.dumps({"text": body.decode(), "prefix": prefix}).encode()


def _rendered(answer: dict[str, Any]) -> Rendered:
    contents = tuple(Heading(*heading) for heading in answer["contents"])
    return Rendered(html=answer["html"], contents=contents, words=answer["words"])


def _too_long(size: int) -> str:
    return (
        f"This text is too long to show: it has {size // 1000} kB and may have {TEXT_BYTES // 1000} kB. "
        "Split it into two articles."
    )


def _version() -> str:
    """Return a name for how texts are rendered now: our own code and the libraries it uses."""
    here = Path(__file__).parent
    code = hashlib.sha256(b"".join((here / name).read_bytes() for name in _SHAPED_BY)).hexdigest()[:12]
    libraries = (f"{name}-{version(name)}" for name in ("markdown", "pymdown-extensions", "nh3"))
    return " ".join([code, *libraries])


_SHAPED_BY = (
    "finishing.py",
    "fragment.py",
    "markdown_dialect.py",
    "markdown_habits.py",
    "markdown_worker.py",
    "sanitiser.py",
    "text_links.py",
    "text_tables.py",
)

RENDERER_VERSION = _version()
"""Changes with anything that shapes the HTML, so what is stored under another version is out of date."""
