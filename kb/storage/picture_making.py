"""Pictures that people give us, made anew before anything is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kb.domain.errors import BadRequest, TooLarge
from kb.domain.picture import PictureRefused
from kb.storage.own_process import answer_of

LARGEST = 15_000_000
_SECONDS = 30.0  # on the clock; the process itself may use 10 seconds of the processor
_MARKS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF")
_TOO_LONG = "This picture takes too long to open; save it again as JPEG and try again."
_KNOWN = {
    b"GIF8": "This is a GIF picture",
    b"%PDF": "This is a PDF file",
    b"<svg": "This is an SVG drawing",
    b"<?xm": "This is an SVG drawing or another XML file",
    b"BM": "This is a BMP picture",
    b"II*\x00": "This is a TIFF picture",
    b"MM\x00*": "This is a TIFF picture",
    b"PK\x03\x04": "This is a Word file or a zip file",
}
_PHONE = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif", b"ftyphevc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A picture made anew: as WebP, in an older format for old browsers, and small.

    width, height  of the large ones, in points
    ending         jpg or png, of the older format
    """

    width: int
    height: int
    ending: str
    webp: bytes
    older: bytes
    small: bytes

    @property
    def files(self) -> tuple[bytes, bytes, bytes]:
        """WebP, older format, small."""
        return self.webp, self.older, self.small


def made_anew(raw: bytes) -> Made:
    """The picture in a file, from its bytes; nothing but its pixels comes along.

    Raises TooLarge, PictureRefused with the reason and what to do, or Unavailable.
    """
    if not raw:
        raise PictureRefused("file", "This file is empty; choose the picture again.")
    if len(raw) > LARGEST:
        raise TooLarge(
            f"This picture is larger than {LARGEST // 1_000_000} MB; make it smaller and try again."
        )
    if not raw.startswith(_MARKS):
        raise PictureRefused("file", _about_other(raw))
    try:
        answer = answer_of(
            "kb.storage.picture_process", raw, seconds=_SECONDS, thing="The picture", too_long=_TOO_LONG
        )
    except BadRequest as error:
        raise PictureRefused("file", str(error)) from None
    return _made(answer)


def _made(answer: bytes) -> Made:
    line, _, rest = answer.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError:
        raise PictureRefused("file", _TOO_LONG) from None
    if "error" in head:
        raise PictureRefused("file", str(head["error"]))
    first, second, third = head["sizes"]
    return Made(
        width=head["width"],
        height=head["height"],
        ending=head["ending"],
        webp=rest[:first],
        older=rest[first : first + second],
        small=rest[first + second : first + second + third],
    )


def _about_other(raw: bytes) -> str:
    start = raw[:512].lstrip()
    what = next((words for mark, words in _KNOWN.items() if start.startswith(mark)), "")
    if any(mark in raw[:32] for mark in _PHONE):
        what = "This is a picture in the format of newer phones (HEIC)"
    if b"<svg" in raw[:2048].lower():
        what = "This is an SVG drawing"
    if what:
        return f"{what}; save it as JPEG or PNG and try again."
    return "This is not a picture, whatever its name says; choose a JPEG, PNG or WebP file."
