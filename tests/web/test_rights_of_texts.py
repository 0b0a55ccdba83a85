"""Every verb of the table of permissions through the pages: own, own school's and foreign texts, in every state.

What each person may do is asked of the table; what happens is seen on the site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import product

import pytest
from flask import Flask

from kb.application import create_app
from kb.domain.account import Account, SiteMode, readable
from kb.domain.article import ArticleType, Visibility
from kb.domain.permission import Standing, State, Verb, Whose, may, whose
from kb.domain.text import Content, Text
from kb.settings import Settings
from kb.storage import accounts, articles, editions, texts
from kb.storage.content import load_library
from kb.web.press import press
from tests.browser import PEOPLE, Browser
from tests.drafts import site_of
from tests.samples import make_article
from tests.workplace import workplace

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
FOREIGN = "estuary-teaching-school-hub"


@dataclass(frozen=True, slots=True)
class Deed:
    """How a verb is done on the site. ``opened_by`` is what the page itself needs; None sends no form."""

    verb: Verb
    path: str
    opened_by: Verb
    data: dict[str, str] | None = None
    up: bool = False


DEEDS = (
    Deed(Verb.SEE, "/contribute/{id}", Verb.WRITE),
    Deed(Verb.SEE, "/contribute/{id}/history", Verb.WRITE),
    Deed(Verb.SEE, "/review/{id}", Verb.REVIEW),
    Deed(Verb.EDIT, "/contribute/{id}/about", Verb.WRITE),
    Deed(Verb.SUBMIT, "/contribute/{id}/submit", Verb.WRITE),
    Deed(Verb.DISCARD, "/contribute/{id}/discard", Verb.WRITE, {}),
    Deed(Verb.COMMENT, "/contribute/{id}/comments", Verb.WRITE, {"said": "How many?"}),
    Deed(Verb.TAKE, "/review/{id}/take", Verb.REVIEW, {}),
    Deed(
        Verb.RETURN,
        "/review/{id}/decide",
        Verb.REVIEW,
        {"verdict": "return", "advice": "More.", "revision": "1"},
    ),
    Deed(Verb.ACCEPT, "/review/{id}/decide", Verb.REVIEW, {"verdict": "tick", "ticks": "cost"}),
    Deed(Verb.HAND_OVER, "/review/{id}/hand-over", Verb.REVIEW, {"colleague": "{colleague}"}),
    Deed(Verb.PASS_BLOCKED, "/review/{id}/pass", Verb.OVERSEE, {"reason": "It is a town.", "revision": "1"}),
    Deed(Verb.NAME_AUTHORS, "/contribute/{id}/authors", Verb.WRITE),
    Deed(Verb.NAME_ADDRESS, "/contribute/{id}/address", Verb.WRITE),
    Deed(Verb.REVISE, "/articles/{slug}/versions", Verb.REVISE, up=True),
    Deed(Verb.VERIFY, "/articles/{slug}/still-right", Verb.VERIFY, up=True),
    Deed(Verb.WITHDRAW, "/articles/{slug}/take-down", Verb.WITHDRAW, up=True),
    Deed(Verb.RESTORE, "/taken-down/{slug}/restore", Verb.OVERSEE, {}, up=True),
)
"""Every verb that concerns a text. Publishing has no page of its own: it is what accepting does."""


@pytest.fixture(scope="module")
def own(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The demo with a database of its own."""
    with workplace(demo, tmp_path_factory.mktemp("rights")) as settings:
        app = create_app(settings)
        app.testing = True
        yield app
        app.extensions["kb"].search.engine.close()
        app.extensions["kb"].renderer.close()


class Shelf:
    """Texts of every kind for one person, made when asked for and put back as they were afterwards."""

    def __init__(self, app: Flask, me: Account) -> None:
        self.app, self.me, self.db = app, me, site_of(app).database
        everybody = accounts.everybody(self.db, active=None)
        self.colleague = next(each for each in everybody if each.id != me.id and each.role == "reviewer")
        self.other = next(each for each in everybody if each.id not in (me.id, self.colleague.id))
        self.kept: dict[tuple[Whose, State], Text] = {}

    def text(self, way: Whose, state: State) -> Text:
        """A text that belongs to me in this way and is in this state."""
        if (way, state) not in self.kept:
            author = self.me if way is Whose.AUTHOR else self.other
            school = FOREIGN if way is Whose.OTHER else self.me.schools[0]
            text_id = texts.insert(
                self.db,
                kind=ArticleType.HOW_TO,
                content=Content(fields={"title": "A talking board"}, body="We made a board."),
                school=school,
                author=author.id,
                now=NOW,
            )
            with self.db.write() as writing:
                writing.execute(
                    "update texts set state = ?, slug = ?, reviewer = ? where id = ?",
                    [state.value, f"of-{text_id}" if is_article(state) else None, self.other.id, text_id],
                )
            self.kept[way, state] = found = self.find(text_id)
            if is_article(state):
                self._article(found)
        return self.kept[way, state]

    def find(self, text_id: int) -> Text:
        found = texts.find(self.db, text_id)
        assert found is not None
        return found

    def put_back(self, text: Text) -> None:
        """Undo what a test did with a text."""
        with self.db.write() as writing:
            writing.execute(
                "update texts set state = ?, reviewer = ?, discarded_at = null where id = ?",
                [text.state.value, text.reviewer, text.id],
            )
            if is_article(text.state):
                writing.execute("delete from editions where slug = ?", [text.slug])
                writing.execute("delete from jobs where state = 'waiting'")
                writing.execute("delete from taken_down where slug = ?", [text.slug])
        if is_article(text.state):
            self._article(text)

    def _article(self, text: Text) -> None:
        slug = str(text.slug)
        article = make_article(slug=slug, school=text.school, owner="n.body", path=f"articles/{slug}.md")
        articles.put(self.db, article, {})
        if text.state is not State.PUBLISHED:
            with self.app.test_request_context():
                from kb.actions.printing import remember

                remember(press(), article)
            why = editions.Why.WITHDRAWN if text.state is State.WITHDRAWN else editions.Why.ARCHIVED
            editions.take_down(self.db, slug, why, path=article.path)


def is_article(state: State) -> bool:
    """True when a text in this state is, or was, an article."""
    return state in (State.PUBLISHED, State.ARCHIVED, State.WITHDRAWN)


@pytest.mark.slow
@pytest.mark.parametrize("who", list(PEOPLE))
def test_each_deed_is_done_by_those_the_table_names_and_hidden_from_those_who_may_not_see(
    own: Flask, who: str
) -> None:
    browser = Browser(own).sign_in(who)
    assert browser.person is not None
    shelf, token, wrong = Shelf(own, browser.person), browser.token(), []

    for way, state, deed in product(Whose, State, DEEDS):
        if deed.up and not is_article(state):
            continue
        text = shelf.text(way, state)
        assert whose(browser.person, text.standing) is way
        status = do(browser, deed, text, shelf.colleague, token)
        if not right(browser.person, deed, text.standing, status):
            wrong.append((deed.verb.value, deed.path, way.value, state.value, status))
        if deed.data is not None:
            shelf.put_back(text)

    assert wrong == []


def do(browser: Browser, deed: Deed, text: Text, colleague: Account, token: str) -> int:
    """Do it and give the status of the answer."""
    path = deed.path.format(id=text.id, slug=text.slug)
    if deed.data is None:
        return browser.client.get(path).status_code
    data = {name: value.format(colleague=colleague.id) for name, value in deed.data.items()}
    return browser.client.post(path, data=data | {"csrf_token": token}).status_code


def right(person: Account, deed: Deed, text: Standing, status: int) -> bool:
    """Is this what the table says?

    A refusal is 404 for what they may not see, 403 for what they see and never do with it, 400 for what they would do
    were it elsewhere on its way.
    """
    allowed = may(person, deed.verb, text) or (deed.verb is Verb.WITHDRAW and may(person, Verb.ARCHIVE, text))
    if may(person, deed.opened_by) and allowed:
        return status == (200 if deed.data is None else 303)
    hidden = deed.up or not may(person, deed.opened_by) or not may(person, Verb.SEE, text)
    some_day = any(may(person, deed.verb, replace(text, state=state)) for state in State)
    return status == (404 if hidden else 400 if some_day else 403)


ANSWERS = ("/articles/{}", "/articles/{}.md", "/api/v1/articles/{}", "/api/v1/articles/{}/similar")


@pytest.mark.parametrize("who", ["", *PEOPLE], ids=lambda who: who or "nobody")
def test_an_article_is_read_by_those_it_is_for_as_page_file_and_json(own: Flask, who: str) -> None:
    browser = Browser(own).sign_in(who) if who else Browser(own)
    here = site_of(own)
    seen = readable(browser.person, load_library(here.settings.content).group, SiteMode.OPEN)
    for visibility in Visibility:
        articles.put(here.database, make_article(slug=f"for-{visibility}", visibility=visibility), {})

    found = {
        (path, visibility): browser.client.get(path.format(f"for-{visibility}")).status_code
        for path in ANSWERS
        for visibility in Visibility
    }

    assert {key for key, status in found.items() if status == 200} == {
        (path, visibility) for path in ANSWERS for visibility in seen
    }
    assert set(found.values()) <= {200, 404}


def test_every_verb_that_concerns_a_text_is_tried() -> None:
    concerning = {verb for verb in Verb if any(True for _ in _rules(verb))}

    assert {deed.verb for deed in DEEDS} == concerning - {Verb.PUBLISH, Verb.ARCHIVE}


def _rules(verb: Verb) -> Iterator[object]:
    from kb.domain.permission import TABLE

    yield from TABLE.get(verb, ())
