"""Pages of a listing."""

from __future__ import annotations

import pytest

from kb.domain.search import Question
from kb.web.turning import turns


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 2, [1, 2]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (3, 4, [1, 2, 3, 4]),
    ],
)
def test_the_pages_around_this_one_are_named(page: int, pages: int, shown: list[int | None]) -> None:
    found = turns(Question(text="calm", page=page), pages)

    assert [item.get("number") for item in found["items"]] == shown
    assert [item["number"] for item in found["items"] if item.get("current")] == [page]
    assert ("previous" in found) == (page > 1)
    assert ("next" in found) == (page < pages)


def test_the_way_on_keeps_the_question() -> None:
    found = turns(Question(text="calm", page=1), 3)

    assert found["next"] == {"href": "/search?q=calm&page=2"}


def test_one_page_needs_no_turning() -> None:
    assert turns(Question(), 1) == {}
