from __future__ import annotations

import time

import pytest

from kb.actions.validating import MOST_IN_ONE_TEXT, validate
from kb.domain.errors import BadRequest
from tests.samples import CONTENT, make_article, write_content, write_text


def told(content, only=None) -> list[tuple[str, int, str]]:
    mistakes = validate(content, only)
    return [
        (mistake.path.relative_to(content).as_posix(), mistake.line, mistake.message) for mistake in mistakes
    ]


def in_body(tmp_path, body: str) -> list[tuple[int, str]]:
    """What is told about a text that stands alone; lines are counted from its first."""
    content = write_content(tmp_path, [make_article(body=body), make_article(slug="other")])
    write_text(content / "pictures/stairs.webp", "picture")
    above = (content / "articles/calm-starts.md").read_text().index(body[:8])
    first = (content / "articles/calm-starts.md").read_text()[:above].count("\n")
    return [(line - first, message) for _, line, message in told(content)]


def test_a_good_folder_has_no_mistakes(tmp_path):
    assert told(write_content(tmp_path)) == []


def test_the_demo_trust_beside_its_articles_has_no_mistakes():
    assert [mistake for mistake in validate(CONTENT) if mistake.path.parent != CONTENT / "articles"] == []


@pytest.mark.parametrize(
    "body",
    [
        "See [it](other.md), [a part](other.md#costs) and [here](#costs).",
        "See [it](../articles/other.md) and [it](./other.md).",
        "See [it](/articles/other), [the search](/search?q=x) and [home](/).",
        "See [it](https://doi.org/10.1177/1529100612453266) or [write](mailto:a@example.org).",
        "![Stairs with a handrail](../pictures/stairs.webp) and ![Stairs](pictures/stairs.webp)",
        "![Stairs](/pictures/stairs.webp)\n\n[Larger](../pictures/stairs.webp)",
        "`[code](nothing.md)`\n\n```\n# code\n![](x.gif)\n```",
        "- [ ] task\n- [x] done\n\nNoted[^1].\n\n[^1]: Here.",
    ],
)
def test_a_link_that_leads_somewhere_is_no_mistake(tmp_path, body):
    assert in_body(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("Words\nand [it](othr.md).", 2, "There is no article ‘othr.md’; did you mean ‘other.md’?"),
        ("Words\n\n[it](other)", 3, "There is no article ‘other’; did you mean ‘other.md’?"),
        ("[it](/articles/othr)", 1, "There is no article ‘/articles/othr’; did you mean ‘other.md’?"),
        ("[it](../../other.md)", 1, "There is no article ‘../../other.md’; did you mean ‘other.md’?"),
        (
            "[it](zzzz.md#part)",
            1,
            "There is no article ‘zzzz.md’; write the file’s name, such as other-article.md.",
        ),
        ("[a][b]\n\n[b]: gone.md", 1, "There is no article ‘gone.md’"),
        ("[it]() again", 1, "This leads nowhere; write the address between the round brackets."),
        (
            "[it](javascript:alert(1))",
            1,
            "A link may not begin with ‘javascript:’; use https, http or mailto.",
        ),
        ("[it](file:///etc/passwd)", 1, "may not begin with ‘file:’"),
        ("![Stairs](../pictures/stair.webp)", 1, "did you mean ‘../pictures/stairs.webp’?"),
        (
            "![Stairs](stairs.webp) here",
            1,
            "There is no picture ‘stairs.webp’; did you mean ‘../pictures/stairs.webp’?",
        ),
        ("![A](../pictures/../../secret.png)", 1, "There is no picture ‘../pictures/../../secret.png’"),
        (
            "![A](pictures/%00.png) here",
            1,
            "There is no picture ‘pictures/?.png’; put it into content/pictures.",
        ),
        ("![A](pictures/" + "x" * 5000 + ".png)", 1, "There is no picture ‘pictures/xxx"),
        ("![A](pictures/drawing.svg)", 1, "save it as WebP, PNG or JPEG"),
        ("![A](https://example.org/x.png)", 1, "Pictures from other sites are not shown"),
        ("![A](//example.org/x.png)", 1, "Pictures from other sites are not shown"),
        ("words\n![](../pictures/stairs.webp)", 2, "This picture has no alternative text"),
        ("words\n![  ](../pictures/stairs.webp)", 2, "This picture has no alternative text"),
        ('words <img src="../pictures/stairs.webp">', 1, "This picture has no alternative text"),
        ("words\n\n# A title", 3, "A heading with one # is kept for the title; begin this one with ##."),
        ("words\n\nA title\n=======", 3, "A heading with one # is kept"),
        ("words\n\n```\ncode", 3, "A code block begins here and never ends"),
    ],
)
def test_a_mistake_in_the_text_is_told_with_its_line(tmp_path, body, line, words):
    ((found, message),) = in_body(tmp_path, body)

    assert (found, words in message) == (line, True), message


def test_a_text_is_looked_through_even_when_its_front_matter_is_wrong(tmp_path):
    content = write_content(tmp_path, [make_article(body="[it](gone.md)", themes=("zonez",))])

    assert ["zonez" in message or "gone.md" in message for _, _, message in told(content)] == [True, True]


def test_links_work_from_and_to_folders(tmp_path):
    inner = make_article(
        slug="inner", path="articles/sub/inner.md", body="[up](../outer.md) [by name](outer.md)"
    )
    outer = make_article(slug="outer", body="[down](sub/inner.md) [by name](inner.md)")

    assert told(write_content(tmp_path, [inner, outer])) == []


def test_one_text_never_fills_the_page_with_mistakes(tmp_path):
    others = [make_article(slug=f"article-{number}") for number in range(300)]
    broken = make_article(body="[a](artcle-1.md)\n" * 8_000)
    content = write_content(tmp_path, [broken, *others])
    began = time.process_time()

    assert len(told(content)) == MOST_IN_ONE_TEXT
    assert time.process_time() - began < 10


def test_a_review_is_due_after_the_last_one(tmp_path):
    text_changes = make_article(review_by=make_article().published)
    content = write_content(tmp_path, [text_changes])
    lines = (content / "articles/calm-starts.md").read_text().split("\n")

    ((_, line, message),) = told(content)

    assert lines[line - 1].startswith("review_by:")
    assert message == "‘review_by’ is before ‘reviewed’ (2026-09-01); put a later day here."


@pytest.mark.parametrize(
    ("scheme", "old", "new", "words"),
    [
        ("needs", "- id: dyslexia", "- id: autism", "‘autism’ is already on line"),
        (
            "needs",
            "parent: semh",
            "parent: sehm",
            "‘adhd’ has parent ‘sehm’, which is no term here; did you mean ‘semh’?",
        ),
        ("subjects", "replaced_by: computing", "replaced_by: computin", "did you mean ‘computing’?"),
        ("subjects", "replaced_by: computing", "replaced_by: ict", "replaced by a retired term"),
        ("themes", "strand: phonics", "strand: phonix", "did you mean ‘phonics’?"),
        (
            "provisions",
            "aliases: [mainstream,",
            "aliases: [EOTAS,",
            "‘EOTAS’ of ‘mainstream’ is the id of another term",
        ),
        ("provisions", "    footing:", "    footings:", "did you mean ‘footing’?"),
        ("provisions", "- id: eotas", "- id: EOTAS!", "small letters"),
        ("roles", "    label: Teacher\n", "", "‘label’ is missing from a term"),
        ("roles", "version:", "versions:", "‘version’ is missing from a vocabulary file"),
        ("roles", "terms:\n", "terms: many\nx:\n", "‘terms’ takes a list"),
        ("phases", "- id: nursery", "- [nursery]\n  - id: nursery", "A term needs keys with values"),
    ],
)
def test_a_mistake_in_the_vocabulary_is_told(tmp_path, scheme, old, new, words):
    content = write_content(tmp_path, [])
    path = content / f"vocabulary/{scheme}.yaml"
    text = path.read_text()
    assert old in text
    write_text(path, text.replace(old, new, 1))

    found = told(content)

    assert any(words in message for _, _, message in found), found
    assert all(line > 0 for _, line, _ in found)


def test_a_term_that_is_its_own_wider_term_is_told(tmp_path):
    content = write_content(tmp_path, [])
    path = content / "vocabulary/provisions.yaml"
    write_text(
        path,
        path.read_text().replace("- id: inclusion-base\n", "- id: inclusion-base\n    parent: sen-unit\n"),
    )

    messages = [message for _, _, message in told(content)]

    assert "‘inclusion-base’ is its own wider term; name another parent." in messages


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Provision,XX,something,equal", "The kind ‘equal’ is not known; did you mean ‘eq’?"),
        ("Provision,XX,something,", "The column ‘kind’ is empty"),
        ("Provision, ; ,something,eq", "The column ‘typed’ is empty"),
        ("Provision,XX,,eq", "The column ‘expands_to’ is empty"),
        (",XX,something,eq", "The column ‘group’ is empty"),
        ("Provision,XX,something", "This row has 3 columns; it needs 4"),
        (
            "Provision,XX; senco,something,eq",
            "‘senco’ is already typed on line 4; put the meanings into one row.",
        ),
        ('Provision,"XX,something,eq', "A quotation mark in this row is opened and not closed"),
    ],
)
def test_a_mistake_in_the_synonyms_is_told_with_its_line(tmp_path, row, words):
    content = write_content(tmp_path, [])
    path = content / "synonyms.csv"
    rows = path.read_text().rstrip("\n").count("\n") + 1
    write_text(path, f"{path.read_text()}{row}\n")

    ((name, line, message),) = told(content)

    assert (name, line, words in message) == ("synonyms.csv", rows + 1, True), message


def test_the_synonyms_need_their_header(tmp_path):
    content = write_content(tmp_path, [])
    write_text(content / "synonyms.csv", "typed,group,expands_to,kind\nG,T,E,eq\n")

    assert told(content) == [("synonyms.csv", 1, "The first line must be group,typed,expands_to,kind.")]


def test_a_row_over_several_lines_is_told_by_its_first(tmp_path):
    content = write_content(tmp_path, [])
    write_text(content / "synonyms.csv", 'group,typed,expands_to,kind\r\nG,"a\nb",E,eq\r\n\r\nG,c,E,bad\r\n')

    assert [(line, "‘bad’" in message) for _, line, message in told(content)] == [(5, True)]


def test_mistakes_come_by_file_and_line(tmp_path):
    texts = {"articles/a.md": "no", "articles/b.md": "---\ntitle: x\nsummry: y\n---\n# Oh\n[a](gone.md)"}
    content = write_content(tmp_path, [], texts=texts)
    write_text(content / "schools.yaml", "x: y")

    found = told(content)

    assert [(name, line) for name, line, _ in found] == sorted((name, line) for name, line, _ in found)
    assert [name for name, _, _ in found][:1] == ["articles/a.md"]
    assert found[-1][0] == "schools.yaml"


def test_one_file_or_folder_can_be_asked_alone(tmp_path, monkeypatch):
    content = write_content(tmp_path, [], texts={"articles/a.md": "no", "articles/b/c.md": "no"})
    write_text(content / "schools.yaml", "x: y")
    monkeypatch.chdir(tmp_path)

    for only in (content / "articles/a.md", tmp_path / "content/../content/articles/a.md"):
        assert [name for name, _, _ in told(content, only)] == ["articles/a.md"]
    (mistake,) = validate(content.relative_to(tmp_path), content / "articles/b")
    assert mistake.path.as_posix() == "content/articles/b/c.md"
    assert [mistake.path.name for mistake in validate(content, content / "articles")] == ["a.md", "c.md"]
    assert [
        mistake.path.name for mistake in validate(content, (content / "articles/a.md").relative_to(content))
    ] == ["a.md"]


def test_a_link_can_be_asked_alone(tmp_path):
    content = write_content(tmp_path, [])
    (content / "articles/x.md").symlink_to(tmp_path / "elsewhere.md")

    assert [name for name, _, _ in told(content, content / "articles/x.md")] == ["articles/x.md"]


def test_a_file_that_is_not_there_or_not_ours_is_refused(tmp_path):
    content = write_content(tmp_path, [])
    write_text(tmp_path / "other.md", "x")

    with pytest.raises(BadRequest, match="is not there"):
        validate(content, content / "articles/gone.md")
    with pytest.raises(BadRequest, match="not in the content folder"):
        validate(content, tmp_path / "other.md")


def test_no_content_folder_is_one_mistake(tmp_path):
    (mistake,) = validate(tmp_path / "nothing")

    assert "kb init" in mistake.message
