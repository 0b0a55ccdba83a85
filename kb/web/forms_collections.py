"""The form of a collection: what it is about, for whom, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence

from kb.domain.article import Visibility
from kb.domain.collection import LONGEST_SUMMARY, LONGEST_TITLE, NARROWED_BY, About
from kb.domain.library import Library
from kb.domain.search import SCHEME_OF_FACET
from kb.domain.taxonomy import ALL
from kb.web.forms import Form, as_choices, long_text, radios, text, ticks

VISIBILITIES = (
    (Visibility.TRUST.value, "People of the trust"),
    (Visibility.PARTNERS.value, "People of the trust and of partner schools"),
    (Visibility.PUBLIC.value, "Everybody, without signing in"),
)


class CollectionForm(Form):
    """What a curator says of a collection."""

    title = text("Title", needed="Enter a title.", longest=LONGEST_TITLE)
    summary = long_text(
        "In one or two sentences",
        hint="Who is it for, and what will they find?",
        needed="Say in one or two sentences what the collection is for.",
        longest=LONGEST_SUMMARY,
        rows=3,
        count=True,
    )
    introduction = long_text(
        "Introduction",
        hint="Stands above the articles. An empty line begins a new paragraph.",
        longest=3000,
        rows=6,
    )
    visibility = radios(
        "Who may see the collection",
        VISIBILITIES,
        hint="Each article in it keeps its own readers, too.",
        needed="Choose who may see the collection.",
    )
    key_stages = ticks("Key stages")
    provisions = ticks("Provisions")
    themes = ticks("Themes")
    picture = radios("Picture", needed="")

    def offer(self, library: Library, pictures: Sequence[tuple[str, str]]) -> None:
        """Fill in what there is to choose from. ``pictures`` are pairs of name and what each shows."""
        for name, facet in FIELDS.items():
            scheme = library.taxonomy[SCHEME_OF_FACET[facet]]
            terms = [term for term in scheme if term.replaced_by is None and term.id != ALL]
            self._fields[name].choices = as_choices([(term.id, term.label) for term in terms])
        self.picture.choices = as_choices([("", "No picture"), *pictures])

    @property
    def about(self) -> About:
        """What was filled in."""
        return About(
            title=self.title.data or "",
            summary=" ".join((self.summary.data or "").split()),
            introduction=(self.introduction.data or "").strip(),
            picture=self.picture.data or "",
            visibility=Visibility(self.visibility.data),
            terms={facet: tuple(self._fields[name].data or ()) for name, facet in FIELDS.items()},
        )


FIELDS = dict(zip(("key_stages", "provisions", "themes"), NARROWED_BY, strict=True))


def values_of(about: About) -> dict[str, object]:
    """What the form shows of a collection."""
    terms = {name: list(about.terms.get(facet, ())) for name, facet in FIELDS.items()}
    return {
        "title": about.title,
        "summary": about.summary,
        "introduction": about.introduction,
        "visibility": about.visibility.value,
        "picture": about.picture,
        **terms,
    }
