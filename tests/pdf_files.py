"""PDF files as tests read them."""

from __future__ import annotations

import re
import zlib


def everything_in(made: bytes) -> bytes:
    """A PDF file with what is packed in it unpacked."""
    packed = re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)
    return made + b"".join(zlib.decompressobj().decompress(each) for each in packed if each[:1] == b"x")


def pages_of(made: bytes) -> int:
    """How many pages a PDF file has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", everything_in(made)))
