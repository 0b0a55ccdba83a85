"""“Ask for this”: asking for what is missing, the list of asks, and what becomes of one."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import ask_writing, wanting
from kb.actions.free_text import PersonalData
from kb.actions.wanting import UNDER_WAY, Alike, Asking
from kb.domain.account import Account
from kb.domain.article import Article
from kb.domain.ask import Ask, AskState
from kb.domain.errors import KnowledgeBaseError
from kb.domain.permission import Verb, may
from kb.domain.permission_sharing import Deed, may_share
from kb.storage import accounts, articles, asks, texts
from kb.web.access import reader, requires, signed_in
from kb.web.asks_shown import STATES, asks_in_words, parameters_of
from kb.web.forms_asks import AnswerForm, AskForm, CloseForm
from kb.web.gap_origin import followed_by
from kb.web.sharing import asked, looked_at, page_of, refused, school_name
from kb.web.site import site
from kb.web.text_pages import Names, check_here

pages = Blueprint("asks", __name__, url_prefix="/asks")

NOTHING = Alike(asks=(), articles=())


@pages.get("/")
@requires(Verb.TAKE_PART)
def index() -> ResponseReturnValue:
    """What is asked for, those that moved last first."""
    db, me = site().database, signed_in()
    state = asked("state", set(AskState))
    states = (AskState(state),) if state else UNDER_WAY
    found = asks.seen(db, wanting.seer_of(me, reader()), states)
    shown, turns = page_of(found, url_for("asks.index"), {"state": state})
    return render_template(
        "asks/index.html",
        asks=asks_in_words(shown),
        total=len(found),
        turns=turns,
        state=state,
        states=STATES,
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def new() -> ResponseReturnValue:
    """Ask for something, after a look at what is there already."""
    me, here = signed_in(), site()
    form, personal = AskForm.of(me), None
    looked = bool(form.question.data) and (request.method == "GET" or form.valid)
    if form.valid and request.form.get("do") == "ask":
        try:
            number = wanting.ask(here.database, me, form.wish(), _asking())
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            followed_by("ask", number)
            flash("Your ask is there. You get an e-mail when somebody answers.")
            return redirect(url_for("asks.read", number=number), 303)
    words = f"{form.question.data or ''}. {form.detail.data or ''}"
    return _form_page(
        form,
        personal,
        heading="Ask for this",
        action="/asks/new",
        alike=wanting.alike(here.search, words, me, reader()) if looked else NOTHING,
        looked=looked,
    )


@pages.get("/<int:number>")
@requires(Verb.TAKE_PART)
def read(number: int) -> ResponseReturnValue:
    """One ask, its answers, and what can be done."""
    return _page(number)


@pages.route("/<int:number>/edit", methods=["GET", "POST"])
@requires(Verb.TAKE_PART)
def edit(number: int) -> ResponseReturnValue:
    """Ask in other words."""
    me, db = signed_in(), site().database
    before = wanting.to_change(db, me, number)
    form, personal = AskForm.of(me, before.wish), None
    if form.valid:
        try:
            wanting.change(db, me, number, form.wish(), _asking())
        except KnowledgeBaseError as error:
            personal = refused(form, error)
        else:
            flash("Your changes are there.")
            return redirect(url_for("asks.read", number=number), 303)
    return _form_page(form, personal, heading="Change your ask", action=f"/asks/{number}/edit", looked=True)


@pages.post("/<int:number>/too")
@requires(Verb.TAKE_PART)
def need_too(number: int) -> ResponseReturnValue:
    """Say that one's school needs it too, or does not any more."""
    too = request.form.get("do") != "undo"
    wanting.need_too(
        site().database, signed_in(), number, reader(), school=request.form.get("school", ""), too=too
    )
    flash("Your school is counted." if too else "Your school is not counted any more.")
    return redirect(url_for("asks.read", number=number), 303)


@pages.post("/<int:number>/answer")
@requires(Verb.TAKE_PART)
def answer(number: int) -> ResponseReturnValue:
    """Answer with an article."""
    here, form = site(), AnswerForm()
    if not form.valid:
        return _page(number, answering=form)
    try:
        wanting.answer(
            here.database,
            signed_in(),
            number,
            form.slug,
            form.note.data or "",
            _asking(),
            reader=reader(),
            group=here.library.group,
        )
    except wanting.AskWrong as error:
        form.refuse(error)
        return _page(number, answering=form)
    except PersonalData as error:
        return _page(number, answering=form, personal=refused(form, error))
    flash("Thank you. Whoever asked gets a letter.")
    return redirect(url_for("asks.read", number=number), 303)


@pages.post("/<int:number>/again")
@requires(Verb.TAKE_PART)
def again(number: int) -> ResponseReturnValue:
    """Say that the answers do not help."""
    wanting.ask_again(site().database, signed_in(), number)
    flash("The ask is open again.")
    return redirect(url_for("asks.read", number=number), 303)


@pages.post("/<int:number>/close")
@requires(Verb.TAKE_PART)
def close(number: int) -> ResponseReturnValue:
    """Close an ask, with a reason."""
    db, me, form = site().database, signed_in(), CloseForm()
    wanting.to_close(db, me, number)
    if not form.valid:
        return _page(number, closing=form)
    try:
        wanting.close(db, me, number, form.reason.data or "", _asking())
    except wanting.AskWrong as error:
        form.refuse(error)
        return _page(number, closing=form)
    except PersonalData as error:
        return _page(number, closing=form, personal=refused(form, error))
    flash("The ask is closed.")
    return redirect(url_for("asks.read", number=number), 303)


@pages.post("/<int:number>/write")
@requires(Verb.WRITE)
def write(number: int) -> ResponseReturnValue:
    """Begin an article that answers it."""
    text_id = ask_writing.begin(
        site().database, signed_in(), number, reader(), school=request.form.get("school", "")
    )
    flash("Your article is begun. When it is published, it answers the ask by itself.")
    return redirect(f"/contribute/{text_id}", 303)


def _page(
    number: int,
    *,
    answering: AnswerForm | None = None,
    closing: CloseForm | None = None,
    personal: PersonalData | None = None,
) -> ResponseReturnValue:
    db, me = site().database, signed_in()
    one = wanting.to_read(db, me, number, reader())
    answers = asks.replies(db, number)
    known = articles.find_all(db, [each.slug for each in answers], reader())
    names = Names(accounts.names(db, {one.asker, *(each.author for each in answers if each.author)}))
    others = [each for each in me.schools if each != one.wish.school]
    under_way = one.state in UNDER_WAY
    status = next((form.status for form in (answering, closing) if form is not None), 200)
    return (
        render_template(
            "asks/ask.html",
            ask=asks_in_words([one])[0],
            asker=names(one.asker),
            own=one.asker == me.id,
            answers=[(known[each.slug], each, names(each.author)) for each in answers if each.slug in known],
            meanwhile=_new_since(one, set(known)),
            about=articles.find(db, one.wish.article, reader()) if one.wish.article else None,
            too=[(each, school_name(each), each in one.needed_by) for each in others] if under_way else [],
            answering=answering or AnswerForm(formdata=None),
            closing=closing or CloseForm(formdata=None),
            personal=personal,
            ticked=looked_at(),
            under_way=under_way,
            writes=_being_written(one),
            commission=_commission_address(one),
            **_rights(one, me),
        ),
        status,
    )


def _rights(one: Ask, me: Account) -> dict[str, bool]:
    """What a person can do with an ask now."""
    belongs, under_way = wanting.belonging(one), one.state in UNDER_WAY
    return {
        "may_answer": one.state is not AskState.CLOSED,
        "may_write": under_way and may_share(me, Deed.TAKE_UP_ASK, belongs) and bool(me.schools),
        "may_change": one.state is AskState.OPEN and may_share(me, Deed.CHANGE_ASK, belongs),
        "may_close": one.state is not AskState.CLOSED and may_share(me, Deed.CLOSE_ASK, belongs),
        "may_ask_again": not under_way and may_share(me, Deed.CLOSE_ASK, belongs),
    }


def _new_since(one: Ask, known: set[str]) -> tuple[Article, ...]:
    """Articles near to an ask that were published since it was made; none once it is closed."""
    if one.state is AskState.CLOSED:
        return ()
    found = wanting.alike(
        site().search, f"{one.wish.question}. {one.wish.detail}", signed_in(), reader()
    ).articles
    since = one.made_at.date()
    return tuple(
        each for each in found if each.slug not in known and each.published and each.published >= since
    )


def _being_written(one: Ask) -> bool:
    text = texts.find(site().database, one.text) if one.text else None
    return one.state is AskState.TAKEN_UP and text is not None and text.discarded_at is None


def _commission_address(one: Ask) -> str:
    """The way to commission what is asked for, for the lead; empty for others."""
    if not may(signed_in(), Verb.OVERSEE):
        return ""
    return f"/commissions/new?{urlencode(dict(parameters_of(one)), doseq=True)}"


def _form_page(
    form: AskForm,
    personal: PersonalData | None,
    *,
    heading: str,
    action: str,
    alike: Alike = NOTHING,
    looked: bool,
) -> ResponseReturnValue:
    return (
        render_template(
            "asks/form.html",
            form=form,
            personal=personal,
            ticked=looked_at(),
            title=heading,
            action=action,
            alike_asks=asks_in_words(alike.asks),
            alike_articles=alike.articles,
            looked=looked,
            fresh=action == "/asks/new",
        ),
        form.status,
    )


def _asking() -> Asking:
    return Asking(check=check_here(), looked_at=looked_at())
