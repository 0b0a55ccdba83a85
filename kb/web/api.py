"""The JSON API: the same questions as the pages answer, for programmes. Nothing is understood by guessing."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel

from kb.actions import searching
from kb.actions.searching import Suggestion
from kb.domain.article import Article
from kb.domain.errors import NotFound
from kb.domain.search import Facet
from kb.storage import articles, collections
from kb.web import addresses
from kb.web.access import public, reader
from kb.web.answer_marks import marks
from kb.web.answers import (
    SearchAnswer,
    SimilarAnswer,
    hits,
    page_of,
    search_answer,
)
from kb.web.article_answers import ArticleJson, article_answer
from kb.web.asking import Values, clean, question_from
from kb.web.collection_answers import CollectionsAnswer, collections_answer
from kb.web.openapi import BASE, FOR_WHOM, QUESTION, Number, Operation, Text, document
from kb.web.site import site
from kb.web.suggestion_answers import SuggestAnswer, SuggestionJson

pages = Blueprint("api", __name__, url_prefix=BASE)

ABOUT = (
    "Case studies and research summaries of a group of schools, searched as on the pages. Whatever an address holds "
    "that is not described here is refused with status 400. Ignore fields you do not know: more may be added."
)
FRESH = "private, max-age=0"
"""Answers are made for one reader, and are true now."""

SEARCH = Operation(
    path="/search",
    name="search",
    summary="Articles that answer a question",
    description=(
        "Values of one filter widen the list, filters narrow each other. Without a question everything that the "
        "filters allow is listed, last reviewed first."
    ),
    answer=SearchAnswer,
    parameters=QUESTION,
    refusals=(503,),
)
ARTICLE = Operation(
    path="/articles/{slug}",
    name="article",
    summary="One article",
    description="All that its file says, the text as Markdown and as HTML, and the figures it rests on.",
    answer=ArticleJson,
    refusals=(404, 413, 503),
)
SIMILAR_LIMIT = Number(name="limit", description="How many articles at most.", usual=4, most=20)
SIMILAR = Operation(
    path="/articles/{slug}/similar",
    name="similar",
    summary="Articles near to one in meaning",
    description="Nearest first. None is better than a far one, so there may be fewer than asked for.",
    answer=SimilarAnswer,
    parameters=(SIMILAR_LIMIT,),
    refusals=(404,),
)
SUGGEST_LIMIT = Number(name="limit", description="How many suggestions at most.", usual=8, most=20)
SUGGEST = Operation(
    path="/suggest",
    name="suggest",
    summary="What somebody who types this may be looking for",
    description="Titles, terms and schools that go on from what is typed, from its second letter.",
    answer=SuggestAnswer,
    parameters=(Text(name="q", description="What has been typed so far."), SUGGEST_LIMIT),
)
COLLECTIONS = Operation(
    path="/collections",
    name="collections",
    summary="Articles that belong together",
    description=(
        "Published collections with their articles in order. What you may not read, or what has been taken down, "
        "is left out of them."
    ),
    answer=CollectionsAnswer,
    parameters=FOR_WHOM,
)
DOCUMENT = Operation(
    path="/openapi.json",
    name="openapi",
    summary="This description",
    description="OpenAPI 3.1. The ids of filters are those of the vocabulary as it is now.",
    answer=None,
)
OPERATIONS = (SEARCH, ARTICLE, SIMILAR, SUGGEST, COLLECTIONS, DOCUMENT)


@pages.get(SEARCH.rule)
@public
def search() -> Response:
    """Answer the question in the address."""
    current = site()
    question = question_from(_asked(SEARCH), current.library, strict=True)
    answer = searching.ask(current.search, question, reader())
    return _sent(search_answer(answer, current.library, marks(current.database, reader(), question)))


@pages.get(ARTICLE.rule)
@public
def article(slug: str) -> Response:
    """Tell everything about one article."""
    _asked(ARTICLE)
    current, found = site(), _article(slug)
    beside = marks(current.database, reader())
    return _sent(article_answer(found, current.render(found), current.library, beside))


@pages.get(SIMILAR.rule)
@public
def similar(slug: str) -> Response:
    """Name the articles nearest to one."""
    limit = SIMILAR_LIMIT.value(_asked(SIMILAR))
    current, found = site(), _article(slug)
    near = searching.similar(current.search, found.slug, reader(), limit=limit)
    today = datetime.now(tz=UTC).date()
    told = hits(near, current.library, today, marks(current.database, reader()))
    return _sent(SimilarAnswer(slug=found.slug, similar=told))


@pages.get(SUGGEST.rule)
@public
def suggest() -> Response:
    """Go on from what is being typed."""
    asked = _asked(SUGGEST)
    text = clean("".join(asked.get("q", ())))
    found = searching.suggest(site().search, text, reader(), limit=SUGGEST_LIMIT.value(asked))
    return _sent(SuggestAnswer(query=text, suggestions=[_suggestion(each) for each in found]))


@pages.get(COLLECTIONS.rule)
@public
def gathered() -> Response:
    """List the collections."""
    current = site()
    chosen = question_from(_asked(COLLECTIONS), current.library, strict=True).chosen
    found = collections.listed(current.database, reader(), chosen=chosen)
    return _sent(collections_answer(current.database, reader(), found))


@pages.get(DOCUMENT.rule)
@public
def description() -> Response:
    """Describe all of this."""
    _asked(DOCUMENT)
    return jsonify(document(OPERATIONS, site().library, ABOUT))


@pages.after_request
def _keep_fresh(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", FRESH)
    return response


def _asked(operation: Operation) -> Values:
    return operation.checked(request.args.to_dict(flat=False))


def _article(slug: str) -> Article:
    found = articles.find(site().database, slug, reader())
    if found is None:
        raise NotFound("There is no article at this address. It may have been renamed: search for its title.")
    return found


def _suggestion(suggestion: Suggestion) -> SuggestionJson:
    kind, *parts = suggestion.url_parts
    facet = Facet(parts[0]) if kind == "filter" else None
    places = {"article": page_of(parts[-1]), "school": f"/schools/{parts[-1]}"}
    url = addresses.narrowed({facet: [parts[-1]]}) if facet else places[kind]
    return SuggestionJson(kind=suggestion.kind, label=suggestion.label, url=url, id=parts[-1], facet=facet)


def _sent(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), mimetype="application/json")
