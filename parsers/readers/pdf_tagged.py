"""A structural reading of PDFs: the tables that the producer itself tagged, whatever is drawn.

Chrome, Word and LibreOffice can mark each cell in a structure tree that refers to marked content by number. The
tree needs no geometry at all: it shares the characters with the first reader, and nothing of its search for cells.
It may be wrong or old, and sparse tables are often not tagged: it is a reading to be compared, never the truth.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from parsers.model import Cell, Grid, Origin, Reading
from parsers.readers.pdf_chars import BLANKS, BREAKS, string_of
from parsers.readers.pdf_file import open_document, open_page
from parsers.readers.pdf_text import line_text, lines_of
from parsers.readers.pdf_view import bounds_of, view_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_view import Handle

READER = "tags"

MAX_ELEMENTS = 60_000  # of one page's structure tree
MAX_TREE_DEPTH = 60
MAX_SPAN = 100
_NAME = 64  # bytes of a type or attribute name that are looked at
_CELLS = frozenset({"TD", "TH"})


@dataclass(slots=True)
class _Cell:
    """A cell by its place in its row. `pieces` are its characters by page; `pictured`: it has content that is no text."""

    rows: int = 1
    columns: int = 1
    pictured: bool = False
    pieces: dict[int, list[Char]] = field(default_factory=dict)

    def take(self, other: _Cell) -> None:
        """Go on with the part that the next page has."""
        self.pictured |= other.pictured
        if not self.pieces:
            self.rows, self.columns = other.rows, other.columns
        self.pieces |= other.pieces


@dataclass(slots=True)
class _Table:
    """A table's rows by their place among its children; a row has as many cells as the tree says, seen or not."""

    size: int
    page: int
    last: int
    rows: dict[int, list[_Cell]] = field(default_factory=dict)


def read(body: bytes, first: Reading) -> Reading:
    """The tagged tables on the pages that the first reading looked at; its text is the first reading's.

    Raises Unreadable as the first reader of PDFs does.
    """
    tables: list[_Table] = []
    with open_document(body) as document:
        for number in first.pages:
            with open_page(document, number - 1) as page:
                _join(tables, list(_tables_of(page)))
    grids = tuple(grid for table in tables if (grid := _grid(table)) is not None)
    return Reading(READER, grids, first.text)


def _tables_of(page: OpenPage) -> Iterator[_Table]:
    tree = pdfium.FPDF_StructTree_GetForPage(page.page)
    if not tree:
        return
    try:
        count = pdfium.FPDF_StructTree_CountChildren(tree)
        roots = (pdfium.FPDF_StructTree_GetChildAtIndex(tree, index) for index in range(count))
        elements = [element for root in roots if root for element in _elements(root)]
        found = [element for element in elements if _type(element) == "Table"]
        if found:
            marked = _marked(page)
            for element in found:
                yield _table(element, page.number, marked)
    finally:
        pdfium.FPDF_StructTree_Close(tree)


def _elements(root: Handle) -> list[Handle]:
    """An element and everything under it, in order, but nothing under a cell: tables in cells are layout."""
    found: list[Handle] = []
    waiting: list[tuple[Handle, int]] = [(root, 0)]
    while waiting and len(found) < MAX_ELEMENTS:
        element, depth = waiting.pop()
        found.append(element)
        if depth < MAX_TREE_DEPTH and _type(element) not in _CELLS:
            waiting += [(child, depth + 1) for child in reversed(_children(element)) if child]
    return found


def _children(element: Handle) -> list[Handle | None]:
    """Its children; None for one that has nothing on this page."""
    count = min(pdfium.FPDF_StructElement_CountChildren(element), MAX_ELEMENTS)
    return [pdfium.FPDF_StructElement_GetChildAtIndex(element, index) or None for index in range(count)]


def _type(element: Handle) -> str:
    buffer = ctypes.create_string_buffer(_NAME)
    length = int(pdfium.FPDF_StructElement_GetType(element, buffer, _NAME))
    return buffer.raw[: max(0, min(length, _NAME) - 2)].decode("utf-16-le", "replace")


def _table(element: Handle, page: int, marked: dict[int, list[Char]]) -> _Table:
    """The rows of a table on one page, also those in THead, TBody and TFoot."""
    table = _Table(0, page, page)
    for child in _children(element):
        rows = [child]
        if child and _type(child) != "TR":
            rows = _children(child)
        for row in rows:
            if row and _type(row) == "TR":
                table.rows[table.size] = _cells(row, page, marked)
            table.size += 1
    return table


def _cells(row: Handle, page: int, marked: dict[int, list[Char]]) -> list[_Cell]:
    cells = []
    for child in _children(row):
        if child is None:
            cells.append(_Cell())
        elif _type(child) in _CELLS:
            rows, columns = _spans(child)
            content = list(_content(child))
            chars = [char for number in content for char in marked.get(number, ())]
            pictured = any(number not in marked for number in content)
            cells.append(_Cell(rows, columns, pictured, {page: chars}))
    return cells


def _content(cell: Handle) -> Iterator[int]:
    """The numbers of the marked content in a cell, in the order of the tree."""
    waiting: list[tuple[Handle, int]] = [(cell, 0)]
    while waiting:
        element, depth = waiting.pop()
        for index in range(min(pdfium.FPDF_StructElement_CountChildren(element), MAX_ELEMENTS)):
            number = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
            if number >= 0:
                yield int(number)
            elif child and depth < MAX_TREE_DEPTH:
                waiting.append((child, depth + 1))


def _spans(cell: Handle) -> tuple[int, int]:
    spans = {"RowSpan": 1, "ColSpan": 1}
    for index in range(max(0, pdfium.FPDF_StructElement_GetAttributeCount(cell))):
        attribute = pdfium.FPDF_StructElement_GetAttributeAtIndex(cell, index)
        for name in spans:
            value = pdfium.FPDF_StructElement_Attr_GetValue(attribute, name.encode())
            number = ctypes.c_float()
            if value and pdfium.FPDF_StructElement_Attr_GetNumberValue(value, ctypes.byref(number)):
                spans[name] = min(max(1, int(number.value)), MAX_SPAN)
    return spans["RowSpan"], spans["ColSpan"]


def _marked(page: OpenPage) -> dict[int, list[Char]]:
    """The page's characters by the number of their marked content, in content order."""
    view, rectangle = view_of(page.page), pdfium.FS_RECTF()
    pointer = ctypes.byref(rectangle)
    numbers: dict[int, int] = {}
    found: dict[int, list[Char]] = {}
    for index, letter in enumerate(string_of(page)):
        if letter in BREAKS:
            continue
        thing = pdfium.FPDFText_GetTextObject(page.text, index)
        if not thing or not pdfium.FPDFText_GetLooseCharBox(page.text, index, pointer):
            continue
        address = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if address not in numbers:
            numbers[address] = int(pdfium.FPDFPageObj_GetMarkedContentID(thing))
        if numbers[address] >= 0 and letter in BLANKS:
            found.setdefault(numbers[address], [])
        elif numbers[address] >= 0:
            box = view.show(rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
            found.setdefault(numbers[address], []).append((letter, *box))
    return found


def _join(tables: list[_Table], found: list[_Table]) -> None:
    """Add a page's tables. The first may go on with the last one of the page before: a table has one tree."""
    for place, table in enumerate(found):
        before = tables[-1] if tables and place == 0 else None
        if before and _goes_on(before, table):
            _add(before, table)
        else:
            tables.append(table)


def _goes_on(before: _Table, table: _Table) -> bool:
    """Whether two pages show parts of one table: as many rows in all, and each row where it was left."""
    if before.last != table.page - 1 or before.size != table.size or not (before.rows and table.rows):
        return False
    ended, begins = max(before.rows), min(table.rows)
    torn = before.rows[ended], table.rows[begins]
    return ended < begins or (ended == begins and len(torn[0]) == len(torn[1]))


def _add(before: _Table, table: _Table) -> None:
    before.last = table.page
    for number, row in table.rows.items():
        if number not in before.rows:
            before.rows[number] = row
            continue
        for upper, lower in zip(before.rows[number], row, strict=True):
            upper.take(lower)


def _grid(table: _Table) -> Grid | None:
    """The table with every spanning cell at each of its places; None where no row has anything."""
    hanging: dict[int, tuple[int, Cell]] = {}
    rows: list[tuple[Cell, ...]] = []
    for number in sorted(table.rows):
        above = {place: (left - 1, cell) for place, (left, cell) in hanging.items() if left > 1}
        hanging = dict(above)
        places: list[Cell] = []
        for cell in table.rows[number]:
            while len(places) in above:
                places.append(above[len(places)][1])
            made = _cell(cell, table.page, (number, len(places)))
            for _ in range(cell.columns):
                hanging[len(places)] = cell.rows, made
                places.append(made)
        while len(places) in above:
            places.append(above[len(places)][1])
        rows.append(tuple(places))
    return Grid(Origin("pdf", page=table.page), tuple(rows)) if any(rows) else None


def _cell(cell: _Cell, page: int, place: tuple[int, int]) -> Cell:
    """A cell that no page has content of is blank; what else is drawn in one may be its ground or a picture."""
    row, column = place
    text = "\n".join(line_text(line) for chars in cell.pieces.values() for line in lines_of(chars))
    page, chars = next(((page, chars) for page, chars in cell.pieces.items() if chars), (page, []))
    box = None
    if chars:
        left, top, right, bottom = bounds_of(
            point for _, left, top, right, bottom in chars for point in ((left, top), (right, bottom))
        )
        box = (round(left, 2), round(top, 2), round(right, 2), round(bottom, 2))
    origin = Origin("pdf", page=page, box=box, row=row + 1, column=column + 1)
    return Cell(text, origin, closed=bool(text) or not cell.pictured)
