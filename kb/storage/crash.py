"""Named points at which a test may kill the process: ``KB_CRASHPOINT=name`` ends it there with SIGKILL."""

from __future__ import annotations

import os
import signal


def crash_point(name: str) -> None:
    """Die here, without a word, when a test asks for it."""
    if os.environ.get("KB_CRASHPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
