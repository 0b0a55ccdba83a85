"""My articles: from an idea to sending it in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import contributing, picturing, searching
from kb.domain.article import ArticleType, Visibility
from kb.domain.completeness import Step, missing
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.finding import Level
from kb.domain.guide import untold
from kb.domain.permission import State, Verb, may
from kb.domain.review import UNDER_WAY, Verdict
from kb.domain.search import Question
from kb.domain.text import Text
from kb.storage import articles, reviews, text_revisions, texts
from kb.web.access import reader, requires, signed_in
from kb.web.forms import Form, as_choices, long_text, radios, text
from kb.web.gap_origin import followed_by
from kb.web.site import site
from kb.web.text_pages import (
    STATES,
    TYPES,
    findings_of,
    names_of,
    of_level,
    rendered,
    text_of,
    threads_of,
)

pages = Blueprint("contribute", __name__, url_prefix="/contribute")

ASKED = {
    State.DRAFT: "Finish it and send it in.",
    State.CHANGES_ASKED: "A reviewer has asked for changes. Read the advice, change the text and send it in again.",
    State.SUBMITTED: "Nothing to do: it waits for a reviewer.",
    State.IN_REVIEW: "Nothing to do: somebody is reading it.",
    State.ACCEPTED: "Nothing to do: it is about to be published.",
    State.PUBLISHED: "Colleagues can read it.",
    State.ARCHIVED: "It is not shown any more.",
    State.WITHDRAWN: "It has been taken down.",
}
STEPS = (
    (Step.ABOUT, "About the article", "Title, summary, authors, who may read it"),
    (Step.SETTING, "For whom and where", "School, key stages, provision, needs, themes"),
    (Step.WRITE, "The text", "Section by section, with questions to help"),
    (Step.RESULTS, "Evidence and cost", "What you found, what it took, what it rests on"),
)
SIMILAR = 4


class IdeaForm(Form):
    """What somebody wants to write about."""

    kind = radios(
        "What would you like to write?",
        [(kind.value, words) for kind, (words, _) in TYPES.items()],
        needed="Choose what you would like to write.",
    )
    title = text(
        "A title for it", hint="You can change it at any time.", needed="Enter a title.", longest=120
    )
    idea = long_text(
        "Tell your idea in three lines",
        hint="What was the need, what did you do, what came of it? No names of pupils.",
        needed="Tell your idea in a sentence or two.",
        longest=600,
        rows=4,
    )
    school = radios("Your school", needed="Choose the school that shares it.")


class SubmitForm(Form):
    """What is said when a text is sent in."""

    appeal = long_text(
        "The check is wrong because",
        hint="Only when you are sure that nobody can tell who a pupil is. The improvement lead decides.",
        longest=1000,
        rows=3,
    )


@pages.get("/")
@requires(Verb.WRITE)
def mine() -> ResponseReturnValue:
    """My articles, what is asked of me, and what my schools are writing."""
    db, person = site().database, signed_in()
    own = texts.of_author(db, person.id)
    others = [
        each
        for each in texts.listed(db, person, Verb.EDIT, UNDER_WAY, newest_first=True)
        if person.id not in each.authors
    ]
    return render_template(
        "contribute/index.html",
        own=own,
        others=others,
        thrown_away=texts.discarded(db, person.id),
        asked=ASKED,
        states=STATES,
        types=TYPES,
        names=names_of([*own, *others]),
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.WRITE)
def new() -> ResponseReturnValue:
    """Tell an idea, see what is there already, begin."""
    person, schools = signed_in(), site().library.group.schools
    form = IdeaForm(data={"school": person.schools[0] if person.schools else ""})
    form.school.choices = as_choices(
        [(each, schools[each].name) for each in person.schools if each in schools]
    )
    similar: list[Any] = []
    looked = request.form.get("do") == "begin"
    if form.valid:
        if looked:
            try:
                text_id = contributing.start(
                    site().database,
                    person,
                    kind=ArticleType(form.kind.data),
                    title=form.title.data,
                    idea=form.idea.data,
                    school=form.school.data,
                )
            except KnowledgeBaseError as error:
                form.refuse(error)
            else:
                followed_by("text", text_id)
                flash("Your article is begun. Everything you write is saved as you go.")
                return redirect(f"/contribute/{text_id}", 303)
        else:
            similar = _like(f"{form.title.data}. {form.idea.data}")
    return (
        render_template(
            "contribute/new.html",
            form=form,
            similar=similar,
            hints={kind.value: words for kind, (_, words) in TYPES.items()},
            looked=request.method == "POST" and not form.errors_listed,
        ),
        form.status,
    )


def _like(words: str) -> list[Any]:
    """Articles that tell of something alike, nearest first; none while search is being mended."""
    question = Question(text=" ".join(words.split())[:300], mode="meaning", correct_spelling=False)
    try:
        answer = searching.ask(site().search, question, reader())
    except KnowledgeBaseError:
        return []
    return [each.article for each in (*answer.finds, *answer.weak)[:SIMILAR]]


@pages.get("/<int:text_id>")
@requires(Verb.WRITE)
def overview(text_id: int) -> ResponseReturnValue:
    """Where a text stands, what is done and what is left."""
    text = text_of(text_id, Verb.SEE)
    threads, names = threads_of(text)
    decisions = reviews.of_text(site().database, text.id)
    advice = next((each for each in reversed(decisions) if each.verdict is Verdict.RETURNED), None)
    lacking = missing(text.content, text.type)
    person = signed_in()
    return render_template(
        "contribute/overview.html",
        text=text,
        advice=advice,
        threads=threads,
        names=names,
        steps=[
            (step, words, hint, [each for each in lacking if each.step is step])
            for step, words, hint in STEPS
        ],
        asked=ASKED[text.state],
        state=STATES[text.state],
        type_words=TYPES[text.type][0],
        aside=text_revisions.aside(site().database, text.id),
        may_edit=may(person, Verb.EDIT, text.standing),
        may_submit=may(person, Verb.SUBMIT, text.standing),
        may_discard=may(person, Verb.DISCARD, text.standing),
        may_name_authors=may(person, Verb.NAME_AUTHORS, text.standing),
        may_name_address=text.replaces is not None and may(person, Verb.NAME_ADDRESS, text.standing),
        untold=untold(text.content.body, text.type),
        shown=rendered(text),
        visibility=Visibility,
    )


@pages.route("/<int:text_id>/submit", methods=["GET", "POST"])
@requires(Verb.WRITE)
def submit(text_id: int) -> ResponseReturnValue:
    """See what the checks say, and send the text in."""
    text = text_of(text_id, Verb.SUBMIT)
    form, findings = SubmitForm(), findings_of(text)
    if form.valid:
        try:
            contributing.submit(
                site().database,
                signed_in(),
                text.id,
                revision=_number(request.form.get("revision", "")),
                findings=findings,
                looked_at=request.form.getlist("looked_at"),
                appeal=form.appeal.data or "",
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("Sent in. You get an e-mail when somebody has read it.")
            return redirect(f"/contribute/{text.id}", 303)
    return _submit_page(text, form, findings), form.status


def _submit_page(text: Text, form: SubmitForm, findings: Any) -> str:
    return render_template(
        "contribute/submit.html",
        text=text,
        form=form,
        lacking=missing(text.content, text.type),
        untold=untold(text.content.body, text.type),
        blocked=of_level(findings, Level.BLOCK),
        warned=of_level(findings, Level.WARN),
        notes=of_level(findings, Level.NOTE),
        ticked=set(request.form.getlist("looked_at")),
        aside=text_revisions.aside(site().database, text.id),
    )


@pages.post("/<int:text_id>/discard")
@requires(Verb.WRITE)
def discard(text_id: int) -> ResponseReturnValue:
    """Throw a text away."""
    contributing.discard(site().database, signed_in(), text_id)
    flash("The article is in the bin. You can put it back for 30 days.")
    return redirect("/contribute/", 303)


@pages.post("/<int:text_id>/put-back")
@requires(Verb.WRITE)
def put_back(text_id: int) -> ResponseReturnValue:
    """Take a text out of the bin."""
    contributing.put_back(site().database, signed_in(), text_id)
    flash("The article is back.")
    return redirect(f"/contribute/{text_id}", 303)


@pages.post("/articles/<slug>")
@requires(Verb.WRITE)
def revise(slug: str) -> ResponseReturnValue:
    """Begin a new version of a published article."""
    here = site()
    article = articles.find(here.database, slug, reader())
    if article is None:
        raise NotFound("There is no article at this address. It may have been renamed: search for its title.")
    text_id = contributing.revise(here.database, signed_in(), article)
    picturing.adopt(here.database, here.settings.content, here.settings.var, signed_in(), text_id)
    return redirect(f"/contribute/{text_id}", 303)


def _number(typed: str) -> int:
    return int(typed[:9]) if typed.isascii() and typed.isdecimal() else 0
