"""A virus scanner's word on a file that somebody gave us, where the administrator has named one."""

from __future__ import annotations

import logging
import shlex
import subprocess

from kb.domain.errors import BadRequest, Unavailable

NONE = "none"
_SECONDS = 30.0
_CLEAN, _INFECTED = 0, 1

_log = logging.getLogger(__name__)


def refuse_infected(raw: bytes, command: str) -> None:
    """Return when the scanner lets a file pass, or when there is no scanner.

    command  reads the file on its standard input and ends with 0 for a clean file and 1 for an infected one, as
             ‘clamdscan --no-summary -’ does; ‘none’ for no scanner

    Raises BadRequest for an infected file, and Unavailable when the scanner gives no answer: what cannot be looked
    at is not taken.
    """
    if command == NONE:
        return
    try:
        done = subprocess.run(  # noqa: S603 - the administrator's own command
            shlex.split(command), input=raw, capture_output=True, timeout=_SECONDS, check=False
        )
        code = done.returncode
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        _log.error("the virus scanner gave no answer: %s", type(error).__name__)
        code = -1
    if code == _INFECTED:
        raise BadRequest(
            "The virus scanner refused this file. Do not open it, and tell whoever looks after your computers."
        )
    if code != _CLEAN:
        raise Unavailable(
            "The file could not be checked for viruses just now. Nothing was kept; try again later."
        )
