"""What can go wrong in the indexer, each with a sentence that says what to do.

IndexerError
├── BadQuery            the question cannot be asked like this
├── WrongDimension      a vector does not fit the index
├── IndexMissing        there is no index to search
├── IndexDamaged        a file of the index is not what was written
├── IndexUnusable       every generation of it is damaged
├── IndexBusy           another process is building it
├── IndexNotWritten     a new generation could not be stored
├── ModelUnusable       the embedding model is missing or not the one expected
└── EngineUnavailable   the engine cannot be opened or has gone away
"""

from __future__ import annotations

from collections.abc import Sequence


class IndexerError(Exception):
    """Something a person can mend; ``str()`` is one sentence that says how."""


class BadQuery(IndexerError):
    """The question cannot be asked like this."""


class WrongDimension(IndexerError):
    """A vector does not have the index's dimension."""

    def __init__(self, *, got: int, built_with: int) -> None:
        super().__init__(
            f"The index was built with {built_with}-dimensional vectors and got {got}. "
            "Build it again with ‘kb index --rebuild’."
        )


class IndexMissing(IndexerError):
    """There is no index to search."""

    def __init__(self) -> None:
        super().__init__("There is no search index yet. Build it with ‘kb index’.")


class IndexDamaged(IndexerError):
    """A file of the index is missing, cut short or changed."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The search index file {name} {reason}. Build it again with ‘kb index --rebuild’.")
        self.name = name


class IndexUnusable(IndexerError):
    """Every generation of the index is damaged."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(f"The search index cannot be used: {problems[0]}")
        self.problems = tuple(problems)


class IndexBusy(IndexerError):
    """Another process is building the index."""

    def __init__(self) -> None:
        super().__init__("Another ‘kb index’ is running. Wait until it has finished and try again.")


class IndexNotWritten(IndexerError):
    """A new generation of the index could not be stored."""

    def __init__(self, reason: object) -> None:
        super().__init__(
            f"The search index could not be written ({reason}). Make room on the disk, check who may write there "
            "and run ‘kb index’ again; the old index serves on."
        )


class ModelUnusable(IndexerError):
    """The embedding model is missing or is not the one expected."""


class EngineUnavailable(IndexerError):
    """The engine cannot be opened or has gone away."""
