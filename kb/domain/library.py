"""What stands beside the articles and makes their ids mean something, and what reading the articles gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.domain.article import Article, Figure, Reference
from kb.domain.errors import Mistake
from kb.domain.school import Group
from kb.domain.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The vocabulary, the group of schools, and the figures and publications that articles cite.

    figures     by the id of their strand
    references  by their key
    """

    taxonomy: Taxonomy
    group: Group
    figures: Mapping[str, Figure]
    references: Mapping[str, Reference]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Every article that could be read, by path, and every mistake in those that could not."""

    articles: tuple[Article, ...]
    mistakes: tuple[Mistake, ...]
