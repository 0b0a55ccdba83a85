"""The process that turns Markdown into HTML, so that no text can take the site down with it.

Python-Markdown needs more than 12 seconds for 16,000 square brackets and cannot be interrupted from
within, so it works here, where the system stops it: memory by RLIMIT_AS, processor time by a timer whose
signal ends the process (RLIMIT_CPU counts whole seconds of the process's life, the timer a single text).
Once it is ready it can open no file and no connection.

On both pipes a message is its length in four bytes, then JSON:
in   {"text": ..., "prefix": ...}
out  {"html": ..., "contents": [[level, id, text], ...], "words": n} or {"refused": why}
"""

from __future__ import annotations

import json
import os
import resource
import signal
import struct
import traceback
from typing import Any, BinaryIO

from markdown import Markdown

from kb.web import markdown_dialect
from kb.web.finishing import finished
from kb.web.sanitiser import ID_PREFIX, Stage, clean

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 2.0
HTML_CHARACTERS = 4_000_000  # twenty times the longest text: only something blown up on purpose gets there

LENGTH = struct.Struct(">I")
READY = {"ready": True}

_EVERYTHING = """# A\n\n- [ ] b[^1]\n\n!!! note "c"\n    d `e`\n\n| f | g |\n|---|---|\n| h | &eacute; |

Term\n:   ~~i~~ https://example.org <b>j</b> ![k](pictures/l.webp)\n\n```python\nm\n```\n\n[^1]: n\n"""


def main() -> None:
    """Answer texts until the other end closes the pipe."""
    texts, answers = _private_pipes()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    parser = markdown_dialect.parser()
    page(_EVERYTHING, prefix=ID_PREFIX, parser=parser)  # loads what is loaded late, while it still can
    _lock_in()
    _send(answers, READY)
    while (request := _receive(texts)) is not None:
        _send(answers, _answer(request, parser))


def page(text: str, *, prefix: str, parser: Markdown) -> dict[str, Any]:
    """Return the answer for one text: its HTML, headings and number of words."""
    raw = markdown_dialect.html(text, using=parser)
    done = finished(clean(raw, stage=Stage.WRITTEN), prefix=prefix)
    # cleaned last, so that nothing a later step wrote reaches a reader unseen
    return {"html": clean(done.html, prefix=prefix), "contents": done.contents, "words": done.words}


def _answer(request: dict[str, str], parser: Markdown) -> dict[str, Any]:
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        answer = page(request["text"], prefix=request["prefix"], parser=parser)
    except (MemoryError, RecursionError) as error:
        return {"refused": type(error).__name__}
    except Exception as error:  # noqa: BLE001 - a mistake in a parser stops one text, not all that follow
        traceback.print_exc()
        return {"refused": repr(error)}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return answer if len(answer["html"]) <= HTML_CHARACTERS else {"refused": "its HTML is too long"}


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes out of the way of anything that prints."""
    texts, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return texts, answers


def _lock_in() -> None:
    """Give up opening and writing files, and with them every connection."""
    for limit in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))


def _receive(stream: BinaryIO) -> dict[str, str] | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = stream.read(LENGTH.unpack(head)[0])
    request: dict[str, str] = json.loads(body)
    return request


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    body = json.dumps(answer).encode()
    stream.write(LENGTH.pack(len(body)) + body)
    stream.flush()


if __name__ == "__main__":
    main()
