"""The list of synonyms: look through it, try a line against searches, add, change and retire lines, see the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import synonym_keeping
from kb.actions.synonym_keeping import Tried, parts
from kb.domain.errors import ContentInvalid, KnowledgeBaseError, Mistake
from kb.domain.permission import Verb
from kb.domain.synonym import SynonymKind, SynonymRow
from kb.storage import accounts, journal
from kb.storage.synonym_writing import key_of, rows_of
from kb.web.access import reader, requires, signed_in
from kb.web.forms import Form, long_text, radios, text
from kb.web.site import site

pages = Blueprint("insight_synonyms", __name__, url_prefix="/insights/synonyms")

KINDS: Mapping[SynonymKind, tuple[str, str]] = {
    SynonymKind.EQUAL: (
        "Both ways",
        "Either side finds the other: SEMH and social, emotional and mental health.",
    ),
    SynonymKind.OLD: (
        "An old word",
        "People still type it, and older articles use it: NQT for early career teacher.",
    ),
    SynonymKind.ONE_WAY: (
        "From left to right only",
        "Meltdown finds dysregulation, never the other way round.",
    ),
    SynonymKind.NARROW: (
        "One example of it",
        "A product or an example, with little weight: NELI.",
    ),
    SynonymKind.AMBIGUOUS: (
        "It has several meanings",
        "Each is searched a little, and readers are told: AP.",
    ),
}
SHOWN = 30


class LineForm(Form):
    """One line of the list, and searches to try it with."""

    typed = text(
        "What people type",
        hint="Several spellings are parted by a semicolon: SENCO; SENDCO",
        needed="Write down what people type.",
        longest=400,
    )
    expands_to = text(
        "What is searched as well",
        hint="Several meanings are parted by a semicolon.",
        needed="Write down what is searched as well.",
        longest=600,
    )
    kind = radios(
        "How far does it go?",
        [(kind.value, words) for kind, (words, _) in KINDS.items()],
        needed="Choose how far it goes.",
    )
    group = text(
        "Group",
        hint="Where you find it again: SEND and health, Behaviour ...",
        needed="Write down the group that it stands in.",
        longest=60,
    )
    samples = long_text(
        "Searches to try it with",
        hint="One on each line, at most eight. Left empty, what people type is tried.",
        longest=800,
        rows=4,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A line as the list shows it."""

    key: str
    row: SynonymRow
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did to the list."""

    when: object
    who: str
    what: str
    words: str


@pages.get("/")
@requires(Verb.SEE_INSIGHTS)
def index() -> ResponseReturnValue:
    """The whole list, or the lines that hold some words; what was done to it lately."""
    wanted = request.args.get("find", "").strip().casefold()[:100]
    rows: tuple[SynonymRow, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    try:
        rows = rows_of(site().settings.content)
    except ContentInvalid as error:
        mistakes = tuple(error.mistakes)
    held = [row for row in rows if wanted in " ".join((row.group, *row.typed, *row.expands_to)).casefold()]
    groups: dict[str, list[Shown]] = {}
    for row in held:
        groups.setdefault(row.group, []).append(Shown(key=key_of(row), row=row, kind=KINDS[row.kind][0]))
    return render_template(
        "insights/synonyms.html",
        groups=groups,
        total=len(rows),
        wanted=wanted,
        mistakes=mistakes,
        deeds=_deeds(),
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Verb.SEE_INSIGHTS)
def new() -> ResponseReturnValue:
    """A new line."""
    form = LineForm()
    if request.method == "GET":
        form.typed.data = request.args.get("typed", "")[:200]
    return _handled(form, "")


@pages.route("/<string(length=16):key>", methods=["GET", "POST"])
@requires(Verb.SEE_INSIGHTS)
def line(key: str) -> ResponseReturnValue:
    """A line that is there."""
    form = LineForm()
    if request.method == "GET":
        row = synonym_keeping.find(site().settings.content, key)
        form.typed.data, form.expands_to.data = "; ".join(row.typed), "; ".join(row.expands_to)
        form.kind.data, form.group.data = row.kind.value, row.group
    return _handled(form, key)


@pages.post("/<string(length=16):key>/retire")
@requires(Verb.SEE_INSIGHTS)
def retire(key: str) -> ResponseReturnValue:
    """Take a line out."""
    try:
        row = synonym_keeping.retire(site().database, site().settings.content, key, by=signed_in())
        flash(f"‘{row.typed[0]}’ is taken out. In a few seconds no search uses it any more.")
    except KnowledgeBaseError as error:
        flash(str(error))
    return redirect(url_for("insight_synonyms.index"), 303)


def _handled(form: LineForm, key: str) -> ResponseReturnValue:
    """Try the line, or save it, or show what must be mended."""
    found: tuple[Tried, ...] = ()
    if form.valid:
        row = _row(form)
        try:
            if request.form.get("what") == "try":
                found = _tried(form, row, key)
            else:
                synonym_keeping.put(
                    site().database, site().settings.content, row, by=signed_in(), instead_of=key
                )
                flash(f"‘{row.typed[0]}’ is saved. In a few seconds every search uses it.")
                return redirect(url_for("insight_synonyms.index"), 303)
        except KnowledgeBaseError as error:
            form.refuse(error)
    return (
        render_template(
            "insights/synonym.html",
            form=form,
            key=key,
            found=found,
            hints={kind.value: hint for kind, (_, hint) in KINDS.items()},
        ),
        form.status,
    )


def _row(form: LineForm) -> SynonymRow:
    return SynonymRow(
        group=str(form.group.data),
        typed=parts(str(form.typed.data)),
        expands_to=parts(str(form.expands_to.data)),
        kind=SynonymKind(form.kind.data),
    )


def _tried(form: LineForm, row: SynonymRow, key: str) -> tuple[Tried, ...]:
    content = site().settings.content
    others = [other for other in rows_of(content) if key_of(other) != key]
    synonym_keeping.checked(row, others)
    queries = [line.strip() for line in (form.samples.data or "").splitlines() if line.strip()]
    return synonym_keeping.tried(
        site().search, content, row, queries or list(row.typed), reader(), instead_of=key
    )


def _deeds() -> list[Deed]:
    """What was done to the list lately."""
    db = site().database
    return [
        Deed(
            when=entry.at,
            who=_name(entry.actor),
            what=DEEDS.get(entry.verb, entry.verb),
            words=_words(entry.detail),
        )
        for entry in journal.entries(db, subject=synonym_keeping.SUBJECT, limit=SHOWN)
    ]


DEEDS = {"synonym-add": "added", "synonym-change": "changed", "synonym-retire": "took out"}


def _words(detail: Mapping[str, object]) -> str:
    row = detail.get("row")
    if not isinstance(row, dict):
        return ""
    return f"{'; '.join(row['typed'])} → {'; '.join(row['expands_to'])}"


def _name(actor: int | None) -> str:
    account = accounts.find(site().database, actor) if actor else None
    return account.name if account else "a command on the machine"
