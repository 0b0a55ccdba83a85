"""What others have written becomes articles here: one file or whole trees, whatever their mark-up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.actions.importing import Verdict
from kb.actions.validating import validate
from kb.domain.article import ArticleType, Visibility
from kb.storage.content import article_text, front_matter_of
from tests.hostile import commonmark_texts, script_payloads
from tests.imports import CALM, articles, run, verdicts
from tests.samples import make_article, shared, write_content, write_text
from tests.word_files import paragraph, picture, word_file


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path, articles=())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "handbook"
    folder.mkdir()
    return folder


def test_a_page_becomes_an_article_that_says_what_is_not_stated(content: Path, tree: Path) -> None:
    write_text(tree / "year-1" / "calm.md", CALM)

    report = run(content, tree)

    article = articles(content)["year-1-calm"]
    assert article.path == "articles/imported/year-1-calm.md"
    assert (article.title, article.type) == ("Calm starts after lunch", ArticleType.HOW_TO)
    assert article.summary == "Ten minutes of breathing together after lunch halve the calls for help."
    assert article.source == "year-1/calm.md"
    assert article.visibility is Visibility.TRUST
    assert {"type", "key_stages", "provisions", "themes", "school", "owner", "review_by"} <= set(
        article.unstated
    )
    assert report.entries[0].unstated == article.unstated
    assert "title" not in article.unstated
    assert report.unstated()["key_stages"] == 1
    assert validate(content) == ()


def test_what_the_front_matter_states_in_words_of_ours_is_taken(content: Path, tree: Path) -> None:
    front = "title: Calm starts\ntype: case study\nkey stage: KS1\ntags: [semh]\nauthor: A. Example\ndate: 2024-05-01"
    write_text(tree / "calm.md", f"---\n{front}\n---\n\nWe met the class at the door.\n")

    run(content, tree, visibility=Visibility.PARTNERS, school="castle-bridge-primary")

    article = articles(content)["calm"]
    assert article.type is ArticleType.CASE_STUDY
    assert (article.key_stages, article.needs, article.authors) == (("ks1",), ("semh",), ("A. Example",))
    assert (article.school, article.visibility) == ("castle-bridge-primary", Visibility.PARTNERS)
    assert "local" in article.unstated
    assert not {"type", "key_stages", "school", "needs"} & set(article.unstated)


def test_without_a_title_the_first_heading_or_the_name_of_the_file_is_it(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", "# Calm starts\n\nWords about them.\n")
    write_text(tree / "exit-tickets.markdown", "Only words.\n")

    run(content, tree)

    found = articles(content)
    assert found["a"].title == "Calm starts"
    assert found["a"].body == "Words about them.\n"
    assert found["exit-tickets"].title == "Exit tickets"


def test_links_between_pages_are_kept_and_others_become_words(content: Path, tree: Path) -> None:
    links = "[up](../b.md#why) [there](/ucl/c) [out](https://example.org) [gone](/nowhere) [pdf](x.pdf) ![Board](b.png)"
    write_text(tree / "ucl" / "a.md", f"Words about links: {links}\n")
    write_text(tree / "b.md", "Some words.\n")
    write_text(tree / "ucl" / "c.md", "Some words.\n")

    report = run(content, tree)

    body = articles(content)["ucl-a"].body
    assert body == (
        "Words about links: [up](b.md#why) [there](ucl-c.md) [out](https://example.org) gone pdf *Picture: Board*\n"
    )
    reason = next(entry.reason for entry in report.entries if entry.slug == "ucl-a")
    assert reason == (
        "1 picture left out: add it in the editor; 2 links lead to no imported page and are plain words now"
    )
    assert validate(content) == ()


def test_no_page_is_linked_that_was_refused(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", "See [b](b.md).\n")
    write_text(tree / "b.md", "---\ntitle: b\n---\n\n<!-- nothing to read -->\n")

    run(content, tree)

    assert articles(content)["a"].body == "See b.\n"


def test_an_address_that_one_of_our_own_articles_has_is_left_to_it(tmp_path: Path, tree: Path) -> None:
    content = write_content(tmp_path, articles=[make_article()])
    own = (content / "articles" / "calm-starts.md").read_bytes()
    write_text(tree / "calm-starts.md", CALM)

    run(content, tree)

    assert (content / "articles" / "calm-starts.md").read_bytes() == own
    assert articles(content)["calm-starts-2"].source == "calm-starts.md"


def test_an_article_of_another_knowledge_base_keeps_all_it_states(content: Path, tree: Path) -> None:
    given = make_article(illustrative=False)
    write_text(tree / "calm.md", article_text(front_matter_of(given), given.body))

    run(content, tree)

    article = articles(content)["calm"]
    for key in ("type", "title", "summary", "key_stages", "themes", "local", "strands", "owner", "review_by"):
        assert getattr(article, key) == getattr(given, key), key
    assert (article.unstated, article.visibility) == ((), Visibility.TRUST)


def test_a_broken_front_matter_costs_the_keys_and_not_the_page(content: Path, tree: Path) -> None:
    write_text(
        tree / "a.md", "---\ntitle: Behaviour: what works\n---\n\n# Calm starts\n\nWords about them.\n"
    )

    report = run(content, tree)

    assert report.entries[0].verdict is Verdict.IMPORTED
    assert report.entries[0].reason.startswith("front matter could not be read: line 2: ")
    assert articles(content)["a"].title == "Calm starts"
    assert articles(content)["a"].body == "Words about them.\n"


def test_a_word_file_becomes_an_article(content: Path, tree: Path) -> None:
    blocks = (
        paragraph("Calm starts", style="Title"),
        paragraph("Ten minutes of breathing together after lunch halve the calls for help."),
        paragraph("Why <it> works", style="Heading 1"),
        picture("A talking board"),
        picture(""),
    )
    (tree / "Calm Starts.docx").write_bytes(word_file(*blocks))

    report = run(content, tree)

    article = articles(content)["calm-starts"]
    assert (article.title, article.source) == ("Calm starts", "Calm Starts.docx")
    assert article.summary == "Ten minutes of breathing together after lunch halve the calls for help."
    assert "## Why &lt;it> works" in article.body
    assert "*Picture: A talking board*" in article.body
    assert report.entries[0].reason.startswith(
        "picture 1 cannot be taken: This is not a picture that can be shown"
    )
    assert report.entries[0].reason.endswith("2 pictures left out: add them in the editor")
    assert validate(content) == ()


def test_one_file_can_be_imported_by_itself(content: Path, tree: Path) -> None:
    write_text(tree / "a.md", CALM)
    write_text(tree / "b.md", CALM)

    assert verdicts(run(content, tree / "b.md")) == {"b.md": "imported"}


@pytest.mark.slow
def test_hostile_texts_become_sound_articles(content: Path, tree: Path) -> None:
    texts = commonmark_texts()
    payloads = script_payloads()
    texts += ["\n\n".join(payloads[start : start + 50]) for start in range(0, len(payloads), 50)]
    for number, text in enumerate(texts):
        (tree / f"text-{number}.md").write_bytes(f"# Text {number}\n\n{text}".encode("utf-8", "replace"))

    report = run(content, tree)

    assert report.count(Verdict.IMPORTED) + report.count(Verdict.SKIPPED) == len(texts)
    assert report.count(Verdict.IMPORTED) > 0.9 * len(texts)
    assert validate(content) == ()


@pytest.mark.slow
def test_seven_hundred_real_pages_come_in_whole_and_sound(content: Path) -> None:
    source = shared("data/dfe-support-ect/md")
    pages = sum(1 for _ in source.rglob("*.md"))

    report = run(content, source)
    again = run(content, source)

    found = articles(content)
    assert report.count(Verdict.IMPORTED) == len(found) == pages
    assert again.count(Verdict.UNCHANGED) == pages
    assert len({article.title for article in found.values()}) == pages
    assert sum(1 for article in found.values() if not article.summary) <= 1
    assert {article.source for article in found.values()} == {
        path.relative_to(source).as_posix() for path in source.rglob("*.md")
    }
    challenge = found["ambition-institute-year-1-behaviour-autumn-week-4-ect-teaching-challenge"]
    assert challenge.title == "Week 4: directing attention – Teaching challenge"
    front = found["ambition-institute-year-1-behaviour"].body
    assert "(ambition-institute-year-1-behaviour-autumn-week-4-ect-teaching-challenge.md)" in front
    text = "".join(article.body for article in found.values())
    assert not any(
        mark in text for mark in ("<iframe", "<a ", "<br", "<td", "{details}", "$Summary", "&nbsp;")
    )
    assert validate(content) == ()
