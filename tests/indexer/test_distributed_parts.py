"""Addresses, names, expressions and packed counts: what keeps a search server's answers honest."""

from __future__ import annotations

import sys

import pytest

from indexer.distributed import MilvusEngine
from indexer.distributed_address import server_address
from indexer.distributed_packing import (
    LONGEST_FIELD,
    in_turns,
    packed,
    packed_words,
    term_hash,
    unpacked,
    unpacked_words,
)
from indexer.distributed_schema import alias_of, allowed, holding, key_of, label, said, unsaid
from indexer.document import Filters
from indexer.errors import EngineUnavailable, IndexDamaged

ADDRESS = server_address("milvus://search.example.org")
EVIL = ('public"] or trust != "', "a'b", 'a\\"b', "a\nb", "\x00", '{"x"}', "ks1%", "é", "a=b", "[]", "日本")


def test_an_address_says_everything(tmp_path):
    (tmp_path / "token").write_text("root:secret\n")

    address = server_address(
        f"milvus://search.example.org:19531?token-file={tmp_path}/token&tls=1&database=schools&trust=our-trust&timeout=2"
    )

    assert (address.uri, address.database) == ("https://search.example.org:19531", "schools")
    assert (address.trust, address.timeout, address.token()) == ("our-trust", 2.0, "root:secret")
    assert "secret" not in repr(address)


def test_an_address_has_defaults():
    assert (ADDRESS.uri, ADDRESS.index, ADDRESS.token()) == ("http://search.example.org:19530", "kb", "")
    assert server_address("milvus://[::1]:1").uri == "http://[::1]:1"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("milvus://", "there is no host"),
        ("milvus://host:port", "Port could not be cast"),
        ("milvus://user:secret@host", "parts too many"),
        ("milvus://host/path", "parts too many"),
        ("milvus://host?colour=red", "‘colour’ is not known"),
        ("milvus://host?tls=perhaps", "‘tls’ must be 1 or 0"),
        ("milvus://host?timeout=never", "‘timeout’ must be seconds"),
        ("milvus://host?timeout=0", "from 0.05 to 60 seconds"),
        ("milvus://host?trust=a b", "letters, digits and hyphens"),
        ("milvus://host?consistency=never", "bounded or strong"),
    ],
)
def test_a_wrong_address_is_refused_with_its_form_and_without_its_options(address, reason):
    with pytest.raises(EngineUnavailable) as refused:
        server_address(address)

    assert reason in str(refused.value)
    assert "Write milvus://host:port" in str(refused.value)


def test_a_missing_token_file_is_named(tmp_path):
    address = server_address(f"milvus://host?token-file={tmp_path}/none")

    with pytest.raises(EngineUnavailable, match="none of the search server cannot be read"):
        address.token()


def test_without_the_client_library_the_sentence_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymilvus", None)

    with pytest.raises(EngineUnavailable, match=r"\[distributed\]"):
        MilvusEngine("milvus://host")


@pytest.mark.parametrize("value", EVIL)
def test_no_value_ends_its_string_early(value):
    expression = allowed(
        ADDRESS, Filters(visibilities=frozenset({value}), facets={value: frozenset({value})})
    )

    assert unsaid(said(value)) == value
    assert expression.count('"') == 6
    assert not set(said(value)) & set("\"'\\\n\x00[]{}=")


def test_different_values_stay_different():
    assert len({said(value) for value in EVIL}) == len(EVIL)
    assert label("a=b", "c") != label("a", "b=c")
    assert key_of(ADDRESS, "a") != key_of(server_address("milvus://h?trust=other"), "a")
    assert alias_of(server_address("milvus://h?trust=a-b")) != alias_of(
        server_address("milvus://h?trust=a_b")
    )


def test_a_phrase_says_nothing_but_letters_digits_and_spaces():
    assert holding("exact", ' a%b_c" or 1 == 1 ') == 'exact like "% abc or 1  1 %"'
    assert holding("stemmed", " read ", is_there=False) == 'not (stemmed like "% read %")'


def test_counts_come_back_as_they_were():
    counts = {"calm": 3.5, "lunch": 1.0, "q&a": 2.0}

    back = unpacked(packed(counts))

    assert dict(zip(back.hashes.tolist(), back.counts.tolist(), strict=True)) == {
        term_hash(term): count for term, count in counts.items()
    }
    assert list(back.hashes) == sorted(back.hashes)
    assert unpacked_words(packed_words({"calm": 3, "a\tb": 1})) == {"calm": 3, "a\tb": 1}
    assert len(unpacked(packed({})).hashes) == 0


def test_a_text_of_many_words_keeps_those_it_uses_most():
    many = {f"word{number}": float(1 + number % 7) for number in range(40_000)}

    text = packed(many)
    kept = unpacked(text)

    assert len(text) <= LONGEST_FIELD
    assert kept.counts.min() > 1.0
    assert len(packed_words({word: int(count) for word, count in many.items()})) <= LONGEST_FIELD


def test_every_different_term_comes_before_the_second_time_of_any():
    assert in_turns({"calm": 3, "lunch": 1.4, "q&a": 2}) == " calm lunch qanda calm qanda calm "
    assert len(in_turns({"calm": 10_000.0}, longest=100).encode()) <= 100


def test_damaged_counts_are_noticed():
    with pytest.raises(IndexDamaged):
        unpacked("no base64 at all!")
