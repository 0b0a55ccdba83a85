"""What is said about a text under way: comments, answers, what is settled."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kb.actions import reviewing
from kb.domain.errors import KnowledgeBaseError, NotFound
from kb.domain.permission import Verb
from kb.web.access import requires, signed_in
from kb.web.forms import Form, hidden, long_text
from kb.web.site import site

pages = Blueprint("comments", __name__, url_prefix="/contribute")

_FROM_REVIEW = "review"


class CommentForm(Form):
    """What somebody says; it stands in this form until it is kept."""

    said = long_text("Your comment", needed="Write your comment.", longest=reviewing.LONGEST_COMMENT, rows=6)
    section = hidden()
    parent = hidden()
    origin = hidden()


@pages.post("/<int:text_id>/comments")
@requires(Verb.WRITE)
def comment(text_id: int) -> ResponseReturnValue:
    """Say something about a text, or answer."""
    form, missing = CommentForm(), False
    if form.valid:
        try:
            reviewing.comment(
                site().database,
                signed_in(),
                text_id,
                said=form.said.data,
                section=form.section.data or "",
                parent=_number(form.parent.data or "") or None,
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
            missing = isinstance(error, NotFound)  # to them, at least: what they wrote is theirs all the same
        else:
            flash("Your comment is there.")
            return redirect(f"{_back(form, text_id)}#comments", 303)
    back = _back(form, text_id)
    shown = render_template("contribute/comment.html", form=form, text_id=text_id, back=back)
    return shown, 404 if missing else form.status


@pages.post("/<int:text_id>/comments/<int:comment_id>")
@requires(Verb.WRITE)
def resolve(text_id: int, comment_id: int) -> ResponseReturnValue:
    """Settle a thread or open it again."""
    form = SettleForm()
    done = form.do.data != "reopen"
    try:
        reviewing.resolve(site().database, signed_in(), text_id, comment_id, done=done)
    except KnowledgeBaseError as error:
        flash(str(error))
    else:
        flash("The comment is settled." if done else "The comment is open again.")
    return redirect(f"{_back(form, text_id)}#comments", 303)


class SettleForm(Form):
    """Which of the two buttons was pressed, and where."""

    do = hidden()
    origin = hidden()


def _back(form: CommentForm | SettleForm, text_id: int) -> str:
    """The page that was sent from."""
    return f"/{_FROM_REVIEW if form.origin.data == _FROM_REVIEW else 'contribute'}/{text_id}"


def _number(typed: str) -> int:
    return int(typed[:9]) if typed.isascii() and typed.isdecimal() else 0
