"""The first reader of PDFs: pdfium's characters and the lines drawn on the page, to grids and text.

Only pages that carry the form's tables, and those that go on with them, are looked at line by line; the text is
that of all pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from parsers.model import Cell, Grid, Origin, Reading, Unreadable
from parsers.normalise import RADICALS
from parsers.readers.pdf_chars import LARGE, chars_of, sideways_turns, split_large, string_of, usual_height
from parsers.readers.pdf_drawing import drawing_of
from parsers.readers.pdf_file import MAX_CHARS, count_pages, open_document, open_page
from parsers.readers.pdf_grid import Area, Table, table_of
from parsers.readers.pdf_page_text import page_text
from parsers.readers.pdf_pages import close_open_ends, join_torn_rows
from parsers.readers.pdf_rules import rulings_of
from parsers.readers.pdf_view import View, turned, view_of

if TYPE_CHECKING:
    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_file import OpenPage

READER = "pypdfium2"

# Words that stand in the form's tables and seldom elsewhere, in all editions.
_FORM_WORDS = re.compile(
    "信息内容|勾稽关系|本年新收|上年结转|结转下一?年|本年制发|本年新制作|现行有效|对外公开总|处理决定数|本年收费|政府集中采购"
    "|属于国家秘密|三安全一稳定|过程性信息|行政查询事项|不掌握相关|没有现成|信访举报|公开出版物|大量反复|逾期不补正|未按收费"
    "|未经复议|复议后起诉|结果维持"
)
_GAPS = re.compile(r"\s+")
_READABLE = re.compile("[\u2e80-\u2fdf\u4e00-\u9fff]")
_LEAST_READABLE = 30  # Chinese characters in a document that has a text layer worth the name


def read(body: bytes) -> Reading:
    """Read a PDF. Boxes of origins are points from the top left of the page as displayed.

    Raises Unreadable: empty, not_a_report (no PDF), truncated, encrypted, broken, too_large, and unsupported
    for a document whose text or tables are pictures (a scan).
    """
    pages = _Pages()
    with open_document(body) as document:
        for index in range(count_pages(document)):
            with open_page(document, index) as page:
                pages.add(page)
    pages.refuse_pictures()
    join_torn_rows(pages.tables)
    close_open_ends(pages.tables)
    return Reading(
        READER, tuple(pages.grid(table) for table in pages.tables if table.rows), "\n".join(pages.texts)
    )


@dataclass(slots=True)
class _Pages:
    """What was read of the pages so far."""

    tables: list[Table] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    views: dict[int, tuple[View, int]] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    form_pages: list[int] = field(default_factory=list)
    readable: int = 0
    chars: int = 0
    goes_on: bool = False

    def add(self, page: OpenPage) -> None:
        """Read one page: its text, and its tables where it may carry the form's."""
        string = string_of(page)
        self._note(page, string)
        tables: list[Table] = []
        turns = 0
        is_form = _has_form_words(string)
        if is_form:
            self.form_pages.append(page.number)
        if is_form or self.goes_on:
            tables, turns = _tables_of(page, string)
            self.views[page.number] = view_of(page.page), turns
        self.goes_on = is_form or (self.goes_on and bool(tables))
        self.tables += tables
        self.texts.append(page_text(page, string, [table.box for table in tables], sideways=turns != 0))

    def _note(self, page: OpenPage, string: str) -> None:
        self.chars += page.count
        if self.chars > MAX_CHARS:
            raise Unreadable("too_large", f"The PDF has more than {MAX_CHARS:,} characters.")
        readable = len(_READABLE.findall(string))
        self.readable += readable
        if not readable and pdfium.FPDFPage_CountObjects(page.page) > 0:
            self.pictures.append(page.number)

    def refuse_pictures(self) -> None:
        """Raise Unreadable unsupported where tables may stand in pictures, or the text has no meaning."""
        if self.readable < _LEAST_READABLE:
            raise Unreadable(
                "unsupported",
                "The PDF has no text that can be read: it is a scan, or its fonts do not name their characters.",
            )
        first, last = min(self.form_pages, default=0), max(self.form_pages, default=1_000_000)
        hidden = [number for number in self.pictures if first < number < last]
        if hidden:
            names = ", ".join(map(str, hidden))
            raise Unreadable("unsupported", f"Pages of the PDF are pictures without text (page {names}).")

    def grid(self, table: Table) -> Grid:
        """The table as the rest of the program knows it."""
        cells = {id(area): self._cell(area) for area in table.areas()}
        rows = tuple(tuple(cells[id(area)] for area in row) for row in table.rows)
        return Grid(self._origin(table.page, table.box), rows)

    def _cell(self, area: Area) -> Cell:
        closed = area.whole and not area.inked and not area.spilled
        return Cell(area.text, self._origin(area.page, area.box), closed)

    def _origin(self, page: int, box: Box) -> Origin:
        view, turns = self.views[page]
        width, height = (view.height, view.width) if turns % 2 else (view.width, view.height)
        left, top, right, bottom = turned(box, -turns, width, height)
        return Origin(
            "pdf", page=page, box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2))
        )


def _has_form_words(string: str) -> bool:
    return _FORM_WORDS.search(_GAPS.sub("", string).translate(RADICALS)) is not None


def _tables_of(page: OpenPage, string: str) -> tuple[list[Table], int]:
    """The page's tables, top to bottom, and the quarter turns that bring its text upright."""
    drawing, view = drawing_of(page.page, page.number), view_of(page.page)
    chars = chars_of(page, string, drawing.forms)
    turns = sideways_turns(page, chars, view)
    if turns:
        drawing.turn(turns, view)
        chars = [_turned_char(char, turns, view) for char in chars]
    usual = usual_height(chars)
    chars, large = split_large(chars, LARGE * usual)
    rulings, loose = rulings_of(drawing)
    ink = [*drawing.ink, *drawing.pictures, *large, *loose]
    found = (table_of(ruling, chars, ink, page.number, usual) for ruling in rulings)
    return [table for table in found if table is not None], turns


def _turned_char(char: Char, turns: int, view: View) -> Char:
    letter, left, top, right, bottom = char
    return (letter, *turned((left, top, right, bottom), turns, view.width, view.height))
