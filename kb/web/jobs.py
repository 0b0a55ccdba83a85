"""What the worker does beside the pages: what waits, what failed and waits for a decision, which letters went out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import mending
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.job import JobState
from kb.domain.permission import Verb
from kb.storage import jobs, outbox
from kb.storage.worker_lock import worker_runs
from kb.web.access import requires, signed_in
from kb.web.forms import Form, long_text
from kb.web.site import site

pages = Blueprint("jobs", __name__, url_prefix="/administration/jobs")

KINDS = {
    "letter": "Send a letter",
    "publication": "Put an article into the files and into search",
    "history": "Record an article in the history of the content folder",
    "remind": "Remind people of late articles",
    "digest": "Write the weekly letter to the lead",
    "approaches": "Ask people to read a trust approach",
    "approach-round": "Remind people of trust approaches they have not read",
    "following-week": "Write the weekly letter about what people follow",
    "consent": "Tell people whose pictures are about to be hidden",
    "recheck": "Look through the articles for personal data",
    "tidy": "Delete what is kept only for a while",
    "insight": "Gather what nobody found, and delete old words of searches",
}
LETTERS = {
    "waiting": "waits",
    "sending": "may have been sent",
    "sent": "sent",
    "dropped": "not sent: the person has left",
}
LISTED = 50


class DropForm(Form):
    """Why a job need not be done."""

    reason = long_text(
        "Why it need not be done", needed="Write down why this need not be done.", longest=300, rows=2
    )


@pages.get("/")
@requires(Verb.SEE_JOBS)
def index() -> ResponseReturnValue:
    """Jobs and letters as they stand."""
    db = site().database
    return render_template(
        "jobs/index.html",
        running=worker_runs(site().settings.var),
        counts=jobs.counts(db),
        dead=jobs.listed(db, JobState.DEAD, LISTED),
        failing=[job for job in jobs.listed(db, JobState.WAITING, LISTED) if job.problem],
        dropped=jobs.listed(db, JobState.DROPPED, LISTED),
        letters=outbox.listed(db, LISTED),
        kinds=KINDS,
        letter_states=LETTERS,
    )


@pages.post("/<int:number>/retry")
@requires(Verb.SEE_JOBS)
def retry(number: int) -> ResponseReturnValue:
    """Try a job again."""
    try:
        mending.try_again(site().database, signed_in(), number)
        flash("It is tried again now.")
    except NotFound as error:
        flash(str(error))
    return redirect("/administration/jobs/", 303)


@pages.route("/<int:number>/drop", methods=["GET", "POST"])
@requires(Verb.SEE_JOBS)
def drop(number: int) -> ResponseReturnValue:
    """Give a job up, with a reason."""
    job = jobs.find(site().database, number)
    if job is None or (job.state is not JobState.DEAD and request.method == "GET"):
        raise NotFound("This job does not wait for a decision. Look at the list of jobs.")
    form = DropForm()
    if form.valid:
        try:
            mending.give_up(site().database, signed_in(), number, str(form.reason.data))
        except NotFound as error:
            flash(str(error))
        except KnowledgeBaseError as error:
            form.refuse(error)
            return render_template("jobs/drop.html", form=form, job=job, kinds=KINDS), form.status
        else:
            flash("The job is dropped.")
        return redirect("/administration/jobs/", 303)
    return render_template("jobs/drop.html", form=form, job=job, kinds=KINDS), form.status
