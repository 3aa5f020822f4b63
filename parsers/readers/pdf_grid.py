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
from parsers.readers.pdf_chars import UNKNOWN
from parsers.readers.pdf_marks import FIGURE, place_marks
from parsers.readers.pdf_placing import place_chars
from parsers.readers.pdf_rules import Sets
from parsers.readers.pdf_text import RAISED, breaks_numbers, inked_lines, joined_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Piece
    from parsers.readers.pdf_marks import Marks
    from parsers.readers.pdf_rules import Ruling

MAX_BOXES = 60_000  # elementary boxes of one table
_SNAP = 3.0  # points: lines nearer than this are one
_SNAP_SHARE = 0.4  # of a character's height, where that is less
_DRAWN = 0.5  # share of an elementary box's side that must be drawn to be a border
_PADDING = 11.0  # points: left and right padding of a cell together, Word's own; at most this is believed


@dataclass(eq=False, slots=True)
class Area:
    """One cell while its page is read. `top`..`bottom` and `left`..`right` are its rows and columns, inclusive.

    `whole` says that it is a rectangle whose borders are drawn (but for the table's open top or bottom, which
    `open_top` and `open_bottom` tell). `shown` is its box on the page, where `box` is that of a table brought upright.
    """

    box: Box
    top: int
    bottom: int
    left: int
    right: int
    whole: bool
    page: int
    chars: list[Char] = field(default_factory=list)
    lines: list[list[Char]] = field(default_factory=list)
    inked: bool = False
    own_ink: bool = False
    spilled: bool = False
    open_top: bool = False
    open_bottom: bool = False
    text: str = ""
    shown: Box | None = None
    padding: Padding | None = None

    @property
    def width(self) -> float:
        """Points between its left and right border."""
        return self.box[2] - self.box[0]


class Padding:
    """The room that a table's cells leave beside their text, left and right together, in points; known when asked.

    No line can be wider than its cell's usable width: the widest line of all shows how much that is. A table that
    sets numbers one below the other where there was room beside them does so on purpose: no number of it is known
    to go on in the next line, which NEVER says.
    """

    NEVER = -1_000_000.0

    def __init__(self, areas: Sequence[Area]) -> None:
        self._areas = areas
        self._known: float | None = None

    def __call__(self) -> float:
        """At most _PADDING."""
        if self._known is None:
            cells = [(area.width, area.lines) for area in self._areas if not area.spilled]
            rooms = (width - (line[-1][3] - line[0][1]) for width, lines in cells for line in lines)
            known = min([_PADDING, *(room for room in rooms if room >= 0)])
            stacked = any(breaks_numbers(lines, width, known) for width, lines in cells)
            self._known = self.NEVER if stacked else known
        return self._known


@dataclass(slots=True)
class Table:
    """One table on one page, in displayed (upright) points: rows of areas, merged ones at each place.

    `chars` are those of the whole page. `shown` is its box on the page, where it does not stand upright there.
    """

    page: int
    xs: list[float]
    ys: list[float]
    rows: list[list[Area]]
    chars: Sequence[Char]
    shown: Box | None = None

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


def table_of(ruling: Ruling, chars: Sequence[Char], marks: Marks, page: int, usual: float) -> Table | None:
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
    return filled(areas, chars, xs, ys, marks)


def filled(
    areas: list[list[Area]],
    chars: Sequence[Char],
    xs: list[float],
    ys: list[float],
    marks: Marks | None = None,
) -> Table:
    """The table of these areas with its text; rows in which nothing begins are left out."""
    place_chars(areas, chars, xs, ys)
    if marks is not None:
        place_marks(marks, areas, xs, ys)
    different = list({id(area): area for row in areas for area in row}.values())
    padding = Padding(different)
    for area in different:
        area.lines = inked_lines(area.chars)
    for area in different:
        _finish(area, padding)
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
        top, left = divmod(group[0], columns)
        bottom, right = top, left
        for member in group[1:]:
            row, column = divmod(member, columns)
            top, bottom = min(top, row), max(bottom, row)
            left, right = min(left, column), max(right, column)
        box = (self.xs[left], self.ys[top], self.xs[right + 1], self.ys[bottom + 1])
        whole = len(group) == (bottom - top + 1) * (right - left + 1)
        area = Area(box, top, bottom, left, right, whole, page)
        area.open_top = top == 0 and not all(self.level[0][left : right + 1])
        area.open_bottom = bottom == len(self.ys) - 2 and not all(self.level[-1][left : right + 1])
        return area


def _finish(area: Area, padding: Padding) -> None:
    """The area's text. Digits that ran over a border cannot be told from their neighbour's: U+FFFD says so."""
    area.padding = padding
    if not area.chars:
        return
    area.text = joined_lines(area.lines, area.width, padding)
    if not (area.spilled or area.own_ink) or not any(char[0].isdigit() for char in area.chars):
        return
    if area.spilled:
        area.text += UNKNOWN
    if area.own_ink and len(area.text) <= FIGURE:
        area.text += (
            RAISED  # a picture or an outline beside digits may be a digit, a line may strike them out
        )
