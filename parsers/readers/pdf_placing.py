"""Which cell of a table a character stands in, and which cells it spoils where it reaches over a border."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from parsers.readers.pdf_chars import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_grid import Area

_BLEED = 2.0  # points between an open end of a table and text that still belongs to it
_HAIR = 0.01
_SPILL = 0.2  # share of a character's width beyond its cell before it counts as spilled
_QUOTES = frozenset("“”‘’")
_HEAD = 0.3  # of a digit's box, from above: a border below it cuts the digit
_FOOT = 0.25  # of a digit's box, from below
_NEAR = 0.2  # of a digit's height: a smaller gap between digits is inside a number


def _area_at(
    areas: list[list[Area]], x: float, y: float, xs: Sequence[float], ys: Sequence[float]
) -> Area | None:
    column, row = bisect_right(xs, x) - 1, bisect_right(ys, y) - 1
    if 0 <= column < len(xs) - 1 and 0 <= row < len(ys) - 1:
        return areas[row][column]
    return None


def place_chars(
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
