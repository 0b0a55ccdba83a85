"""Announcements: what is told to me now, and where the improvement lead tells it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import announcing
from kb.domain.announcement import LONGEST_TITLE, LONGEST_WORDS, Announcement, AnnouncementRefused
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb, may
from kb.storage import announcements
from kb.web.access import inside, requires, signed_in
from kb.web.forms import Form, as_choices, long_text, text, ticks
from kb.web.site import site
from kb.web.text_pages import check_here

pages = Blueprint("announcements", __name__, url_prefix="/announcements")

USUAL_TIME = timedelta(days=14)


class AnnouncementForm(Form):
    """Something to tell."""

    title = text("Heading", needed="Enter a heading.", longest=LONGEST_TITLE)
    words = long_text(
        "What do you want to tell?",
        needed="Say what you want to tell.",
        longest=LONGEST_WORDS,
        rows=4,
        count=True,
    )
    schools = ticks("To people of these schools", hint="Choose none for all.")
    posts = ticks("With these posts", hint="Choose none for all.")
    starts = text("From", needed="Enter the first day.", longest=10, width="govuk-input--width-10")
    ends = text(
        "Until",
        hint="For example 2027-01-29.",
        needed="Enter the last day.",
        longest=10,
        width="govuk-input--width-10",
    )

    def offer(self) -> None:
        """Fill in what there is to choose from."""
        library = site().library
        self.schools.choices = as_choices([(each.id, each.name) for each in library.group.schools.values()])
        self.posts.choices = as_choices([(each.id, each.label) for each in library.taxonomy["roles"]])

    def told(self, number: int) -> Announcement:
        """What was filled in. Raises AnnouncementRefused for a day that is none."""
        return Announcement(
            id=number,
            title=self.title.data or "",
            words=(self.words.data or "").strip(),
            schools=tuple(self.schools.data or ()),
            posts=tuple(self.posts.data or ()),
            starts=_day("starts", self.starts.data),
            ends=_day("ends", self.ends.data),
        )


@pages.get("/")
@requires(Verb.KEEP)
def index() -> ResponseReturnValue:
    """What is announced to me, also what I have put away; for the lead, all of it."""
    me, today = signed_in(), datetime.now(UTC).date()
    curates = may(me, Verb.CURATE)
    return render_template(
        "announcements/index.html",
        mine=announcements.for_person(site().database, me.id, today, put_away=True),
        every=announcements.every(site().database) if curates else (),
        curates=curates,
        today=today,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.CURATE)
def new() -> ResponseReturnValue:
    """Tell something."""
    today = datetime.now(UTC).date()
    form = AnnouncementForm(
        data={
            "starts": today.isoformat(),
            "ends": (today + USUAL_TIME).isoformat(),
            "schools": [],
            "posts": [],
        }
    )
    return _edited(form, 0)


@pages.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(Verb.CURATE)
def edit(number: int) -> ResponseReturnValue:
    """Tell it otherwise."""
    this = announcements.find(site().database, number)
    if this is None:
        raise NotFound("There is no such announcement any more.")
    form = AnnouncementForm(
        data={
            "title": this.title,
            "words": this.words,
            "schools": list(this.schools),
            "posts": list(this.posts),
            "starts": this.starts.isoformat(),
            "ends": this.ends.isoformat(),
        }
    )
    return _edited(form, number)


@pages.post("/<int:number>/take-back")
@requires(Verb.CURATE)
def take_back(number: int) -> ResponseReturnValue:
    """Tell it no more."""
    announcing.take_back(site().database, signed_in(), number)
    flash("The announcement is gone.")
    return redirect(url_for("announcements.index"), 303)


@pages.post("/<int:number>/put-away")
@requires(Verb.KEEP)
def put_away(number: int) -> ResponseReturnValue:
    """Show it to me no more on the start page."""
    announcing.put_away(site().database, signed_in(), number)
    return redirect(inside(request.form.get("next", "/")), 303)


def _edited(form: AnnouncementForm, number: int) -> ResponseReturnValue:
    form.offer()
    if form.valid:
        try:
            announcing.announce(site().database, signed_in(), form.told(number), check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is announced from the first day on.")
            return redirect(url_for("announcements.index"), 303)
    return render_template("announcements/edit.html", form=form, number=number), form.status


def _day(field: str, typed: str | None) -> date:
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        raise AnnouncementRefused(
            field, "Enter the day as year, month and day, such as 2027-01-29."
        ) from None
