"""Word files as Markdown.

The work is done by a process of its own with limits on time and memory: a file of 300 kB can hold 300 MB,
and whoever opens it here would be the one to wait.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from kb.domain.errors import BadRequest, TooLarge
from kb.storage.own_process import answer_of

LARGEST = 20_000_000
_SECONDS = 60.0  # on the clock; the process itself may use 20 seconds of the processor
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TOO_LONG = "This Word file takes too long to read; split it into parts and try again."
_AGAIN = "open it in Word, save it as a new .docx and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class WordText:
    """What a Word file says.

    markdown       pictures stand in it with their description; the first leads to ‘word-picture-0’, and so on
    pictures       the pictures' files as they lay in the Word file, in that order
    lost_formulas  True when there were formulas, which Markdown has no words for
    """

    markdown: str
    lost_formulas: bool
    pictures: tuple[bytes, ...] = ()


def word_text(raw: bytes) -> WordText:
    """The text of a Word file (.docx), from its bytes.

    Raises TooLarge or BadRequest with the reason when it is too large, locked, damaged or no Word file, and
    Unavailable when no process can be started.
    """
    if len(raw) > LARGEST:
        raise TooLarge(
            f"This Word file is larger than {LARGEST // 1_000_000} MB; make its pictures smaller first."
        )
    if raw.startswith(_OLE):
        raise BadRequest(_about_ole(raw))
    if not raw.startswith(_ZIP):
        raise BadRequest(f"This is not a Word file, whatever its name says; {_AGAIN}")
    answer, pictures = _answer(raw)
    if "error" in answer:
        raise BadRequest(str(answer["error"]))
    return WordText(
        markdown=str(answer["markdown"]), lost_formulas=bool(answer["lost_formulas"]), pictures=pictures
    )


def _about_ole(raw: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return "This Word file is locked with a password; take the password off in Word and try again."
    return "This is an old Word file (.doc); open it in Word and save it as .docx."


def _answer(raw: bytes) -> tuple[dict[str, object], tuple[bytes, ...]]:
    """What the process says about the file, and the pictures it found."""
    said = answer_of(
        "kb.storage.word_process", raw, seconds=_SECONDS, thing="The Word file", too_long=_TOO_LONG
    )
    line, _, rest = said.partition(b"\n")
    try:
        answer = json.loads(line)
    except ValueError:
        raise BadRequest(f"This Word file could not be read; {_AGAIN}") from None
    pictures, place = [], 0
    for size in answer.get("sizes", ()):
        pictures.append(rest[place : place + size])
        place += size
    return answer, tuple(pictures)
