"""Choosing terms of the vocabulary on a form: by their names, and by the other words people use for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from kb.domain.article import Reference
from kb.domain.library import Library
from kb.domain.taxonomy import Term

SHOWN_ALIASES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One term to choose.

    also     a few other words for it, as a sentence; empty when there are none
    words    everything it may be found by, in small letters
    narrower it stands under the term before it
    """

    id: str
    label: str
    also: str
    words: str
    chosen: bool
    narrower: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """One vocabulary to choose from. ``name`` is the name of the field."""

    name: str
    label: str
    hint: str
    choices: tuple[Choice, ...]

    @property
    def chosen(self) -> tuple[Choice, ...]:
        """What is chosen."""
        return tuple(choice for choice in self.choices if choice.chosen)

    @property
    def chosen_words(self) -> str:
        """The same in words."""
        return ", ".join(choice.label for choice in self.chosen) or "Nothing chosen"


def picker(
    library: Library, scheme_id: str, *, name: str, chosen: Collection[str], label: str = "", hint: str = ""
) -> Picker:
    """A vocabulary as something to choose from; retired terms only while they are chosen.

    chosen  ids of terms
    label   the vocabulary's own when empty
    """
    scheme = library.taxonomy[scheme_id]
    terms = [term for term in scheme if not term.replaced_by or term.id in chosen]
    return of_terms(terms, name=name, chosen=chosen, label=label or scheme.label, hint=hint)


def of_terms(
    terms: Iterable[Term], *, name: str, chosen: Collection[str], label: str, hint: str = ""
) -> Picker:
    """These terms as something to choose from, narrower ones after the one that they stand under."""
    choices = tuple(_choice(term, chosen) for term in _with_narrower_after(list(terms)))
    return Picker(name=name, label=label, hint=hint, choices=choices)


def of_publications(
    references: Iterable[Reference], *, name: str, chosen: Collection[str], label: str, hint: str = ""
) -> Picker:
    """Publications as something to choose from, by author, year or words of the title."""
    return Picker(
        name=name,
        label=label,
        hint=hint,
        choices=tuple(
            Choice(
                id=each.key,
                label=f"{each.authors} ({each.year}). {each.title}",
                also="",
                words=f"{each.authors} {each.year} {each.title} {each.where}".casefold(),
                chosen=each.key in chosen,
                narrower=False,
            )
            for each in references
        ),
    )


def _with_narrower_after(terms: list[Term]) -> list[Term]:
    """The terms in their order, each followed by those that are narrower."""
    ids = {term.id for term in terms}
    wide = [term for term in terms if term.parent not in ids]
    return [each for term in wide for each in (term, *_below(term, terms))]


def _below(wide: Term, terms: list[Term]) -> list[Term]:
    return [each for term in terms if term.parent == wide.id for each in (term, *_below(term, terms))]


def _choice(term: Term, chosen: Collection[str]) -> Choice:
    also = ", ".join(term.aliases[:SHOWN_ALIASES])
    years = term.details.get("year_groups", ())
    return Choice(
        id=term.id,
        label=term.label,
        also=f"also: {also}" if also else "",
        words=" ".join((term.label, *term.aliases, *years, term.id.replace("-", " "))).casefold(),
        chosen=term.id in chosen,
        narrower=term.parent is not None,
    )
