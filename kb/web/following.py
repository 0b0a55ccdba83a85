"""Following: what one follows, what is new in it, a letter each week, and a feed of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import following
from kb.domain.errors import BadRequest
from kb.domain.following import Follow, FollowKind
from kb.domain.permission import Verb
from kb.domain.search import Facet
from kb.storage import articles, collections, follows
from kb.web.access import doorstep, inside, reader, requires, signed_in
from kb.web.cards import cards
from kb.web.protection import from_anywhere
from kb.web.site import site
from kb.web.wording import label

pages = Blueprint("following", __name__, url_prefix="/following")

NEW_FOR = timedelta(days=60)
SHOWN = 12
KINDS = {
    FollowKind.THEME: "Theme",
    FollowKind.SCHOOL: "School",
    FollowKind.AUTHOR: "Author",
    FollowKind.COLLECTION: "Collection",
}


@pages.get("/")
@requires(Verb.KEEP)
def index() -> ResponseReturnValue:
    """What I follow, and what is new in it."""
    db, me, today = site().database, signed_in(), datetime.now(UTC).date()
    slugs = follows.news(
        db, me.id, reader(), since=today - NEW_FOR, until=today + timedelta(days=1), limit=SHOWN
    )
    known = articles.find_all(db, slugs, reader())
    return render_template(
        "following/index.html",
        follows=[(each, KINDS[each.kind], *_told(each)) for each in follows.of(db, me.id)],
        news=cards([known[slug] for slug in slugs if slug in known], site().library, today),
        digest=follows.has_digest(db, me.id),
        feed=follows.has_feed(db, me.id),
    )


@pages.post("/follow")
@requires(Verb.KEEP)
def follow() -> ResponseReturnValue:
    """Follow something, or follow it no more."""
    kind, subject = request.form.get("kind", ""), request.form.get("subject", "")[:200]
    if kind not in set(FollowKind):
        raise BadRequest("Choose what you want to follow.")
    if request.form.get("do") == "stop":
        following.unfollow(site().database, signed_in(), FollowKind(kind), subject)
        flash("You follow it no more.")
    else:
        following.follow(
            site().database,
            signed_in(),
            FollowKind(kind),
            subject,
            library=site().library,
            reader=reader(),
        )
        flash("You follow it. What is new in it stands under Following.")
    return redirect(inside(request.form.get("next", "/following/")), 303)


@pages.post("/letters")
@requires(Verb.KEEP)
def letters() -> ResponseReturnValue:
    """Get a letter about each week, or no more."""
    on = request.form.get("on") == "yes"
    following.set_digest(site().database, signed_in(), on=on)
    flash("You get a letter on Mondays when there is something new." if on else "You get no more letters.")
    return redirect(inside(request.form.get("next", "/following/")), 303)


@pages.post("/feed")
@requires(Verb.KEEP)
def feed() -> ResponseReturnValue:
    """Give the person an address of a feed; one they had before stops working."""
    token = following.begin_feed(site().database, signed_in())
    address = site().settings.home + url_for("feeds.mine", token=token)
    return render_template("following/feed.html", address=address)


@pages.post("/feed/end")
@requires(Verb.KEEP)
def end_feed() -> ResponseReturnValue:
    """Let the feed's address work no more."""
    following.end_feed(site().database, signed_in())
    flash("The feed’s address no longer works.")
    return redirect(url_for("following.index"), 303)


@pages.route("/stop/<string(length=43):token>", methods=["GET", "POST"])
@doorstep
@from_anywhere
def stop(token: str) -> ResponseReturnValue:
    """Stop the letters, from a link in one of them, without signing in.

    Opening the link alone changes nothing: mail programs open links to look at them. What a mail program sends when
    somebody presses its own button comes without a form of ours; the secret in the address says enough.
    """
    if request.method == "POST":
        following.stop(site().database, token)
    return render_template("following/stop.html", token_given=token, done=request.method == "POST")


def _told(each: Follow) -> tuple[str, str]:
    """What somebody follows, in words, and its page; empty where there is none."""
    if each.kind is FollowKind.THEME:
        return label(site().library, Facet.THEME, each.subject), f"/browse/theme/{each.subject}"
    if each.kind is FollowKind.SCHOOL:
        return label(site().library, Facet.SCHOOL, each.subject), f"/schools/{each.subject}"
    if each.kind is FollowKind.COLLECTION:
        found = collections.find(site().database, each.subject, reader())
        return (found.about.title, f"/collections/{each.subject}") if found else (each.subject, "")
    return each.subject, ""
