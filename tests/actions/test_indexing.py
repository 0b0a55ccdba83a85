"""Indexing does no more than it must, and nothing that was findable is lost by a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from indexer.errors import IndexBusy, IndexerError, ModelUnusable
from kb.actions import indexing, searching
from kb.domain.article import Visibility
from kb.domain.errors import ContentInvalid
from kb.domain.search import Facet, Question
from kb.settings import Settings
from kb.storage import articles
from kb.storage.content import load_library
from tests.samples import make_article
from tests.shelves import EVERYBODY, Shelf, indexed_shelf

OLD = "breathed together"


@pytest.fixture(scope="module")
def indexed(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles, indexed once. Read only."""
    return indexed_shelf(tmp_path_factory.mktemp("indexed"), demo)


@pytest.fixture
def shelf(indexed: Shelf, tmp_path: Path) -> Shelf:
    """The same, to be changed."""
    return indexed.copied(tmp_path)


def found(shelf: Shelf, words: str, **asked: object) -> list[str]:
    """Slugs that a search for words finds."""
    question = Question(text=words, mode="words", correct_spelling=False, **asked)  # type: ignore[arg-type]
    search = shelf.search()
    answer = searching.ask(search, question, EVERYBODY)
    search.engine.close()
    return [find.article.slug for find in answer.finds]


def titles(shelf: Shelf) -> list[str]:
    return [slug for slug, _ in articles.titles(shelf.database, EVERYBODY)]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_article_is_stored_and_found(indexed: Shelf) -> None:
    assert sorted(titles(indexed)) == ["a-talking-board-in-an-hour", "calm-starts", "what-testing-does"]
    assert found(indexed, OLD) == ["calm-starts"]
    assert found(indexed, "Karpicke") == ["what-testing-does"]


def test_when_nothing_changed_nothing_is_done(shelf: Shelf) -> None:
    before = shelf.serving

    done = shelf.index()

    assert done.report.nothing_to_do
    assert (done.report.unchanged, done.report.embedded) == (3, 0)
    assert shelf.serving == before


def test_only_what_changed_is_read_again(shelf: Shelf) -> None:
    replace(shelf.articles / "calm-starts.md", OLD, "counted to ten")

    report = shelf.index().report

    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 1, 0, 2)
    assert report.embedded == 1
    assert found(shelf, "counted to ten") == ["calm-starts"]
    assert found(shelf, OLD) == []


def test_a_change_of_the_front_matter_alone_is_a_change_but_needs_no_reading(shelf: Shelf) -> None:
    replace(shelf.articles / "calm-starts.md", "visibility: public", "visibility: trust")

    report = shelf.index().report

    assert (report.changed, report.embedded) == (1, 0)
    article = articles.find(shelf.database, "calm-starts", EVERYBODY)
    assert article is not None
    assert article.visibility is Visibility.TRUST


def test_a_file_that_becomes_wrong_keeps_its_old_text_findable_until_it_is_mended(shelf: Shelf) -> None:
    path = shelf.articles / "calm-starts.md"
    replace(path, OLD, "counted to ten")
    replace(path, "type: case-study", "type: case-studies")

    done = shelf.index()

    assert [mistake.path.name for mistake in done.mistakes] == ["calm-starts.md"]
    assert "case-study" in done.mistakes[0].message
    assert done.report.nothing_to_do
    assert found(shelf, OLD) == ["calm-starts"]
    assert "calm-starts" in titles(shelf)
    replace(path, "type: case-studies", "type: case-study")
    assert shelf.index().mistakes == ()
    assert found(shelf, "counted to ten") == ["calm-starts"]


def test_a_new_file_with_a_mistake_is_left_out_and_the_others_go_in(shelf: Shelf) -> None:
    good = (shelf.articles / "calm-starts.md").read_text(encoding="utf-8")
    (shelf.articles / "bad.md").write_text("no front matter", encoding="utf-8")
    (shelf.articles / "good.md").write_text(good.replace(OLD, "sang a song"), encoding="utf-8")

    done = shelf.index()

    assert {mistake.path.name for mistake in done.mistakes} == {"bad.md"}
    assert done.report.added == 1
    assert found(shelf, "sang a song") == ["good"]


def test_two_files_of_one_name_are_told_and_the_published_text_stays(shelf: Shelf) -> None:
    good = (shelf.articles / "calm-starts.md").read_text(encoding="utf-8")
    (shelf.articles / "more").mkdir()
    (shelf.articles / "more/calm-starts.md").write_text(good.replace(OLD, "sang a song"), encoding="utf-8")

    done = shelf.index()

    assert done.mistakes
    assert all("calm-starts" in str(mistake) for mistake in done.mistakes)
    assert found(shelf, OLD) == ["calm-starts"]
    assert found(shelf, "sang a song") == []


def test_a_link_out_of_the_content_folder_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    text = (shelf.articles / "calm-starts.md").read_text(encoding="utf-8")
    (tmp_path / "outside.md").write_text(text.replace(OLD, "sang a song"), encoding="utf-8")
    (shelf.articles / "inside.md").symlink_to(tmp_path / "outside.md")

    done = shelf.index()

    assert [mistake.path.name for mistake in done.mistakes] == ["inside.md"]
    assert found(shelf, "sang a song") == []


def test_an_article_that_is_taken_away_goes(shelf: Shelf) -> None:
    (shelf.articles / "calm-starts.md").unlink()

    report = shelf.index().report

    assert (report.removed, report.unchanged) == (1, 2)
    assert found(shelf, OLD) == []
    assert "calm-starts" not in titles(shelf)


def refused(shelf: Shelf, error: type[Exception], words: str, **options: str) -> None:
    """An attempt that must be refused and leave everything as it was."""
    before, held = shelf.serving, sorted(titles(shelf))

    with pytest.raises(error, match=words):
        shelf.index(**options)  # type: ignore[arg-type]

    assert shelf.serving == before
    assert sorted(titles(shelf)) == held


def test_an_empty_folder_is_refused_and_what_was_there_stays(shelf: Shelf) -> None:
    for path in shelf.articles.glob("*.md"):
        path.unlink()

    refused(shelf, ContentInvalid, "There is no article yet. Put one into content/articles")
    assert found(shelf, OLD) == ["calm-starts"]


def test_a_mistake_in_the_vocabulary_is_refused_and_what_was_there_stays(shelf: Shelf) -> None:
    (shelf.root / "content/vocabulary/needs.yaml").write_text("terms: [unclosed", encoding="utf-8")

    refused(shelf, ContentInvalid, "needs.yaml")


@pytest.mark.parametrize("model", ["nowhere", "/nowhere/at/all", "a model", "owner/name"])
def test_a_model_that_is_not_there_is_refused_and_what_was_there_stays(shelf: Shelf, model: str) -> None:
    refused(shelf, ModelUnusable, "Set KB_MODEL to", model=model)


def test_a_folder_that_is_no_model_is_refused_and_what_was_there_stays(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()

    refused(shelf, ModelUnusable, "holds no model.safetensors", model=str(tmp_path / "model"))


def test_a_model_with_broken_weights_is_refused_and_the_old_index_serves_on(
    shelf: Shelf, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model/model.safetensors").write_bytes(b"not weights")

    refused(shelf, ModelUnusable, "cannot be loaded", model=str(tmp_path / "model"))
    assert found(shelf, OLD) == ["calm-starts"]


def test_a_second_run_at_the_same_time_is_refused_and_the_old_index_serves_on(shelf: Shelf) -> None:
    replace(shelf.articles / "what-testing-does.md", "Karpicke", "Karpicke too")

    with FileLock(shelf.settings.index / "lock"):
        refused(shelf, IndexBusy, "Another ‘kb index’ is running")

    assert shelf.index().report.changed == 1


def test_without_any_readable_article_an_index_is_not_emptied_though_the_database_is_gone(
    shelf: Shelf,
) -> None:
    before = shelf.serving
    for path in shelf.articles.glob("*.md"):
        path.write_text("no front matter", encoding="utf-8")
    for path in shelf.settings.var.glob("kb.sqlite*"):
        path.unlink()

    with pytest.raises(ContentInvalid, match="mistakes in the content files"):
        shelf.index()

    assert shelf.serving == before


def test_a_lost_database_is_made_again_from_the_files(shelf: Shelf) -> None:
    for path in shelf.settings.var.glob("kb.sqlite*"):
        path.unlink()

    assert shelf.index().report.nothing_to_do
    assert len(titles(shelf)) == 3


def test_an_article_for_all_key_stages_is_found_under_each(shelf: Shelf) -> None:
    replace(shelf.articles / "calm-starts.md", "key_stages: [ks1, ks2]", "key_stages: [all]")
    shelf.index()

    for key_stage in ("eyfs", "ks1", "ks3", "ks4"):
        assert found(shelf, OLD, chosen={Facet.KEY_STAGE: (key_stage,)}) == ["calm-starts"]
    assert articles.counts(shelf.database, Facet.KEY_STAGE, EVERYBODY)["ks4"] == 1


def test_rebuilding_uses_known_vectors_again_and_finds_the_same(shelf: Shelf) -> None:
    before = shelf.serving

    report = shelf.index(rebuild=True).report

    assert (report.added, report.embedded) == (3, 0)
    assert shelf.serving != before
    assert found(shelf, OLD) == ["calm-starts"]


def test_an_engine_that_does_not_exist_is_refused(indexed: Shelf) -> None:
    settings = indexed.settings

    with pytest.raises(IndexerError, match=r"no search engine called ‘elastic’\. Set KB_SEARCH"):
        indexing.bring_up_to_date(
            settings.content, indexed.database, settings.index, model="packaged", address="elastic"
        )


def test_the_index_knows_an_article_by_its_words_terms_and_days() -> None:
    library = load_library(Path(__file__).resolve().parents[2] / "content")

    document = indexing.document(make_article(published=None), library)

    assert (document.id, document.visibility, document.published) == ("calm-starts", "public", "")
    assert document.reviewed == "2026-09-01"
    assert document.facets["key_stage"][:2] == ("ks1", "ks2")
    assert "R. Okafor" in document.keywords
