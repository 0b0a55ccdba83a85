"""Mends text files for the pre-commit hook: no blanks at line ends, exactly one line break at the end."""

from __future__ import annotations

import sys
from pathlib import Path


def mended(text: str, *, markdown: bool) -> str:
    """The text without trailing blanks. In Markdown two blanks are a line break, so only they stay."""
    lines = [stripped(line, markdown=markdown) for line in text.splitlines()]
    return "\n".join(lines).rstrip("\n") + "\n" if text.strip() else ""


def stripped(line: str, *, markdown: bool) -> str:
    """One line without the blanks at its end."""
    bare = line.rstrip(" \t")
    return f"{bare}  " if markdown and bare and line.endswith("  ") else bare


def main(names: list[str]) -> int:
    """Mend each file; 1 when one had to be mended, so that the commit stops and shows it."""
    changed = False
    for path in map(Path, names):
        before = path.read_text(encoding="utf-8")
        after = mended(before, markdown=path.suffix == ".md")
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"mended {path}")
            changed = True
    return int(changed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
