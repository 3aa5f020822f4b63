"""What stands on a table besides its characters: ink, notes, hidden digits, and lines drawn through digits.

A blank cell must be known to hold no ink, and a figure must be known to be whole and valid: what is drawn over
digits, through them or beside them makes them doubtful.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from parsers.readers.pdf_chars import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Piece
    from parsers.readers.pdf_grid import Area

FIGURE = 20  # characters of a cell that may be a figure
_SPECK = 2.0  # points: smaller ink inside a cell is no character
_STROKE = 3.0  # points: a shorter line inside a cell is no character
_GROUND = 4.0  # times a cell's size: a larger picture is the ground of a table, or lies on it like a seal
_SHADE = 0.6  # of a cell's size: a smaller box painted in an empty cell may show something
_HEAD, _FOOT = 0.25, 0.27  # of a digit's box: a line between them strikes it out, one below underlines it
_EDGE = 0.5  # points within which a line is a cell's own border
_THROUGH = 0.3  # of a digit's width that a line crosses
_SLANT = 0.3  # of a digit's height: a leaning line nearer to its centre crosses it


@dataclass(frozen=True, slots=True)
class Marks:
    """What is on a page besides characters and a table's own lines, in upright points.

    `lines` are all level lines, those of tables too, sorted; `loose` lines belong to no table; `slants` lean.
    `unseen` are digits that are hidden or may be; `notes` are annotations, which cover what they please.
    """

    ink: Sequence[Box] = ()
    pictures: Sequence[Box] = ()
    fills: Sequence[Box] = ()
    notes: Sequence[Box] = ()
    unseen: Sequence[Box] = ()
    lines: Sequence[Piece] = ()
    loose: Sequence[Box] = ()
    slants: Sequence[Box] = ()


def place_marks(marks: Marks, areas: list[list[Area]], xs: Sequence[float], ys: Sequence[float]) -> None:
    """Tell each area what is drawn in it: `inked` where a blank is not known, `own_ink` where digits are doubtful."""
    for boxes, judge in (
        ((*marks.ink, *marks.pictures, *marks.loose), _ink),
        (marks.pictures, _picture),
        (marks.fills, _fill),
        (marks.notes, _note),
        (marks.unseen, _unseen),
        (marks.loose, _loose),
        (marks.slants, _slant),
    ):
        for box in boxes:
            for area in _under(box, areas, xs, ys):
                judge(area, box)
    _strike(marks.lines, {id(area): area for row in areas for area in row}.values())


def _under(box: Box, areas: list[list[Area]], xs: Sequence[float], ys: Sequence[float]) -> Iterator[Area]:
    """The areas that share a point with a box, whose corners may come in any order; each once a column."""
    left, right = sorted((box[0], box[2]))
    top, bottom = sorted((box[1], box[3]))
    if right < xs[0] or left > xs[-1] or bottom < ys[0] or top > ys[-1]:
        return
    columns = range(max(0, bisect_right(xs, left) - 1), min(len(xs) - 1, bisect_right(xs, right)))
    for row in range(max(0, bisect_right(ys, top) - 1), min(len(ys) - 1, bisect_right(ys, bottom))):
        for column in columns:
            yield areas[row][column]


def _ink(area: Area, box: Box) -> None:
    area.inked = True
    area.own_ink |= _is_within(box, area.box)


def _is_within(ink: Box, cell: Box) -> bool:
    """Whether ink as large as a character lies wholly inside a cell: it is no border, and no shade of one."""
    inside = ink[0] > cell[0] and ink[1] > cell[1] and ink[2] < cell[2] and ink[3] < cell[3]
    return inside and ink[2] - ink[0] > _SPECK and ink[3] - ink[1] > _SPECK


def _shared(box: Box, other: Box) -> tuple[float, float]:
    """How wide and how high the part is that two boxes share; negative where they are apart."""
    return min(box[2], other[2]) - max(box[0], other[0]), min(box[3], other[3]) - max(box[1], other[1])


def _size(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _picture(area: Area, box: Box) -> None:
    """A picture not much larger than a cell may show a digit of it."""
    area.own_ink |= min(_shared(box, area.box)) > _SPECK and _size(box) <= _GROUND * _size(area.box)


def _fill(area: Area, box: Box) -> None:
    """A box painted inside a cell without text may hold a pattern, or show something by its shape."""
    if not area.chars and _is_within(box, area.box) and _size(box) < _SHADE * _size(area.box):
        area.inked = True


def _note(area: Area, box: Box) -> None:
    if min(_shared(box, area.box)) > _SPECK:
        area.inked = area.own_ink = True


def _unseen(area: Area, box: Box) -> None:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if area.box[0] <= x <= area.box[2] and area.box[1] <= y <= area.box[3]:
        area.inked = area.own_ink = True


def _loose(area: Area, line: Box) -> None:
    """A line inside a cell that does not underline its text may be a sign: a minus, a one, a stroke through it."""
    left, top, right, bottom = line
    cell = area.box
    inside = left > cell[0] and top > cell[1] and right < cell[2] and bottom < cell[3]
    if inside and max(right - left, bottom - top) > _STROKE and not _underlines(line, area.chars):
        area.own_ink = True


def _underlines(line: Box, chars: Iterable[Char]) -> bool:
    feet = [
        char[4] - _FOOT * (char[4] - char[2])
        for char in chars
        if char[0] not in BLANKS and char[1] < line[2] and char[3] > line[0]
    ]
    return bool(feet) and line[1] >= max(feet)


def _slant(area: Area, line: Box) -> None:
    """A leaning line through a digit."""
    if len(area.chars) <= FIGURE and any(char[0].isdigit() and _is_hit(char, line) for char in area.chars):
        area.own_ink = True


def _is_hit(char: Char, line: Box) -> bool:
    """Whether a line from (x, y) to (u, v) passes near the centre of a character."""
    x, y, u, v = line
    left, right = (char[1] + char[3]) / 2, (char[2] + char[4]) / 2
    length = math.hypot(u - x, v - y) or 1.0
    along = max(0.0, min(1.0, ((left - x) * (u - x) + (right - y) * (v - y)) / length**2))
    away = math.hypot(x + along * (u - x) - left, y + along * (v - y) - right)
    return away < _SLANT * (char[4] - char[2])


def _strike(lines: Sequence[Piece], areas: Iterable[Area]) -> None:
    """Mark the areas whose digits a level line crosses in their middle."""
    places = [line[0] for line in lines]
    for area in areas:
        inside = bisect_right(places, area.box[1] + _EDGE) < bisect_left(places, area.box[3] - _EDGE)
        if (
            inside
            and len(area.chars) <= FIGURE
            and any(char[0].isdigit() and _is_struck(char, lines, places) for char in area.chars)
        ):
            area.inked = area.own_ink = True


def _is_struck(char: Char, lines: Sequence[Piece], places: Sequence[float]) -> bool:
    _, left, top, right, bottom = char
    height = bottom - top
    first = bisect_left(places, top + _HEAD * height)
    last = bisect_right(places, bottom - _FOOT * height)
    least = _THROUGH * (right - left)
    return any(min(right, end) - max(left, begin) >= least for _, begin, end in lines[first:last])


def around(box: Box) -> list[Box]:
    """All that lies outside the part of a page that is displayed: whatever reaches there is not seen whole."""
    left, top, right, bottom = box
    far = 1_000_000.0
    return [
        (-far, -far, left, far),
        (right, -far, far, far),
        (-far, -far, far, top),
        (-far, bottom, far, far),
    ]


def sorted_lines(lines: Iterable[Piece]) -> list[Piece]:
    """Lines by their place, as Marks wants them."""
    return sorted(lines, key=itemgetter(0))
