"""Publishing: readable at once, findable soon, the old version up until then, and whole after any kill."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.actions import addressing, publishing, withdrawing
from kb.actions.printing import NotComplete
from kb.actions.publishing import AddressTaken, slug_of
from kb.actions.settling import settle_files
from kb.actions.withdrawing import ReasonMissing
from kb.domain.account import Account
from kb.domain.edition import EditionKind, Why
from kb.domain.errors import NotFound
from kb.domain.job import JobState
from kb.domain.permission import State
from kb.settings import Settings
from kb.storage import articles, editions, jobs, journal, live_files, pictures, texts
from kb.storage.picture_making import made_anew
from tests.bad_files import picture
from tests.press import Printer, killed_at, printer
from tests.samples import ROOT
from tests.shelves import EVERYBODY, Shelf, indexed_shelf
from tests.texts import ANNA, CARA, LEAH, NOW, REVA, ROSS

GARDEN = "a-garden-for-break-time"


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed once. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


@pytest.fixture
def printing(shelf: Shelf) -> Iterator[Printer]:
    with printer(shelf) as printing:
        yield printing


def readable(printing: Printer, slug: str) -> str | None:
    """The text of an article as its page reads it."""
    article = articles.find(printing.database, slug, EVERYBODY)
    return article.body.strip() if article else None


def names(printing: Printer, folder: str) -> list[str]:
    return sorted(path.name for path in (printing.shelf.root / "content" / folder).glob("*.md"))


def test_the_pictures_that_an_article_shows_lie_beside_it(printing: Printer) -> None:
    db, content, var = printing.database, printing.press.content, printing.database.path.parent
    made = made_anew(picture())
    text_id = printing.accepted()
    name, other = (
        pictures.keep(db, var, text_id, made, alt="A bed of zinnias", given_by=ANNA.id, now=NOW)
        for _ in range(2)
    )
    with db.write() as writing:
        body = f"We dug a zinnia bed.\n\n![A bed of zinnias](../pictures/{name}.webp)\n"
        writing.execute("update text_revisions set body = ? where text_id = ?", [body, text_id])

    publishing.publish(printing.press, ROSS, text_id)

    assert (content / "pictures" / f"{name}.webp").read_bytes() == made.webp
    assert (content / "pictures" / f"{name}.json").is_file()
    assert not (content / "pictures" / f"{other}.webp").exists()


def test_an_accepted_text_is_read_at_once_and_found_when_the_worker_has_been(printing: Printer) -> None:
    slug = publishing.publish(printing.press, ROSS, printing.accepted())
    at_once = readable(printing, slug)
    printing.work()

    assert slug == GARDEN
    assert at_once == "We dug a zinnia bed."
    assert printing.found("zinnia") == [slug]
    assert (printing.shelf.articles / f"{slug}.md").read_text() == editions.history(printing.database, slug)[
        0
    ].content
    text = texts.find_published(printing.database, slug)
    assert text is not None
    assert text.state is State.PUBLISHED
    assert [entry.verb for entry in journal.entries(printing.database, subject=f"article:{slug}")] == [
        "publish"
    ]


@pytest.mark.parametrize("person", [ANNA, CARA], ids=["its author", "a contributor of another school"])
def test_who_may_not_publish_is_told_there_is_nothing(printing: Printer, person: Account) -> None:
    text_id = printing.accepted()

    with pytest.raises(NotFound):
        publishing.publish(printing.press, person, text_id)

    assert readable(printing, GARDEN) is None


def test_a_text_is_published_once_however_often_the_button_is_pressed(printing: Printer) -> None:
    text_id = printing.accepted()
    publishing.publish(printing.press, ROSS, text_id)

    with pytest.raises(NotFound):
        publishing.publish(printing.press, ROSS, text_id)

    assert len(editions.history(printing.database, GARDEN)) == 1


def test_a_text_that_is_not_complete_stays_accepted_and_says_what_is_missing(printing: Printer) -> None:
    text_id = printing.accepted(themes=())

    with pytest.raises(NotComplete, match="themes"):
        publishing.publish(printing.press, ROSS, text_id)

    text = texts.find(printing.database, text_id)
    assert text is not None
    assert text.state is State.ACCEPTED
    assert jobs.claim(printing.database) is None


def test_two_articles_of_one_title_have_two_addresses(printing: Printer) -> None:
    first, second = (publishing.publish(printing.press, ROSS, printing.accepted()) for _ in range(2))

    assert (first, second) == (GARDEN, f"{GARDEN}-2")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Calm starts after lunch", "calm-starts-after-lunch"),
        ("What’s new? Café & co.", "whats-new-cafe-co"),
        ("../../etc/passwd", "etc-passwd"),
        ("日本語", "article"),
        ("a" * 200, "article"),
    ],
)
def test_an_address_is_made_of_the_words_of_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_the_old_version_stays_up_until_the_new_one_takes_its_place(printing: Printer) -> None:
    slug = printing.published()
    edit = printing.accepted(replaces=slug, body="We dug a marigold bed.\n")
    before = readable(printing, slug)
    publishing.publish(printing.press, REVA, edit)
    after = readable(printing, slug)
    printing.work()

    assert (before, after) == ("We dug a zinnia bed.", "We dug a marigold bed.")
    assert printing.found("zinnia") == []
    assert printing.found("marigold") == [slug]
    assert [edition.number for edition in editions.history(printing.database, slug)] == [2, 1]
    assert names(printing, "articles").count(f"{slug}.md") == 1


def test_an_edit_of_an_article_from_a_file_keeps_what_stood_in_the_file(printing: Printer) -> None:
    there = (printing.shelf.articles / "calm-starts.md").read_text()

    printing.published(replaces="calm-starts", title="Calm starts after lunch")

    newest, found = editions.history(printing.database, "calm-starts")
    assert (newest.kind, found.kind) == (EditionKind.PUBLISHED, EditionKind.FOUND)
    assert found.content == there
    assert printing.found("zinnia") == ["calm-starts"]


def test_an_article_that_gets_another_address_leads_there_from_all_it_had(printing: Printer) -> None:
    first = printing.published()
    second = publishing.publish(printing.press, ROSS, printing.accepted(replaces=first), slug="school-garden")
    third = publishing.publish(printing.press, ROSS, printing.accepted(replaces=second), slug="our-garden")
    printing.work()

    assert [editions.leads_to(printing.database, old) for old in (first, second, third)] == [
        third,
        third,
        None,
    ]
    assert printing.found("zinnia") == [third]
    assert names(printing, "articles") == [
        "a-talking-board-in-an-hour.md",
        "calm-starts.md",
        "our-garden.md",
        "what-testing-does.md",
    ]


def test_an_article_gets_the_address_that_its_author_chose_and_may_go_back_to_the_old_one(
    printing: Printer,
) -> None:
    first = printing.published()
    for wished in ("our-garden", first):
        replaced = editions.leads_to(printing.database, first) or first
        text_id = printing.accepted(replaces=replaced)
        texts.move(printing.database, text_id, was=[State.ACCEPTED], to=State.CHANGES_ASKED, now=NOW)
        addressing.change(printing.database, ANNA, text_id, wished)
        texts.move(printing.database, text_id, was=[State.CHANGES_ASKED], to=State.ACCEPTED, now=NOW)
        assert publishing.publish(printing.press, ROSS, text_id) == wished
        printing.work()

    assert editions.leads_to(printing.database, "our-garden") == first
    assert editions.leads_to(printing.database, first) is None
    assert (readable(printing, first), readable(printing, "our-garden")) == ("We dug a zinnia bed.", None)
    assert printing.found("zinnia") == [first]
    assert "our-garden.md" not in names(printing, "articles")


@pytest.mark.parametrize("wished", ["Our Garden", "../x", "ä", "", "a" * 81, "calm-starts"])
def test_an_address_that_cannot_be_or_is_anothers_is_refused(printing: Printer, wished: str) -> None:
    text_id = printing.accepted(replaces=printing.published())
    texts.move(printing.database, text_id, was=[State.ACCEPTED], to=State.CHANGES_ASKED, now=NOW)

    with pytest.raises((addressing.AddressUnusable, AddressTaken)) as refused:
        addressing.change(printing.database, ANNA, text_id, wished)

    assert refused.value.field == "slug"


@pytest.mark.parametrize("wished", ["calm-starts", "was-once-here"])
def test_no_article_takes_the_address_of_another(printing: Printer, wished: str) -> None:
    editions.redirect(printing.database, "was-once-here", "calm-starts")

    with pytest.raises(AddressTaken):
        publishing.publish(printing.press, ROSS, printing.accepted(), slug=wished)


def test_what_is_withdrawn_is_gone_at_once_and_kept_where_no_index_looks(printing: Printer) -> None:
    slug = printing.published()

    withdrawing.take_down(printing.press, ANNA, slug, Why.WITHDRAWN, "A pupil can be known by it.")
    at_once = (readable(printing, slug), printing.found("zinnia"), printing.counted("zinnia"))
    printing.work()
    printing.shelf.index()

    assert at_once == (None, [], 0)
    assert (readable(printing, slug), printing.found("zinnia")) == (None, [])
    assert names(printing, "withdrawn") == [f"{slug}.md"]
    assert f"{slug}.md" not in names(printing, "articles")
    entry = journal.entries(printing.database, subject=f"article:{slug}")[0]
    assert (entry.verb, entry.reason) == ("withdraw", "A pupil can be known by it.")


def test_what_was_withdrawn_stays_away_when_its_file_comes_back_by_hand(printing: Printer) -> None:
    slug = printing.published()
    text = (printing.shelf.articles / f"{slug}.md").read_text()
    withdrawing.take_down(printing.press, LEAH, slug, Why.ARCHIVED, "Nobody needs it.")
    printing.work()
    (printing.shelf.articles / f"{slug}.md").write_text(text)

    printing.shelf.index()

    assert (readable(printing, slug), printing.found("zinnia")) == (None, [])


@pytest.mark.parametrize(
    ("person", "why"), [(CARA, Why.WITHDRAWN), (ROSS, Why.WITHDRAWN), (ANNA, Why.ARCHIVED)]
)
def test_who_may_not_take_an_article_down_is_told_there_is_nothing(
    printing: Printer, person: Account, why: Why
) -> None:
    slug = printing.published()

    with pytest.raises(NotFound):
        withdrawing.take_down(printing.press, person, slug, why, "No.")

    assert readable(printing, slug)


def test_nothing_is_taken_down_without_a_reason(printing: Printer) -> None:
    with pytest.raises(ReasonMissing):
        withdrawing.take_down(printing.press, LEAH, "calm-starts", Why.WITHDRAWN, "  ")

    assert readable(printing, "calm-starts")


@pytest.mark.parametrize("settled", [True, False], ids=["after the worker has been", "before"])
def test_what_was_withdrawn_comes_back_as_it_was(printing: Printer, settled: bool) -> None:
    before = (printing.shelf.articles / "calm-starts.md").read_text()
    withdrawing.take_down(printing.press, LEAH, "calm-starts", Why.WITHDRAWN, "To be looked at.")
    if settled:
        printing.work()
    withdrawing.restore(printing.press, LEAH, "calm-starts")
    printing.work()

    assert printing.found("breathed together") == ["calm-starts"]
    assert (printing.shelf.articles / "calm-starts.md").read_text() == before
    assert names(printing, "withdrawn") == []


def test_what_was_edited_by_hand_since_is_kept_when_it_is_withdrawn(printing: Printer) -> None:
    slug = printing.published()
    path = printing.shelf.articles / f"{slug}.md"
    path.write_text(path.read_text().replace("zinnia", "dahlia"))

    withdrawing.take_down(printing.press, LEAH, slug, Why.WITHDRAWN, "To be looked at.")

    assert "dahlia" in editions.history(printing.database, slug)[0].content


def test_an_index_by_hand_before_the_worker_has_been_loses_nothing_of_what_was_published(
    printing: Printer,
) -> None:
    slug = publishing.publish(printing.press, ROSS, printing.accepted())

    settle_files(printing.database, printing.press.content)
    printing.shelf.index()

    assert printing.found("zinnia") == [slug]


def test_when_the_disk_refuses_the_file_the_page_is_up_and_the_file_follows_when_it_can(
    printing: Printer,
) -> None:
    slug = publishing.publish(printing.press, ROSS, printing.accepted())
    folder = printing.shelf.articles
    folder.rename(folder.with_name("away"))
    folder.touch()
    printing.work()
    meanwhile = readable(printing, slug)
    (waiting,) = jobs.listed(printing.database, JobState.WAITING)
    folder.unlink()
    folder.with_name("away").rename(folder)

    settle_files(printing.database, printing.press.content)

    assert meanwhile == "We dug a zinnia bed."
    assert "could not be saved" in waiting.problem
    assert waiting.due is not None
    assert (folder / f"{slug}.md").is_file()


POINTS = sorted(
    {
        point
        for path in (*(ROOT / "kb/actions").glob("*.py"), *(ROOT / "kb/storage").glob("*.py"))
        for point in re.findall(r'crash_point\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
)
OF_PUBLISHING = ("published", "publish-kept", "file-written", "file-placed", "file-noted")
OF_TAKING_DOWN = ("taken-down", "take-down-kept", "file-taken", "settled")
TIMES = range(5)


def test_every_point_at_which_publishing_may_be_killed_is_tried() -> None:
    assert set(POINTS) == {*OF_PUBLISHING, *OF_TAKING_DOWN, "restore-kept"}


@pytest.mark.slow
@pytest.mark.parametrize("point", OF_PUBLISHING)
@pytest.mark.parametrize("_time", TIMES)
def test_killed_while_publishing_nothing_is_lost_or_half_there_and_going_on_completes_it(
    shelf: Shelf, point: str, _time: int
) -> None:
    with printer(shelf) as printing:
        text_id = printing.accepted()

    ended = killed_at(point, shelf, "publish", text_id)

    with printer(shelf) as printing:
        said, row = texts.find(printing.database, text_id), readable(printing, GARDEN)
        file = live_files.text_at(printing.press.content, f"articles/{GARDEN}.md")
        edition = editions.last(printing.database, GARDEN)
        assert ended == -9
        assert said is not None
        assert (said.state, row, edition is not None) in (
            (State.ACCEPTED, None, False),
            (State.PUBLISHED, "We dug a zinnia bed.", True),
        )
        assert file is None or (edition and file == edition.content)
        if said.state is State.ACCEPTED:
            publishing.publish(printing.press, ROSS, text_id)
        jobs.release_all(printing.database)
        settle_files(printing.database, printing.press.content)
        assert [job.kind for job in iter(lambda: jobs.claim(printing.database), None)] == ["publication"]
        assert readable(printing, GARDEN) == "We dug a zinnia bed."
        assert names(printing, "articles").count(f"{GARDEN}.md") == 1
        assert not list(printing.shelf.articles.glob(".*.new"))
        assert list(journal.problems(printing.database)) == []


@pytest.mark.slow
@pytest.mark.parametrize("point", OF_TAKING_DOWN)
@pytest.mark.parametrize("_time", TIMES)
def test_killed_while_withdrawing_it_is_up_or_gone_and_going_on_completes_it(
    shelf: Shelf, point: str, _time: int
) -> None:
    with printer(shelf):
        pass

    ended = killed_at(point, shelf, "withdraw", "calm-starts")

    with printer(shelf) as printing:
        up = readable(printing, "calm-starts") is not None
        assert ended == -9
        assert up is (point == "taken-down")
        assert printing.found("breathed together") == (["calm-starts"] if up else [])
        if up:
            withdrawing.take_down(printing.press, LEAH, "calm-starts", Why.WITHDRAWN, "Again.")
        jobs.release_all(printing.database)
        printing.work()
        assert (printing.found("breathed together"), printing.counted("breathed together")) == ([], 0)
        assert names(printing, "withdrawn") == ["calm-starts.md"]
        assert "calm-starts.md" not in names(printing, "articles")
