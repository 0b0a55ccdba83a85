"""Lengths counted without the model are the model's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.embedder import SentenceEmbedder
from indexer.errors import ModelUnusable
from indexer.model import find_model
from indexer.tokens import token_count
from tests.hostile import naughty_strings
from tests.samples import CONTENT


@pytest.mark.slow
def test_every_text_has_the_length_that_the_model_sees() -> None:
    model = find_model()
    assert model.tokenizer
    count, own = token_count(model.tokenizer), SentenceEmbedder(model)
    texts = [path.read_text("utf-8") for path in sorted((CONTENT / "articles").glob("*.md"))[:12]]

    for text in [*texts, *naughty_strings(), "", " ", "wort " * 2000]:
        assert count(text) == own.count(text), text[:60]


def test_a_file_that_is_no_tokenizer_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")

    with pytest.raises(ModelUnusable, match="KB_MODEL"):
        token_count(tmp_path / "tokenizer.json")
