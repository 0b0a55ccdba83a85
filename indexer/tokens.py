"""How long a text is to a model, counted without loading the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tokenizers import Tokenizer

from indexer.errors import ModelUnusable


def token_count(tokenizer: Path) -> Callable[[str], int]:
    """A function that counts the tokens of a text, without the two the model adds at both ends.

    Importing the model's own library takes longer than indexing a small collection.

    tokenizer  the file tokenizer.json of a model

    Raises ModelUnusable when the file is none.
    """
    try:
        loaded = Tokenizer.from_file(str(tokenizer))
    except Exception as error:  # tokenizers raises its own, undocumented kinds
        raise ModelUnusable(
            f"{tokenizer} cannot be read ({type(error).__name__}). Point KB_MODEL at a complete model."
        ) from error
    loaded.no_truncation()  # the file carries the limits of its training
    loaded.no_padding()
    return lambda text: len(loaded.encode(text, add_special_tokens=False).ids)
