"""Of two who change one collection the second is told; what one may not read is in no list, count or order."""

from __future__ import annotations

import pytest

from kb.actions import collecting
from kb.domain.collection import CollectionChanged, CollectionRefused, CollectionState
from kb.domain.edition import Why
from kb.domain.errors import NotFound
from kb.storage import articles, collections, editions, journal
from kb.storage.database import Database
from tests.desk import EVERYBODY, PUBLIC, about, make_articles, make_collection, order, this
from tests.pupils import check
from tests.samples import make_article
from tests.texts import ANNA, LEAH, REVA

THREE = ("for-public", "for-partners", "for-trust")


@pytest.fixture
def slug(db: Database) -> str:
    """A published collection of three articles, one of each visibility."""
    make_articles(db)
    return make_collection(db, *THREE)


def test_of_two_leads_who_order_at_once_the_second_is_told_and_changes_nothing(
    db: Database, slug: str
) -> None:
    looked_at = this(db, slug).version
    collecting.keep(
        db, LEAH, slug, looked_at, noted("for-trust", "for-public", "for-partners"), check=check()
    )

    with pytest.raises(CollectionChanged, match="as it stands now"):
        collecting.keep(
            db, LEAH, slug, looked_at, noted("for-partners", "for-trust", "for-public"), check=check()
        )

    assert order(db, slug) == ["for-trust", "for-public", "for-partners"]
    assert this(db, slug).version == looked_at + 1


def noted(*slugs: str) -> dict[str, str]:
    """These articles with the notes that they have."""
    return {each: f"About {each}" for each in slugs}


def test_an_order_that_leaves_an_article_out_or_brings_one_in_is_refused(db: Database, slug: str) -> None:
    for wrong in (["for-trust"], [*THREE, "another"], ["for-trust", "for-public", "another"]):
        with pytest.raises(CollectionRefused):
            collecting.keep(db, LEAH, slug, this(db, slug).version, noted(*wrong), check=check())

    assert order(db, slug) == list(THREE)


def test_an_article_is_put_elsewhere_with_its_note(db: Database, slug: str) -> None:
    first = {"for-trust": "Read this first.", **noted("for-public", "for-partners")}

    collecting.keep(db, LEAH, slug, this(db, slug).version, first, check=check())

    assert order(db, slug) == ["for-trust", "for-public", "for-partners"]
    assert [each.note for each in collections.every_entry(db, this(db, slug).id)] == [*first.values()]


def test_what_is_taken_out_leaves_the_notes_that_were_typed_beside_it(db: Database, slug: str) -> None:
    typed = noted(*THREE) | {"for-trust": "Read this last."}

    collecting.keep(db, LEAH, slug, this(db, slug).version, typed, out="for-public", check=check())

    there = [(each.slug, each.note) for each in collections.every_entry(db, this(db, slug).id)]
    assert there == [("for-partners", "About for-partners"), ("for-trust", "Read this last.")]


def test_what_a_reader_may_not_read_is_neither_listed_nor_counted(db: Database, slug: str) -> None:
    (seen,) = collections.listed(db, PUBLIC)

    assert seen.articles == 1
    assert [each.slug for each in collections.entries(db, this(db, slug).id, PUBLIC)] == ["for-public"]
    assert [each.articles for each in collections.listed(db, EVERYBODY)] == [3]


def test_a_withdrawn_article_is_gone_for_readers_and_named_to_the_lead(db: Database, slug: str) -> None:
    editions.take_down(db, "for-public", Why.WITHDRAWN, path="articles/for-public.md")

    assert collections.listed(db, PUBLIC) == ()
    assert [each.slug for each in collections.entries(db, this(db, slug).id, EVERYBODY)] == [
        "for-partners",
        "for-trust",
    ]
    assert collections.not_shown(db, this(db, slug).id) == {"for-public": "withdrawn"}


def test_an_article_that_moved_stays_in_its_collection(db: Database, slug: str) -> None:
    articles.put(db, make_article(), {})
    articles.remove(db, "for-public")
    editions.redirect(db, "for-public", "calm-starts")

    assert [each.slug for each in collections.entries(db, this(db, slug).id, PUBLIC)] == ["calm-starts"]
    assert [each.articles for each in collections.listed(db, PUBLIC, article="calm-starts")] == [1]
    assert collections.not_shown(db, this(db, slug).id) == {}


def test_a_draft_and_an_archived_collection_are_seen_by_curators_alone(db: Database, slug: str) -> None:
    for state in (CollectionState.ARCHIVED, CollectionState.DRAFT):
        collecting.move_on(db, LEAH, slug, this(db, slug).version, state)

        assert collections.listed(db, EVERYBODY) == ()
        assert collections.find(db, slug, EVERYBODY) is None
        assert collections.find(db, slug, PUBLIC, curates=True) is not None


def test_an_empty_collection_is_not_published(db: Database) -> None:
    make_articles(db)
    slug = make_collection(db, publish=False)

    with pytest.raises(CollectionRefused, match="at least one article"):
        collecting.move_on(db, LEAH, slug, 1, CollectionState.PUBLISHED)

    assert this(db, slug).state is CollectionState.DRAFT


@pytest.mark.parametrize("person", [ANNA, REVA], ids=["contributor", "reviewer"])
def test_only_the_lead_curates(db: Database, slug: str, person: object) -> None:
    for forbidden in (
        lambda: collecting.make(db, person, about(), check=check()),  # type: ignore[arg-type]
        lambda: collecting.put_in(db, person, slug, "for-trust", check=check()),  # type: ignore[arg-type]
        lambda: collecting.keep(db, person, slug, this(db, slug).version, noted(*THREE), check=check()),  # type: ignore[arg-type]
    ):
        with pytest.raises(NotFound):
            forbidden()

    assert order(db, slug) == list(THREE)


def test_two_collections_of_one_title_have_two_addresses_and_the_journal_tells_of_both(db: Database) -> None:
    make_articles(db)

    slugs = [make_collection(db, publish=False), make_collection(db, publish=False)]

    assert slugs == ["calm-corridors", "calm-corridors-2"]
    assert [each.subject for each in journal.entries(db, verb="make-collection")] == [
        "collection:calm-corridors-2",
        "collection:calm-corridors",
    ]
