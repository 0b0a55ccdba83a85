"""Needs that nothing answers: the list, one of them with what can be done, and saying that it is dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kb.actions import gap_gathering, searching
from kb.actions.text_outcome import outcome
from kb.domain.chart import line
from kb.domain.errors import KnowledgeBaseError, NotFound, Unavailable
from kb.domain.gap import Gap, GapState
from kb.domain.permission import Verb
from kb.domain.search import Answer, Facet, Question
from kb.storage import asks, commissions, gaps
from kb.web.access import reader, requires, signed_in
from kb.web.asks_shown import asks_in_words
from kb.web.cards import found
from kb.web.commission_pages import STAGES
from kb.web.forms import Form, long_text
from kb.web.gap_origin import gap_asked
from kb.web.insight_sheets import NAMES
from kb.web.insight_words import short
from kb.web.site import site
from kb.web.spreadsheet import csv_answer
from kb.web.wording import label

pages = Blueprint("insight_gaps", __name__, url_prefix="/insights/gaps")

NEAREST = 3
ASKED_FOR = (Facet.KEY_STAGE, Facet.PROVISION, Facet.NEED, Facet.THEME)


class DealtWithForm(Form):
    """What was done about a need."""

    note = long_text(
        "What was done",
        hint="For example: Seawall Academy writes a how-to. The lead and administrators can read it.",
        needed="Write down what was done, so that others know.",
        longest=500,
        rows=3,
    )


@pages.get("/")
@requires(Verb.SEE_INSIGHTS)
def index() -> ResponseReturnValue:
    """The needs, those that most people search for first."""
    db, today = site().database, datetime.now(UTC).date()
    return render_template(
        "insights/gaps.html",
        waiting=gaps.listed(db, (GapState.OPEN, GapState.BACK), today),
        done=gaps.listed(db, (GapState.DEALT_WITH,), today, limit=30),
        asked_for=asked_for,
        names=NAMES,
    )


@pages.get("/gaps.csv")
@requires(Verb.SEE_INSIGHTS)
def saved() -> ResponseReturnValue:
    """The needs as a file."""
    today = datetime.now(UTC).date()
    rows = [
        (each.label, STATE_WORDS[each.state], each.size, each.recent, each.change, asked_for(each), each.note)
        for each in gaps.listed(site().database, GapState, today, limit=1000)
    ]
    heads = ("Need", "State", "Searches", "In the last 12 weeks", "Change", "Asked for", "What was done")
    return csv_answer("gaps.csv", heads, rows)


STATE_WORDS = {
    GapState.OPEN: "to be looked at",
    GapState.BACK: "back: people search on",
    GapState.DEALT_WITH: "dealt with",
}


@pages.get("/<int:number>")
@requires(Verb.SEE_INSIGHTS)
def page(number: int) -> ResponseReturnValue:
    """One need: who may be asked, what is nearest, what can be done."""
    return _page(_gap(number), DealtWithForm())


@pages.post("/<int:number>/dealt-with")
@requires(Verb.SEE_INSIGHTS)
def dealt_with(number: int) -> ResponseReturnValue:
    """Say that a need is dealt with."""
    gap, form = _gap(number), DealtWithForm()
    if form.valid:
        try:
            gap_gathering.deal_with(site().database, signed_in(), gap.id, str(form.note.data))
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("It is off the list. It comes back when people search on.")
            return redirect(url_for("insight_gaps.index"), 303)
    return _page(gap, form)


@pages.post("/<int:number>/open-again")
@requires(Verb.SEE_INSIGHTS)
def open_again(number: int) -> ResponseReturnValue:
    """Put a need back on the list."""
    gap_gathering.reopen(site().database, signed_in(), number)
    flash("It is on the list again.")
    return redirect(url_for("insight_gaps.page", number=number), 303)


def _page(gap: Gap, form: DealtWithForm) -> ResponseReturnValue:
    here, answer = site(), _asked_now(gap)
    trend = line(
        "Searches each week",
        [short(week) for week in gap.weeks],
        {"Searches": list(gap.weeks.values())},
        up="Searches",
    )
    return (
        render_template(
            "insights/gap.html",
            gap=gap,
            form=form,
            trend=trend,
            asked_for=asked_for(gap),
            answer=answer,
            nearest=found(
                (answer.finds or answer.weak)[:NEAREST] if answer else (),
                here.library,
                datetime.now(UTC).date(),
            ),
            ways=ways(gap),
            became=became(gap.id),
        ),
        form.status,
    )


def _gap(number: int) -> Gap:
    gap = gaps.find(site().database, number, datetime.now(UTC).date())
    if gap is None:
        raise NotFound("There is no such need, or it was searched for only once. Look at the list.")
    return gap


def _asked_now(gap: Gap) -> Answer | None:
    """What the site answers now; None while it cannot."""
    try:
        return searching.ask(site().search, Question(text=gap.label), reader())
    except Unavailable:
        return None


def asked_for(gap: Gap) -> str:
    """The key stages, provisions and so on that its searches ask for most, in words."""
    library = site().library
    most = ((facet, gap.most(facet.value)) for facet in ASKED_FOR)
    return ", ".join(label(library, facet, term) for facet, term in most if term)


def ways(gap: Gap) -> list[tuple[str, str]]:
    """What can be done about a need: words and addresses."""
    known = {facet.value: gap.most(facet.value) for facet in ASKED_FOR}
    about = {name: term for name, term in known.items() if term}
    wanted = (
        (
            "Commission support or an article",
            "/commissions/new",
            {"gap": gap.id, "title": gap.label, **about},
        ),
        ("Ask the schools", "/asks/new", {"gap": gap.id, "q": gap.label, **about}),
        ("Begin an article", "/contribute/new", {"gap": gap.id, "title": gap.label}),
        ("Add a synonym", "/insights/synonyms/new", {"typed": gap.label}),
    )
    return [(words, f"{path}?{urlencode(more)}") for words, path, more in wanted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """One thing that came of a need: what it is, its title, how it stands, and where it is if it can be opened."""

    what: str
    title: str
    state: str
    address: str = ""


def became(number: int) -> tuple[Became, ...]:
    """What came of a need: it was asked for, commissioned, written up; each once, in this order."""
    db, here = site().database, gaps.followed(site().database, number)
    asked = [found for kind, each in here if kind == "ask" and (found := asks.find(db, each))]
    ordered = {each.id: each for each in commissions.of_gap(db, number)}
    for one in asked:
        more = commissions.find(db, one.commission) if one.commission else None
        ordered |= {more.id: more} if more else {}
    written = dict.fromkeys(
        [each for kind, each in here if kind == "text"]
        + [each.text for each in asked if each.text]
        + [each.text_id for each in ordered.values() if each.text_id]
    )
    return (
        *(
            Became(what="Asked", title=one.question, state=one.state_words, address=f"/asks/{one.id}")
            for one in asks_in_words(asked)
        ),
        *(
            Became(
                what="Commissioned",
                title=each.need.title,
                state=STAGES[each.stage],
                address=f"/commissions/{each.id}",
            )
            for each in ordered.values()
        ),
        *(text for each in written if (text := _written(each))),
    )


def _written(number: int) -> Became | None:
    """A text, by its published article when there is one; None for one that was thrown away."""
    text, article = outcome(site().database, number, reader())
    if text is None:
        return None
    if article is None:
        return Became(what="Written up", title=text.title, state="being written")
    return Became(
        what="Written up", title=article.title, state="published", address=f"/articles/{article.slug}"
    )


@pages.app_context_processor
def _for_other_pages() -> dict[str, object]:
    return {"gap_asked": gap_asked}
