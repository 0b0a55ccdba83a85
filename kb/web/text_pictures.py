"""Pictures of a text: added with what they show and whose consent there is, described anew, taken away."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kb.actions import bringing, picturing
from kb.domain.errors import KnowledgeBaseError, NotFound, TooLarge, Unavailable
from kb.domain.permission import Verb, may
from kb.domain.picture import markdown_for, shown_in
from kb.domain.text import Text
from kb.storage import pictures, texts
from kb.storage.pictures import Picture
from kb.web.access import requires, signed_in
from kb.web.forms_pictures import AboutForm, PictureForm
from kb.web.protection import takes
from kb.web.site import site

pages = Blueprint("text_pictures", __name__, url_prefix="/contribute/<int:text_id>")

LARGEST_SENT = 16_000_000
LARGEST_PASTED = 5_000_000
_STATUS = {NotFound: 404, TooLarge: 413, Unavailable: 503}


@pages.route("/pictures", methods=["GET", "POST"])
@requires(Verb.WRITE)
@takes(LARGEST_SENT)
def listed(text_id: int) -> ResponseReturnValue:
    """The pictures of a text, and a form for another one."""
    text, form = _text(text_id), PictureForm()
    if form.valid:
        try:
            picture = _added(text, form)
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("The picture has been added. Copy the line beside it to where it should stand.")
            return redirect(f"{url_for('.listed', text_id=text.id)}#{picture.name}", 303)
    return _page(text, form)


@pages.post("/pictures.json")
@requires(Verb.WRITE)
@takes(LARGEST_SENT)
def add(text_id: int) -> ResponseReturnValue:
    """A new picture, from the editor's script: what to write into the text, or which question to answer again."""
    text, form = _text(text_id), PictureForm()
    try:
        if not form.valid:
            field, said = next((field.name, str(field.errors[0])) for field in form if field.errors)
            return jsonify(error={"code": "answer-missing", "message": said, "field": field}), 400
        picture = _added(text, form)
    except KnowledgeBaseError as error:
        return _refused(error)
    return jsonify(name=picture.name, alt=picture.alt, markdown=markdown_for(picture.name, picture.alt)), 201


@pages.post("/pasted.json")
@requires(Verb.WRITE)
@takes(LARGEST_PASTED)
def pasted(text_id: int) -> ResponseReturnValue:
    """What was pasted from Word or a web page as Markdown."""
    _text(text_id)
    try:
        brought = bringing.from_paste(request.form.get("html", ""))
    except KnowledgeBaseError as error:
        return _refused(error)
    return jsonify(markdown=brought.body, notes=list(brought.notes))


@pages.route("/pictures/<string(length=32):picture>", methods=["GET", "POST"])
@requires(Verb.WRITE)
def describe(text_id: int, picture: str) -> ResponseReturnValue:
    """What a picture shows and who is on it, to be said anew."""
    here, text = site(), _text(text_id)
    found = _picture(text, picture)
    form = AboutForm(data=_said(found))
    if form.valid:
        try:
            picturing.describe(
                here.database,
                here.settings.content,
                signed_in(),
                text,
                found.name,
                form.answers(),
                var=here.settings.var,
            )
        except KnowledgeBaseError as error:
            form.refuse(error)
        else:
            flash("What you said about the picture has been saved.")
            return redirect(url_for(".listed", text_id=text.id), 303)
    return render_template("contribute/picture.html", text=text, picture=found, form=form), form.status


@pages.post("/pictures/<string(length=32):picture>/remove")
@requires(Verb.WRITE)
def remove(text_id: int, picture: str) -> ResponseReturnValue:
    """Take a picture away that the text does not show."""
    here, text = site(), _text(text_id)
    picturing.remove(here.database, here.settings.var, signed_in(), text, picture)
    flash("The picture has been taken away.")
    return redirect(url_for(".listed", text_id=text.id), 303)


def _text(text_id: int) -> Text:
    """The text, for those who may change it or answer for its article. Raises NotFound."""
    text = texts.find(site().database, text_id)
    verbs = (Verb.EDIT, Verb.VERIFY)
    if text is None or not any(may(signed_in(), verb, text.standing) for verb in verbs):
        raise NotFound("There is no such text, or it is not yours to change. Look at your list of articles.")
    return text


def _picture(text: Text, name: str) -> Picture:
    picture = pictures.find(site().database, name)
    if picture is None or picture not in pictures.of_text(site().database, text.id):
        raise NotFound("This text has no such picture. It may have been taken away.")
    return picture


def _added(text: Text, form: PictureForm) -> Picture:
    here = site()
    return picturing.add(
        here.database,
        here.settings.var,
        signed_in(),
        text,
        form.file.data.read(),
        form.answers(),
        virus_check=here.settings.virus_check,
    )


def _page(text: Text, form: PictureForm) -> ResponseReturnValue:
    today = datetime.now(tz=UTC).date()
    rows = [
        (picture, markdown_for(picture.name, picture.alt or "Say what it shows"), _standing(picture, today))
        for picture in pictures.of_text(site().database, text.id)
    ]
    shown = shown_in(text.content.body)
    editable = may(signed_in(), Verb.EDIT, text.standing)
    page = render_template(
        "contribute/pictures.html", text=text, rows=rows, shown=shown, form=form, editable=editable
    )
    return page, form.status


def _standing(picture: Picture, today: date) -> str:
    """Whether readers see a picture, and why."""
    about = picture.about
    if about is None:
        return "Not shown to readers yet: say what it shows and who can be recognised."
    if not about.recognisable:
        return "Nobody can be recognised."
    until = f"{about.consent_until:%-d %B %Y}" if about.consent_until else ""
    if about.hidden(today):
        return f"Not shown to readers: the consent ended on {until}."
    return f"Shown until {until}: {about.consent}."


def _said(picture: Picture) -> dict[str, str]:
    about = picture.about
    if about is None:
        return {"alt": picture.alt}
    until = f"{about.consent_until:%d/%m/%Y}" if about.consent_until else ""
    answer = "yes" if about.recognisable else "no"
    return {"alt": about.alt, "recognisable": answer, "consent": about.consent, "consent_until": until}


def _refused(error: KnowledgeBaseError) -> ResponseReturnValue:
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
    return jsonify(error={"code": "refused", "message": str(error), "field": error.field}), status
