"""What somebody pasted from Word or a web page, as Markdown; the work is done by a limited process."""

from __future__ import annotations

import json

from kb.domain.errors import BadRequest, TooLarge
from kb.storage.own_process import answer_of

LARGEST = 4_000_000
_SECONDS = 30.0
_TOO_LONG = "What you pasted takes too long to read; paste it in smaller pieces."


def pasted_text(html: str) -> str:
    """The words of a piece of HTML as Markdown, not yet safe to show.

    Raises TooLarge, BadRequest with what to do, or Unavailable.
    """
    raw = html.encode("utf-8", "replace")
    if len(raw) > LARGEST:
        raise TooLarge(
            f"What you pasted is larger than {LARGEST // 1_000_000} MB; paste it in smaller pieces."
        )
    said = answer_of("kb.storage.paste_process", raw, seconds=_SECONDS, thing="The text", too_long=_TOO_LONG)
    try:
        answer = json.loads(said)
    except ValueError:
        raise BadRequest(_TOO_LONG) from None
    if "error" in answer:
        raise BadRequest(str(answer["error"]))
    return str(answer["markdown"])
