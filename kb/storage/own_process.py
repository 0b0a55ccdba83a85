"""Work on files that strangers made, done by a process of our own with limits, so that it never costs the site."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kb.domain.errors import BadRequest, Unavailable

_ROOT = Path(__file__).parents[2]


def answer_of(module: str, raw: bytes, *, seconds: float, thing: str, too_long: str, busy: str = "") -> bytes:
    """What a module of ours writes when it is run with these bytes on its standard input.

    seconds   on the clock; the module limits its own processor time and memory
    thing     what the bytes are, for the sentences: ‘The picture’
    too_long  the sentence for a process that was stopped
    busy      the sentence when the clock ran out before the processor time did, because the machine had other work;
              as ``too_long`` when empty

    Raises BadRequest when it is stopped, Unavailable when it cannot be started or did not get its turn.
    """
    command = [sys.executable, "-P", "-m", module]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            command, input=raw, capture_output=True, timeout=seconds, env=_environment(), check=False
        )
    except subprocess.TimeoutExpired:
        if busy:
            raise Unavailable(busy) from None
        raise BadRequest(too_long) from None
    except OSError as error:
        raise Unavailable(f"{thing} could not be opened just now ({error.strerror}); try again.") from error
    if done.returncode < 0:
        raise BadRequest(too_long)
    return done.stdout


def _environment() -> dict[str, str]:
    """What Python needs to find itself and us, and none of the server’s secrets."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PYTHONHOME") if name in os.environ}
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}
