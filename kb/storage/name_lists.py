"""Lists that the personal-data check reads: first names, and the proper names of school life.

first_names.txt.gz is made by tools/first_names.py from Faker's lists (MIT; first_names.LICENCE.txt).
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

_HERE = Path(__file__).parent


@lru_cache(maxsize=1)
def first_names() -> Mapping[str, bool]:
    """First name in small letters, without accents → True when it is an English word too."""
    lines = gzip.decompress((_HERE / "first_names.txt.gz").read_bytes()).decode().split()
    return MappingProxyType({line.rstrip("?"): line.endswith("?") for line in lines})


@lru_cache(maxsize=1)
def school_words() -> tuple[str, ...]:
    """Programmes, places, festivals, languages and people in books: names that are no pupil's."""
    lines = (_HERE / "school_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(
        name.strip() for line in lines if not line.startswith("#") for name in line.split(";") if name.strip()
    )
