"""Pages made smaller on their way: brotli where the browser takes it, else gzip."""

from __future__ import annotations

import gzip
from typing import Literal

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept

Encoding = Literal["br", "gzip"]

SMALLEST = 1024
"""Bytes below which an answer fits one network packet anyway."""

TEXT = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/markdown",
        "text/plain",
    }
)
"""Kinds of content worth compressing; fonts and pictures are compressed already."""

BROTLI_LIVE, GZIP_LIVE = 4, 4
"""Levels for pages made on the spot: half the time of 5 and 6, for a results page that is 7% larger."""


def chosen(accepted: Accept) -> Encoding | None:
    """The encoding a browser likes best of those we have, None for plain bytes."""
    if not accepted:
        return None
    br, zipped = accepted["br"], accepted["gzip"]
    if br > 0 and br >= zipped:
        return "br"
    return "gzip" if zipped > 0 else None


def compressed(body: bytes, encoding: Encoding, *, brotli_level: int = 11, gzip_level: int = 9) -> bytes:
    """The bytes in that encoding; the same bytes always give the same answer."""
    if encoding == "br":
        packed: bytes = brotli.compress(body, quality=brotli_level)
        return packed
    return gzip.compress(body, gzip_level, mtime=0)


def install(app: Flask) -> None:
    """Compress every text answer that is long enough and not compressed yet."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TEXT or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    encoding = chosen(request.accept_encodings)
    body = b"" if response.content_encoding else response.get_data()
    if encoding is None or len(body) < SMALLEST:
        return response
    response.set_data(compressed(body, encoding, brotli_level=BROTLI_LIVE, gzip_level=GZIP_LIVE))
    response.content_encoding = encoding
    return response
