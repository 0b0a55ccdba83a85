"""Articles come back from the database as they were, and only to those who may read them."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3

from kb.domain.article import Article, ArticleType, LocalEvidence, Outcome, Visibility
from kb.domain.search import Facet, Reader
from kb.storage import articles
from kb.storage.database import Database
from tests.samples import how_to, make_article, research_summary

EVERYBODY = Reader(visibilities=frozenset(Visibility))
TRUST, PARTNERS, PUBLIC = (
    Reader(visibilities=frozenset({visibility})) for visibility in reversed(Visibility)
)
NOBODY = Reader(visibilities=frozenset())
READERS = {"trust": TRUST, "partners": PARTNERS, "public": PUBLIC}

texts = st.text(st.characters(codec="utf-8"), max_size=40)
lists = st.lists(texts, max_size=3).map(tuple)
days = st.none() | st.dates()
hours = st.none() | st.floats(0, 1000, allow_nan=False)
local = st.builds(
    LocalEvidence,
    outcome=st.sampled_from(Outcome),
    how_we_know=texts,
    level=st.integers(1, 5),
    pupils=st.none() | st.integers(0, 10_000),
    staff_hours_setup=hours,
    staff_hours_week=hours,
    cost_band=st.none() | texts,
)
ANYTHING = st.builds(
    Article,
    slug=texts,
    path=texts,
    sha256=texts,
    type=st.sampled_from(ArticleType),
    title=texts,
    summary=texts,
    body=texts,
    key_stages=lists,
    provisions=lists,
    needs=lists,
    themes=lists,
    subjects=lists,
    roles=lists,
    school=st.none() | texts,
    authors=lists,
    visibility=st.sampled_from(Visibility),
    published=days,
    reviewed=days,
    review_by=days,
    owner=st.none() | texts,
    illustrative=st.booleans(),
    local=st.none() | local,
    strands=lists,
    references=lists,
    source=st.none() | texts,
    unstated=lists,
)


def test_the_round_trip_below_tries_every_field() -> None:
    tried = ANYTHING.example.__self__.wrapped_strategy.kwargs  # type: ignore[attr-defined]

    assert set(tried) == {field.name for field in dataclasses.fields(Article)}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(article=ANYTHING)
def test_an_article_comes_back_as_it_was(db: Database, article: Article) -> None:
    articles.replace_all(db, [(article, {})])

    found = articles.find(db, article.slug, EVERYBODY)

    assert found == article
    assert found is not None
    assert {type(value) for value in dataclasses.astuple(found)} <= {
        *(tuple, str, bool, date, type(None), ArticleType, Visibility, LocalEvidence)
    }


@pytest.fixture
def shelf(db: Database) -> Database:
    """One article for each circle of readers; two carry a need and its wider one."""
    narrow = {Facet.NEED: ("adhd", "semh"), Facet.TYPE: ("case-study",)}
    articles.replace_all(
        db,
        [
            (make_article(slug="of-trust", title="Trust", visibility=Visibility.TRUST), narrow),
            (make_article(slug="of-partners", title="Partners", visibility=Visibility.PARTNERS), narrow),
            (make_article(slug="of-all", title="All", visibility=Visibility.PUBLIC), {Facet.NEED: ("semh",)}),
        ],
    )
    return db


@pytest.mark.parametrize(
    ("circle", "slug"), [("trust", "of-trust"), ("partners", "of-partners"), ("public", "of-all")]
)
def test_every_question_is_answered_with_what_its_reader_may_see_alone(
    shelf: Database, circle: str, slug: str
) -> None:
    reader = READERS[circle]
    slugs = ["of-trust", "of-partners", "of-all"]

    assert [each for each in slugs if articles.find(shelf, each, reader)] == [slug]
    assert list(articles.find_all(shelf, slugs, reader)) == [slug]
    assert [each.slug for each in articles.newest(shelf, reader, limit=9)] == [slug]
    assert [each.slug for each in articles.of_school(shelf, "castle-bridge-primary", reader)] == [slug]
    assert [each for each, _ in articles.titles(shelf, reader)] == [slug]
    assert sum(articles.counts(shelf, Facet.NEED, reader).values()) == (1 if slug == "of-all" else 2)
    assert articles.total(shelf, reader) == 1


def test_a_reader_without_any_right_gets_nothing(shelf: Database) -> None:
    assert articles.find(shelf, "of-all", NOBODY) is None
    assert articles.find_all(shelf, ["of-all"], NOBODY) == {}
    assert articles.newest(shelf, NOBODY, limit=9) == ()
    assert articles.of_school(shelf, "castle-bridge-primary", NOBODY) == ()
    assert articles.titles(shelf, NOBODY) == ()
    assert articles.counts(shelf, Facet.NEED, NOBODY) == {}
    assert articles.total(shelf, NOBODY) == 0


def test_every_question_of_this_module_asks_who_is_reading() -> None:
    own = {name: thing for name, thing in vars(articles).items() if callable(thing) and name[0] != "_"}
    asking = {name for name, thing in own.items() if getattr(thing, "__module__", "") == articles.__name__}

    assert asking == {
        *("replace_all", "put", "remove"),
        *("find", "find_all", "newest", "of_school", "to_review", "titles", "counts", "total", "with_term"),
    }
    writing = {"replace_all", "put", "remove"}
    assert all("reader" in own[name].__annotations__ for name in asking - writing)


def test_terms_are_counted_with_their_wider_ones(shelf: Database) -> None:
    assert articles.counts(shelf, Facet.NEED, EVERYBODY) == {"adhd": 2, "semh": 3}
    assert articles.counts(shelf, Facet.TYPE, EVERYBODY) == {"case-study": 2}
    assert articles.counts(shelf, Facet.THEME, EVERYBODY) == {}


def test_a_term_stated_twice_counts_once(db: Database) -> None:
    articles.replace_all(db, [(make_article(), {Facet.NEED: ("semh", "semh")})])

    assert articles.counts(db, Facet.NEED, EVERYBODY) == {"semh": 1}


def test_replacing_makes_it_exactly_what_was_given(shelf: Database) -> None:
    articles.replace_all(shelf, [(make_article(slug="of-all", title="New"), {Facet.THEME: ("phonics",)})])

    assert articles.titles(shelf, EVERYBODY) == (("of-all", "New"),)
    assert articles.counts(shelf, Facet.NEED, EVERYBODY) == {}
    assert articles.counts(shelf, Facet.THEME, EVERYBODY) == {"phonics": 1}


def test_a_change_of_who_may_read_takes_effect_though_the_text_is_the_same(shelf: Database) -> None:
    hidden = make_article(slug="of-all", visibility=Visibility.TRUST)

    articles.replace_all(shelf, [(hidden, {})])

    assert articles.find(shelf, "of-all", PUBLIC) is None
    assert articles.find(shelf, "of-all", TRUST) == hidden


def test_when_one_cannot_be_stored_everything_stays_as_it_was(shelf: Database) -> None:
    twice = {Facet.NEED: ("semh",)}
    bad = dataclasses.replace(make_article(slug="bad"), title=None)  # type: ignore[arg-type]

    with pytest.raises(sqlite3.IntegrityError):
        articles.replace_all(shelf, [(make_article(slug="good"), twice), (bad, twice)])

    assert {slug for slug, _ in articles.titles(shelf, EVERYBODY)} == {"of-trust", "of-partners", "of-all"}


def test_the_newest_come_first_and_one_kind_can_be_asked_for(db: Database) -> None:
    old = make_article(slug="old", published=date(2020, 1, 1))
    new = research_summary(slug="new", published=date(2026, 1, 1))
    undated = how_to(slug="undated", published=None)
    articles.replace_all(db, [(each, {}) for each in (old, undated, new)])

    assert [each.slug for each in articles.newest(db, EVERYBODY, limit=3)] == ["new", "old", "undated"]
    assert [each.slug for each in articles.newest(db, EVERYBODY, limit=1)] == ["new"]
    assert [each.slug for each in articles.newest(db, EVERYBODY, 3, ArticleType.CASE_STUDY)] == ["old"]


def test_names_with_quotes_percent_signs_and_commas_are_only_names(db: Database) -> None:
    odd = "'; drop table articles; -- %_\","
    articles.replace_all(db, [(make_article(slug=odd, school=odd), {Facet.THEME: (odd,)})])

    assert articles.find(db, odd, EVERYBODY) is not None
    assert articles.find(db, "%", EVERYBODY) is None
    assert len(articles.of_school(db, odd, EVERYBODY)) == 1
    assert articles.counts(db, Facet.THEME, EVERYBODY) == {odd: 1}
