"""The kb command as tests run it: in this process, quickly, or in one of its own, as a person does."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

from click.testing import CliRunner, Result

from kb.cli import cli
from tests.samples import ROOT
from tests.shelves import Shelf


def kb(shelf: Shelf, *arguments: str, **environment: str) -> Result:
    """Run a command in this process. It sends the log to its own standard error; afterwards it is pytest's again."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        return CliRunner().invoke(cli, arguments, env=shelf.environment | environment)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def kb_process(shelf: Shelf, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        cwd=ROOT,
        env=os.environ | shelf.environment | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def refused(result: Result, words: str, code: int = 1) -> None:
    """A refusal in one sentence on standard error, with nothing of the inside."""
    assert result.exit_code == code, result.output
    lines = result.stderr.strip().splitlines()
    assert words in result.stderr
    assert sum(line.startswith("Error: ") for line in lines) == 1
    assert "Traceback" not in result.output
