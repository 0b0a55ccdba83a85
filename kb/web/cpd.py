"""A person's own record of learning: a page, a PDF file, a table for a personnel system, and next steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import cpd_recording
from kb.domain.account import Account
from kb.domain.article import Article
from kb.domain.cpd import CpdKind, Entry, NextStep, school_year
from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.storage import articles, cpd, cpd_plans, pathways
from kb.web import paper
from kb.web.access import reader, requires, signed_in
from kb.web.forms_pathways import CPD_KINDS, EntryForm, PlanForm
from kb.web.learning import post_name, school_name, workplace
from kb.web.site import site
from kb.web.spreadsheet import csv_answer

pages = Blueprint("cpd", __name__, url_prefix="/cpd")

COLUMNS = (
    "name",
    "email",
    "school",
    "post",
    "date",
    "title",
    "kind",
    "provider",
    "minutes",
    "hours",
    "reflected",
    "article",
)
"""What a personnel system reads; docs/cpd.md describes each."""

READ_BY_DEFAULT = 10


@pages.get("/")
@requires(Verb.LEARN)
def record() -> ResponseReturnValue:
    """What one has learned in a school year, or between two days, and what one means to do next."""
    return _record()


@pages.get("/record.pdf")
@requires(Verb.LEARN)
def record_on_paper() -> ResponseReturnValue:
    """The same as a PDF file; with one's thoughts only when one asks for them."""
    return paper.pdf(_record(on_paper=True), name="CPD record")


@pages.get("/record.csv")
@requires(Verb.LEARN)
def table() -> Response:
    """The same for a table program; what one thought is in it only when one asks for it."""
    me, (since, until) = signed_in(), _range()
    thoughts = _with_thoughts()
    entries = cpd.of_person(site().database, me.id, since=since, until=until)
    head = (*COLUMNS, "reflection") if thoughts else COLUMNS
    return csv_answer("cpd-record.csv", head, [_line(me, each, thoughts=thoughts) for each in entries])


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.LEARN)
def new() -> ResponseReturnValue:
    """Write something down: a reading from an article's page, or anything else."""
    article = _article()
    form = EntryForm(data=_of_article(article) if article else {"done_on": _today()})
    if form.valid:
        me = signed_in()
        place = workplace(me)
        entry = _entry(form, Entry(title="-", kind=CpdKind.OTHER, done_on=_today(), minutes=1))
        try:
            cpd_recording.log(
                site().database, me, _placed(entry, place.school, place.post, article.slug if article else "")
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is in your record.")
            return redirect("/cpd/", 303)
    return render_template("cpd/entry.html", form=form, article=article, entry=None), form.status


@pages.route("/<int:entry_id>", methods=["GET", "POST"])
@requires(Verb.LEARN)
def change(entry_id: int) -> ResponseReturnValue:
    """Mend a line of one's record."""
    me, db = signed_in(), site().database
    entry = cpd.find(db, me.id, entry_id)
    if entry is None:
        raise NotFound("This is not in your record. Look at the record as it is now.")
    given = {"title": entry.title, "kind": entry.kind.value, "provider": entry.provider}
    given |= {"reflection": entry.reflection}
    form = EntryForm(data={**given, "done_on": entry.done_on, "minutes": entry.minutes})
    if form.valid:
        try:
            cpd_recording.change(db, me, _entry(form, entry))
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is changed.")
            return redirect("/cpd/", 303)
    return render_template("cpd/entry.html", form=form, article=None, entry=entry), form.status


@pages.post("/<int:entry_id>/remove")
@requires(Verb.LEARN)
def remove(entry_id: int) -> ResponseReturnValue:
    """Take a line out."""
    try:
        cpd_recording.remove(site().database, signed_in(), entry_id)
        flash("It is taken out of your record.")
    except BadRequest as error:
        flash(str(error))
    return redirect("/cpd/", 303)


@pages.route("/next", methods=["GET", "POST"])
@requires(Verb.LEARN)
def plan() -> ResponseReturnValue:
    """Plan what one will do."""
    form = PlanForm()
    found = pathways.find_seen(site().database, request.args.get("pathway", ""), reader())
    if form.valid:
        step = NextStep(
            said=form.said.data,
            due=form.due.data,
            remind=bool(form.remind.data),
            pathway=found.id if found else None,
        )
        try:
            cpd_recording.plan(site().database, signed_in(), step)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is planned. You find it on top of your record.")
            return redirect("/cpd/", 303)
    return render_template("cpd/next.html", form=form, pathway=found), form.status


@pages.post("/next/<int:step_id>")
@requires(Verb.LEARN)
def settle(step_id: int) -> ResponseReturnValue:
    """Tick what was planned, take the tick back, or plan it no longer."""
    db, me, what = site().database, signed_in(), request.form.get("what", "")
    if what == "drop":
        cpd_recording.drop(db, me, step_id)
    else:
        cpd_recording.settle(db, me, step_id, done=what == "done")
    return redirect("/cpd/", 303)


def _record(*, on_paper: bool = False) -> str:
    db, me, (since, until) = site().database, signed_in(), _range()
    entries = cpd.of_person(db, me.id, since=since, until=until)
    readable = articles.find_all(db, {each.article for each in entries if each.article}, reader())
    return render_template(
        "cpd/record.html",
        me=me,
        entries=entries,
        since=since,
        until=until,
        total=sum(each.minutes for each in entries),
        by_kind=_by_kind(entries),
        kinds=CPD_KINDS,
        planned=[] if on_paper else cpd_plans.planned(db, me.id),
        thoughts=_with_thoughts() if on_paper else True,
        on_paper=on_paper,
        readable=readable,
        school_name=school_name,
        post_name=post_name,
        today=_today(),
        years=()
        if on_paper
        else sorted({school_year(each.done_on) for each in cpd.of_person(db, me.id)}, reverse=True),
    )


def _by_kind(entries: tuple[Entry, ...]) -> Mapping[str, int]:
    """What a kind is called → its minutes, the most first."""
    found: dict[str, int] = {}
    for each in entries:
        found[CPD_KINDS[each.kind]] = found.get(CPD_KINDS[each.kind], 0) + each.minutes
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def _line(me: Account, entry: Entry, *, thoughts: bool) -> tuple[object, ...]:
    line = (
        me.name,
        me.email,
        school_name(entry.school) if entry.school else "",
        post_name(entry.post) if entry.post else "",
        entry.done_on.isoformat(),
        entry.title,
        entry.kind.value,
        entry.provider or site().library.group.name,
        entry.minutes,
        round(entry.minutes / 60, 2),
        "yes" if entry.reflection else "no",
        entry.article,
    )
    return (*line, entry.reflection) if thoughts else line


def _range() -> tuple[date, date]:
    """The days asked for; this school year when none are, or none that are days."""
    first, last = school_year(_today())
    return _day("from", first), _day("until", last)


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _with_thoughts() -> bool:
    return request.args.get("thoughts") == "yes"


def _article() -> Article | None:
    slug = request.args.get("article", "")
    return articles.find(site().database, slug, reader()) if slug else None


def _of_article(article: Article) -> dict[str, object]:
    """What is known of a reading before one has said a word."""
    minutes = max(READ_BY_DEFAULT, round(site().render(article).words / 230))
    provider = school_name(article.school) if article.school else site().library.group.name
    return {
        "title": article.title,
        "kind": CpdKind.READING.value,
        "provider": provider,
        "done_on": _today(),
        "minutes": minutes,
    }


def _entry(form: EntryForm, before: Entry) -> Entry:
    return Entry(
        id=before.id,
        title=form.title.data,
        kind=CpdKind(form.kind.data),
        provider=form.provider.data or "",
        done_on=form.done_on.data,
        minutes=form.minutes.data,
        school=before.school,
        post=before.post,
        reflection=form.reflection.data or "",
        article=before.article,
        pathway=before.pathway,
        step=before.step,
    )


def _placed(entry: Entry, school: str, post: str, article: str) -> Entry:
    return replace(entry, school=school, post=post, article=article)


def _today() -> date:
    return datetime.now(UTC).date()
