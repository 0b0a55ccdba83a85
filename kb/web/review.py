"""Reviewing: what waits, and one text with everything a reviewer needs to decide."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kb.actions import reviewing
from kb.domain.account import Role
from kb.domain.article import Article
from kb.domain.difference import counts, difference
from kb.domain.errors import KnowledgeBaseError
from kb.domain.finding import Level
from kb.domain.guide import parts
from kb.domain.permission import State, Verb, may
from kb.domain.review import Check, Verdict
from kb.domain.text import Text
from kb.domain.text_fields import content_of
from kb.storage import accounts, articles, reviews, texts
from kb.web.access import reader, requires, signed_in
from kb.web.forms import as_choices
from kb.web.forms_review import ButtonForm, DecisionForm, HandOverForm, PassForm
from kb.web.press import press
from kb.web.site import site
from kb.web.text_pages import (
    CHECKS,
    STATES,
    TYPES,
    field_words,
    findings_of,
    in_words,
    label_of,
    marked,
    names_of,
    of_level,
    rendered,
    text_of,
    threads_of,
)

pages = Blueprint("review", __name__, url_prefix="/review")

QUEUE = (State.SUBMITTED, State.IN_REVIEW, State.CHANGES_ASKED, State.ACCEPTED)
VERDICTS = {
    Verdict.TAKEN: "took it to review",
    Verdict.RETURNED: "asked for changes",
    Verdict.ACCEPTED: "accepted it",
    Verdict.HANDED_OVER: "handed it to a colleague",
    Verdict.PASSED_BLOCKED: "let pass what the check blocks",
}
_SHOWN = ("title", "summary", "how_we_know")


@pages.get("/")
@requires(Verb.REVIEW)
def queue() -> ResponseReturnValue:
    """What waits for a reviewer, the longest first."""
    db, person = site().database, signed_in()
    school, theme = request.args.get("school", ""), request.args.get("theme", "")
    every = texts.listed(db, person, Verb.SEE, QUEUE)
    shown = [
        each
        for each in every
        if (not school or each.school == school) and (not theme or theme in each.content.several("themes"))
    ]
    return render_template(
        "review/index.html",
        waiting=[each for each in shown if each.state is State.SUBMITTED],
        mine=[each for each in shown if each.state is State.IN_REVIEW and each.reviewer == person.id],
        others=[
            each
            for each in shown
            if each.state is not State.SUBMITTED
            and not (each.state is State.IN_REVIEW and each.reviewer == person.id)
        ],
        school=school,
        theme=theme,
        schools=sorted({each.school for each in every}),
        themes=[
            (each, label_of("themes", each))
            for each in sorted({theme for text in every for theme in text.content.several("themes")})
        ],
        names=names_of(every),
        states=STATES,
        types=TYPES,
        now=datetime.now(UTC),
        me=person.id,
        oversees=may(person, Verb.OVERSEE),
    )


@pages.get("/<int:text_id>")
@requires(Verb.REVIEW)
def read(text_id: int) -> ResponseReturnValue:
    """One text, with the checks, the comments, what changed and what can be decided."""
    text = text_of(text_id, Verb.SEE)
    return _page(text, _decision_form(text), HandOverForm(), PassForm())


@pages.post("/<int:text_id>/take")
@requires(Verb.REVIEW)
def take(text_id: int) -> ResponseReturnValue:
    """Take a text that waits."""
    try:
        reviewing.take(site().database, signed_in(), text_id)
    except KnowledgeBaseError as error:
        text, form = text_of(text_id, Verb.SEE), ButtonForm()
        form.refuse(error)
        return _page(text, _decision_form(text), HandOverForm(), PassForm(), form), form.status
    flash("You have this article in review now.")
    return redirect(f"/review/{text_id}", 303)


@pages.post("/<int:text_id>/decide")
@requires(Verb.REVIEW)
def decide(text_id: int) -> ResponseReturnValue:
    """Tick, accept or return."""
    text = text_of(text_id, Verb.SEE)
    form = _decision_form(text)
    if form.valid:
        try:
            said = _decided(text, form)
        except KnowledgeBaseError as error:
            form.refuse(error)
            text = text_of(text_id, Verb.SEE)
        else:
            flash(said)
            return redirect(f"/review/{text_id}" if form.verdict.data == "tick" else "/review/", 303)
    return _page(text, form, HandOverForm(), PassForm()), form.status


@pages.post("/<int:text_id>/hand-over")
@requires(Verb.REVIEW)
def hand_over(text_id: int) -> ResponseReturnValue:
    """Give a text to another reviewer."""
    text = text_of(text_id, Verb.SEE)
    form = HandOverForm()
    form.colleague.choices = as_choices(_colleagues(text))
    if form.valid:
        try:
            reviewing.hand_over(
                site().database, signed_in(), text_id, colleague=int(str(form.colleague.data)[:9])
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
            text = text_of(text_id, Verb.SEE)
        else:
            flash("Your colleague has it now and gets an e-mail.")
            return redirect("/review/", 303)
    return _page(text, _decision_form(text), form, PassForm()), form.status


@pages.post("/<int:text_id>/pass")
@requires(Verb.OVERSEE)
def let_pass(text_id: int) -> ResponseReturnValue:
    """Let pass what the check blocks, with a reason."""
    text = text_of(text_id, Verb.SEE)
    form = PassForm()
    if form.valid:
        try:
            reviewing.pass_blocked(
                site().database, signed_in(), text_id, revision=_revision(), reason=form.reason.data
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
            text = text_of(text_id, Verb.SEE)
        else:
            flash("It may pass. Your reason is in the journal.")
            return redirect(f"/review/{text_id}", 303)
    return _page(text, _decision_form(text), HandOverForm(), form), form.status


def _decision_form(text: Text) -> DecisionForm:
    ticked = [check.value for check in reviews.ticks(site().database, text.id)]
    return DecisionForm(data={"ticks": ticked})


def _decided(text: Text, form: DecisionForm) -> str:
    """Do what was decided and say so."""
    db, person = site().database, signed_in()
    checks = [Check(each) for each in form.ticks.data or ()]
    advice = form.advice.data or ""
    if form.verdict.data == "return":
        reviewing.send_back(db, person, text.id, revision=_revision(), advice=advice)
        return "Your advice is on its way to the author."
    if form.verdict.data == "accept":
        reviewing.accept_and_publish(
            press(),
            person,
            text.id,
            revision=_revision(),
            ticks=checks,
            findings=findings_of(text),
            advice=advice,
        )
        return "Accepted and published. Colleagues can find it now, and the author gets an e-mail."
    reviewing.tick(db, person, text.id, checks)
    return "The checklist is kept."


def _page(
    text: Text,
    form: DecisionForm,
    hand_over_form: HandOverForm,
    pass_form: PassForm,
    take_form: ButtonForm | None = None,
) -> str:
    """The page of a text. A form that was refused is shown with what was typed, whatever has become of the text."""
    db, findings = site().database, findings_of(text)
    threads, names = threads_of(text)
    decisions = reviews.of_text(db, text.id)
    live = articles.find(db, text.replaces, reader()) if text.replaces else None
    pieces = difference(live.body, text.content.body) if live else ()
    hand_over_form.colleague.choices = as_choices(_colleagues(text))
    return render_template(
        "review/text.html",
        text=text,
        form=form,
        hand_over_form=hand_over_form,
        pass_form=pass_form,
        take_form=take_form or ButtonForm(),
        check_hints={check.value: hint for check, (_, hint) in CHECKS.items()},
        state=STATES[text.state],
        type_words=TYPES[text.type][0],
        shown=rendered(text),
        threads=threads,
        names=names_of([text], [*(each.reviewer for each in decisions), *names.known]),
        decisions=decisions,
        verdicts=VERDICTS,
        blocked=of_level(findings, Level.BLOCK),
        warned=of_level(findings, Level.WARN),
        passed=reviewing.passed(db, text),
        live=live,
        pieces=marked(pieces),
        changes=counts(pieces),
        field_changes=_field_changes(live, text) if live else [],
        facts=_facts(text),
        headings=_headings(text),
        **_rights(text),
    )


def _facts(text: Text) -> list[tuple[str, str]]:
    """What the text says of itself, in the words of its fields."""
    said = text.content
    return [(words, in_words(said, key)) for key, words in field_words().items() if said.one(key)]


def _rights(text: Text) -> dict[str, Any]:
    """What the person may do with a text now, and whether it is their own."""
    person = signed_in()
    return {
        "rights": {verb.name: may(person, verb, text.standing) for verb in _ASKED},
        "own": person.id in text.authors,
    }


_ASKED = (Verb.TAKE, Verb.ACCEPT, Verb.RETURN, Verb.HAND_OVER, Verb.PASS_BLOCKED, Verb.COMMENT)


def _headings(text: Text) -> list[str]:
    return [part.heading for part in parts(text.content.body) if part.heading]


def _field_changes(live: Article, text: Text) -> list[tuple[str, str, str]]:
    before = content_of(live)
    return [
        (words, in_words(before, key), in_words(text.content, key))
        for key, words in field_words().items()
        if before.one(key) != text.content.one(key)
    ]


def _colleagues(text: Text) -> list[tuple[str, str]]:
    people = [
        person
        for role in (Role.REVIEWER, Role.LEAD)
        for person in accounts.everybody(site().database, role=role)
        if person.id not in (*text.authors, text.reviewer)
    ]
    return [("", "Choose a colleague"), *((str(person.id), person.name) for person in people)]


def _revision() -> int:
    typed = request.form.get("revision", "")
    return int(typed[:9]) if typed.isascii() and typed.isdecimal() else 0
