"""Word documents (.docx, also strict, also written out flat): tables as grids and the text, straight from the XML.

The whole text of the body is in the reading, tables included, footnotes at its end; headers and footers are not.
What a table's cell shows besides its text (pictures, deleted words, hidden digits, automatic numbers) makes the cell
doubtful: such a cell is never known to be blank, and digits beside it are never a sure figure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parsers.model import Pictures, Reading, Unreadable
from parsers.readers.docx_styles import Styles, W, tells_anywhere
from parsers.readers.docx_tables import Walk, grids, lines
from parsers.readers.docx_walk import walk_blocks
from parsers.readers.package import FlatPackage, Package, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = "docx"
MAIN = "word/document.xml"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_PICTURE = re.compile(r"\}(?:blip|imagedata)$")
# A table shown as a picture is not smaller than this: 6 cm by 2 cm, in English Metric Units.
_WIDE, _HIGH = 2_160_000, 720_000
_DECLARATION = 100  # bytes that "<?xml …?>" may take, whose quotes say nothing
_NOTES = ("footnotes", "endnotes")


def read(body: bytes) -> Reading:
    """Read a Word document. Raises Unreadable (truncated, broken, encrypted, too_large), or Pictures without tables."""
    return _read(Package(body))


def read_flat(body: bytes) -> Reading:
    """Read a Word document whose parts stand in one XML file (flat OPC). Raises as `read`."""
    return _read(FlatPackage(body))


def _read(package: Package) -> Reading:
    name = package.main(MAIN)
    written = package.read(name)
    root = parse_xml(written.replace(_STRICT, W[1:-1].encode()), name)
    found = root.find(f"{W}body")
    if found is None:
        raise Unreadable("broken", "the Word document has no body: it is damaged")
    styles_part = package.linked(name, "styles")
    styles = Styles(_part(package, styles_part) if styles_part else b"")
    walk = Walk(styles, plain=_is_plain(root, written))
    walk_blocks(found, walk)
    if not walk.tables and _large_pictures(found):
        raise Pictures("the Word document shows its tables as pictures: it needs OCR (the extra `ocr`)")
    text = "".join(walk.parts) + "".join(_notes(package, name, walk))
    return Reading(READER, grids(walk.tables, floating=walk.floating), lines(text))


def pictures(body: bytes) -> list[bytes]:
    """The pictures of a Word document in the order of its text, each as its own file's bytes."""
    package = Package(body)
    name = package.main(MAIN)
    root = parse_xml(package.read(name), name)
    targets = package.targets(name)
    links = [_link(element) for element in root.iter() if _PICTURE.search(str(element.tag))]
    parts = dict.fromkeys(targets[link][1] for link in links if link in targets)
    return [package.read(part) for part in parts if part in package.names]


def _is_plain(root: _Element, written: bytes) -> bool:
    """Whether no run has properties of its own that need a look. Without prefixes, or in other quotes, nobody can say."""
    usual = b'xmlns="' not in written and written.find(b"='", _DECLARATION) < 0
    return usual and not tells_anywhere(root, written)


def _link(picture: _Element) -> str:
    found = (
        picture.get(f"{space}{name}") for space in (_RELATION, _STRICT_RELATION) for name in ("embed", "id")
    )
    return next((link for link in found if link), "")


def _part(package: Package, name: str) -> bytes:
    return package.read(name).replace(_STRICT, W[1:-1].encode())


def _large_pictures(body: _Element) -> bool:
    """Whether any picture is as large as a table. Old (VML) pictures do not say: they count."""
    sizes = [(extent.get("cx", ""), extent.get("cy", "")) for extent in body.iter(_DRAWN)]
    drawn = any(x.isdigit() and y.isdigit() and int(x) >= _WIDE and int(y) >= _HIGH for x, y in sizes)
    return drawn or body.find(".//{urn:schemas-microsoft-com:vml}imagedata") is not None


def _notes(package: Package, main: str, walk: Walk) -> list[str]:
    """The footnotes and endnotes in the order in which the text refers to them, one a line with its number."""
    found: list[str] = []
    for kind in _NOTES:
        wanted = {number: place for place, number in enumerate(walk.notes.get(kind, ()), 1)}
        part = package.linked(main, kind) if wanted else None
        if part is None:
            continue
        notes = {note.get(f"{W}id", ""): note for note in parse_xml(_part(package, part), part)}
        for number, place in wanted.items():
            inner = Walk(walk.styles, plain=False)
            walk_blocks(notes[number], inner) if number in notes else None
            found.append(f"\n[{place}] {' '.join(lines(''.join(inner.parts)).split(chr(10)))}")
    return found
