"""Pictures that texts show: shown, never run, to those who may read the text, and only while consent holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

from kb.domain.errors import NotFound
from kb.domain.permission import Verb, may
from kb.storage import pictures, published_pictures, texts
from kb.web.access import current, public, reader
from kb.web.protection import SANDBOX
from kb.web.site import site

pages = Blueprint("pictures", __name__)

SHOWN = frozenset({"png", "jpg", "jpeg", "webp"})
"""No SVG: a drawing can carry script."""

AN_HOUR = 3600
_OURS = re.compile(r"(?P<name>[0-9a-f]{32})(?P<small>-small)?\.(?P<ending>webp|jpg|png)")


@pages.get("/pictures/<path:name>")
@public
def picture(name: str) -> Response:
    """One picture, with the article that shows it in mind: kept an hour, asked for again afterwards."""
    if name.rpartition(".")[2].lower() not in SHOWN:
        raise NotFound("There is no picture at this address.")
    ours = _OURS.fullmatch(name)
    folder = _folder(ours["name"]) if ours else _put_there_by_hand(name)
    file = _older(folder, ours["name"]) if ours and _wants_older(ours) else name
    response = send_from_directory(folder, file or name, max_age=AN_HOUR)
    if ours:
        response.vary.add("Accept")
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _folder(name: str) -> Path:
    """Where a picture of ours lies for the person who asks. Raises NotFound when it is not for them, or not now."""
    here = site()
    kept = pictures.find(here.database, name)
    if kept and _may_see_the_text(kept.text_id):
        return here.settings.var / published_pictures.FOLDER
    today = datetime.now(tz=UTC).date()
    shown = published_pictures.may_be_shown(here.settings.content, name, today)
    if not shown or not pictures.stands_in_an_article(here.database, name, reader()):
        raise NotFound("This picture is not shown: it was taken away, or the consent for it has ended.")
    return here.settings.content / published_pictures.FOLDER


def _put_there_by_hand(name: str) -> Path:
    """Where pictures lie that somebody put beside the articles.

    Raises NotFound when no article that the person may read shows it.
    """
    here = site()
    if not pictures.stands_in_an_article(here.database, name, reader()):
        raise NotFound("There is no picture at this address.")
    return here.settings.content / published_pictures.FOLDER


def _may_see_the_text(text_id: int) -> bool:
    account = current()
    text = texts.find(site().database, text_id) if account else None
    return text is not None and may(account, Verb.SEE, text.standing)


def _wants_older(ours: re.Match[str]) -> bool:
    """True for a browser that names the kinds of picture it takes, and WebP is not among them."""
    return (
        not ours["small"]
        and ours["ending"] == "webp"
        and "image/webp" not in request.headers.get("Accept", "image/webp")
    )


def _older(folder: Path, name: str) -> str | None:
    return next(
        (f"{name}.{ending}" for ending in ("jpg", "png") if (folder / f"{name}.{ending}").is_file()), None
    )
