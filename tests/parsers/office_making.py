"""Office files for the tests, made from a real sample by changing its XML: one cell, the styles, any part."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from parsers import parse

if TYPE_CHECKING:
    from parsers.model import Figure, Parsed

SAMPLES = Path(__file__).parents[1] / "samples"
KEY = "disclosure.normative_documents.issued"  # the figure whose cell is changed; its row is 122, 58, 872
# Namespaces of what may stand in a document.
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
V = 'xmlns:v="urn:schemas-microsoft-com:vml"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
MAIN = "word/document.xml"
_CELL = "<w:t>122</w:t>"
_RUN = '<w:r><w:rPr><w:rFonts w:ascii="Noto Sans CJK SC" w:hAnsi="Noto Sans CJK SC" w:eastAsia="Noto Sans CJK SC"/><w:sz w:val="18"/></w:rPr><w:t>122</w:t></w:r>'


@cache
def parts(sample: str = "made-docx-l00-zhoukou2022") -> dict[str, bytes]:
    """The parts of a sample by name."""
    body = next((SAMPLES / sample).glob("body.*")).read_bytes()
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: dict[str, bytes], **more: bytes) -> bytes:
    """A ZIP of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**members, **more}.items():
            package.writestr(name, content)
    return out.getvalue()


def document() -> str:
    """The main part of the sample."""
    return parts()[MAIN].decode()


def docx(changed: str, others: dict[str, bytes] | None = None) -> bytes:
    """The sample with another main part, and perhaps other parts."""
    return packed({**parts(), MAIN: changed.encode(), **(others or {})})


def with_paragraph(content: str, *, cell: str = "", others: dict[str, bytes] | None = None) -> bytes:
    """The sample whose one cell holds this paragraph content; `cell`: properties of the cell (tcPr)."""
    text = document()
    place = text.index(_RUN, text.index("行政规范性文件"))
    text = text[:place] + content + text[place + len(_RUN) :]
    if cell:
        end = text.rindex("</w:tcPr>", 0, place)
        text = text[:end] + cell + text[end:]
    return docx(text, others)


def with_cell(content: str) -> bytes:
    """The sample whose one cell holds these blocks (paragraphs, tables) instead of its paragraph."""
    text = document()
    place = text.index(_RUN, text.index("行政规范性文件"))
    begin = text.rindex("<w:p>", 0, place)
    end = text.index("</w:p>", place) + len("</w:p>")
    return docx(text[:begin] + content + text[end:])


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read(body: bytes) -> Parsed:
    """The one report in a document."""
    (parsed,) = parse(body, "")
    return parsed


def figure(body: bytes, key: str = KEY) -> Figure:
    """One figure of a document in which all others are numbers."""
    parsed = read(body)
    assert len(parsed.figures) == 200
    others = {f.key: f.state for f in parsed.figures if f.key != key and f.state != "number"}
    assert others == {}, "nothing beside the changed cell is doubted"
    return next(f for f in parsed.figures if f.key == key)


def box(content: str) -> str:
    """A text box as Word writes it: the new way, and the old one for older programs."""
    inner = f"<w:txbxContent><w:p>{content}</w:p></w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent {MC}><mc:Choice Requires="wps"><w:drawing><wp:anchor {WP}><wps:wsp {WPS}>'
        f"<wps:txbx>{inner}</wps:txbx></wps:wsp></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape {V}><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def main_of(body: bytes) -> bytes:
    """The main part of a document."""
    with zipfile.ZipFile(io.BytesIO(body)) as package:
        return package.read(MAIN)
