"""More than a hundred files that nobody should take: what people try to send in place of pictures, Word and Markdown.

Made here part by part, with the shared collections of drawings with script and of XML attacks beside them.
"""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from tests.samples import shared
from tests.word_files import packed, paragraph, table, word_file, word_parts

# The harmless file that every virus scanner is tested with, in base64 so that none stops at this one.
EICAR = base64.b64decode(
    "WDVPIVAlQEFQWzRcUFpYNTQoUF4pN0NDKTd9JEVJQ0FSLVNUQU5EQVJELUFOVElWSVJVUy1URVNULUZJTEUhJEgrSCo="
)


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file, and what it is sent as."""

    name: str
    raw: bytes


@lru_cache(maxsize=1)
def bad_pictures() -> tuple[BadFile, ...]:
    """What is sent as a picture."""
    return tuple(BadFile(name, raw) for name, raw in (*_strange(), *_drawings(), *_broken_pictures()))


@lru_cache(maxsize=1)
def bad_word_files() -> tuple[BadFile, ...]:
    """What is sent as a Word file."""
    return tuple(BadFile(name, raw) for name, raw in (*_no_word(), *_zips(), *_xml_attacks()))


@lru_cache(maxsize=1)
def bad_markdown() -> tuple[BadFile, ...]:
    """What is sent as a text."""
    named = {
        "empty.md": b"",
        "spaces.md": b" \n\t\n",
        "nothing.md": b"\0" * 100,
        "utf16.md": "Hello".encode("utf-16"),
        "latin1.md": "Caf\xe9".encode("latin-1"),
        "program.md": b"\x7fELF\x02\x01\x01\0\0",
        "large.md": b"word " * 60_000,
        "only-a-picture.md": b"![](http://example.org/a.png)",
    }
    return tuple(BadFile(name, raw) for name, raw in named.items())


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 60), **options: object) -> bytes:
    """A small picture of many colours."""
    made = Image.effect_mandelbrot(size, (-2.0, -1.5, 1.0, 1.5), 60).convert("RGB")
    buffer = io.BytesIO()
    made.save(buffer, kind, **options)
    return buffer.getvalue()


def _strange() -> Iterator[tuple[str, bytes]]:
    heads = {
        "empty.png": b"",
        "one-byte.jpg": b"\xff",
        "spaces.png": b"   \n",
        "animation.gif": b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        "gif-with-script.gif": b"GIF89a/*<script>alert(1)</script>*/=1;",
        "picture.bmp": b"BM" + b"\0" * 60,
        "scan.tiff": b"II*\0\x08\0\0\0" + b"\0" * 40,
        "scan-big.tiff": b"MM\0*\0\0\0\x08" + b"\0" * 40,
        "icon.ico": b"\0\0\x01\0\x01\0\x10\x10" + b"\0" * 40,
        "phone.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        "new.avif": b"\0\0\0\x1cftypavif\0\0\0\0avifmif1",
        "paper.jpg": b"%PDF-1.7\n1 0 obj",
        "post.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n(x) run",
        "image.ps": b"%!PS\n%pipe%id",
        "page.png": b"<!DOCTYPE html><script>alert(1)</script>",
        "page.jpg.html": b"<html><body onload=alert(1)>",
        "shell.php.jpg": b"<?php system($_GET['c']); ?>",
        "shell.phtml": b"<?= `id` ?>",
        "server.asp": b'<% eval request("c") %>',
        "server.jsp": b'<% Runtime.getRuntime().exec("id"); %>',
        "run.sh": b"#!/bin/sh\nid\n",
        "macro.js": b"alert(document.domain)",
        "win.exe": b"MZ\x90\0\x03\0\0\0",
        "linux.bin": b"\x7fELF\x02\x01\x01",
        "class.jpg": b"\xca\xfe\xba\xbe\0\0\0\x37",
        "flash.swf": b"CWS\x09\0\0\0\0",
        "movie.mp4": b"\0\0\0\x18ftypmp42\0\0\0\0",
        "movie.webm": b"\x1a\x45\xdf\xa3",
        "song.mp3": b"ID3\x03\0\0\0\0\0\0",
        "song.wav": b"RIFF\x24\0\0\0WAVEfmt ",
        "film.avi": b"RIFF\x24\0\0\0AVI LIST",
        "font.ttf": b"\0\x01\0\0\0\x0c\0\x80",
        "packed.gz": b"\x1f\x8b\x08\0\0\0\0\0",
        "packed.rar": b"Rar!\x1a\x07\0",
        "packed.7z": b"7z\xbc\xaf\x27\x1c",
        "photoshop.psd": b"8BPS\0\x01",
        "jpeg2000.jp2": b"\0\0\0\x0cjP  \r\n\x87\n",
        "vector.wmf": b"\xd7\xcd\xc6\x9a\0\0",
        "mvg.png": b"push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://127.0.0.1/x.jpg\"|id\")'",
        "xpm.png": b'/* XPM */ static char *a[] = {"1 1 1 1"};',
        "htaccess": b"AddType application/x-httpd-php .jpg",
        "settings.ini": b"auto_prepend_file=shell.jpg",
        "virus.png": EICAR,
        "word.png": word_file(paragraph("Hello")),
        "noise.png": bytes(range(256)) * 4,
    }
    yield from heads.items()


def _drawings() -> Iterator[tuple[str, bytes]]:
    for path in sorted(shared("data/hostile/svg").iterdir()):
        yield path.name, path.read_bytes()
    bomb = b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>'
    yield "laughs.svg", bomb


def _broken_pictures() -> Iterator[tuple[str, bytes]]:
    png, jpeg, webp = picture("PNG"), picture("JPEG", quality=90), picture("WEBP")
    for part in (8, 16, 25, 40, 60, 90):
        yield f"cut-{part}.png", png[: len(png) * part // 100 if part > 40 else part]
    for part in (3, 20, 100, 300):
        yield f"cut-{part}.jpg", jpeg[:part]
    for part in (12, 16, 30, 60, 200):
        yield f"cut-{part}.webp", webp[:part]
    yield "wrong-sum.png", png[:29] + b"\0\0\0\0" + png[33:]
    yield "no-data.png", _png(40, 40, b"")
    yield "zero-wide.png", _png(0, 40, b"\0")
    yield "100-million.png", _png(10_000, 10_000, zlib.compress(b"\0" * 12_500_000, 9))
    yield "81-million.png", _png(9_000, 9_000, zlib.compress(b"\0" * 10_125_000, 9))
    yield "26-million.png", _png(5_200, 5_000, zlib.compress(b"\0" * 3_255_000, 9))
    yield "endless.png", _png(2**31 - 1, 2**31 - 1, zlib.compress(b"\0"))
    yield "wide-jpeg.jpg", _with_size(jpeg, 60_000, 60_000)
    yield "dot.png", picture(size=(1, 1))
    yield "line.png", picture(size=(400, 2))
    yield "more-than-it-says.png", _png(40, 40, zlib.compress(b"\0" * 10)) + b"<script>"
    yield (
        "text-bomb.png",
        _png(40, 40, b"", extra=_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"a" * 80_000_000, 9))),
    )
    yield "name-only.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 "
    yield "riff.webp", b"RIFF"
    yield "too-large.jpg", jpeg + b"\0" * 15_000_001


def _chunk(kind: bytes, raw: bytes) -> bytes:
    return struct.pack(">I", len(raw)) + kind + raw + struct.pack(">I", zlib.crc32(kind + raw))


def _png(width: int, height: int, data: bytes, extra: bytes = b"") -> bytes:
    """A PNG of one bit a point that says what it likes about itself."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _with_size(jpeg: bytes, width: int, height: int) -> bytes:
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", height, width) + jpeg[place + 4 :]


def _no_word() -> Iterator[tuple[str, bytes]]:
    good = word_file(paragraph("Hello"))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    yield from {
        "empty.docx": b"",
        "text.docx": b"Hello",
        "old.doc": ole + b"\0" * 500,
        "locked.docx": ole + "EncryptedPackage".encode("utf-16-le"),
        "rich.docx": b"{\\rtf1\\ansi Hello}",
        "paper.docx": b"%PDF-1.7",
        "page.docx": b"<html><script>alert(1)</script></html>",
        "picture.docx": picture(),
        "program.docx": b"MZ\x90\0",
        "virus.docx": EICAR,
        "large.docx": b"PK\x03\x04" + b"\0" * 20_000_001,
        "head-only.docx": b"PK\x03\x04",
        "no-parts.docx": packed({}),
        "sheet.docx": packed({"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"}),
        "slides.docx": packed({"[Content_Types].xml": b"<a/>", "ppt/presentation.xml": b"<a/>"}),
        "zip.docx": packed({"a.txt": b"Hello"}),
        "no-document.docx": packed({"[Content_Types].xml": b"<a/>", "word/styles.xml": b"<a/>"}),
        "broken-xml.docx": packed(
            word_parts(paragraph("Hi")) | {"word/document.xml": b"<w:document><w:body>"}
        ),
        "nested.docx": word_file(_nested(3_000)),
    }.items()
    for part in (20, 50, 80, 95):
        yield f"cut-{part}.docx", good[: len(good) * part // 100]


def _nested(depth: int) -> str:
    row = table([["a"]])
    start, _, end = row.partition("<w:p>")
    return start * depth + "<w:p/>" + f"<w:p>{end}".removeprefix("<w:p>").rpartition("</w:p>")[2] * depth


def _zips() -> Iterator[tuple[str, bytes]]:
    parts = word_parts(paragraph("Hello"))
    for number, name in enumerate(
        (
            "../../evil.xml",
            "/etc/cron.d/evil",
            "..\\..\\evil.xml",
            "C:\\evil.xml",
            "word/../../evil.xml",
            "\\\\host\\x",
            "..",
        )
    ):
        yield f"slip-{number}.docx", packed(parts | {name: b"x"})
    yield "bomb.docx", packed(parts | {"word/media/a.bin": b"\0" * 60_000_000})
    yield (
        "bombs.docx",
        packed(parts | {f"word/a{n}.xml": b"<a>" + b" " * 9_000_000 + b"</a>" for n in range(12)}),
    )
    yield "parts.docx", packed(parts | {f"word/{n}.xml": b"" for n in range(2_100)})
    yield "lzma.docx", packed(parts, method=zipfile.ZIP_LZMA)
    yield "symlink.docx", _with_link(parts)
    yield "twice.docx", _twice(parts)
    yield "symlink-etc.docx", (shared("data/hostile/zip/symlink_etc_passwd.zip")).read_bytes()


def _with_link(parts: dict[str, bytes]) -> bytes:
    packet = io.BytesIO(packed(parts))
    with zipfile.ZipFile(packet, "a") as archive:
        entry = zipfile.ZipInfo("word/media/p2.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return packet.getvalue()


def _twice(parts: dict[str, bytes]) -> bytes:
    packet = io.BytesIO(packed(parts))
    with zipfile.ZipFile(packet, "a") as archive:
        archive.filelist, kept = [], archive.filelist  # so that it does not warn
        archive.NameToInfo.clear()
        archive.writestr("word/document.xml", b"<a/>")
        archive.filelist = [*kept, *archive.filelist]
    return packet.getvalue()


def _xml_attacks() -> Iterator[tuple[str, bytes]]:
    parts = word_parts(paragraph("Hello"))
    for path in sorted(shared("data/hostile/xxe").glob("*.xml")):
        yield f"{path.stem}.docx", packed(parts | {"word/document.xml": path.read_bytes()})
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha">' + b"".join(
        b'<!ENTITY a%d "%s">' % (n, b"&a%s;" % (b"" if n == 1 else b"%d" % (n - 1)) * 10) for n in range(1, 9)
    )
    yield "laughs.docx", packed(parts | {"word/document.xml": laughs + b"]><a>&a8;</a>"})
    wide = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'
    for name in ("word/document.xml", "word/styles.xml", "[Content_Types].xml"):
        yield f"utf16-{name.replace('/', '-')}.docx", packed(parts | {name: wide.encode("utf-16-le")})
