"""A report as a Word file, written part by part: what LibreOffice then turns into PDF, DOC, RTF and ODT."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from bench.made.report import TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bench.made.form import Field, Table
    from bench.made.report import Report

TWIPS = 56.7  # in a millimetre
A4 = (210, 297)
# Which of a table's borders are drawn, and how: (style, eighths of a point, colour).
BORDERS: dict[str, dict[str, tuple[str, int, str]]] = {
    "full": dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), ("single", 4, "000000")),
    "hairline": dict.fromkeys(
        ("top", "left", "bottom", "right", "insideH", "insideV"), ("single", 1, "555555")
    ),
    "dotted": dict.fromkeys(
        ("top", "left", "bottom", "right", "insideH", "insideV"), ("dotted", 4, "000000")
    ),
    "double": dict.fromkeys(
        ("top", "left", "bottom", "right", "insideH", "insideV"), ("double", 4, "000000")
    ),
    "coloured": dict.fromkeys(
        ("top", "left", "bottom", "right", "insideH", "insideV"), ("single", 6, "4472C4")
    ),
    "outer": dict.fromkeys(("top", "left", "bottom", "right"), ("single", 8, "000000")),
    "lines": dict.fromkeys(("top", "bottom", "insideH"), ("single", 4, "000000")),
    "none": {},
}
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_LINKS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTINUED = '<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/>{}<w:vMerge/></w:tcPr><w:p/></w:tc>'


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a Word file is set: sizes in points, margins in millimetres; `before` empty lines stand before section 二.

    `pieces` breaks texts over several runs, as Word does where they were edited.
    """

    border: str = "full"
    font: str = "Noto Sans CJK SC"
    size: float = 12
    table_size: float = 9
    margin: float = 22
    wide: bool = False
    before: int = 0
    padding: float = 1.9
    align: str = "center"
    label_share: float = 0.51
    repeat_head: bool = False
    whole_rows: bool = False
    pieces: bool = False


def word_file(report: Report, sheet: Sheet) -> bytes:
    """The bytes of a .docx."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in (
            ("[Content_Types].xml", _TYPES),
            ("_rels/.rels", _LINKS),
            ("word/document.xml", _document(report, sheet)),
        ):
            # A date of the clock would make every run another file.
            package.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _document(report: Report, sheet: Sheet) -> str:
    width, height = A4[::-1] if sheet.wide else A4
    usable = int((width - 2 * sheet.margin) * TWIPS)
    labels = sheet.label_share
    shares = (
        (0.25,) * 4,
        (labels * 0.2, labels * 0.2, labels * 0.6, *((1 - labels) / 7,) * 7),
        (1 / len(report.tables[2][-1]),) * len(report.tables[2][-1]),
    )
    body = [
        _paragraph(report.title, sheet, sheet.size + 4, "center"),
        _paragraph(TITLES[0], sheet, sheet.size),
    ]
    body += [_paragraph("　　" + text, sheet, sheet.size) for text in report.before]
    body += ["<w:p/>"] * sheet.before
    for title, table, columns in zip(TITLES[1:4], report.tables, shares, strict=True):
        widths = [int(share * usable) for share in columns]
        body += [
            _paragraph(title, sheet, sheet.size),
            _table(table, widths, sheet, head=3 if "三" in title[:1] else 0),
        ]
    body += [_paragraph(text, sheet, sheet.size) for text in (TITLES[4], *report.after, TITLES[5], "无")]
    turned = ' w:orient="landscape"' if sheet.wide else ""
    margin = int(sheet.margin * TWIPS)
    edges = " ".join(f'w:{edge}="{margin}"' for edge in ("top", "right", "bottom", "left"))
    end = (
        f'<w:sectPr><w:pgSz w:w="{int(width * TWIPS)}" w:h="{int(height * TWIPS)}"{turned}/>'
        f'<w:pgMar {edges} w:header="700" w:footer="700" w:gutter="0"/></w:sectPr>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{_NAMESPACE}">'
        f"<w:body>{''.join(body)}{end}</w:body></w:document>"
    )


def _run(text: str, sheet: Sheet, size: float) -> str:
    font = quoteattr(sheet.font)
    look = (
        f"<w:rPr><w:rFonts w:ascii={font} w:hAnsi={font} w:eastAsia={font}/>"
        f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/></w:rPr>'
    )
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _paragraph(text: str, sheet: Sheet, size: float, align: str = "left") -> str:
    middle = len(text) // 2
    pieces = (text[:middle], text[middle:]) if sheet.pieces and middle else (text,)
    runs = "".join(_run(piece, sheet, size) for piece in pieces)
    return f'<w:p><w:pPr><w:spacing w:before="0" w:after="0"/><w:jc w:val="{align}"/></w:pPr>{runs}</w:p>'


def _table(table: Table, widths: Sequence[int], sheet: Sheet, head: int) -> str:
    borders = "".join(
        f'<w:{side} w:val="{style}" w:sz="{size}" w:space="0" w:color="{colour}"/>'
        for side, (style, size, colour) in BORDERS[sheet.border].items()
    )
    padding = int(sheet.padding * TWIPS)
    sides = "".join(f'<w:{side} w:w="{padding}" w:type="dxa"/>' for side in ("left", "right"))
    look = (
        f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = []
    for number, row in enumerate(_rows(table, widths, sheet)):
        marks = "<w:tblHeader/>" if sheet.repeat_head and number < head else ""
        marks += "<w:cantSplit/>" if sheet.whole_rows else ""
        rows.append(f"<w:tr>{f'<w:trPr>{marks}</w:trPr>' if marks else ''}{row}</w:tr>")
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _rows(table: Table, widths: Sequence[int], sheet: Sheet) -> Iterator[str]:
    """The cells of each row; a cell merged downwards is continued in every row below it."""
    open_cells: dict[int, tuple[int, int]] = {}  # column -> rows still to come, columns
    for row in table:
        fields, cells, column = list(row), [], 0
        while column < len(widths):
            left, span = open_cells.pop(column, (0, 0))
            if left:
                cells.append(_CONTINUED.format(sum(widths[column : column + span]), _span(span)))
            else:
                field = fields.pop(0)
                left, span = field.rows, field.columns
                cells.append(_cell(field, sum(widths[column : column + span]), sheet))
            if left > 1:
                open_cells[column] = (left - 1, span)
            column += span
        yield "".join(cells)


def _span(columns: int) -> str:
    return f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""


def _cell(field: Field, width: int, sheet: Sheet) -> str:
    merged = '<w:vMerge w:val="restart"/>' if field.rows > 1 else ""
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>{_span(field.columns)}{merged}<w:vAlign w:val="center"/>'
    return (
        f"<w:tc><w:tcPr>{look}</w:tcPr>{_paragraph(field.text, sheet, sheet.table_size, sheet.align)}</w:tc>"
    )
