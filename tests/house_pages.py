"""The rules of the house for templates: each gives what is wrong, as sentences."""

from __future__ import annotations

import re
from pathlib import Path

TABLE = re.compile(r"<table\b")
FRAME_OF_TABLES = re.compile(r"{%-?\s*call(?:\([^)]*\))? scrolls\b|{%-?\s*call\b|{%-?\s*endcall\b|<table\b")


def pages_have_title_and_heading(root: Path) -> list[str]:
    """A template that fills the frame says its title and its main heading, itself or by a frame between."""
    wrong = []
    for path in sorted((root / "kb/templates").rglob("*.html")):
        text = with_frames(path, root / "kb/templates")
        if not re.search(r"{%-?\s*extends", text):
            continue
        if not re.search(r"{%-?\s*block (?:title|heading)\b", text):
            wrong.append(f"{path}: it fills no title or heading block")
        if "<h1" not in text:
            wrong.append(f"{path}: it has no h1")
    return wrong


def with_frames(path: Path, templates: Path) -> str:
    """A template together with those it extends, but for the frame of all pages."""
    text = path.read_text(encoding="utf-8")
    frame = re.search(r"{%-?\s*extends [\"']([^\"']+)", text)
    if frame is None or frame[1] == "base.html":
        return text
    return text + with_frames(templates / frame[1], templates)


def tables_scroll(root: Path) -> list[str]:
    """Every table stands in the macro ``scrolls``, so that a wide one scrolls on a phone and by keyboard."""
    wrong = []
    for path in sorted((root / "kb/templates").rglob("*.html")):
        text, open_calls = path.read_text(encoding="utf-8"), list[bool]()
        for found in FRAME_OF_TABLES.finditer(text):
            if found[0] == "<table":
                if not any(open_calls):
                    line = text.count("\n", 0, found.start()) + 1
                    wrong.append(f"{path}:{line}: a table outside the macro scrolls runs off a phone")
            elif found[0].endswith("endcall"):
                open_calls.pop()
            else:
                open_calls.append("scrolls" in found[0])
    return wrong
