"""Excel 2003 XML (SpreadsheetML), which many systems write out under the name .xls.

Source: "XML Spreadsheet Reference" (Microsoft, Office XP): Row, Cell and their ss:Index, MergeAcross, MergeDown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.package import parse_xml
from parsers.readers.sheet_layout import READER, Sheet, Written, number_text, reading

if TYPE_CHECKING:
    from lxml.etree import _Element

    from parsers.model import Reading

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_HTML = "{http://www.w3.org/TR/REC-html40}"
_MARKS: dict[object, str] = {f"{_HTML}Sup": "^", f"{_HTML}Sub": "^", f"{_HTML}S": "~"}
# Formats that print a whole number as it is.
_PLAIN = frozenset(
    {"", "General", "General Number", "@", "0", "0_ ", "#,##0", "Fixed", "Standard", "0.00", "#,##0.00"}
)
_LARGEST = 1_000_000


def read(body: bytes) -> Reading:
    """Read a workbook in Excel 2003 XML. Raises Unreadable: broken, too_large."""
    root = parse_xml(body.lstrip(b"\xef\xbb\xbf \t\r\n"), "the workbook")
    looks = {style.get(f"{_SS}ID", ""): _look(style) for style in root.iterfind(f"{_SS}Styles/{_SS}Style")}
    sheets = [sheet for sheet in root.iterfind(f"{_SS}Worksheet") if not _is_hidden(sheet)]
    return reading(READER, [_sheet(sheet, looks) for sheet in sheets])


def _is_hidden(sheet: _Element) -> bool:
    visible = sheet.findtext(f"{_X}WorksheetOptions/{_X}Visible") or ""
    return visible in {"SheetHidden", "SheetVeryHidden"}


def _look(style: _Element) -> tuple[str, bool]:
    """The mark of a style, and whether a number in it may be printed as another thing or not at all."""
    font, shown = style.find(f"{_SS}Font"), style.find(f"{_SS}NumberFormat")
    plain = shown is None or shown.get(f"{_SS}Format", "") in _PLAIN
    if font is None:
        return "", not plain
    mark = "~" if font.get(f"{_SS}StrikeThrough") == "1" else ""
    mark = "^" if font.get(f"{_SS}VerticalAlign", "None") != "None" else mark
    return mark, not plain or font.get(f"{_SS}Color", "").lower() in {"#ffffff", "white"}


def _number(element: _Element, name: str, otherwise: int = 0) -> int:
    written = element.get(f"{_SS}{name}", "")
    number = int(written) if written.isdecimal() and len(written) < 8 else otherwise  # noqa: PLR2004 - no sheet has more
    if number > _LARGEST:
        raise Unreadable("too_large", f"the workbook names a row or column {number}")
    return number


def _sheet(element: _Element, looks: dict[str, tuple[str, bool]]) -> Sheet:
    sheet = Sheet(element.get(f"{_SS}Name", ""))
    at = -1
    for row in element.iterfind(f"{_SS}Table/{_SS}Row"):
        at = _number(row, "Index", at + 2) - 1
        if row.get(f"{_SS}Hidden") == "1":
            sheet.hidden_rows.add(at)
        _row(row, at, sheet, looks)
        at += _number(row, "Span")
    place = -1
    for column in element.iterfind(f"{_SS}Table/{_SS}Column"):
        place = _number(column, "Index", place + 2) - 1
        if column.get(f"{_SS}Hidden") == "1":
            sheet.hidden_columns.update(range(place, place + min(_number(column, "Span"), 1_000) + 1))
        place += _number(column, "Span")
    return sheet


def _row(row: _Element, at: int, sheet: Sheet, looks: dict[str, tuple[str, bool]]) -> None:
    column = -1
    for cell in row.iterchildren(f"{_SS}Cell"):
        column = _number(cell, "Index", column + 2) - 1
        written = _written(
            cell, looks.get(cell.get(f"{_SS}StyleID") or row.get(f"{_SS}StyleID") or "Default", ("", False))
        )
        if written:
            sheet.cells[at, column] = written
        across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
        if across or down:
            sheet.merged.append((at, column, at + down, column + across))
        column += across


def _written(cell: _Element, look: tuple[str, bool]) -> Written:
    mark, doubtful = look
    held = cell.find(f"{_SS}Data")
    if held is None:
        return Written("", ink=cell.get(f"{_SS}Formula") is not None)
    text = "".join(_words(held))
    if held.get(f"{_SS}Type") != "Number":
        return Written(mark + text if text else "", ink=doubtful and bool(mark))
    try:
        written = number_text(text)
    except (ValueError, OverflowError):
        return Written(text, ink=True)
    return Written(mark + written.text, written.ink or doubtful or "." in written.text)


def _words(element: _Element) -> list[str]:
    """The words of rich text, each raised or struck piece behind its mark."""
    words = [element.text or ""]
    for child in element:
        inner = "".join(_words(child))
        words += [_MARKS.get(child.tag, "") if inner.strip() else "", inner, child.tail or ""]
    return words
