"""Feeds of what is new: public ones of public articles, and one of one's own with a secret address."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kb.actions import following
from kb.domain.account import Account, readable
from kb.domain.article import Article, Visibility
from kb.domain.errors import NotFound
from kb.domain.search import SCHEME_OF_FACET, Facet, Reader
from kb.storage import articles, collections, follows
from kb.web.access import doorstep, public
from kb.web.atom import feed
from kb.web.site import site
from kb.web.wording import SITE_NAME

pages = Blueprint("feeds", __name__, url_prefix="/feeds")

MOST = 30
DEAD = "This feed’s address does not work any more. Sign in and make a new one under Following.\n"
_PUBLIC = Reader(visibilities=frozenset({Visibility.PUBLIC}))
_BEGINNING = date(2000, 1, 1)


@pages.get("/new.atom")
@public
def new() -> ResponseReturnValue:
    """What was published last."""
    return _public("New articles", articles.newest(site().database, _PUBLIC, MOST))


@pages.get("/theme/<string(maxlength=60):term>.atom")
@public
def theme(term: str) -> ResponseReturnValue:
    """What was published last about a theme."""
    return _of_term(Facet.THEME, term)


@pages.get("/key-stage/<string(maxlength=60):term>.atom")
@public
def key_stage(term: str) -> ResponseReturnValue:
    """What was published last for a key stage."""
    return _of_term(Facet.KEY_STAGE, term)


@pages.get("/collection/<string(maxlength=90):collection>.atom")
@public
def collection(collection: str) -> ResponseReturnValue:
    """The articles of a public collection, in its order."""
    db = site().database
    this = collections.find(db, collection, _PUBLIC)
    if this is None:
        raise NotFound("There is no public collection at this address.")
    slugs = [each.slug for each in collections.entries(db, this.id, _PUBLIC)]
    known = articles.find_all(db, slugs, _PUBLIC)
    return _public(this.about.title, [known[slug] for slug in slugs if slug in known])


@pages.get("/mine/<string(length=43):token>.atom")
@doorstep
def mine(token: str) -> ResponseReturnValue:
    """What the person whose address this is may read, for feed readers, which cannot sign in."""
    here = site()
    account = following.feed_owner(here.database, token)
    if account is None:
        return _private(Response(DEAD, status=410, mimetype="text/plain"))
    answer = feed(
        "New for you" if request.args.get("followed") != "1" else "New in what you follow",
        request.path,
        _for(account),
        home=here.settings.home,
        by=_by(),
    )
    return _private(answer)


def _for(account: Account) -> list[Article]:
    here = site()
    asking = Reader(visibilities=readable(account, here.library.group, here.settings.site_mode))
    if request.args.get("followed") != "1":
        return list(articles.newest(here.database, asking, MOST))
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    slugs = follows.news(here.database, account.id, asking, since=_BEGINNING, until=tomorrow, limit=MOST)
    known = articles.find_all(here.database, slugs, asking)
    return [known[slug] for slug in slugs if slug in known]


def _of_term(facet: Facet, term: str) -> Response:
    scheme = site().library.taxonomy[SCHEME_OF_FACET[facet]]
    if term not in scheme:
        raise NotFound(
            "There is no feed at this address. The page of each theme and key stage names its feed."
        )
    found = articles.with_term(site().database, facet, term, _PUBLIC, MOST)
    return _public(f"New: {scheme.label_of(term)}", found)


def _public(title: str, several: tuple[Article, ...] | list[Article]) -> Response:
    answer = feed(title, request.path, several, home=site().settings.home, by=_by())
    answer.headers.setdefault("Cache-Control", "public, max-age=900")
    return answer


def _private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _by() -> str:
    return f"{SITE_NAME}, {site().library.group.name}"
