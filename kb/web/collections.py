"""Collections as their readers see them: the list, one collection, and the whole of it on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from kb.domain.article import Article
from kb.domain.collection import NARROWED_BY, Collection, CollectionState, Entry
from kb.domain.errors import NotFound, TooLarge
from kb.domain.permission import Verb, may
from kb.domain.search import FACET_LABELS, Facet
from kb.storage import articles, collections
from kb.web import paper
from kb.web.access import current, public, reader
from kb.web.cards import Card, card
from kb.web.collection_cards import STATES, chips, shown, themes
from kb.web.collection_pictures import shown_picture
from kb.web.packing import fit_for_a_pack
from kb.web.site import site
from kb.web.wording import label

pages = Blueprint("collections", __name__, url_prefix="/collections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One filter of the list: its name, its words, the terms there are, and the one that is chosen."""

    name: str
    label: str
    terms: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An article in a pack, with its headings one step down and its ids its own."""

    article: Article
    card: Card
    note: str
    html: str


@pages.get("/")
@public
def index() -> ResponseReturnValue:
    """Every collection that the reader may see, narrowed as the address says."""
    chosen = _chosen()
    curates = may(current(), Verb.CURATE)
    found = collections.listed(site().database, reader(), curates=curates, chosen=chosen)
    everything = collections.listed(site().database, reader(), curates=curates)
    return render_template(
        "collections/index.html",
        collections=[shown(each) for each in found],
        filters=_filters(everything, chosen),
        narrowed=bool(chosen),
        curates=curates,
    )


@pages.get("/<string(maxlength=90):collection>")
@public
def read(collection: str) -> ResponseReturnValue:
    """One collection with its articles in order."""
    this, curates = found_for_reader(collection), may(current(), Verb.CURATE)
    there = entries_of(this)
    today, library = datetime.now(tz=UTC).date(), site().library
    return render_template(
        "collections/collection.html",
        collection=this,
        picture=shown_picture(this),
        entries=[(card(article, library, today), entry.note) for entry, article in there],
        chips=chips(this),
        themes=themes(this),
        state=STATES[this.state] if this.state is not CollectionState.PUBLISHED else "",
        curates=curates,
        gone=collections.not_shown(site().database, this.id) if curates else {},
    )


@pages.get("/<string(maxlength=90):collection>/print")
@public
def pack(collection: str) -> ResponseReturnValue:
    """The whole collection as one document: contents, then every article in full."""
    this = found_for_reader(collection)
    return render_template("collections/pack.html", **pack_of(this))


@pages.get("/<string(maxlength=90):collection>/pack.pdf")
@public
def on_paper(collection: str) -> ResponseReturnValue:
    """The same document as a PDF file, where those can be made."""
    this = found_for_reader(collection)
    return paper.pdf(render_template("collections/pack.html", **pack_of(this)), name=this.slug)


def pack_of(this: Collection) -> dict[str, object]:
    """What the document of a whole collection shows."""
    today, library = datetime.now(tz=UTC).date(), site().library
    packed = []
    for entry, article in entries_of(this):
        try:
            html = fit_for_a_pack(site().render(article).html, article.slug)
        except TooLarge:
            html = ""
        packed.append(Packed(article=article, card=card(article, library, today), note=entry.note, html=html))
    return {"collection": this, "packed": packed, "today": today, "home": site().settings.home}


def found_for_reader(slug: str) -> Collection:
    """The collection at an address. Raises NotFound when there is none that this reader may see."""
    found = collections.find(site().database, slug, reader(), curates=may(current(), Verb.CURATE))
    if found is None:
        raise NotFound("There is no collection at this address. Choose one from the list of collections.")
    return found


def entries_of(this: Collection) -> list[tuple[Entry, Article]]:
    """What the reader may read of a collection, in its order."""
    entries = collections.entries(site().database, this.id, reader())
    known = articles.find_all(site().database, [each.slug for each in entries], reader())
    return [(each, known[each.slug]) for each in entries if each.slug in known]


def _chosen() -> Mapping[Facet, tuple[str, ...]]:
    wanted = {facet: request.args.get(facet.value, "")[:60] for facet in NARROWED_BY}
    return {facet: (term,) for facet, term in wanted.items() if term}


def _filters(
    everything: Sequence[collections.Listed], chosen: Mapping[Facet, tuple[str, ...]]
) -> list[Chosen]:
    """The filters, with the terms that some collection is for."""
    found = []
    for facet in NARROWED_BY:
        used = {term for each in everything for term in each.collection.about.terms.get(facet, ())}
        used |= set(chosen.get(facet, ()))
        terms = sorted((label(site().library, facet, term), term) for term in used)
        if terms:
            found.append(
                Chosen(
                    name=facet.value,
                    label=FACET_LABELS[facet],
                    terms=[(term, words) for words, term in terms],
                    chosen="".join(chosen.get(facet, ())),
                )
            )
    return found
