"""Rendering and its processes, for tests that must not mind a busy machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kb.domain.errors import Unavailable
from kb.web.rendering import Rendered, Renderer

_SECONDS = 30.0


def patiently(renderer: Renderer, text: str, *, slug: str = "a-text", part: str = "") -> Rendered:
    """Return the rendered text, asking again while the next worker is still starting. Raises TooLarge."""
    end = time.monotonic() + _SECONDS
    while True:
        try:
            return renderer.render(text, slug=slug, part=part)
        except Unavailable:
            if time.monotonic() > end:
                raise


def shows(renderer: Renderer, text: str = "fine") -> bool:
    """True when an ordinary text comes out as it should."""
    return patiently(renderer, text).html == f"<p>{text}</p>"


def only_worker(renderer: Renderer) -> int:
    """The system's number of the one process there is."""
    (process_id,) = renderer.process_ids
    return process_id


def runs(process_id: int) -> bool:
    """True while the system knows the process, dead or alive."""
    return Path(f"/proc/{process_id}").exists()


def eventually(fact: Callable[[], bool], seconds: float = 5.0) -> bool:
    """True as soon as the fact is, False when it is not in time."""
    end = time.monotonic() + seconds
    while not fact() and time.monotonic() < end:
        time.sleep(0.02)
    return fact()
