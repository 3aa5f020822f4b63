"""A page's text in the order a person reads it: tables as blocks, other lines from top to bottom.

A PDF's content may be in any order: page numbers come first, a heading before the title above it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from parsers.readers import pdf_calls as calls
from parsers.readers.pdf_form import has_form_words
from parsers.readers.pdf_view import view_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_view import View

_PAGE_NUMBER = re.compile(
    r"[-—–－]\s*\d{1,4}\s*[-—–－]|第\s*\d{1,4}\s*页(?:[,，/\s]*共\s*\d{1,4}\s*页)?|(\d{1,4})"
)
_PIECE = re.compile(r"[^\r\n]+")
_DIGITS_AT_END = re.compile(r"\d[\d.,，．]*$")
_DIGITS_AT_START = re.compile(r"[,.，．]?\d")
_NEXT_LINE = (0.6, 2.2)  # of a character's height: from one line of a cell to the next
_MARGIN = 0.12  # share of the page's height at its head and foot where page numbers stand
_HAIR = 1.0  # points
_SLANT = 0.1  # radians off a quarter turn: a watermark
_LONG = 6  # characters of a line whose direction can be told
_SAME_ROW = 0.5  # of a line's height


@dataclass(slots=True)
class _Line:
    text: str
    box: Box
    first: Box
    last: Box

    @property
    def middle(self) -> float:
        return (self.box[1] + self.box[3]) / 2


def page_text(page: OpenPage, string: str, tables: Sequence[Box], *, sideways: bool) -> str:
    """The page's text, one printed line a line, without page numbers and slanting watermarks.

    `tables` are the boxes of its tables as displayed: their lines stay together, in content order.
    """
    view = view_of(page.page)
    lines = list(_lines(page, string, view))
    if sideways or _run_down_the_page(lines):
        return "\n".join(line.text for line in lines)
    outside = [line for line in lines if _table_at(line, tables) is None]
    blocks = [
        _block([line for line in lines if _table_at(line, tables) == number], box)
        for number, box in enumerate(tables)
    ]
    rows = sorted([*_rows(outside), *(block for block in blocks if block.text)], key=attrgetter("middle"))
    return "\n".join(line.text for line in _without_page_numbers(rows, page.number, view))


def _run_down_the_page(lines: Sequence[_Line]) -> bool:
    """Whether most lines are higher than wide: sideways or vertical text, whose content order is the best known."""
    long = [line.box for line in lines if len(line.text) >= _LONG]
    return sum(1 for box in long if box[3] - box[1] > box[2] - box[0]) > len(long) / 2


def _block(lines: Sequence[_Line], box: Box) -> _Line:
    """A table as one line of many lines, in the place of its top; a number broken inside a cell made whole."""
    text = ""
    for before, line in pairwise([None, *lines]):
        if line is not None:
            text += ("" if before is None or _breaks_a_number(before, line) else "\n") + line.text
    edge = (box[0], box[1], box[2], box[1])
    return _Line(text, edge, edge, edge)


def _breaks_a_number(before: _Line, line: _Line) -> bool:
    """Whether a line goes on with the digits that end the one before: just below them, and no wider."""
    number = _DIGITS_AT_END.search(before.text)
    if number is None or not _DIGITS_AT_START.match(line.text):
        return False
    last, first = before.last, line.first
    height, width = last[3] - last[1], last[2] - last[0]
    below = _NEXT_LINE[0] * height <= first[1] - last[1] <= _NEXT_LINE[1] * height
    begin = last[2] - len(number[0]) * width
    return below and begin - width / 2 <= first[0] and first[2] <= last[2] + width / 2


def _table_at(line: _Line, tables: Sequence[Box]) -> int | None:
    left, _, right, _ = line.box
    x, y = (left + right) / 2, line.middle
    for number, table in enumerate(tables):
        if table[0] <= x <= table[2] and table[1] <= y <= table[3]:
            return number
    return None


def _lines(page: OpenPage, string: str, view: View) -> Iterator[_Line]:
    """Each line of pdfium's text with a box that is measured at its first and its last character.

    Slanting lines are watermarks, unless they hold a table of the form: a page that was laid aslant.
    """
    text, two = calls.address_of(page.text), calls.Floats(8)
    loose, first_box, last_box = calls.loose_box_into, two.addresses[0], two.addresses[4]
    slanting: list[_Line] = []
    for piece in _PIECE.finditer(string):
        raw = piece[0]
        printed = raw.strip()
        if not printed:
            continue
        first = piece.start() + len(raw) - len(raw.lstrip())
        last = first + len(printed) - 1
        loose(text, first, first_box)
        loose(text, last, last_box)
        line = _line(printed, two.read(), view)
        if _reaches_out(line.box, view):
            seen = [at for at in range(first, last + 1) if not _reaches_out(_box(text, view, at, two), view)]
            line.text = "".join(string[at] for at in seen).strip()
        if _is_slanting(text, first):
            slanting.append(line)
        else:
            yield line
    if slanting and has_form_words("".join(line.text for line in slanting)):
        yield from slanting


def _reaches_out(box: Box, view: View) -> bool:
    """Whether a box is not wholly on the page as displayed: nobody sees what is outside."""
    left, top, right, bottom = box
    return left < -_HAIR or top < -_HAIR or right > view.width + _HAIR or bottom > view.height + _HAIR


def _line(text: str, corners: tuple[float, ...], view: View) -> _Line:
    """A line whose first and last characters have these loose boxes: left, top, right, bottom in PDF space, twice."""
    left, top, right, bottom, to_left, to_top, to_right, to_bottom = corners
    first, last = view.show(left, bottom, right, top), view.show(to_left, to_bottom, to_right, to_top)
    low, high = (first, last) if first[0] <= last[0] else (last, first)
    box = (low[0], min(first[1], last[1]), max(high[2], low[2]), max(first[3], last[3]))
    return _Line(text, box, first, last)


def _is_slanting(text: int, index: int) -> bool:
    angle = calls.angle_of(text, index)
    return angle != 0.0 and abs(math.sin(2 * angle)) > math.sin(2 * _SLANT)


def _box(text: int, view: View, index: int, floats: calls.Floats) -> Box:
    calls.loose_box_into(text, index, floats.address)
    left, top, right, bottom = floats.read()[:4]
    return view.show(left, bottom, right, top)


def _rows(lines: Sequence[_Line]) -> list[_Line]:
    """Lines that stand beside each other as one."""
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=attrgetter("middle")):
        if rows and _stands_beside(line, rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [_joined(row) for row in rows]


def _stands_beside(line: _Line, row: Sequence[_Line]) -> bool:
    height = min(line.box[3] - line.box[1], row[0].box[3] - row[0].box[1])
    apart = all(line.box[0] >= other.box[2] or line.box[2] <= other.box[0] for other in row)
    return apart and abs(line.middle - row[0].middle) < _SAME_ROW * height


def _joined(row: list[_Line]) -> _Line:
    row.sort(key=lambda line: line.box[0])
    return _Line(" ".join(line.text for line in row), row[0].box, row[0].first, row[-1].last)


def _without_page_numbers(rows: list[_Line], number: int, view: View) -> list[_Line]:
    return [
        row
        for row in rows
        if not (
            (row is rows[0] and row.middle < _MARGIN * view.height)
            or (row is rows[-1] and row.middle > (1 - _MARGIN) * view.height)
        )
        or not _is_page_number(row.text, number)
    ]


def _is_page_number(text: str, number: int) -> bool:
    match = _PAGE_NUMBER.fullmatch(text)
    return match is not None and (match[1] is None or int(match[1]) == number)
