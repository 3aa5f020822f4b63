"""The second reader of PDFs: pdfplumber (pdfminer's characters, its own search for cells).

It maps fonts to characters with code of its own, so what both readers see is what is printed: an accusation
against a document needs both. It is some ten times slower than the first, and reads only the form's pages.
"""

from __future__ import annotations

import io
import logging
import math
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pdfplumber
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from parsers.model import Reading, Unreadable
from parsers.readers.pdf_file import MAX_PAGES, refuse_unreadable
from parsers.readers.pdf_form import Follower, has_form_words
from parsers.readers.pdf_grid import Area, Table, filled
from parsers.readers.pdf_marks import Marks, around
from parsers.readers.pdf_pages import grids_of
from parsers.readers.pdf_text import line_text, lines_of
from parsers.readers.pdf_view import turned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pdfplumber._typing import T_bbox
    from pdfplumber.pdf import PDF

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char

READER = "pdfplumber"

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every Type 3 font, hundreds a file

_LOOKS = 400  # characters of a page whose direction is looked at
_SLANT = 0.1  # of a character's direction: beyond it is a watermark
_BORDER = 3.0  # points between a table's edge and a line that counts as drawn there


def read(body: bytes) -> Reading:
    """Read a PDF. Boxes of origins are points from the top left of the page as displayed.

    Raises Unreadable: empty, not_a_report (no PDF), truncated, encrypted, broken, too_large.
    """
    refuse_unreadable(body)
    try:
        with pdfplumber.open(io.BytesIO(body)) as document:
            return _reading(document)
    except Unreadable:
        raise
    except PdfminerException as error:
        if "Password" in repr(error):
            raise Unreadable(
                "encrypted", "The PDF asks for a password: ask for a copy without one."
            ) from error
        raise Unreadable("broken", f"The PDF cannot be opened: {error!r}") from error
    except Exception as error:  # pdfminer raises whatever a broken file makes of it
        raise Unreadable("broken", f"The PDF cannot be read by pdfplumber: {error!r}") from error


def _reading(document: PDF) -> Reading:
    if not document.pages:
        raise Unreadable("broken", "The PDF has no page that can be found.")
    if len(document.pages) > MAX_PAGES:
        raise Unreadable(
            "too_large", f"The PDF has {len(document.pages):,} pages; at most {MAX_PAGES:,} are read."
        )
    tables: list[Table] = []
    texts: list[str] = []
    places: dict[int, _Place] = {}
    follower = Follower()
    for read_page in document.pages:
        page, place = _upright(document, read_page)
        places[page.page_number] = place
        chars = _chars_of(page)
        if follower.wants(has_words=has_form_words("".join(char[0] for char in chars))):
            found = list(_tables_of(page, chars))
            follower.saw(found)
            tables += found
        texts += [line_text(line) for line in lines_of(chars)]
        page.close()  # pdfplumber keeps every page's characters otherwise: 430 MB for 75 pages
    return Reading(READER, grids_of(tables, lambda number, box: places[number].shown(box)), "\n".join(texts))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page as read lies on the page as displayed: the corner of its crop box, and the turns it was given."""

    left: float
    top: float
    turns: int
    width: float
    height: float

    def shown(self, box: Box) -> Box:
        left, top, right, bottom = turned(box, -self.turns, self.width, self.height)
        return left - self.left, top - self.top, right - self.left, bottom - self.top


def _upright(document: PDF, page: Page) -> tuple[Page, _Place]:
    """The page, turned if most of its text is sideways, and where it lies."""
    left, top, _, _ = page.cropbox
    turns = _turns_of(page)
    if not turns:
        return page, _Place(left, top, 0, float(page.width), float(page.height))
    source = page.page_obj
    rotation = (page.rotation + 90 * turns) % 360
    source.attrs = {**source.attrs, "Rotate": rotation}
    source.rotate = rotation
    page.close()
    again = Page(document, source, page.page_number)
    return again, _Place(left, top, turns, float(again.width), float(again.height))


def _turns_of(page: Page) -> int:
    """Quarter turns clockwise that bring most of a page's characters upright."""
    steps = Counter(
        round(math.atan2(char["matrix"][1], char["matrix"][0]) / (math.pi / 2)) % 4
        for char in page.chars[:_LOOKS]
    )
    return max(steps, key=steps.__getitem__, default=0)


def _chars_of(page: Page) -> list[Char]:
    """The upright characters that are displayed. Fake bold is undone line by line: dedupe_chars takes far longer."""
    left, top, right, bottom = page.cropbox
    return [
        (char["text"], char["x0"], char["top"], char["x1"], char["bottom"])
        for char in page.chars
        if char["upright"]
        and abs(char["matrix"][1]) <= _SLANT * abs(char["matrix"][0])
        and char["x1"] > left
        and char["x0"] < right
        and char["bottom"] > top
        and char["top"] < bottom
    ]


def _tables_of(page: Page, chars: list[Char]) -> Iterator[Table]:
    upright = page.vertical_edges
    if not upright:
        return
    settings: dict[str, Any] = {
        "edge_min_length": 1,
        # A table that goes on over a page end often has no border there.
        "explicit_horizontal_lines": [
            min(edge["top"] for edge in upright),
            max(edge["bottom"] for edge in upright),
        ],
    }
    for found in page.find_tables(settings):
        yield _table(page, found.cells, chars)


def _table(page: Page, cells: list[T_bbox], chars: list[Char]) -> Table:
    xs = sorted({x for left, _, right, _ in cells for x in (left, right)})
    ys = sorted({y for _, top, _, bottom in cells for y in (top, bottom)})
    areas = _areas(page.page_number, cells, xs, ys)
    for row, side, y in ((areas[0], "open_top", ys[0]), (areas[-1], "open_bottom", ys[-1])):
        for area in row:
            setattr(area, side, not _is_drawn(page, area, y))
    return filled(areas, chars, xs, ys, Marks(notes=around(page.cropbox)))


def _areas(page: int, cells: list[T_bbox], xs: list[float], ys: list[float]) -> list[list[Area]]:
    """Each cell at every place it covers; a place that no cell covers is an area without borders."""
    column = {x: number for number, x in enumerate(xs)}
    row = {y: number for number, y in enumerate(ys)}
    areas = [
        [
            Area((left, top, right, bottom), r, r, c, c, whole=False, page=page)
            for c, (left, right) in enumerate(pairwise(xs))
        ]
        for r, (top, bottom) in enumerate(pairwise(ys))
    ]
    for box in cells:
        left, top, right, bottom = column[box[0]], row[box[1]], column[box[2]] - 1, row[box[3]] - 1
        area = Area(box, top, bottom, left, right, whole=True, page=page)
        for r in range(top, bottom + 1):
            areas[r][left : right + 1] = [area] * (right + 1 - left)
    return areas


def _is_drawn(page: Page, area: Area, y: float) -> bool:
    left, _, right, _ = area.box
    middle = (left + right) / 2
    return any(
        abs(edge["top"] - y) <= _BORDER and edge["x0"] <= middle <= edge["x1"]
        for edge in page.horizontal_edges
    )
