"""Word files for tests, made part by part as Word packs them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STYLES = ("Title", "Heading 1", "Heading 2", "Quote")

TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>
<Override PartName="/word/document.xml" ContentType="{_DOCUMENT}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_DOCUMENT}.styles+xml"/>
<Override PartName="/word/numbering.xml" ContentType="{_DOCUMENT}.numbering+xml"/>
<Override PartName="/word/footnotes.xml" ContentType="{_DOCUMENT}.footnotes+xml"/>
</Types>"""
PACKAGE_RELS = f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>"""
STYLES = (
    f"<w:styles {_W}>"
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in _STYLES
    )
    + "</w:styles>"
)
NUMBERING = f"""<w:numbering {_W}>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>"""


def paragraph(text: str, *, style: str = "", item: bool = False, bold: bool = False) -> str:
    """A paragraph of a Word document."""
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if item else ""
    named = f'<w:pStyle w:val="{style.replace(" ", "")}"/>' if style else ""
    marks = "<w:rPr><w:b/></w:rPr>" if bold else ""
    words = text.replace("&", "&amp;").replace("<", "&lt;")
    run = f'<w:r>{marks}<w:t xml:space="preserve">{words}</w:t></w:r>'
    return f"<w:p><w:pPr>{named}{number}</w:pPr>{run}</w:p>"


def table(rows: list[list[str]]) -> str:
    """A table of a Word document."""
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def link(target: str, text: str) -> str:
    """A paragraph with a link; its target goes into ``word_file``'s links under the same name."""
    return f'<w:p><w:hyperlink r:id="{target}"><w:r><w:t>{text}</w:t></w:r></w:hyperlink></w:p>'


def picture(description: str) -> str:
    """A paragraph with a picture."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    return (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{drawing}/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="p" descr="{description}"/><a:graphic xmlns:a="{drawing}/main"><a:graphicData>'
        f'<pic:pic xmlns:pic="{drawing}/picture"><pic:blipFill><a:blip r:embed="picture"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def footnote_mark() -> str:
    """A paragraph that ends with the mark of footnote 1."""
    return '<w:p><w:r><w:t>As Rosenshine says</w:t></w:r><w:r><w:footnoteReference w:id="1"/></w:r></w:p>'


def word_parts(*blocks: str, links: Mapping[str, str] | None = None, footnote: str = "") -> dict[str, bytes]:
    """The parts of a Word file, name → bytes.

    links  name → target
    """
    relations = [
        f'<Relationship Id="{part}" Type="{_OFFICE}/{part}" Target="{part}.xml"/>'
        for part in ("styles", "numbering", "footnotes")
    ]
    relations += [
        f'<Relationship Id="{name}" Type="{_OFFICE}/hyperlink" Target="{target}" TargetMode="External"/>'
        for name, target in (links or {}).items()
    ]
    relations.append(f'<Relationship Id="picture" Type="{_OFFICE}/image" Target="media/p.png"/>')
    body = f"<w:document {_W} {_R}><w:body>{''.join(blocks)}</w:body></w:document>"
    note = f'<w:footnotes {_W}><w:footnote w:id="1">{paragraph(footnote or "A note.")}</w:footnote></w:footnotes>'
    texts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": PACKAGE_RELS,
        "word/document.xml": body,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}'
        "</Relationships>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": note,
    }
    return {name: text.encode() for name, text in texts.items()} | {"word/media/p.png": b"\x89PNG\r\n\x1a\n"}


def packed(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts packed as a zip."""
    packet = io.BytesIO()
    with zipfile.ZipFile(packet, "w", method) as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return packet.getvalue()


def word_file(*blocks: str, links: Mapping[str, str] | None = None, footnote: str = "") -> bytes:
    """The bytes of a Word file with these blocks."""
    return packed(word_parts(*blocks, links=links, footnote=footnote))
