"""Says which YAML, TOML and JSON files cannot be read, for the pre-commit hook."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

READERS: dict[str, Callable[[str], Any]] = {
    ".json": json.loads,
    ".toml": tomllib.loads,
    ".yaml": yaml.safe_load,
    ".yml": yaml.safe_load,
}


def main(names: list[str]) -> int:
    """Read each file; 1 when one cannot be read."""
    unreadable = 0
    for path in map(Path, names):
        try:
            READERS[path.suffix](path.read_text(encoding="utf-8"))
        except (ValueError, yaml.YAMLError) as error:
            print(f"{path}: {error}")
            unreadable = 1
    return unreadable


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
