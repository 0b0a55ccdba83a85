from __future__ import annotations

import re
import time

import pytest

from kb.domain.article import Visibility
from kb.domain.library import Library
from kb.storage.content import article_text, front_matter_of, load_library, read_article_text
from tests.samples import CONTENT, make_article

LINES = article_text(front_matter_of(make_article()), "We met the class at the door.").split("\n")


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(CONTENT)


def changed(**values: str) -> str:
    """The sample article with some lines of its front matter changed; an empty value takes the key out."""
    front, _, body = "\n".join(LINES[1:]).partition("\n---\n")
    kept = {block.partition(":")[0]: block for block in re.split(r"\n(?=\w)", front)}
    for key, value in values.items():
        kept[key] = f"{key}: {value}" if value else ""
    return "\n".join(["---", *filter(None, kept.values()), "---", body])


def line_of(key: str, text: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), start=1) if line.startswith(f"{key}:"))


def mistakes_in(text: str, library: Library) -> list[tuple[int, str]]:
    article, mistakes = read_article_text(text, slug="sample", vocabulary=library)
    assert (article is None) is bool(mistakes)
    return [(mistake.line, mistake.message) for mistake in mistakes]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key_stage": "[ks1]"}, "‘key_stage’ is not a key of an article; did you mean ‘key_stages’?"),
        ({"key_stages": "[ks7]"}, "‘ks7’, which is not in the vocabulary; did you mean ‘ks5’?"),
        ({"provisions": "[mainstraem]"}, "did you mean ‘mainstream’?"),
        ({"provisions": "[PRU]"}, "did you mean ‘alternative-provision’?"),
        ({"needs": "[anxity]"}, "did you mean ‘anxiety’?"),
        ({"themes": "[deescalation]"}, "did you mean ‘de-escalation’?"),
        ({"roles": "[class teacher]"}, "did you mean ‘teacher’?"),
        ({"subjects": "[mathss]"}, "did you mean ‘maths’?"),
        ({"subjects": "[ict]"}, "‘ict’, which is retired; write ‘computing’ instead"),
        ({"roles": "[nqt]"}, "‘nqt’, which is retired; write ‘ect’ instead"),
        ({"school": "castlebridge-primary"}, "did you mean ‘castle-bridge-primary’?"),
        ({"school": "Castle Bridge Primary School"}, "did you mean ‘castle-bridge-primary’?"),
        ({"references": "[dunlosky2013]"}, "did you mean ‘dunlosky-2013’?"),
        ({"type": "casestudy"}, "did you mean ‘case-study’?"),
        ({"visibility": "everyone"}, "‘visibility’ says ‘everyone’, which is not known"),
        ({"key_stages": "[all, ks2]"}, "leave the others out"),
        ({"key_stages": "[ks1, ks1]"}, "‘ks1’ twice"),
        ({"key_stages": "[]"}, "‘key_stages’ is empty"),
        ({"key_stages": "ks1"}, "‘key_stages’ takes a list"),
        ({"key_stages": "[[ks1]]"}, "one item is a list"),
        ({"authors": "[A. Example, ]"}, None),
        ({"authors": "[A. Example, '']"}, "‘authors’ takes texts"),
        ({"title": "[Calm]"}, "‘title’ takes one text, and here is a list"),
        ({"title": "Calm"}, "‘title’ has 4 characters; write 5 to 120"),
        ({"title": "x" * 121}, "‘title’ has 121 characters"),
        ({"title": "x" * 120}, None),
        ({"summary": "x" * 301}, "‘summary’ has 301 characters; write 1 to 300"),
        ({"summary": "x" * 300}, None),
        ({"published": "2026-02-30"}, "‘2026-02-30’, which is not a day"),
        ({"published": "2 March 2026"}, "write a day such as 2026-03-02"),
        ({"published": "20260302"}, "which is not a day"),
        ({"published": "2026-09-02"}, "‘reviewed’ is before ‘published’ (2026-09-02)"),
        ({"illustrative": "yes"}, "write true or false"),
        ({"illustrative": ""}, None),
        ({"needs": ""}, None),
        ({"roles": ""}, None),
        ({"local": "5"}, "‘local’ takes keys with values"),
        (
            {"local": "{outcome: worked, how_we_know: We counted., level: 2, pupil: 3}"},
            "did you mean ‘pupils’?",
        ),
        ({"local": "{outcome: worked, level: 2}"}, "‘how_we_know’ is missing from ‘local’"),
        ({"local": "{outcome: good, how_we_know: x, level: 2}"}, "‘outcome’ says ‘good’"),
        ({"local": "{outcome: mixed, how_we_know: x, level: 6}"}, "a whole number from 1 to 5"),
        ({"local": "{outcome: mixed, how_we_know: x, level: 2.0}"}, "a whole number from 1 to 5"),
        (
            {"local": "{outcome: mixed, how_we_know: x, level: 2, staff_hours_week: .nan}"},
            "write a number from 0",
        ),
        ({"local": "{outcome: mixed, how_we_know: x, level: 2, pupils: -1}"}, "a whole number from 0"),
        (
            {"local": "{outcome: mixed, how_we_know: x, level: 2, cost_band: cheapish}"},
            "not in the vocabulary",
        ),
        ({"evidence": "[{strand: phonix}]"}, "did you mean ‘phonics’?"),
        ({"evidence": "[{strand: de-escalation}]"}, "did you mean ‘behaviour-interventions’?"),
        ({"evidence": "[{months: 5, strand: phonics}]"}, "‘months’ is not a key of an item of ‘evidence’"),
        ({"evidence": "[phonics]"}, "An item of ‘evidence’ needs keys with values"),
        ({"evidence": "phonics"}, "‘evidence’ takes a list"),
        ({"unstated": "[owner]", "owner": ""}, "Only an imported article may leave keys unstated"),
        ({"source": "a.docx", "unstated": "[owners]"}, "did you mean ‘owner’?"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_line_and_the_nearest_valid_one(library, changes, words):
    text = changed(**changes)

    found = mistakes_in(text, library)

    assert [words is not None and words in message for _, message in found] == (
        [] if words is None else [True]
    ), found
    if words and "reviewed" not in words:
        key = "unstated" if "unstated" in changes else next(iter(changes))
        assert found[0][0] == line_of(key, text)


@pytest.mark.parametrize(
    "key",
    [
        "type",
        "title",
        "summary",
        "key_stages",
        "provisions",
        "themes",
        "school",
        "authors",
        "visibility",
        "published",
        "reviewed",
        "review_by",
        "owner",
    ],
)
def test_a_required_key_must_be_there_and_hold_something(library, key):
    for text in (changed(**{key: ""}), changed(**{key: "~"})):
        assert f"‘{key}’ is missing from an article; add it." in [
            message for _, message in mistakes_in(text, library)
        ]


def test_a_title_has_single_spaces_and_one_line(library):
    text = changed(title='"Calm   starts\n\n  after lunch "')

    article, _ = read_article_text(text, slug="sample", vocabulary=library)

    assert article is not None
    assert article.title == "Calm starts after lunch"


def test_a_case_study_says_what_the_school_found(library):
    text = changed(local="")

    assert mistakes_in(text, library) == [
        (line_of("type", text), "A case study needs ‘local’ with outcome, how_we_know and level; add it.")
    ]


def test_a_research_summary_names_a_strand(library):
    text = changed(type="research-summary", evidence="[]")

    assert [message for _, message in mistakes_in(text, library)] == [
        "A research summary needs ‘evidence’ with at least one strand; add it."
    ]


def test_every_mistake_of_a_file_is_told_at_once(library):
    keys = (
        "type",
        "title",
        "summary",
        "key_stages",
        "school",
        "published",
        "review_by",
        "references",
        "local",
    )

    found = mistakes_in(changed(**dict.fromkeys(keys, "x")), library)

    assert len(found) == len(keys) - 1  # the summary may well be ‘x’


def test_an_imported_article_may_leave_unstated_what_the_import_could_not_fill(library):
    text = (
        "---\ntype: case-study\ntitle: From an old site\nsource: old/page.md\n"
        "unstated: [summary, key_stages, provisions, themes, school, authors, visibility, published,"
        " reviewed, review_by, owner, local]\n---\nText."
    )

    article, mistakes = read_article_text(text, slug="old-page", vocabulary=library)

    assert mistakes == ()
    assert article is not None
    assert (article.source, article.summary, article.key_stages) == ("old/page.md", "", ())
    assert (article.published, article.owner, article.local) == (None, None, None)
    assert (article.visibility, len(article.unstated)) == (Visibility.TRUST, 12)


@pytest.mark.parametrize("key", ["type", "title"])
def test_even_an_imported_article_has_a_type_and_a_title(library, key):
    text = changed(**{key: "", "source": "old.md", "unstated": f"[{key}]"})

    assert f"‘{key}’ is missing from an article; add it." in [
        message for _, message in mistakes_in(text, library)
    ]


def test_thousands_of_unknown_words_do_not_take_long(library):
    many = changed(themes="[" + ",".join(f"t{number}" for number in range(2_500)) + "]")
    keys = "\n".join([LINES[0], *[f"k{number}: x" for number in range(1_800)], *LINES[1:]])
    began = time.process_time()

    assert [message for _, message in mistakes_in(many, library)] == [
        "‘themes’ has 2500 items; keep at most 100."
    ]
    assert len(mistakes_in(keys, library)) == 20
    assert time.process_time() - began < 3
