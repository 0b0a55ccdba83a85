"""What tests in a real browser share: the browser, and the address of the module's own site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser_pages import chromium
from tests.served import served


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(own: Flask) -> Iterator[str]:
    """Where the module's fixture ``own`` is served."""
    with served(own) as address:
        yield address
