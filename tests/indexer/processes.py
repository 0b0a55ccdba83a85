"""Starting ``tests.indexer.other_process`` and waiting for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def start(*words: object, **environment: str) -> subprocess.Popen[str]:
    """Another process, its standard streams open."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.indexer.other_process", *(str(word) for word in words)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str], said: str = "") -> tuple[int, str, str]:
    """(exit status, output, errors) of a process when it has ended; ``said`` is what it is told before."""
    output, errors = process.communicate(said, timeout=120)
    return process.returncode, output, errors


def run(*words: object, **environment: str) -> tuple[int, str, str]:
    """Start and wait."""
    return finished(start(*words, **environment))
