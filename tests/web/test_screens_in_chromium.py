"""Pictures of pages: none is taken of an error page as if it were the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tools import screens
from tools.screens_pages import Page

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def own(app: Flask) -> Flask:
    return app


def test_the_picture_of_an_error_page_is_not_saved_as_if_it_were_the_page(
    chrome: Browser, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "SCREENS", tmp_path)
    gone = Page(name="a-page-that-is-gone", address="/articles/there-is-no-such-article")

    with pytest.raises(screens.WrongPageError, match=r"a-page-that-is-gone .* answered 404 and not 200"):
        list(screens.pictures(chrome, screens.Place(address=address, names={}), gone))

    assert list(tmp_path.iterdir()) == []
