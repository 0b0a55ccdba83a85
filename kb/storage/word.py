"""Word files as Markdown.

The work is done by a process of its own with limits on time and memory: a file of 300 kB can hold 300 MB,
and whoever opens it here would be the one to wait.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from kb.domain.errors import BadRequest, TooLarge, Unavailable

LARGEST = 20_000_000
_SECONDS = 60.0  # on the clock; the process itself may use 20 seconds of the processor
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT = Path(__file__).parents[2]
_AGAIN = "open it in Word, save it as a new .docx and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class WordText:
    """What a Word file says.

    markdown       pictures stand in it with their description and lead nowhere
    lost_formulas  True when there were formulas, which Markdown has no words for
    """

    markdown: str
    lost_formulas: bool


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
    answer = _answer(raw)
    if "error" in answer:
        raise BadRequest(str(answer["error"]))
    return WordText(markdown=str(answer["markdown"]), lost_formulas=bool(answer["lost_formulas"]))


def _about_ole(raw: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return "This Word file is locked with a password; take the password off in Word and try again."
    return "This is an old Word file (.doc); open it in Word and save it as .docx."


def _answer(raw: bytes) -> dict[str, object]:
    """What the process says about the file."""
    command = [sys.executable, "-P", "-m", "kb.storage.word_process"]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            command, input=raw, capture_output=True, timeout=_SECONDS, env=_environment(), check=False
        )
    except subprocess.TimeoutExpired:
        raise BadRequest(_too_long()) from None
    except OSError as error:
        raise Unavailable(
            f"The Word file could not be opened just now ({error.strerror}); try again."
        ) from error
    if done.returncode < 0:
        raise BadRequest(_too_long())
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise BadRequest(f"This Word file could not be read; {_AGAIN}") from None
    return answer if isinstance(answer, dict) else {}


def _too_long() -> str:
    return "This Word file takes too long to read; split it into parts and try again."


def _environment() -> dict[str, str]:
    """What Python needs to find itself and us, and none of the server’s secrets."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PYTHONHOME") if name in os.environ}
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
