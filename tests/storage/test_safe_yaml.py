from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.domain.errors import ContentInvalid, Mistake
from kb.storage import safe_yaml
from kb.storage.content_files import read_text
from kb.storage.safe_yaml import Kind, Node, parse
from tests.samples import shared

HERE = Path("some.yaml")
LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{new}: &{new} [{','.join([f'*{old}'] * 9)}]" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both of PyYAML's parsers: the quick one may be missing on somebody's machine."""
    monkeypatch.setattr(safe_yaml, "_PARSER", getattr(yaml, request.param))


def refusal(text: str, **options: int) -> Mistake:
    with pytest.raises(ContentInvalid) as caught:
        parse(text, path=HERE, **options)
    (mistake,) = caught.value.mistakes
    return mistake


def line_of_refusal(text: str, largest: int = 16_000) -> int | None:
    """The line of the mistake, or None when the text can be read."""
    try:
        parse(text, path=HERE, largest=largest)
    except ContentInvalid as error:
        return error.mistakes[0].line
    return None


def plain(node: Node) -> object:
    if node.kind is Kind.MAPPING:
        return {key: plain(value) for key, value in node.entries.items()}
    if node.kind is Kind.LIST:
        return [plain(item) for item in node.items]
    return node.text if node.kind is Kind.TEXT else None


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "on",
        "2026-02-30",
        "2026-03-02",
        "12:30:45",
        "0o17",
        "017",
        "1_000",
        "1e3",
        ".inf",
        "0x1F",
        "true",
    ],
)
def test_a_plain_value_stays_the_word_that_was_typed(word):
    assert plain(parse(f"key: {word}\nother: [{word}]", path=HERE)) == {"key": word, "other": [word]}


def test_a_key_stays_the_word_that_was_typed():
    assert plain(parse("no: no\n12: x\n2026-03-02: y", path=HERE)) == {
        "no": "no",
        "12": "x",
        "2026-03-02": "y",
    }


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_an_empty_value_is_nothing_and_a_quoted_one_is_a_text(nothing):
    assert plain(parse(f"key: {nothing}\nquoted: '{nothing}'", path=HERE)) == {"key": None, "quoted": nothing}


def test_every_key_and_list_item_knows_its_line():
    root = parse(
        "title: a\nlist:\n  - x\n\n  - y\nlocal:\n  level: 2\nflow: [p,\n  q]", path=HERE, first_line=10
    )

    assert {key: node.line for key, node in root.entries.items()} == {
        "title": 10,
        "list": 11,
        "local": 15,
        "flow": 17,
    }
    assert [item.line for item in root.entries["list"].items] == [12, 14]
    assert root.entries["local"].entries["level"].line == 16
    assert [item.line for item in root.entries["flow"].items] == [17, 18]


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n", "---\n"])
def test_a_text_without_values_is_nothing(text):
    assert parse(text, path=HERE).kind is Kind.NOTHING


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: &x 2", 2, "& or *"),
        ("a: 1\nb: *x", 2, "& or *"),
        ("a: 1\n&x b: 2", 2, "& or *"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "special type"),
        ("a: 1\nb: !x y", 2, "special type"),
        ("a: 1\nb: 2\na: 3", 3, "already on line 1"),
        ("x:\n  a: 1\n  a: 2", 3, "already on line 2"),
        ("{a: 1, a: 2}", 1, "already on line 1"),
        ("a: 1\n? [b]\n: 2", 2, "single word"),
        ("{a: 1,\n? : 2}", 2, "without a key"),
        ("a: 1\n: 2", 2, "like the one above"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("a: one\nb: two: three", 2, "colon"),
        ("a: 1\nb\n\n", 2, "needs a key, a colon"),
        ("a: 1\nb\nc: 3", 2, "needs a key, a colon"),
        ("a: 1\nb: 2\n c: 3\n", 3, "colon"),
        ("a: 1\nb:\n   c: 1\n  d: 2\n\n", 4, "indent this line"),
        ("a: 1\nb: 'two\n\n", 2, "quotation mark"),
        ("a: 1\nb: [two\nc: 3", 2, "bracket"),
        ("a: 1\nb: {two: 3", 2, "bracket"),
        ("a: 1\n\tb: 2", 2, "tabs"),
        ("a: 1\nb: @two", 2, "quote"),
        ("a: 1\nb: - x", 2, "list"),
        ("a: 1\nb: x\0y", 2, "U+0000"),
        ("a: 1\nb: x\u2028y", 2, "U+2028"),
        ("a: 1\nb: x\ud800y", 2, "U+D800"),
        ('a: 1\nb: "x\\0y"', 2, "U+0000"),
        ('a: 1\nb: "x\\eb"', 2, "U+001B"),
        ('a: 1\n"\\x07": 2', 2, "U+0007"),
        ('a: 1\nb: "\\Uffffffff"', 2, "read as YAML"),
        ("%YAML 3.0\n--- a", 1, "read as YAML"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_line_and_advice(text, line, words):
    mistake = refusal(text)

    assert (mistake.path, words in mistake.message) == (HERE, True), mistake.message
    # The slower parser tells only the text, not the line, of an impossible character.
    assert mistake.line == line or ("Uffffffff" in text and mistake.line == 1)


def test_a_billion_laughs_are_not_laughed():
    began = time.process_time()

    assert "& or *" in refusal(LAUGHS).message
    assert time.process_time() - began < 2


@pytest.mark.parametrize("text", ["[" * 15_000, "{a: " * 3_000, "- " * 7_000 + "x", "? " * 7_000 + "x"])
def test_deep_nesting_is_refused_and_quickly(text):
    began = time.process_time()

    assert refusal(text).line == 1
    assert time.process_time() - began < 2


def test_twenty_levels_are_allowed_and_twenty_one_are_not():
    assert parse("[" * 20 + "]" * 20, path=HERE).kind is Kind.LIST
    assert "20 levels" in refusal("[" * 21 + "]" * 21).message


def test_the_size_is_counted_in_bytes():
    parse("a: " + "x" * 96, path=HERE, largest=100)

    assert "longer than" in refusal("a: " + "é" * 49, largest=100).message
    assert "longer than 16 kB" in refusal("a: " + "x" * 16_000).message


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter():
    root = parse("\ufeffa: 1\r\nb:\r\n  - x\r\n", path=HERE)

    assert plain(root) == {"a": "1", "b": ["x"]}
    assert root.entries["b"].items[0].line == 3


@pytest.mark.parametrize(
    "raw", [b"a: 1\nb: caf\xe9", "a: 1\nb: x".encode("utf-16"), b"a: 1\nb: \xed\xa0\x80"]
)
def test_bytes_that_are_not_utf_8_are_refused(tmp_path, raw):
    path = tmp_path / "file.yaml"
    path.write_bytes(raw)

    with pytest.raises(ContentInvalid) as caught:
        read_text(path, largest=100)

    assert "UTF-8" in caught.value.mistakes[0].message
    assert caught.value.mistakes[0].line == (1 if b"\xff\xfe" in raw else 2)


def _hostile() -> list[str]:
    """The YAML test suite: each file as it is, and every example that it carries."""
    texts = []
    for path in sorted(shared("data/hostile/yaml/src").glob("*.yaml")):
        texts.append(path.read_text(encoding="utf-8"))
        for example in yaml.load(texts[-1], Loader=yaml.BaseLoader):
            if "yaml" in example:
                marked = (
                    example["yaml"]
                    .replace("␣", " ")
                    .replace("↵", "")
                    .replace("∎\n", "")
                    .replace("⇔", "\ufeff")
                )
                texts.append(
                    marked.replace("←", "\r").replace("———»", "\t").replace("——»", "\t").replace("»", "\t")
                )
    return texts


def test_the_yaml_test_suite_gives_values_or_a_mistake_with_a_line():
    texts = _hostile()

    lines = [(line_of_refusal(text, largest=100_000), text.count("\n") + 1) for text in texts]

    assert all(line is None or 1 <= line <= last for line, last in lines)
    assert len(texts) > 700
    assert 200 < sum(line is None for line, _ in lines) < len(texts) - 200  # both ways are walked


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-[]{}&*!|>'\"%@`#?,\\ \n\t\r\ufeff\0\x85\u2028é😀\ud800"), max_size=60))
def test_any_text_gives_values_or_a_mistake(text):
    line = line_of_refusal(text)

    assert line is None or line >= 1
