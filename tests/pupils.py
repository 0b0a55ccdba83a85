"""The check for personal data of pupils, as a site with the demo's library has it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from kb.actions.checking_text import Checker, checker
from kb.storage.content import load_library

CONTENT = Path(__file__).resolve().parents[1] / "content"
NAMED = "Pupil Tyler Okonkwo in Year 4 cried at his desk."
"""A sentence that nobody may let pass."""


@lru_cache(maxsize=1)
def check() -> Checker:
    """Made once for all tests: it takes a moment."""
    return checker(load_library(CONTENT))
