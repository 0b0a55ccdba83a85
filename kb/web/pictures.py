"""Pictures that articles show, from the content folder: shown, never run."""

from __future__ import annotations

from flask import Blueprint, Response, send_from_directory

from kb.domain.errors import NotFound
from kb.web.access import public
from kb.web.protection import SANDBOX
from kb.web.site import site

pages = Blueprint("pictures", __name__)

SHOWN = frozenset({"png", "jpg", "jpeg", "webp"})
"""No SVG: a drawing can carry script."""

AN_HOUR = 3600


@pages.get("/pictures/<path:name>")
@public
def picture(name: str) -> Response:
    """One picture, with the article that shows it in mind: kept an hour, asked for again afterwards."""
    if name.rpartition(".")[2].lower() not in SHOWN:
        raise NotFound("There is no picture at this address.")
    response = send_from_directory(site().settings.content / "pictures", name, max_age=AN_HOUR)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response
