"""What people do at their schools: said by themselves, and headships by the lead or an administrator."""

from __future__ import annotations

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import appointing
from kb.domain.account import Account
from kb.domain.errors import NotFound
from kb.domain.permission import Verb
from kb.domain.post import GIVEN, Post
from kb.storage import accounts, posts
from kb.web.access import requires, signed_in
from kb.web.forms import Form, ticks
from kb.web.site import site
from kb.web.wording import post_name

pages = Blueprint("appointing", __name__)


class PostsForm(Form):
    """What somebody does, and where."""

    posts = ticks("Posts")


@pages.route("/account/posts", methods=["GET", "POST"])
@requires(Verb.SIGN_OUT)
def own() -> ResponseReturnValue:
    """What I do at school."""
    me = signed_in()
    given = tuple(each for each in posts.of(site().database, me.id) if each.post in GIVEN)
    form = _form(me, without=GIVEN)
    if form.valid:
        appointing.say_own(site().database, me, _chosen(form))
        flash("Thank you. What you do at school is kept.")
        return redirect("/account/", 303)
    said = [post_name(each, me, site().library) for each in given]
    return render_template("accounts/posts.html", form=form, given=said), form.status


@pages.route("/administration/people/<int:number>/posts", methods=["GET", "POST"])
@requires(Verb.APPOINT)
def person(number: int) -> ResponseReturnValue:
    """What somebody does, headships included."""
    found = accounts.find(site().database, number)
    if found is None:
        raise NotFound("There is no such account. Choose one from the list.")
    form = _form(found)
    if form.valid:
        appointing.appoint(site().database, signed_in(), number, _chosen(form))
        flash(f"What {found.name} does at school is kept.")
        return redirect("/administration/", 303)
    return render_template("administration/posts.html", form=form, account=found), form.status


def _form(person: Account, *, without: Collection[str] = ()) -> PostsForm:
    form = PostsForm()
    offered = [
        Post(school, term.id)
        for school in person.schools
        for term in site().library.taxonomy["roles"]
        if term.id not in without
    ]
    form.posts.choices = [
        (f"{each.school}:{each.post}", post_name(each, person, site().library)) for each in offered
    ]
    if not form.is_submitted():
        form.posts.data = [f"{each.school}:{each.post}" for each in posts.of(site().database, person.id)]
    return form


def _chosen(form: PostsForm) -> list[Post]:
    return [Post(*each.split(":", 1)) for each in form.posts.data or []]
