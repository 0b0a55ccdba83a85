"""“We tried it”: telling how it went, the list of all trials, one trial, and what the lead may do with it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import trying
from kb.actions.free_text import PersonalData
from kb.actions.trying import Telling, Wanted
from kb.domain.article import Outcome
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb
from kb.domain.permission_sharing import Deed, may_share
from kb.domain.trial import TrialState, tally
from kb.storage import accounts, trials
from kb.web.access import current, public, reader, requires, signed_in
from kb.web.cards import OUTCOMES
from kb.web.forms import Form, long_text
from kb.web.forms_trials import TrialForm
from kb.web.sharing import (
    article_here,
    asked,
    looked_at,
    page_of,
    refused,
    school_name,
    term_pairs,
)
from kb.web.site import site
from kb.web.text_pages import check_here
from kb.web.trials_shown import in_words

pages = Blueprint("trials", __name__)


class HideForm(Form):
    """Why a trial is hidden."""

    reason = long_text(
        "Why do you hide it?",
        hint="The person who told of it can read this. The journal keeps it.",
        longest=500,
        rows=3,
    )


@pages.get("/trials/")
@public
def index() -> ResponseReturnValue:
    """Everything that schools have tried, found by words and narrowed down."""
    here = site()
    schools = {each.school: school_name(each.school) for each in trials.seen(here.database, reader())}
    taxonomy = here.library.taxonomy
    chosen = {
        "q": asked("q"),
        "outcome": asked("outcome", set(Outcome)),
        "key_stage": asked("key_stage", taxonomy["key-stages"].terms),
        "provision": asked("provision", taxonomy["provisions"].terms),
        "school": asked("school", schools),
        "article": asked("article"),
    }
    wanted = Wanted(
        words=chosen["q"],
        outcome=Outcome(chosen["outcome"]) if chosen["outcome"] else None,
        key_stage=chosen["key_stage"],
        provision=chosen["provision"],
        school=chosen["school"],
        article=chosen["article"],
    )
    found = trying.found(here.database, wanted, reader(), here.library)
    shown, turns = page_of(found, url_for("trials.index"), chosen)
    return render_template(
        "trials/index.html",
        trials=in_words(shown),
        tally=tally(found),
        total=len(found),
        turns=turns,
        chosen=chosen,
        narrowed=any(chosen.values()),
        article=found[0].title if chosen["article"] and found else "",
        outcomes=OUTCOMES,
        key_stages=term_pairs("key-stages"),
        provisions=term_pairs("provisions"),
        schools=sorted(schools.items(), key=lambda each: each[1]),
        hidden=in_words(trials.hidden(here.database)) if trying.may_hide(current()) else (),
    )


@pages.get("/trials/<int:number>")
@public
def read(number: int) -> ResponseReturnValue:
    """One trial."""
    db, me = site().database, current()
    trial = trying.to_read(db, me, number, reader())
    belongs = trying.belonging(trial)
    told_by = accounts.find(db, trial.author) if me else None
    return render_template(
        "trials/trial.html",
        trial=in_words([trial])[0],
        told_by=told_by.name if told_by else "",
        hidden_because=trial.hidden_because,
        hidden=trial.state is TrialState.HIDDEN,
        may_change=may_share(me, Deed.CHANGE_TRIAL, belongs),
        may_hide=may_share(me, Deed.HIDE_TRIAL, belongs),
    )


@pages.route("/articles/<slug>/tried", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def tell(slug: str) -> ResponseReturnValue:
    """Tell how it went when your school tried what an article tells of."""
    article, person = article_here(slug), signed_in()
    form = TrialForm.of(person, article)
    personal = None
    if form.valid:
        try:
            number = trying.tell(site().database, person, slug, form.report(), _telling())
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            flash("Thank you. Colleagues who read the article now see how it went at your school.")
            return redirect(url_for("trials.read", number=number), 303)
    return _form_page(form, personal, article.title, f"/articles/{slug}/tried", f"/articles/{slug}")


@pages.route("/trials/<int:number>/edit", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def edit(number: int) -> ResponseReturnValue:
    """Change what is said about a trial."""
    db, person = site().database, signed_in()
    trial = trying.to_change(db, person, number)
    form = TrialForm.of(person, article_here(trial.slug), trial.report)
    personal = None
    if form.valid:
        try:
            trying.change(db, person, number, form.report(), _telling())
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            flash("Your changes are there.")
            return redirect(url_for("trials.read", number=number), 303)
    return _form_page(form, personal, trial.title, f"/trials/{number}/edit", f"/trials/{number}")


@pages.post("/trials/<int:number>/withdraw")
@requires(Verb.TAKE_PART)
def withdraw(number: int) -> ResponseReturnValue:
    """Take a trial back."""
    trial = trying.take_back(site().database, signed_in(), number)
    flash("The trial is taken back. Nobody sees it any more.")
    return redirect(url_for("trials.index", article=trial.slug), 303)


@pages.route("/trials/<int:number>/hide", methods=["GET", "POST"])
@requires(Verb.OVERSEE)
def hide(number: int) -> ResponseReturnValue:
    """Hide a trial, with a reason."""
    db, person = site().database, signed_in()
    trial = trying.to_read(db, person, number, reader())
    form = HideForm()
    if form.valid:
        try:
            trying.hide(db, person, number, form.reason.data or "", check=check_here())
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("The trial is hidden. Its author has been told.")
            return redirect(url_for("trials.read", number=number), 303)
    return render_template("trials/hide.html", form=form, trial=in_words([trial])[0]), form.status


@pages.post("/trials/<int:number>/show")
@requires(Verb.OVERSEE)
def show(number: int) -> ResponseReturnValue:
    """Show a hidden trial again."""
    trying.show_again(site().database, signed_in(), number)
    flash("The trial is shown again.")
    return redirect(url_for("trials.read", number=number), 303)


def _form_page(
    form: TrialForm, personal: PersonalData | None, title: str, action: str, back: str
) -> ResponseReturnValue:
    return (
        render_template(
            "trials/form.html",
            form=form,
            personal=personal,
            ticked=looked_at(),
            title=title,
            action=action,
            back=back,
        ),
        form.status,
    )


def _telling() -> Telling:
    return Telling(check=check_here(), reader=reader(), looked_at=looked_at())
