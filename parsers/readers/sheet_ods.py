"""OpenDocument spreadsheets (.ods) from their XML: they keep what each cell shows, and that is what is read.

Source: OASIS OpenDocument 1.3 part 3, 9 (tables), 16 (styles), 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.package import Package, parse_xml, unwrapped
from parsers.readers.sheet_layout import MAX_CELLS, MAX_COLUMNS, READER, Sheet, Written, reading

if TYPE_CHECKING:
    from lxml.etree import _Element

    from parsers.model import Reading

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_GROUPS = frozenset(
    f"{_TABLE}table-{name}"
    for name in ("header-rows", "rows", "row-group", "header-columns", "columns", "column-group")
)
_HIDDEN = frozenset({"collapse", "filter"})
_NO = frozenset({None, "", "none", "0%", "0% 100%"})
_WHITE = 0xE8
_MAX_CHAIN = 8

Styles = dict[str, "_Element"]


def read(body: bytes) -> Reading:
    """Read a spreadsheet (.ods). Raises Unreadable: truncated, broken, encrypted, too_large."""
    package = Package(body)
    manifest = "META-INF/manifest.xml"
    if manifest in package.names and b"encryption-data" in package.read(manifest):
        raise Unreadable("encrypted", "the spreadsheet asks for a password: ask for a copy without one")
    root = parse_xml(package.read("content.xml"), "content.xml")
    styles: Styles = {}
    if "styles.xml" in package.names:
        styles |= _styles(parse_xml(package.read("styles.xml"), "styles.xml"))
    styles |= _styles(root)
    tables = root.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table")
    return reading(READER, [_sheet(table, styles) for table in tables if not _is_hidden(table, styles)])


def _styles(root: _Element) -> Styles:
    return {style.get(f"{_STYLE}name", ""): style for style in root.iter(f"{_STYLE}style")}


def _is_hidden(table: _Element, styles: Styles) -> bool:
    style = styles.get(table.get(f"{_TABLE}style-name", ""))
    shown = style.find(f"{_STYLE}table-properties") if style is not None else None
    return shown is not None and shown.get(f"{_TABLE}display") == "false"


# Columns of a whole sheet: programs fill every row up to them, so that a shorter one has lost cells.
_WHOLE_WIDTHS = frozenset({256, 1024, 16384})


def _sheet(table: _Element, styles: Styles) -> Sheet:
    sheet = Sheet(table.get(f"{_TABLE}name", ""))
    at = 0
    for column in unwrapped(table, f"{_TABLE}table-column", _GROUPS):
        times = _count(column, "number-columns-repeated")
        if column.get(f"{_TABLE}visibility") in _HIDDEN:
            sheet.hidden_columns.update(range(at, at + min(times, MAX_COLUMNS)))
        at += times
    at = 0
    widths: set[int] = set()
    for row in unwrapped(table, f"{_TABLE}table-row", _GROUPS):
        times = _count(row, "number-rows-repeated")
        before = len(sheet.cells)
        widths.add(_row(row, at, sheet, styles))
        filled = len(sheet.cells) > before
        for again in (
            range(at + 1, at + times) if filled else ()
        ):  # the same row again; of empty rows there are a million
            _row(row, again, sheet, styles)
        if row.get(f"{_TABLE}visibility") in _HIDDEN:
            sheet.hidden_rows.update(range(at, at + (times if filled else 1)))
        at += times
    if len(widths) > 1 and not widths.isdisjoint(_WHOLE_WIDTHS):
        raise Unreadable(
            "broken", f"the rows of the sheet “{sheet.name}” differ in width: ask for another copy"
        )
    return sheet


def _count(element: _Element, name: str) -> int:
    written = element.get(f"{_TABLE}{name}", "1")
    return max(1, int(written)) if written.isdecimal() and len(written) < 9 else 1  # noqa: PLR2004 - no sheet has more


def _row(row: _Element, at: int, sheet: Sheet, styles: Styles) -> int:
    """Take the cells of a row; how many columns they cover."""
    column = 0
    for cell in row.iterchildren(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
        times = _count(cell, "number-columns-repeated")
        written = _written(cell, styles) if cell.tag == f"{_TABLE}table-cell" else Written("")
        if written:
            places = range(column, column + min(times, MAX_COLUMNS))
            sheet.cells |= {(at, place): written for place in places}
            if len(sheet.cells) > MAX_CELLS:
                raise Unreadable("too_large", f"the sheet “{sheet.name}” has more than {MAX_CELLS} cells")
        down, across = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if down > 1 or across > 1:
            sheet.merged.append((at, column, at + down - 1, column + across - 1))
        column += times
    return column


def _written(cell: _Element, styles: Styles) -> Written:
    """What a cell shows. A value without a text is hidden by its format; a drawing in a cell is no text."""
    mark, faint = _look(cell.get(f"{_TABLE}style-name"), styles)
    parts, ink = [], faint
    for child in cell:
        if child.tag == f"{_TEXT}p":
            text, unseen = _paragraph(child, styles)
            parts.append(text)
            ink = ink or unseen
        elif child.tag != f"{_OFFICE}annotation":
            ink = True
    text = "\n".join(parts)
    hidden = not text and cell.get(f"{_OFFICE}value-type") not in {None, "string"}
    return Written(
        mark + text if text else "", ink or hidden, _has_border(cell.get(f"{_TABLE}style-name"), styles)
    )


def _paragraph(element: _Element, styles: Styles) -> tuple[str, bool]:
    text, ink = element.text or "", False
    for child in element:
        match child.tag.removeprefix(_TEXT) if isinstance(child.tag, str) else "":
            case "span":
                inner, unseen = _paragraph(child, styles)
                mark, faint = _look(child.get(f"{_TEXT}style-name"), styles)
                text += (mark if inner.strip() else "") + inner
                ink = ink or unseen or faint
            case "s":
                text += " "
            case "tab":
                text += "\t"
            case "line-break":
                text += "\n"
            case "a":
                text += _paragraph(child, styles)[0]
            case _:
                ink = True
        text += child.tail or ""
    return text, ink


def _has_border(name: str | None, styles: Styles) -> bool:
    style = styles.get(name or "")
    said = style.find(f"{_STYLE}table-cell-properties") if style is not None else None
    sides = ("border", "border-left", "border-right", "border-top", "border-bottom")
    return said is not None and any(said.get(f"{_FO}{side}") not in _NO for side in sides)


def _look(name: str | None, styles: Styles) -> tuple[str, bool]:
    """The mark of a style (raised "^", struck "~"), and whether its text may not be seen."""
    mark, faint = "", False
    for _ in range(_MAX_CHAIN):
        style = styles.get(name or "")
        if style is None:
            break
        for said in style.iterchildren(f"{_STYLE}text-properties"):
            if said.get(f"{_STYLE}text-line-through-style") not in _NO:
                mark = "~"
            if said.get(f"{_STYLE}text-position") not in _NO:
                mark = "^"
            faint = (
                faint or said.get(f"{_TEXT}display") == "none" or _is_white(said.get(f"{_FO}color"), style)
            )
        name = style.get(f"{_STYLE}parent-style-name")
    return mark, faint


def _is_white(colour: str | None, style: _Element) -> bool:
    """White or nearly, on no other ground than white."""
    behind = style.find(f"{_STYLE}table-cell-properties")
    painted = behind is not None and behind.get(f"{_FO}background-color") not in {
        None,
        "transparent",
        "#ffffff",
    }
    digits = (colour or "").removeprefix("#")
    if painted or len(digits) != 6:  # noqa: PLR2004 - two for each of three colours
        return False
    return all(int(digits[i : i + 2], 16) >= _WHITE for i in (0, 2, 4))
