"""Any page as a PDF file, where the extra ``pdf`` is installed.

A page that is good on paper is good as a PDF file, so there are no templates of their own: the same HTML is set with
the print sheet by a process with limits (``kb.web.paper_process``). It gets our own styles and fonts, and those
pictures of the page that the person who asks may see, and reaches nothing else.

@pages.get("/record.pdf")
def as_pdf():
    return paper.pdf(render_template(...), name="CPD record")

In templates, ``pdf_is_there()`` tells whether to offer it.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec

from flask import Response, current_app, request

from kb.domain.errors import BadRequest, KnowledgeBaseError, NotFound, Unavailable
from kb.storage.own_process import answer_of
from kb.web.static_files import StaticFiles

SECONDS = 60.0
"""On the clock; the process itself may use half of that of the processor."""

AT_ONCE = 2
LARGEST_PAGE = 4_000_000
MOST_PICTURES = 60

_PICTURE = re.compile(r"""<img\b[^>]*?\bsrc=["'](?P<address>/pictures/(?P<name>[^"'?#]+))["']""")
_SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL | re.IGNORECASE)
_FOR_PAPER = re.compile(r"(?:text/css|image/svg\+xml|font/|image/)")
_TOO_LONG = "This page is too long for one PDF file. Choose fewer things and print it in parts."
_SLOW = "The site is busy, and the PDF file was not ready in time. Try again in a minute, or print the page."
_BUSY = "Other PDF files are being made just now. Wait a moment and try again."
_NOT_HERE = (
    "PDF files are not made on this site. Print the page instead; a browser can print into a PDF file."
)

_places = threading.BoundedSemaphore(AT_ONCE)


@cache
def is_there() -> bool:
    """True when the extra ``pdf`` is installed."""
    return find_spec("weasyprint") is not None


def pdf(html: str, *, name: str) -> Response:
    """A whole page, as templates give it, as a PDF file to keep.

    name  what the file is called, without its ending

    Raises NotFound where the extra is not installed, BadRequest for a page over a limit, Unavailable.
    """
    if not is_there():
        raise NotFound(_NOT_HERE)
    if len(html) > LARGEST_PAGE:
        raise BadRequest(_TOO_LONG)
    message = json.dumps({"html": _SCRIPT.sub("", html), "files": {**_ours(), **dict(_pictures(html))}})
    if not _places.acquire(timeout=SECONDS / 6):
        raise Unavailable(_BUSY)
    try:
        made = answer_of(
            "kb.web.paper_process",
            message.encode(),
            seconds=SECONDS,
            thing="The page",
            too_long=_TOO_LONG,
            busy=_SLOW,
        )
    finally:
        _places.release()
    if not made.startswith(b"%PDF-"):
        raise Unavailable(_refusal(made))
    response = Response(made, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{_plain(name)}.pdf")
    return response


def _ours() -> dict[str, tuple[str, str]]:
    """Our styles, fonts and drawings by their addresses."""
    files: StaticFiles = current_app.extensions["kb.static"]
    return {
        file.address: (file.mimetype, base64.b64encode(file.body).decode())
        for file in files.files.values()
        if _FOR_PAPER.match(file.mimetype)
    }


def _pictures(html: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The pictures on the page that the person may see, asked for as their browser would ask."""
    wanted = {found["address"]: found["name"] for found in _PICTURE.finditer(html)}
    view = current_app.view_functions["pictures.picture"]
    for address, name in list(wanted.items())[:MOST_PICTURES]:
        try:
            answer = view(name=name)
        except KnowledgeBaseError:
            continue
        if isinstance(answer, Response):
            answer.direct_passthrough = False
            yield address, (answer.mimetype or "", base64.b64encode(answer.get_data()).decode())
            answer.close()


def _refusal(made: bytes) -> str:
    try:
        return str(json.loads(made)["error"])
    except (ValueError, KeyError):
        return "The PDF file could not be made just now. Try again, or print the page."


def _plain(name: str) -> str:
    """A name that every file system takes."""
    kept = re.sub(r"[^\w .,()-]+", "-", name).strip(" .-")
    return kept[:100] or request.endpoint or "page"
