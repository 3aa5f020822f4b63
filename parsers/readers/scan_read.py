"""From the pictures of pages to grids and text: straighten, find the lines that rule tables, read, look again."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS
from parsers.labels import row_labels
from parsers.model import Cell, Grid, Reading
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.pdf_form import has_form_words
from parsers.readers.pdf_grid import table_of
from parsers.readers.pdf_marks import Marks
from parsers.readers.pdf_pages import grids_of
from parsers.readers.pdf_rules import rulings_of
from parsers.readers.pdf_text import is_numbered
from parsers.readers.pdf_words_tables import grids_of as word_grids_of
from parsers.readers.scan_blanks import blanks_of, signs_of
from parsers.readers.scan_cells import area_chars, look
from parsers.readers.scan_ink import Letter
from parsers.readers.scan_lines import lines_of, ruled, straighten
from parsers.readers.scan_ocr import Line, recognise, text_boxes
from parsers.readers.scan_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from parsers.model import Box
    from parsers.readers.pdf_grid import Area, Table
    from parsers.readers.pdf_words_page import PageWords
    from parsers.readers.scan_blanks import Signs
    from parsers.readers.scan_lines import Straight
    from parsers.readers.scan_ocr import Seen
    from parsers.readers.scan_pages import Page
    from parsers.readers.scan_words import Token

READER = "rapidocr"

_LOOK = 110 / 72  # pixels a point where the whole page is searched for text
_USUAL = 9.0  # points: a line's height where the page has none
_CORE = 0.66  # of the height of a line as the detector finds it: the characters' own
_TALL = 1.5  # times as high as wide: a line that runs down the page
_READS = 0.75  # mean score of lines that stand upright
_LONG = 4  # characters of a line that tells whether the page stands upright
_NARROW = 12.0  # points: most cells of a table are wider
_MARGIN = 0.1  # of the page's height, where page numbers stand
_RAISED_POINT = re.compile(r"(?<=^\d)[·•・](?=[\u4e00-\u9fff])")
_PAGE_NUMBER = re.compile(r"[-—–－一\s]*\d{1,4}[-—–－一\s]*|第\s*\d{1,4}\s*页.*")


@dataclass(slots=True)
class _Scan:
    """What was read of the pages so far. `scores` and `weak` are kept by page and box."""

    tables: list[Table] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    scores: dict[tuple[int, Box], float] = field(default_factory=dict)
    weak: set[tuple[int, Box]] = field(default_factory=set)
    pages: dict[int, tuple[Straight, float]] = field(default_factory=dict)
    torn: set[tuple[int, Box]] = field(default_factory=set)
    words: list[PageWords] = field(default_factory=list)
    signs: dict[int, Signs] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)

    def shown(self, page: int, box: Box) -> Box:
        straight, unit = self.pages[page]
        left, top, right, bottom = (round(value * unit, 2) for value in straight.shown(box))
        return left, top, right, bottom


def read_pages(pages: Iterable[Page]) -> tuple[Reading, Reading]:
    """Two readings of the same looks: what two looks of a cell agree on, and only what all three agree on."""
    scan = _Scan()
    for page in pages:
        if page.picture is None:
            scan.texts.append(page.text)
        else:
            _add(scan, page)
    grids = grids_of(scan.tables, scan.shown)
    _doubt_torn_rows(scan)
    worded = [_placed(grid, scan) for grid in word_grids_of(scan.words)]
    ordered = sorted((*grids, *worded), key=_place)
    text = "\n".join(scan.texts)
    first = tuple(_as_image(grid, scan, strict=False) for grid in ordered)
    second = tuple(_as_image(grid, scan, strict=True) for grid in ordered)
    return Reading(READER, first, text), Reading(READER, second, text)


def _place(grid: Grid) -> tuple[int, float]:
    origin = grid.origin
    return origin.page or 0, origin.box[1] if origin.box else 0.0


def _placed(grid: Grid, scan: _Scan) -> Grid:
    """A table without lines on its page as displayed, with the scores of its words."""
    made: dict[Cell, Cell] = {}
    blanks = blanks_of(grid.rows, scan.signs)
    for cell in {cell for row in grid.rows for cell in row}:
        page, box = cell.origin.page or 0, cell.origin.box or (0.0, 0.0, 0.0, 0.0)
        place = page, scan.shown(page, box)
        inside = [one.verdict for one in scan.tokens if one.page == page and _is_in(one.box, box)]
        if inside:
            scan.scores[place] = round(min(one.score for one in inside), 3)
        if not all(one.strong for one in inside):
            scan.weak.add(place)
        closed = cell.closed and (bool(cell.text.strip()) or (page, box) in blanks)
        if closed and not cell.text.strip():
            scan.scores[place] = 1.0
        made[cell] = Cell(cell.text, replace(cell.origin, box=place[1]), closed=closed)
    origin = grid.origin
    shown = scan.shown(origin.page or 0, origin.box) if origin.box else None
    return Grid(replace(origin, box=shown), tuple(tuple(made[cell] for cell in row) for row in grid.rows))


def _as_image(grid: Grid, scan: _Scan, *, strict: bool) -> Grid:
    made: dict[Cell, Cell] = {}
    for cell in {cell for row in grid.rows for cell in row}:
        origin = cell.origin
        place = (origin.page or 0, origin.box or (0, 0, 0, 0))
        image = replace(origin, kind="image", score=scan.scores.get(place))
        weak = strict and place in scan.weak
        text = cell.text + UNKNOWN_GLYPH if place in scan.torn else cell.text
        made[cell] = Cell("" if weak else text, image, closed=cell.closed and not weak)
    rows = tuple(tuple(made[cell] for cell in row) for row in grid.rows)
    return Grid(replace(grid.origin, kind="image"), rows)


def _doubt_torn_rows(scan: _Scan) -> None:
    """Rows at a page's end that were not joined, though the lower one has figures without a label of their own."""
    for before, after in pairwise(scan.tables):
        if after.page != before.page + 1 or not (before.rows and after.rows):
            continue
        upper, lower = before.rows[-1], after.rows[0]
        figures = [area for area in lower if area.text[:1].isdigit() and not is_numbered(area.text)]
        above = [area for area in upper if area.text[:1].isdigit() and not is_numbered(area.text)]
        named = any(_names_a_row(area.text) for area in lower)
        if figures and above and not named:
            scan.torn |= {(area.page, scan.shown(area.page, area.box)) for area in (*figures, *above)}


def _names_a_row(text: str) -> bool:
    books = (row_labels(table) for table in (DISCLOSURE, REQUESTS, DISPUTES))
    return is_numbered(text) or any(book.find(text) for book in books)


def _add(scan: _Scan, page: Page) -> None:
    """Read one page."""
    straight, lines = _upright(page)
    scan.pages[page.number] = _without_pixels(straight), page.unit
    usual = _usual_height(lines)
    drawing, mask = lines_of(straight)
    rulings, loose = rulings_of(drawing)
    letters = [letter for line in lines for letter in _letters(line)]
    chars = [letter.char for letter in letters]
    found = (table_of(ruling, (), Marks(), page.number, usual) for ruling in rulings)
    tables = [table for table in found if table is not None and _is_table(table)]
    areas = list({id(area): area for table in tables for row in table.rows for area in row}.values())
    for area, verdict in zip(
        areas, look(straight, ruled(mask, rulings, straight.scale), areas, letters, usual, loose), strict=True
    ):
        area.text, area.inked = verdict.text, verdict.inked
        area.chars = area_chars(verdict, area.box, usual)
        place = page.number, scan.shown(page.number, area.box)
        scan.scores[place] = round(verdict.score, 3)
        if not verdict.strong:
            scan.weak.add(place)
    for table in tables:
        table.chars = chars
    scan.tables += tables
    scan.texts.append(_text(lines, tables, straight))
    if not tables and has_form_words("".join(line.seen.text for line in lines)):
        lines_of_tables = ruled(mask, rulings, straight.scale)
        words, tokens = words_of(page.number, straight, lines_of_tables, lines, usual)
        scan.words.append(words)
        scan.signs[page.number] = signs_of(straight, lines_of_tables)
        scan.tokens += tokens


def _is_table(table: Table) -> bool:
    """Whether lines rule a table: the strokes of large letters and the frame of a page rule none."""
    areas = {id(area): area.width for row in table.rows for area in row}
    return len(table.xs) > 2 and median(areas.values()) >= _NARROW  # noqa: PLR2004 - two lines are a frame


def _without_pixels(straight: Straight) -> Straight:
    empty = np.zeros((0, 0), np.uint8)
    return replace(straight, grey=empty, dark=empty, ink=empty, red=empty)


def _upright(page: Page) -> tuple[Straight, list[Line]]:
    """The page straight and upright, and its lines of text; other ways up are tried only where it does not read."""
    assert page.picture is not None  # noqa: S101 - asked only for pages with a picture
    straight = straighten(page.picture, page.scale)
    boxes = _boxes(straight)
    turns = 0
    if _runs_down(boxes):
        turns, straight = 1, straighten(page.picture, page.scale, 1)
        boxes = _boxes(straight)
    lines = _lines(straight, boxes)
    if _reads(lines) >= _READS:
        return straight, lines
    other = straighten(page.picture, page.scale, turns + 2)
    over = _lines(other, _boxes(other))
    return (other, over) if _reads(over) > _reads(lines) else (straight, lines)


def _boxes(straight: Straight) -> list[Box]:
    shrink = min(1.0, _LOOK / straight.scale)
    small = cv2.resize(straight.grey, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA).astype(
        np.uint8
    )
    points = straight.scale * shrink
    return [
        (left / points, top / points, right / points, bottom / points)
        for left, top, right, bottom in text_boxes(small)
    ]


def _runs_down(boxes: Sequence[Box]) -> bool:
    level = sum(r - l for l, t, r, b in boxes if r - l > _TALL * (b - t))  # noqa: E741 - left
    down = sum(b - t for l, t, r, b in boxes if b - t > _TALL * (r - l))  # noqa: E741 - left
    return down > level


def _lines(straight: Straight, boxes: Sequence[Box]) -> list[Line]:
    cuts = [_part(straight.grey, box, straight.scale) for box in boxes]
    seen = recognise([cut for cut in cuts if cut.size])
    kept = [box for box, cut in zip(boxes, cuts, strict=True) if cut.size]
    return [Line(box, _numbered(one)) for box, one in zip(kept, seen, strict=True) if one.text.strip()]


def _numbered(seen: Seen) -> Seen:
    """A label's number with its point: the recogniser sees it at half the height of the line."""
    return replace(seen, text=_RAISED_POINT.sub(".", seen.text))


def _part(grey: NDArray[np.uint8], box: Box, scale: float) -> NDArray[np.uint8]:
    left, top, right, bottom = (max(0, round(value * scale)) for value in box)
    return grey[top:bottom, left:right]


def _reads(lines: Sequence[Line]) -> float:
    scores = [float(np.mean(line.seen.scores)) for line in lines if len(line.seen.text) >= _LONG]
    return float(np.mean(scores)) if scores else 1.0


def _usual_height(lines: Sequence[Line]) -> float:
    """A line's height in points: about that of its Chinese characters, without the detector's margin."""
    heights = [line.box[3] - line.box[1] for line in lines if len(line.seen.text) > 1]
    return max(5.0, min(16.0, _CORE * median(heights))) if heights else _USUAL


def _letters(line: Line) -> Iterable[Letter]:
    """The characters of a line at the places where the recogniser saw them."""
    left, top, right, bottom = line.box
    margin = 0.12 * (bottom - top)
    half = (bottom - top) * 0.2
    for letter, score, place in zip(line.seen.text, line.seen.scores, line.seen.places, strict=True):
        x = left + place * (right - left)
        if letter.strip():
            yield Letter((letter, x - half, top + margin, x + half, bottom - margin), score)


def _text(lines: Sequence[Line], tables: Sequence[Table], straight: Straight) -> str:
    """The page's text from top to bottom, tables as blocks of rows, without page numbers."""
    height = straight.grey.shape[0] / straight.scale
    outside = [line for line in lines if not any(_is_in(line.box, table.box) for table in tables)]
    blocks = [
        (row[0].box[1], row[0].box[3], " ".join(one.seen.text for one in row)) for row in _rows(outside)
    ]
    blocks = [block for block in blocks if not _is_page_number(block, height)]
    blocks += [(table.box[1], table.box[1], _table_text(table)) for table in tables]
    return "\n".join(text for _, _, text in sorted(blocks))


def _is_page_number(block: tuple[float, float, str], height: float) -> bool:
    outer = block[1] < _MARGIN * height or block[0] > (1 - _MARGIN) * height
    return outer and _PAGE_NUMBER.fullmatch(block[2].strip()) is not None


def _is_in(box: Box, table: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return table[0] <= x <= table[2] and table[1] <= y <= table[3]


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand beside each other, left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and middle < rows[-1][0].box[3] - 0.25 * (rows[-1][0].box[3] - rows[-1][0].box[1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def _table_text(table: Table) -> str:
    """A table's text, one row a line, each cell once; a blank is a gap like any other."""
    rows = []
    for before, row in pairwise([[], *table.rows]):
        above = {id(area) for area in before}
        own: dict[int, Area] = {id(area): area for area in row if id(area) not in above}
        rows.append(" ".join(area.text.replace("\n", "") for area in own.values() if area.text))
    return "\n".join(rows)
