"""One article: its text, what it rests on, and where to go next."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import printing, searching
from kb.domain.article import Article
from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.domain.search import FACET_LABELS, Facet
from kb.storage import articles, editions
from kb.web import paper, search_trail
from kb.web.access import current, public, reader
from kb.web.articles_use import tried
from kb.web.cards import card, cards, found
from kb.web.panels import evidence_panels, local_panel
from kb.web.site import Site, site
from kb.web.wording import label

pages = Blueprint("articles", __name__, url_prefix="/articles")

SIMILAR = 3
SOON = timedelta(days=30)
OF_SAME_SCHOOL = 3


@pages.get("/<slug>")
@public
def read(slug: str) -> ResponseReturnValue:
    """The article as a page."""
    article = _found(slug)
    if article is None:
        return _elsewhere(slug, "articles.read")
    search_trail.opened(slug)
    return _page(article)


@pages.get("/<slug>.pdf")
@public
def on_paper(slug: str) -> ResponseReturnValue:
    """The article as a PDF file."""
    article = _found(slug)
    if article is None:
        return _elsewhere(slug, "articles.on_paper")
    return paper.pdf(_page(article), name=slug)


@pages.get("/<slug>.md")
@public
def source(slug: str) -> ResponseReturnValue:
    """The article's own file, as it is kept."""
    article = _found(slug)
    if article is None:
        return _elsewhere(slug, "articles.source")
    return Response(
        printing.text_of(site().database, site().settings.content, article), mimetype="text/markdown"
    )


def _page(article: Article) -> str:
    here = site()
    today = datetime.now(tz=UTC).date()
    library = here.library
    return render_template(
        "articles/article.html",
        article=article,
        card=card(article, library, today),
        text=here.render(article),
        evidence=evidence_panels(article, library),
        local=local_panel(article, library),
        about=_about(article),
        references=[library.references[key] for key in article.references if key in library.references],
        similar=found(searching.similar(here.search, article.slug, reader(), limit=SIMILAR), library, today),
        tools=_tools(article, today),
        tried=tried(article),
        same_school=cards(_same_school(article, here), library, today),
    )


def _found(slug: str) -> Article | None:
    return articles.find(site().database, slug, reader())


def _elsewhere(slug: str, endpoint: str) -> ResponseReturnValue:
    """To the new address of an article that moved, when this reader may see it there. Raises NotFound."""
    now = editions.leads_to(site().database, slug)
    if now is None or _found(now) is None:
        raise NotFound("There is no article at this address. It may have been renamed: search for its title.")
    return redirect(url_for(endpoint, slug=now), 301)


def _same_school(article: Article, current: Site) -> list[Article]:
    if article.school is None:
        return []
    others = articles.of_school(current.database, article.school, reader())
    return [each for each in others if each.slug != article.slug][:OF_SAME_SCHOOL]


def _tools(article: Article, today: date) -> dict[str, bool] | None:
    """What whoever reads the article may do with it; None for most."""
    me = current()
    if me is None:
        return None
    standing = printing.standing_of(site().database, article)
    due = article.review_by is not None and article.review_by <= today + SOON
    tools = {
        "verify": due and may(me, Verb.VERIFY, standing),
        "revise": may(me, Verb.REVISE, standing),
        "take_down": may(me, Verb.WITHDRAW, standing) or may(me, Verb.ARCHIVE, standing),
    }
    return tools if any(tools.values()) else None


def _about(article: Article) -> list[tuple[str, str, str, str]]:
    """What the article is about: the filter's label, its facet, the term's id and its label."""
    library = site().library
    carried = {
        Facet.THEME: article.themes,
        Facet.NEED: article.needs,
        Facet.SUBJECT: article.subjects,
        Facet.ROLE: article.roles,
    }
    return [
        (FACET_LABELS[facet], facet.value, term_id, label(library, facet, term_id))
        for facet, ids in carried.items()
        for term_id in ids
    ]
