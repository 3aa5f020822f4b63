"""Workbooks of Excel and WPS (.xlsx), from their XML: values as printed, hidden rows, formats, rich text, pictures.

A workbook keeps values, not what is printed: a number whose format may print another thing (a percentage, rounded,
hidden), that is white on white, or over which a picture lies, is doubtful. Of a formula the value is read that the
last program worked out. Source: ECMA-376 part 1, 18.3 (sheets), 18.4 (shared strings).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.package import Package, parse_xml
from parsers.readers.sheet_layout import READER, Place, Range, Sheet, Written, reading
from parsers.readers.sheet_styles import Look, S, changed_looks, looks, run_mark, shown_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from parsers.model import Reading

MAIN = "xl/workbook.xml"
_STRICT = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ON = frozenset({"1", "true"})
_OFF = frozenset({"0", "false"})
_LOW = 4.0  # points: no line of text fits a row of that height
_NARROW = 0.3  # characters
_MAX_RANGES = 20_000
_PLAIN = Look()


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of a workbook share."""

    strings: tuple[Written, ...]
    looks: tuple[Look, ...]
    changed: tuple[bool, ...]


def read(body: bytes) -> Reading:
    """Read a workbook (.xlsx). Raises Unreadable: truncated, broken, encrypted, too_large."""
    try:
        return _read(Package(body))
    except ValueError as error:  # a place or a number that no program writes
        raise Unreadable("broken", f"the workbook cannot be understood: {error}") from error


def _read(package: Package) -> Reading:
    main = package.main(MAIN)
    targets = package.targets(main)
    book = _book(package, main)
    sheets = []
    for listed in _part(package, main).iter(f"{S}sheet"):
        link = next((value for name in _RELATIONS if (value := listed.get(name))), "")
        kind, part = targets.get(link, ("", ""))
        if kind == "worksheet" and listed.get("state", "visible") == "visible":
            sheets.append(_sheet(package, part, listed.get("name", ""), book))
    if not targets:
        raise Unreadable("broken", "the workbook names no sheet: it is damaged")
    return reading(READER, sheets)


def _part(package: Package, name: str) -> _Element:
    return parse_xml(package.read(name).replace(_STRICT, S[1:-1].encode()), name)


def _book(package: Package, main: str) -> _Book:
    strings, styles = package.linked(main, "sharedStrings"), package.linked(main, "styles")
    styled = _part(package, styles) if styles else None
    written = tuple(_rich(node) for node in _part(package, strings).iterchildren(f"{S}si")) if strings else ()
    return _Book(written, looks(styled), changed_looks(styled))


def _rich(node: _Element) -> Written:
    """A text that may change its look on the way; how to pronounce it (rPh) is not printed."""
    text, ink = "", False
    for part in node:
        if part.tag == f"{S}t":
            text += part.text or ""
        elif part.tag == f"{S}r":
            words = "".join(t.text or "" for t in part.iterchildren(f"{S}t"))
            mark, unseen = run_mark(part.find(f"{S}rPr"))
            text += mark + words if words.strip() else words
            ink = ink or unseen
    return Written(text, ink)


def _sheet(package: Package, part: str, name: str, book: _Book) -> Sheet:
    root = _part(package, part)
    sheet = Sheet(name)
    view = root.find(f"{S}sheetViews/{S}sheetView")
    no_zeros = view is not None and view.get("showZeros") in _OFF
    for column in root.iterfind(f"{S}cols/{S}col"):
        if column.get("hidden") in _ON or _float(column.get("width"), 1) < _NARROW:
            first, last = int(column.get("min", "1")), int(column.get("max", "1"))
            sheet.hidden_columns.update(range(first - 1, min(last, first + 20_000)))
    _rows(root, sheet, book, no_zeros=no_zeros)
    sheet.merged = [
        where for node in root.iterfind(f"{S}mergeCells/{S}mergeCell") for where in _ranges(node.get("ref"))
    ]
    for where in (*_conditions(root, book), *_drawn(package, part)):
        _doubt(sheet, where)
    return sheet


def _float(written: str | None, otherwise: float) -> float:
    try:
        return float(written) if written else otherwise
    except ValueError:
        return otherwise


def _rows(root: _Element, sheet: Sheet, book: _Book, *, no_zeros: bool) -> None:
    row_number = -1
    for row in root.iterfind(f"{S}sheetData/{S}row"):
        row_number = _after(row_number, int(row.get("r") or row_number + 2) - 1)
        if row.get("hidden") in _ON or _float(row.get("ht"), 15) < _LOW:
            sheet.hidden_rows.add(row_number)
        column = -1
        for cell in row:
            match = _PLACE.fullmatch(cell.get("r", ""))
            column = _after(column, _column(match[1]) if match else column + 1)
            written = _written(cell, book)
            if no_zeros and written.text == "0":
                written = Written("0", ink=True)
            if written:
                sheet.cells[row_number, column] = written


def _after(before: int, place: int) -> int:
    """The place, if it lies beyond the one before it, as in every whole file: else a cell may have lost its own."""
    if place <= before:
        raise Unreadable("broken", "The cells of the workbook are out of their order: ask for another copy.")
    return place


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _written(cell: _Element, book: _Book) -> Written:
    """What a cell shows, as far as its value, its type and its format tell."""
    style = cell.get("s") or "0"
    look = book.looks[int(style)] if style.isdigit() and int(style) < len(book.looks) else _PLAIN
    written = _value(cell, book, look)
    if not written.text:
        return Written("", written.ink, look.edge)
    return Written(look.mark + written.text, written.ink or look.unseen, look.edge)


def _value(cell: _Element, book: _Book, look: Look) -> Written:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = next(cell.iterchildren(f"{S}is"), None)
        return _rich(inline) if inline is not None else Written("")
    held = next(cell.iterchildren(f"{S}v"), None)
    value = (held.text or "") if held is not None else ""
    if kind == "n":
        return (
            _number(value, look) if value else Written("", ink=len(cell) > 0)
        )  # a formula not worked out yet
    if kind == "s":
        known = value.isdigit() and int(value) < len(book.strings)
        return book.strings[int(value)] if known else Written("", ink=bool(value))
    if kind == "b":
        return Written("TRUE" if value == "1" else "FALSE")
    return Written(value)  # a formula's text, an error (#DIV/0!), a day


def _number(value: str, look: Look) -> Written:
    try:
        return shown_number(value, look)
    except (ValueError, OverflowError):
        return Written(value, ink=True)


def _ranges(reference: str | None) -> Iterator[Range]:
    """The ranges of a reference: "A1:B2 D4"."""
    for one in (reference or "").split()[:_MAX_RANGES]:
        corners = [_PLACE.fullmatch(corner) for corner in one.split(":")]
        if all(corners):
            places: list[Place] = [(int(c[2]) - 1, _column(c[1])) for c in corners if c]
            (top, left), (bottom, right) = places[0], places[-1]
            yield top, left, bottom, right


def _conditions(root: _Element, book: _Book) -> Iterator[Range]:
    """Where a condition may change what is printed: many sheets turn zeros white."""
    for node in root.iter(f"{S}conditionalFormatting"):
        for rule in node.iterchildren(f"{S}cfRule"):
            number = rule.get("dxfId", "")
            drawn = rule.get("type") in {"iconSet", "dataBar"}
            if drawn or (
                number.isdigit() and (int(number) >= len(book.changed) or book.changed[int(number)])
            ):
                yield from _ranges(node.get("sqref"))


def _drawn(package: Package, part: str) -> Iterator[Range]:
    """Where pictures, charts and text boxes lie over the sheet."""
    for kind, drawing in package.targets(part).values():
        if kind == "drawing" and drawing in package.names:
            for anchor in _part(package, drawing):
                corners = [anchor.find(f"{_XDR}{name}") for name in ("from", "to")]
                places = [_corner(corner) for corner in corners if corner is not None]
                if places:
                    (top, left), (bottom, right) = places[0], places[-1]
                    yield top, left, bottom, right


def _corner(node: _Element) -> Place:
    row, column = (node.findtext(f"{_XDR}{name}") or "0" for name in ("row", "col"))
    return (int(row) if row.isdigit() else 0), (int(column) if column.isdigit() else 0)


def _doubt(sheet: Sheet, where: Range) -> None:
    """Doubt every cell of a range, as far as the sheet has rows."""
    top, left, bottom, right = where
    rows = {row for row, _ in sheet.cells if top <= row <= bottom}
    last = max((column for _, column in sheet.cells), default=0)
    for row in rows:
        for column in range(left, min(right, last) + 1):
            written = sheet.cells.get((row, column)) or Written("")
            sheet.cells[row, column] = Written(written.text, ink=True)
