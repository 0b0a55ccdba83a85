"""The process that sets one page as a PDF file: JSON on standard input; on standard output the file or a refusal.

It is given the page and every file that the page may use, and fetches nothing: what it was not given is left out,
whatever the page asks for. What a page costs is limited, too, since a table may have a hundred thousand cells.

in   {"html": ..., "files": {address: [kind, base64], ...}}
out  b"%PDF-..." or {"error": a sentence}
"""

from __future__ import annotations

import base64
import json
import logging
import resource
import sys
from collections.abc import Mapping
from typing import Any

SECONDS = 30
MEMORY = 1536 * 1024**2
LARGEST_FILE = 64_000_000
"""Bytes of one file on disk: fonts are laid into a folder of their own while a page is set."""

BASE = "https://paper.invalid/"
"""What addresses on the page are read against; nobody can answer at it (RFC 2606)."""

_NO_LIBRARY = (
    "PDF files cannot be made on this machine: its administrator must install Pango. Print the page instead."
)


def main() -> None:
    """Answer for the page on standard input."""
    for kind, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    logging.disable(logging.CRITICAL)  # rules of the sheets that mean nothing on paper
    try:
        answer = pdf_of(json.loads(sys.stdin.buffer.read()))
    except OSError:
        answer = _refusal(_NO_LIBRARY)
    except MemoryError:
        answer = _refusal(
            "This page is too long for one PDF file. Choose fewer things and print it in parts."
        )
    except Exception as error:  # noqa: BLE001 - a page may break the library in any way
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - the parent's log
        answer = _refusal("This page could not be made into a PDF file. Print the page instead.")
    sys.stdout.buffer.write(answer)


def pdf_of(asked: Mapping[str, Any]) -> bytes:
    """The page as a PDF file with tags for those who listen to it. Raises OSError without Pango."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    files = {
        f"{BASE.rstrip('/')}{address}": (kind, base64.b64decode(body))
        for address, (kind, body) in asked["files"].items()
    }

    class Given(URLFetcher):  # type: ignore[misc]
        """Answers with what was given along, and never goes anywhere."""

        def fetch(self, url: str, headers: object = None) -> Any:
            del headers
            if url not in files:
                raise ValueError(f"{url} was not given along")
            kind, body = files[url]
            return URLFetcherResponse(url, body=body, headers={"Content-Type": kind})

    page = HTML(string=asked["html"], base_url=BASE, url_fetcher=Given())
    written: bytes = page.write_pdf(pdf_tags=True)
    return written


def _refusal(sentence: str) -> bytes:
    return json.dumps({"error": sentence}).encode()


if __name__ == "__main__":
    main()
