"""A real Chromium for tests and screenshots, started so that it talks to nobody but our own site.

with chromium() as browser, browser.new_context(viewport=PHONE) as context:
    page = context.new_page()
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, ViewportSize, sync_playwright

DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 640}

FLAGS = (
    "--no-sandbox",  # CI and containers run as root, where Chromium refuses to start with its sandbox
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


class ChromiumMissingError(RuntimeError):
    """There is no Chromium to start."""

    def __init__(self) -> None:
        super().__init__(
            "This needs Chromium. On Debian: sudo apt-get install chromium; "
            "elsewhere set CHROMIUM to the path of a Chromium or Chrome."
        )


def executable() -> str:
    """The path of the Chromium to use: CHROMIUM, or the first known name on the PATH.

    Raises ChromiumMissingError.
    """
    chosen = os.environ.get("CHROMIUM")
    found = next((path for name in ([chosen] if chosen else NAMES) if (path := shutil.which(name))), None)
    if found is None:
        raise ChromiumMissingError
    return found


@contextmanager
def chromium(*more_flags: str) -> Iterator[Browser]:
    """A headless Chromium with an empty profile; gone when the block is left. Raises ChromiumMissingError."""
    path = executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *more_flags])
        try:
            yield browser
        finally:
            browser.close()
