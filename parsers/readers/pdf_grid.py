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
from parsers.readers.pdf_marks import FIGURE, place_marks
from parsers.readers.pdf_rules import Sets
from parsers.readers.pdf_text import RAISED, breaks_numbers, inked_lines, joined_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Piece
    from parsers.readers.pdf_marks import Marks
    from parsers.readers.pdf_rules import Ruling

MAX_BOXES = 60_000  # elementary boxes of one table
_SNAP = 3.0  # points: lines nearer than this are one
_SNAP_SHARE = 0.4  # of a character's height, where that is less
_DRAWN = 0.5  # share of an elementary box's side that must be drawn to be a border
_BLEED = 2.0  # points between an open end of a table and text that still belongs to it
_HAIR = 0.01
_QUOTES = frozenset("“”‘’")
_SPILL = 0.2  # share of a character's width beyond its cell before it counts as spilled
_HEAD = 0.3  # of a digit's box, from above: a border below it cuts the digit
_FOOT = 0.25  # of a digit's box, from below
_NEAR = 0.2  # of a digit's height: a smaller gap between digits is inside a number
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
    _place_chars(areas, chars, xs, ys)
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
    left_edge, right_edge, top_edge, bottom_edge = xs[0], xs[-1], ys[0], ys[-1]
    before: tuple[Char, Area | None] | None = None
    for char in chars:
        x, y = (char[1] + char[3]) / 2, (char[2] + char[4]) / 2
        if not left_edge <= x < right_edge:
            before = _apart(before, char, None)
            continue
        if not top_edge <= y < bottom_edge:
            if char[4] < top_edge - _BLEED or char[2] > bottom_edge + _BLEED:
                continue
            y = _inside(y, char[2], char[4], ys)
            if not top_edge <= y < bottom_edge:
                continue
        area = areas[bisect_right(ys, y) - 1][bisect_right(xs, x) - 1]
        if not _reaches(area, char, ys):
            _spoil_edge(area, char)
            continue
        area.chars.append(char)
        if char[0] not in BLANKS and _crosses(area, char):
            _spoil(area, _touched(areas, char, x, y, xs, ys), of_figure=not _is_of_words(char[0]))
        before = _apart(before, char, area)


def _apart(
    before: tuple[Char, Area | None] | None, char: Char, area: Area | None
) -> tuple[Char, Area | None] | None:
    """Spoil the areas between which a border falls inside one number; None stands for outside the table."""
    if not char[0].isdigit():
        return None
    if before and before[1] is not area and _is_next(before[0], char):
        for one in (before[1], area):
            if one is not None:
                one.spilled = True
    return char, area


def _crosses(area: Area, char: Char) -> bool:
    """Whether a character may reach over its cell's edge."""
    _, left, top, right, bottom = char
    margin, height = _SPILL * (right - left), bottom - top
    box = area.box
    return (
        left + margin < box[0]
        or right - margin >= box[2]
        or top + _HEAD * height < box[1]
        or bottom - _FOOT * height >= box[3]
        or not area.whole
    )


def _touched(
    areas: list[list[Area]], char: Char, x: float, y: float, xs: Sequence[float], ys: Sequence[float]
) -> Iterator[Area | None]:
    """The areas a character reaches into; over the table's open top or bottom it reaches into none."""
    _, left, top, right, bottom = char
    margin, height = _SPILL * (right - left), bottom - top
    yield _area_at(areas, left + margin, y, xs, ys)
    yield _area_at(areas, right - margin, y, xs, ys)
    for edge in (top + _HEAD * height, bottom - _FOOT * height):
        if ys[0] <= edge < ys[-1]:
            yield _area_at(areas, x, edge, xs, ys)


def _is_next(before: Char, char: Char) -> bool:
    """Whether a digit stands so near behind another that they are one number."""
    height = char[4] - char[2]
    same_line = abs(before[2] + before[4] - char[2] - char[4]) < height
    return same_line and abs(char[1] - before[3]) < _NEAR * height


def _inside(y: float, top: float, bottom: float, ys: Sequence[float]) -> float:
    """The height at which a character stands; one on the table's very edge stands just inside."""
    if y >= ys[-1] and top <= ys[-1] + _BLEED:
        return ys[-1] - _HAIR
    return ys[0] + _HAIR if y < ys[0] and bottom >= ys[0] - _BLEED else y


def _reaches(area: Area, char: Char, ys: Sequence[float]) -> bool:
    """Whether a character is inside the table, or bleeds over an edge where the area is open (a page end)."""
    y = (char[2] + char[4]) / 2
    return (area.open_top or y >= ys[0]) and (area.open_bottom or y < ys[-1])


def _spoil_edge(area: Area, char: Char) -> None:
    """A digit outside the table that reaches over its edge may belong to the cell there."""
    _, _, top, _, bottom = char
    height = bottom - top
    if char[0].isdigit() and top + _HEAD * height < area.box[3] and bottom - _FOOT * height > area.box[1]:
        area.spilled = True


def _spoil(area: Area, touched: Iterable[Area | None], *, of_figure: bool) -> None:
    """What reaches over a cell's edge: as part of a figure it makes its neighbour's digits doubtful, else a blank."""
    for neighbour in touched:
        if neighbour is not area:
            area.spilled = True
            if neighbour is not None:
                neighbour.inked = True
                neighbour.spilled |= of_figure


def _is_of_words(letter: str) -> bool:
    """Whether a character is none that a figure's cell may hold: Chinese, or a quotation mark."""
    return "\u4e00" <= letter <= "\u9fff" or letter in _QUOTES


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
