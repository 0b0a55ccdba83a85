"""Styles, scripts, fonts and drawings under addresses that change with their content.

A browser may therefore keep each for ever. Style sheets name others with @import; these are put in place here,
so that a page loads one sheet. Everything is read once at the start: it is less than half a megabyte.
"""

from __future__ import annotations

import hashlib
import mimetypes
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request

from kb.domain.errors import NotFound
from kb.web.access import doorstep
from kb.web.compression import TEXT, chosen, compressed

pages = Blueprint("static_files", __name__)

ROOT = Path(__file__).resolve().parents[2] / "static"
SERVED = frozenset({".css", ".ico", ".js", ".png", ".svg", ".webp", ".woff2"})
FOR_EVER = "public, max-age=31536000, immutable"
MUST_ASK = "public, no-cache"

_IMPORT = re.compile(r'@import\s+"([^"]+)";\s*')
_ADDRESS = re.compile(r'url\("?([^")]+)"?\)')
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent. ``version`` is the start of its SHA-256."""

    name: str
    body: bytes
    version: str
    mimetype: str

    @property
    def address(self) -> str:
        """Where it is found, as long as it does not change."""
        return f"/static/{self.version}/{self.name}"


@dataclass(frozen=True)
class StaticFiles:
    """All files below a folder, by name relative to it."""

    root: Path
    files: Mapping[str, StaticFile] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "files", dict(_all_files(self.root)))

    def address(self, name: str) -> str:
        """The address of a file; KeyError when there is no such file, so that a slip shows in the first test."""
        return self.files[name].address


def install(app: Flask, root: Path = ROOT) -> None:
    """Read the files and let templates ask for ``static("css/site.css")``."""
    files = StaticFiles(root)
    app.extensions["kb.static"] = files
    app.jinja_env.globals["static"] = files.address
    app.register_blueprint(pages)


def kept(name: str) -> StaticFile:
    """One file of the current app."""
    files: StaticFiles = current_app.extensions["kb.static"]
    return files.files[name]


@pages.get("/static/<string(length=8):version>/<path:name>")
@doorstep
def send(version: str, name: str) -> Response:
    """One file. Under an older version's address it is sent too, but not to be kept."""
    files: StaticFiles = current_app.extensions["kb.static"]
    file = files.files.get(name)
    if file is None:
        raise NotFound("There is no such file. Load the page again.")
    encoding = chosen(request.accept_encodings) if file.mimetype in TEXT else None
    response = Response(_encoded(file.body, encoding) if encoding else file.body, mimetype=file.mimetype)
    response.headers["Cache-Control"] = FOR_EVER if version == file.version else MUST_ASK
    if file.mimetype in TEXT:
        response.vary.add("Accept-Encoding")
    if encoding:
        response.content_encoding = encoding
    return response


# Compressed on the first request and then held: at its best level brotli takes a fifth of a second for the sheet.
_encoded = lru_cache(maxsize=128)(compressed)


def _all_files(root: Path) -> Iterator[tuple[str, StaticFile]]:
    styles = []
    addresses: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix == ".css":
            styles.append(name)
        elif path.suffix in SERVED and path.is_file():
            file = _file(name, path.read_bytes())
            addresses[name] = file.address
            yield name, file
    for name in styles:
        yield name, _file(name, _sheet(root, name, addresses).encode())


def _file(name: str, body: bytes) -> StaticFile:
    mimetype = "font/woff2" if name.endswith(".woff2") else mimetypes.guess_type(name)[0]
    version = hashlib.sha256(body).hexdigest()[:8]
    return StaticFile(name, body, version, mimetype or "application/octet-stream")


def _sheet(root: Path, name: str, addresses: Mapping[str, str]) -> str:
    """A style sheet with its imports put in place, its addresses versioned and its comments left out."""
    folder = posixpath.dirname(name)
    text = _COMMENT.sub("", (root / name).read_text(encoding="utf-8"))

    def beside(relative: str) -> str:
        return posixpath.normpath(posixpath.join(folder, relative))

    def versioned(found: re.Match[str]) -> str:
        target = found[1]
        return found[0] if target.startswith("data:") else f'url("{addresses[beside(target)]}")'

    def imported(found: re.Match[str]) -> str:
        return _sheet(root, beside(found[1]), addresses)

    return _IMPORT.sub(imported, _ADDRESS.sub(versioned, text))
