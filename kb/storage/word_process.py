"""The process that opens one Word file: bytes on standard input, JSON on standard output.

The zip’s directory is read before anything in it, because a lying file is cheapest to refuse there.
"""

from __future__ import annotations

import io
import json
import re
import resource
import stat
import sys
import zipfile
from collections.abc import Collection, Iterator
from typing import Any

import mammoth
from markdownify import ATX, MarkdownConverter

from kb.domain.foreign_tables import cell_text

SECONDS = 20
MEMORY = 1024**3
MOST_ENTRIES = 2_000
LARGEST_UNPACKED = 100_000_000
LARGEST_RATIO = 200
LARGEST_TEXT = 1_000_000
MOST_PICTURES = 30
LARGEST_PICTURE = 15_000_000
_SMALL_ENTRY = 1_000_000  # below this a high ratio harms nobody: an empty part of a file is all repetition
_PIECE = 1 << 20
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
"""
_DECLARATIONS = tuple(
    mark.encode(encoding)
    for mark in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_LONGEST_MARK = max(map(len, _DECLARATIONS))
_MARKS = re.compile(r"([\\`*\[\]]|(?<!\w)_|_(?!\w))")
_NOTE = re.compile(r"#(?P<kind>foot|end)note-(?P<back>ref-)?(?P<number>\d{1,6})")
_CELLS = frozenset(("td", "th"))
_TWO = 2
_LINE_MARK = re.compile(r"^(\s*)(#{1,6}|>|~{3,})", re.MULTILINE)
_AGAIN = "open it in Word, save it as a new .docx and try again."


class RefusedError(Exception):
    """Why this file is not opened, in a sentence."""


def main() -> None:
    """Answer for the file on standard input."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    pictures: list[bytes] = []
    try:
        answer = text_of(sys.stdin.buffer.read(), pictures)
    except RefusedError as error:
        answer = {"error": str(error)}
    except RecursionError:
        answer = {"error": f"This Word file is nested too deeply; {_AGAIN}"}
    except MemoryError:
        answer = {"error": "This Word file needs too much memory; split it into parts and try again."}
    except Exception:  # noqa: BLE001 - a damaged file can make the parsers fail in any way
        answer = {"error": f"This Word file is damaged; {_AGAIN}"}
    sys.stdout.buffer.write(
        json.dumps(answer | {"sizes": [len(piece) for piece in pictures]}).encode() + b"\n"
    )
    sys.stdout.buffer.write(b"".join(pictures))


def text_of(raw: bytes, pictures: list[bytes]) -> dict[str, object]:
    """The answer for a file that can be read; its pictures are put into the list.

    Raises RefusedError, and what the parsers raise.
    """
    _check(raw)
    result = mammoth.convert_to_html(
        io.BytesIO(raw),
        style_map=_STYLES,
        convert_image=mammoth.images.img_element(lambda image: {"src": _taken(image, pictures)}),
        include_embedded_style_map=False,
        external_file_access=False,
    )
    if len(result.value) > 4 * LARGEST_TEXT:
        raise RefusedError("This Word file holds too much text; split it into parts and try again.")
    markdown = markdown_from(result.value)
    if len(markdown) > LARGEST_TEXT:
        raise RefusedError("This Word file holds too much text; split it into parts and try again.")
    lost_formulas = any("oMath" in message.message for message in result.messages)
    return {"markdown": markdown, "lost_formulas": lost_formulas}


def markdown_from(html: str) -> str:
    """HTML as Markdown, with Word’s habits undone."""
    made: str = _Markdown(
        heading_style=ATX,
        bullets="-",
        table_infer_header=True,
        keep_inline_images_in=["h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "li", "a", "p"],
    ).convert(html)
    return made


def _taken(image: Any, pictures: list[bytes]) -> str:
    """Put a picture into the list and say where it leads; nowhere when it is one too many or cannot be read."""
    try:
        with image.open() as opened:
            raw = opened.read(LARGEST_PICTURE + 1)
    except Exception:  # noqa: BLE001 - a picture that is elsewhere or damaged is left out, and the text stays
        return ""
    if not raw or len(raw) > LARGEST_PICTURE:
        return ""
    if raw not in pictures:
        if len(pictures) >= MOST_PICTURES:
            return ""
        pictures.append(raw)
    return f"word-picture-{pictures.index(raw)}"


_Converter: Any = MarkdownConverter  # its types leave out the methods that are there to be overridden


class _Markdown(_Converter):  # type: ignore[misc]
    """HTML that mammoth made of a Word document, as Markdown.

    What somebody typed as an asterisk or a bracket stays one; footnotes become footnotes; a box, which Word
    keeps as a table of one column, becomes paragraphs.
    """

    def escape(self, text: str, parent_tags: Collection[str]) -> str:
        text = text.replace("&", "&amp;").replace("<", "&lt;")
        text = _LINE_MARK.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))
        return text.replace("|", "\\|") if _CELLS & set(parent_tags) else text

    def convert_a(self, el: Any, text: str, parent_tags: Collection[str]) -> str:
        target = str(el.get("href") or "")
        if note := _NOTE.fullmatch(target):
            return "" if note["back"] else f"[^{_note_name(note)}]"
        if target.startswith("#") or not target:
            return text
        return str(super().convert_a(el, text, parent_tags))

    def convert_li(self, el: Any, text: str, parent_tags: Collection[str]) -> str:
        note = _NOTE.fullmatch(f"#{el.get('id') or ''}")
        if note:
            return f"\n\n[^{_note_name(note)}]: {' '.join(text.split())}\n\n"
        return str(super().convert_li(el, text, parent_tags))

    def convert_td(self, el: Any, text: str, parent_tags: Collection[str]) -> str:
        if _is_box(el.find_parent("table")):
            return f"\n\n{text.strip()}\n\n"
        return str(super().convert_td(el, cell_text(text), parent_tags))

    def convert_th(self, el: Any, text: str, parent_tags: Collection[str]) -> str:
        return self.convert_td(el, text, parent_tags)

    def convert_tr(self, el: Any, text: str, parent_tags: Collection[str]) -> str:
        return text if _is_box(el.find_parent("table")) else str(super().convert_tr(el, text, parent_tags))

    def convert_table(self, el: Any, text: str, parent_tags: Collection[str]) -> str:
        if _CELLS & set(parent_tags):  # a table in a table, which Markdown does not know
            rows = (row.strip(" |") for row in text.split("\n") if row.strip(" |-"))
            return " / ".join(re.sub(r"(?<!\\) \| ", ", ", row) for row in rows)
        return str(super().convert_table(el, text, parent_tags))


def _note_name(note: re.Match[str]) -> str:
    return note["number"] if note["kind"] == "foot" else f"e{note['number']}"


def _is_box(table: Any) -> bool:
    """True for a table none of whose rows has a second cell."""
    if table is None:
        return False
    if "data-box" not in table.attrs:  # told apart once, for every cell asks
        rows = table.find_all("tr")
        table["data-box"] = all(len(row.find_all(["td", "th"], recursive=False)) < _TWO for row in rows)
    return bool(table["data-box"])


def _check(raw: bytes) -> None:
    """Raises RefusedError when the file is no Word file or is made to do harm."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise RefusedError(f"This is not a Word file, or half of it is missing; {_AGAIN}") from None
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise RefusedError(f"This Word file has more than {MOST_ENTRIES} parts; {_AGAIN}")
    for entry in entries:
        _check_entry(entry)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST_UNPACKED or unpacked > _SMALL_ENTRY + LARGEST_RATIO * len(raw):
        raise RefusedError("This Word file unpacks to far more than it should; make a new one from its text.")
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names):
        raise RefusedError(f"This Word file has two parts with one name; {_AGAIN}")
    if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
        raise RefusedError("This is not a Word document but another kind of file; save it as .docx in Word.")
    for entry in entries:
        if any(mark in piece for piece in _read(archive, entry) for mark in _DECLARATIONS):
            raise RefusedError(f"This Word file declares a document type, which Word never does; {_AGAIN}")


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in entry.orig_filename:
        raise RefusedError(f"This Word file has a part that points out of it; {_AGAIN}")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise RefusedError(f"This Word file holds a link to another file; {_AGAIN}")
    if entry.flag_bits & 1:
        raise RefusedError(
            "This Word file is locked with a password; take the password off in Word and try again."
        )
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RefusedError(f"This Word file is packed in a way Word does not use; {_AGAIN}")
    if entry.file_size > _SMALL_ENTRY and entry.file_size > LARGEST_RATIO * entry.compress_size:
        raise RefusedError("This Word file unpacks to far more than it should; make a new one from its text.")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a text part in overlapping pieces, so that no mark is cut in two."""
    if not entry.filename.casefold().endswith((".xml", ".rels", ".vml")):
        return
    before = b""
    with archive.open(entry) as opened:
        while piece := opened.read(_PIECE):
            yield before + piece
            before = piece[-_LONGEST_MARK:]


if __name__ == "__main__":
    main()
