"""From ruling lines and characters to the cells of one table on one page.

The lines cut the table's box into elementary boxes; boxes with no line between them are one cell. So merged
cells need no rule of their own, whatever their shape, and a missing line is seen instead of guessed.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.model import Unreadable
from parsers.readers.pdf_chars import BLANKS, UNKNOWN
from parsers.readers.pdf_rules import Sets
from parsers.readers.pdf_text import RAISED, cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Piece
    from parsers.readers.pdf_rules import Ruling

MAX_BOXES = 60_000  # elementary boxes of one table
_SNAP = 3.0  # points: lines nearer than this are one
_SNAP_SHARE = 0.4  # of a character's height, where that is less
_DRAWN = 0.5  # share of an elementary box's side that must be drawn to be a border
_BLEED = 2.0  # points between an open end of a table and text that still belongs to it
_SPECK = 2.0  # points: smaller ink inside a cell is no character
_HAIR = 0.01
_FIGURE = 20  # characters of a cell that may be a figure
_SPILL = 0.2  # share of a character's width beyond its cell before it counts as spilled


@dataclass(eq=False, slots=True)
class Area:
    """One cell while its page is read. `top`..`bottom` and `left`..`right` are its rows and columns, inclusive.

    `whole` says that it is a rectangle whose borders are drawn (but for the table's open top or bottom, which
    `open_top` and `open_bottom` tell).
    """

    box: Box
    top: int
    bottom: int
    left: int
    right: int
    whole: bool
    page: int
    chars: list[Char] = field(default_factory=list)
    inked: bool = False
    own_ink: bool = False
    spilled: bool = False
    open_top: bool = False
    open_bottom: bool = False
    text: str = ""

    @property
    def width(self) -> float:
        """Points between its left and right border."""
        return self.box[2] - self.box[0]


@dataclass(slots=True)
class Table:
    """One table on one page, in displayed (upright) points: rows of areas, merged ones at each place.

    `chars` are those of the whole page.
    """

    page: int
    xs: list[float]
    ys: list[float]
    rows: list[list[Area]]
    chars: Sequence[Char]

    @property
    def box(self) -> Box:
        """Its outer edges."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    @property
    def open_top(self) -> bool:
        """Whether some of its upper edge is not drawn."""
        return any(area.open_top for area in self.rows[0])

    @property
    def open_bottom(self) -> bool:
        """Whether some of its lower edge is not drawn."""
        return any(area.open_bottom for area in self.rows[-1])


def table_of(
    ruling: Ruling, chars: Sequence[Char], ink: Iterable[Box], page: int, usual: float
) -> Table | None:
    """The table that these lines rule, with the page's characters in its cells; None where they rule none."""
    snap = min(_SNAP, _SNAP_SHARE * usual)
    xs = _places(ruling.upright, ruling.level, snap)
    ys = _places(ruling.level, ruling.upright, snap)
    if len(xs) < 2 or len(ys) < 2:  # noqa: PLR2004  two lines make one box
        return None
    if len(xs) * len(ys) > MAX_BOXES:
        raise Unreadable(
            "too_large", f"A table on page {page} of the PDF has too many cells to be a report's."
        )
    areas = _Mesh(ruling, xs, ys).areas(page)
    _place_ink(areas, ink, xs, ys)
    return filled(areas, chars, xs, ys)


def filled(areas: list[list[Area]], chars: Sequence[Char], xs: list[float], ys: list[float]) -> Table:
    """The table of these areas with its text; rows in which nothing begins are left out."""
    _place_chars(areas, chars, xs, ys)
    for area in {id(area): area for row in areas for area in row}.values():
        _finish(area)
    rows = [row for before, row in pairwise([None, *areas]) if row is not None and row != before]
    return Table(areas[0][0].page, xs, ys, rows, chars)


def _places(lines: Sequence[Piece], crossing: Sequence[Piece], snap: float) -> list[float]:
    """Where the lines lie, near ones as one; also where the crossing lines end, if beyond the outermost."""
    ends = [end for _, begin, finish in crossing for end in (begin, finish)]
    values = sorted([line[0] for line in lines] + ([min(ends), max(ends)] if ends else []))
    clusters: list[list[float]] = []
    for value in values:
        if clusters and value - clusters[-1][-1] <= snap and value - clusters[-1][0] <= 2 * snap:
            clusters[-1].append(value)
        else:
            clusters.append([value])
    return [sum(cluster) / len(cluster) for cluster in clusters]


def _nearest(places: Sequence[float], value: float) -> int:
    at = bisect_right(places, value)
    if at == 0:
        return 0
    if at == len(places) or value - places[at - 1] <= places[at] - value:
        return at - 1
    return at


def _drawn(lines: Sequence[Piece], places: Sequence[float], crossing: Sequence[float]) -> list[list[bool]]:
    """For each place and each step between the crossing places, whether a line is drawn there."""
    covered = [[0.0] * (len(crossing) - 1) for _ in places]
    for place, begin, end in lines:
        row = covered[_nearest(places, place)]
        for step in range(max(0, bisect_right(crossing, begin) - 1), len(row)):
            low, high = crossing[step], crossing[step + 1]
            if low >= end:
                break
            row[step] += max(0.0, min(end, high) - max(begin, low))
    lengths = [high - low for low, high in pairwise(crossing)]
    return [[share >= _DRAWN * length for share, length in zip(row, lengths, strict=True)] for row in covered]


class _Mesh:
    """The elementary boxes of a table and the lines between them."""

    def __init__(self, ruling: Ruling, xs: list[float], ys: list[float]) -> None:
        self.xs, self.ys = xs, ys
        self.level = _drawn(ruling.level, ys, xs)
        self.upright = _drawn(ruling.upright, xs, ys)

    def areas(self, page: int) -> list[list[Area]]:
        """For each row and column of elementary boxes, the area it belongs to."""
        columns, rows = len(self.xs) - 1, len(self.ys) - 1
        sets = self._joined(columns, rows)
        found: dict[int, Area] = {}
        for group in sets.groups():
            area = self._area(group, columns, page)
            found.update(dict.fromkeys(group, area))
        return [[found[row * columns + column] for column in range(columns)] for row in range(rows)]

    def _joined(self, columns: int, rows: int) -> Sets:
        sets = Sets(columns * rows)
        for row in range(rows):
            for column in range(columns):
                here = row * columns + column
                if column + 1 < columns and not self.upright[column + 1][row]:
                    sets.join(here, here + 1)
                if row + 1 < rows and not self.level[row + 1][column]:
                    sets.join(here, here + columns)
        return sets

    def _area(self, group: list[int], columns: int, page: int) -> Area:
        places = [divmod(member, columns) for member in group]
        top, bottom = min(row for row, _ in places), max(row for row, _ in places)
        left, right = min(column for _, column in places), max(column for _, column in places)
        box = (self.xs[left], self.ys[top], self.xs[right + 1], self.ys[bottom + 1])
        whole = len(group) == (bottom - top + 1) * (right - left + 1)
        area = Area(box, top, bottom, left, right, whole, page)
        area.open_top = top == 0 and not all(self.level[0][left : right + 1])
        area.open_bottom = bottom == len(self.ys) - 2 and not all(self.level[-1][left : right + 1])
        return area


def _area_at(
    areas: list[list[Area]], x: float, y: float, xs: Sequence[float], ys: Sequence[float]
) -> Area | None:
    column, row = bisect_right(xs, x) - 1, bisect_right(ys, y) - 1
    if 0 <= column < len(xs) - 1 and 0 <= row < len(ys) - 1:
        return areas[row][column]
    return None


def _place_chars(
    areas: list[list[Area]], chars: Iterable[Char], xs: Sequence[float], ys: Sequence[float]
) -> None:
    """Each character into the area its centre is in; one that crosses a border spoils both sides of it."""
    for char in chars:
        letter, left, top, right, bottom = char
        y = _inside((top + bottom) / 2, top, bottom, ys)
        area = _area_at(areas, (left + right) / 2, y, xs, ys)
        if area is None or not _reaches(area, char, ys):
            continue
        area.chars.append(char)
        if letter not in BLANKS:
            margin = _SPILL * (right - left)
            _spoil(area, [_area_at(areas, x, y, xs, ys) for x in (left + margin, right - margin)])


def _inside(y: float, top: float, bottom: float, ys: Sequence[float]) -> float:
    """The height at which a character stands; one on the table's very edge stands just inside."""
    if y >= ys[-1] and top <= ys[-1] + _BLEED:
        return ys[-1] - _HAIR
    return ys[0] + _HAIR if y < ys[0] and bottom >= ys[0] - _BLEED else y


def _reaches(area: Area, char: Char, ys: Sequence[float]) -> bool:
    """Whether a character is inside the table, or bleeds over an edge where the area is open (a page end)."""
    y = (char[2] + char[4]) / 2
    return (area.open_top or y >= ys[0]) and (area.open_bottom or y < ys[-1])


def _spoil(area: Area, touched: Iterable[Area | None]) -> None:
    for neighbour in touched:
        if neighbour is not area:
            area.spilled = True
            if neighbour is not None:
                neighbour.spilled = True


def _place_ink(areas: list[list[Area]], ink: Iterable[Box], xs: Sequence[float], ys: Sequence[float]) -> None:
    """Mark the areas under ink that is no character: a blank cell must be known to hold none."""
    for left, top, right, bottom in ink:
        if right < xs[0] or left > xs[-1] or bottom < ys[0] or top > ys[-1]:
            continue
        columns = range(max(0, bisect_right(xs, left) - 1), min(len(xs) - 1, bisect_right(xs, right)))
        for row in range(max(0, bisect_right(ys, top) - 1), min(len(ys) - 1, bisect_right(ys, bottom))):
            for column in columns:
                area = areas[row][column]
                area.inked = True
                area.own_ink |= _is_within((left, top, right, bottom), area.box)


def _is_within(ink: Box, cell: Box) -> bool:
    """Whether ink as large as a character lies wholly inside a cell: it is no border, and no shade of one."""
    inside = ink[0] > cell[0] and ink[1] > cell[1] and ink[2] < cell[2] and ink[3] < cell[3]
    return inside and ink[2] - ink[0] > _SPECK and ink[3] - ink[1] > _SPECK


def _finish(area: Area) -> None:
    """The area's text. Digits that ran over a border cannot be told from their neighbour's: U+FFFD says so."""
    area.text = cell_text(area.chars, area.width) if area.chars else ""
    if area.spilled and any(char[0].isdigit() for char in area.chars):
        area.text += UNKNOWN
    if area.own_ink and any(char[0].isdigit() for char in area.chars) and len(area.text) <= _FIGURE:
        area.text += RAISED  # a picture or an outline beside digits may be a digit
