"""Where the improvement lead looks after trust approaches: marks them, asks people, sees who has read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import approaching
from kb.domain.approach import (
    LONGEST_NOTE,
    LONGEST_REASON,
    LONGEST_TITLE,
    Approach,
    ApproachRefused,
    SubjectKind,
)
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.domain.school import SchoolKind
from kb.storage import approaches, articles, collections
from kb.web.access import reader, requires, signed_in
from kb.web.forms import Form, as_choices, long_text, text, ticks
from kb.web.site import site
from kb.web.spreadsheet import csv_answer
from kb.web.text_pages import check_here
from kb.web.wording import day

pages = Blueprint("approach_desk", __name__, url_prefix="/approaches")

USUAL_TIME = timedelta(days=21)
NO_DAY = "Enter the day as year, month and day, such as 2027-01-29."


class MarkForm(Form):
    """What a trust approach is called."""

    title = text("Name of the approach", needed="Enter a name.", longest=LONGEST_TITLE)
    reason = long_text(
        "Why should everybody know it?",
        hint="One sentence. It stands beside the approach wherever it is shown before other articles.",
        needed="Say why everybody should know it.",
        longest=LONGEST_REASON,
        rows=2,
        count=True,
    )


class AskForm(Form):
    """Who is to read it, and by when."""

    posts = ticks("Who is asked", hint="Choose nobody to ask everybody.")
    schools = ticks("At which schools", hint="Choose none to ask people of all schools of the trust.")
    due = text(
        "To be read by",
        hint="For example 2027-01-29.",
        needed="Enter a day.",
        longest=10,
        width="govuk-input--width-10",
    )


class RenewForm(Form):
    """What is different in a new version."""

    note = long_text(
        "What has changed, and why?",
        hint="Readers see this above the changes themselves.",
        needed="Say what has changed.",
        longest=LONGEST_NOTE,
        rows=3,
        count=True,
    )
    due = text(
        "To be read by",
        hint="Those who were asked before are asked again. Left empty, nobody is asked.",
        longest=10,
        width="govuk-input--width-10",
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.CURATE)
def new() -> ResponseReturnValue:
    """Mark an article or a collection as a trust approach."""
    kind, subject, title = _subject()
    form = MarkForm(data={"title": title[:LONGEST_TITLE]})
    if subject and form.valid:
        try:
            slug = approaching.mark(
                site().database,
                signed_in(),
                kind=kind,
                subject=subject,
                title=form.title.data,
                reason=form.reason.data,
                check=check_here(),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is a trust approach now. Say who is to read it.")
            return redirect(url_for("approach_desk.ask", approach=slug), 303)
    page = render_template(
        "approaches/new.html",
        form=form,
        kind=kind,
        subject=subject,
        title=title,
        articles=articles.titles(site().database, reader()),
        collections=collections.listed(site().database, reader()),
    )
    return page, form.status


@pages.route("/<string(maxlength=90):approach>/ask", methods=["GET", "POST"])
@requires(Verb.CURATE)
def ask(approach: str) -> ResponseReturnValue:
    """Ask people to read it by a day."""
    this = _found(approach)
    before = approaches.ask_of(site().database, this.id, this.version)
    usual = datetime.now(UTC).date() + USUAL_TIME
    form = AskForm(
        data={
            "posts": list(before.posts) if before else [],
            "schools": list(before.schools) if before else [],
            "due": (before.due if before else usual).isoformat(),
        }
    )
    form.posts.choices = as_choices([(each.id, each.label) for each in site().library.taxonomy["roles"]])
    form.schools.choices = as_choices(_schools())
    if form.valid:
        try:
            approaching.ask(
                site().database,
                signed_in(),
                this.slug,
                posts=form.posts.data or (),
                schools=form.schools.data or (),
                due=_day(form.due.data),
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("They are asked. Each gets a letter, and finds it on the start page.")
            return redirect(url_for("approach_desk.readers", approach=this.slug), 303)
    return render_template("approaches/ask.html", form=form, approach=this), form.status


@pages.route("/<string(maxlength=90):approach>/renew", methods=["GET", "POST"])
@requires(Verb.CURATE)
def renew(approach: str) -> ResponseReturnValue:
    """Make what it says now the next version, and ask again."""
    this = _found(approach)
    form = RenewForm(data={"due": (datetime.now(UTC).date() + USUAL_TIME).isoformat()})
    if form.valid:
        try:
            due = _day(form.due.data) if form.due.data else None
            number = approaching.renew(
                site().database, signed_in(), this.slug, note=form.note.data, due=due, check=check_here()
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash(f"Version {number} counts from now on.")
            return redirect(url_for("approaches.read", approach=this.slug), 303)
    return render_template("approaches/renew.html", form=form, approach=this), form.status


@pages.post("/<string(maxlength=90):approach>/end")
@requires(Verb.CURATE)
def end(approach: str) -> ResponseReturnValue:
    """Let it be a trust approach no more."""
    approaching.end(site().database, signed_in(), _found(approach).slug)
    flash("It is no trust approach any more. The article or collection stays as it is.")
    return redirect(url_for("approaches.index"), 303)


@pages.get("/<string(maxlength=90):approach>/readers")
@requires(Verb.CURATE)
def readers(approach: str) -> ResponseReturnValue:
    """Who has read it and who has not, by school and post: this is required reading, so with names."""
    this = _found(approach)
    everybody = _standings(this)
    schools, roles = _used(everybody)
    school, post, done = (request.args.get(name, "")[:60] for name in ("school", "post", "done"))
    shown = [each for each in everybody if _fits(each, school, post, done)]
    return render_template(
        "approaches/readers.html",
        approach=this,
        ask=approaches.ask_of(site().database, this.id, this.version),
        everybody=everybody,
        shown=shown,
        schools=schools,
        posts=roles,
        chosen={"school": school, "post": post, "done": done},
        by_school=_by_school(everybody),
        today=datetime.now(UTC).date(),
    )


@pages.get("/<string(maxlength=90):approach>/readers.csv")
@requires(Verb.CURATE)
def readers_csv(approach: str) -> Response:
    """The same as a spreadsheet."""
    this = _found(approach)
    labels = site().library.taxonomy["roles"].label_of
    rows = [
        (
            each.account.name,
            _names(each.account.schools),
            ", ".join(labels(post) for post in each.posts),
            day(each.read_at.date()) if each.read_at else "",
            day(each.discussed_at.date()) if each.discussed_at else "",
        )
        for each in _standings(this)
    ]
    heads = ("Name", "School", "Post", "Read on", "Discussed in team on")
    return csv_answer(f"{this.slug}-version-{this.version}.csv", heads, rows)


def _standings(this: Approach) -> tuple[approaching.Standing, ...]:
    here = site()
    return approaching.standings(here.database, this, here.library.group, here.settings.site_mode)


def _fits(each: approaching.Standing, school: str, post: str, done: str) -> bool:
    return (
        (not school or school in each.account.schools)
        and (not post or post in each.posts)
        and (done not in {"yes", "no"} or (each.read_at is not None) == (done == "yes"))
    )


def _used(everybody: tuple[approaching.Standing, ...]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(id, words) of the schools and of the posts that those asked have."""
    schools = {each for one in everybody for each in one.account.schools}
    posts = {each for one in everybody for each in one.posts}
    labels = site().library.taxonomy["roles"].label_of
    return (
        sorted(((each, _names((each,))) for each in schools), key=lambda pair: pair[1]),
        sorted(((each, labels(each)) for each in posts), key=lambda pair: pair[1]),
    )


def _by_school(everybody: tuple[approaching.Standing, ...]) -> list[tuple[str, int, int, int]]:
    """School, how many are asked there, how many have read it, how many have discussed it."""
    found: dict[str, list[approaching.Standing]] = {}
    for each in everybody:
        for school in each.account.schools:
            found.setdefault(school, []).append(each)
    return sorted(
        (
            _names((school,)),
            len(some),
            sum(each.read_at is not None for each in some),
            sum(each.discussed_at is not None for each in some),
        )
        for school, some in found.items()
    )


def _names(schools: tuple[str, ...]) -> str:
    known = site().library.group.schools
    return ", ".join(known[each].name if each in known else each for each in schools)


def _schools() -> list[tuple[str, str]]:
    ours = {SchoolKind.TRUST_SCHOOL, SchoolKind.TRUST_SERVICE, SchoolKind.PARTNER_SCHOOL}
    return [(each.id, each.name) for each in site().library.group.schools.values() if each.kind in ours]


def _subject() -> tuple[SubjectKind, str, str]:
    """What is to be marked, with its title; empty when it is still to be chosen. Raises NotFound."""
    of = request.values.get("of", "")
    kind, _, slug = of.partition(":")
    if kind == SubjectKind.COLLECTION.value:
        collection = collections.find(site().database, slug, reader())
        if collection is None:
            raise NotFound("There is no such published collection. Publish it first.")
        return SubjectKind.COLLECTION, slug, collection.about.title
    article = articles.find(site().database, slug, reader()) if slug else None
    if slug and article is None:
        raise NotFound("There is no such article.")
    return SubjectKind.ARTICLE, slug, article.title if article else ""


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise ApproachRefused("due", NO_DAY) from None


def _found(slug: str) -> Approach:
    found = approaches.find(site().database, slug, reader(), curates=True)
    if found is None or found.ended_at is not None:
        raise NotFound("There is no trust approach at this address. Choose one from the list.")
    return found
