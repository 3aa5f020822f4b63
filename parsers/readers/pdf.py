"""The first reader of PDFs: pdfium's characters and the lines drawn on the page, to grids and text.

Only pages that carry the form's tables, and those that go on with them, are looked at line by line; the text is
that of all pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2.raw as pdfium

from parsers.model import Pictures, Reading, Unreadable
from parsers.readers.pdf_chars import is_invisible, string_of
from parsers.readers.pdf_drawing import drawing_of
from parsers.readers.pdf_file import MAX_CHARS, count_pages, open_document, open_page
from parsers.readers.pdf_form import Follower, has_form_words
from parsers.readers.pdf_page_text import page_text
from parsers.readers.pdf_pages import grids_of
from parsers.readers.pdf_streams import may_have_layers
from parsers.readers.pdf_tables import tables_of
from parsers.readers.pdf_view import View, turned, view_of

if TYPE_CHECKING:
    from parsers.model import Box
    from parsers.readers.pdf_drawing import Drawing
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_grid import Table

READER = "pypdfium2"

_READABLE = re.compile("[\u2e80-\u2fdf\u4e00-\u9fff]")
_MOST = 0.6  # of a page's area
_LEAST_READABLE = 30  # Chinese characters in a document that has a text layer worth the name


def read(body: bytes) -> Reading:
    """Read a PDF. Boxes of origins are points from the top left of the page as displayed.

    Raises Unreadable: empty, not_a_report (no PDF), truncated, encrypted, broken, too_large, and unsupported
    for a document whose text or tables are pictures (a scan).
    """
    pages = _Pages(layers=may_have_layers(body))
    with open_document(body) as document:
        for index in range(count_pages(document)):
            with open_page(document, index) as page:
                pages.add(page)
    pages.refuse_pictures()
    return Reading(
        READER,
        grids_of(pages.tables, pages.shown),
        "\n".join(pages.texts),
        pages=tuple(pages.looked_at),
    )


@dataclass(slots=True)
class _Pages:
    """What was read of the pages so far."""

    layers: bool
    tables: list[Table] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    turned: dict[int, tuple[View, int]] = field(default_factory=dict)
    pictures: list[int] = field(default_factory=list)
    copies: list[int] = field(default_factory=list)
    form_pages: list[int] = field(default_factory=list)
    looked_at: list[int] = field(default_factory=list)
    readable: int = 0
    chars: int = 0
    follower: Follower = field(default_factory=Follower)

    def add(self, page: OpenPage) -> None:
        """Read one page: its text, and its tables where it may carry the form's."""
        string = string_of(page)
        self._note(page, string)
        tables: list[Table] = []
        turns = 0
        has_words = has_form_words(string)
        if has_words:
            self.form_pages.append(page.number)
        if self.follower.wants(has_words=has_words):
            self.looked_at.append(page.number)
            drawing = drawing_of(page.page, page.number)
            tables, turns = tables_of(page, string, drawing, layers=self.layers)
            self.follower.saw(tables)
            if is_invisible(page) or (not tables and _is_covered(drawing, view_of(page.page))):
                self.copies.append(page.number)
            if turns:
                self.turned[page.number] = view_of(page.page), turns
        self.tables += tables
        boxes = [table.shown or table.box for table in tables]
        self.texts.append(page_text(page, string, boxes, sideways=turns != 0))

    def _note(self, page: OpenPage, string: str) -> None:
        self.chars += page.count
        if self.chars > MAX_CHARS:
            raise Unreadable("too_large", f"The PDF has more than {MAX_CHARS:,} characters.")
        readable = len(_READABLE.findall(string))
        self.readable += readable
        if not readable and pdfium.FPDFPage_CountObjects(page.page) > 0:
            self.pictures.append(page.number)

    def refuse_pictures(self) -> None:
        """Raise Pictures where tables may stand in pictures, or the text has no meaning."""
        if self.readable < _LEAST_READABLE:
            raise Pictures(
                "The PDF has no text that can be read: it is a scan, or its fonts do not name their characters.",
            )
        first, last = min(self.form_pages, default=0), max(self.form_pages, default=1_000_000)
        hidden = [number for number in self.pictures if first < number < last]
        if hidden:
            raise Pictures(f"The PDF shows tables as pictures without text ({_named(hidden)}).")
        if self.copies:
            names = _named(self.copies)
            raise Pictures(
                f"The PDF is a scan whose hidden text a program has guessed ({names}): it needs OCR.",
            )

    def shown(self, page: int, box: Box) -> Box:
        """A box of the upright page on the page as displayed."""
        if page not in self.turned:
            return box
        view, turns = self.turned[page]
        width, height = (view.height, view.width) if turns % 2 else (view.width, view.height)
        return turned(box, -turns, width, height)


def _named(pages: list[int]) -> str:
    return f"page {', '.join(map(str, pages))}"


def _is_covered(drawing: Drawing, view: View) -> bool:
    """Whether one picture fills most of the page: a scan, whatever text lies over or under it."""
    areas = ((right - left) * (bottom - top) for left, top, right, bottom in drawing.pictures)
    return max(areas, default=0.0) >= _MOST * view.width * view.height
