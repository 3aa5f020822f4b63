"""Tables that go on over a page end (open borders closed, torn rows made whole), and tables as grids."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.model import Cell, Grid, Origin
from parsers.readers.pdf_chars import BLANKS
from parsers.readers.pdf_text import is_full, is_numbered, joined_lines, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_grid import Area, Table

_SAME_PLACE = 4.0  # points two borders of one column may differ between pages


def grid_of(table: Table, shown: Callable[[int, Box], Box] = lambda _page, box: box) -> Grid:
    """The table as the rest of the program knows it; `shown` puts a page's box on the page as displayed."""
    cells = {id(area): _cell(area, shown) for area in table.areas()}
    rows = tuple(tuple(cells[id(area)] for area in row) for row in table.rows)
    return Grid(_origin(table.page, table.box, shown), rows)


def _cell(area: Area, shown: Callable[[int, Box], Box]) -> Cell:
    closed = area.whole and not area.inked and not area.spilled
    return Cell(area.text, _origin(area.page, area.box, shown), closed)


def _origin(page: int, box: Box, shown: Callable[[int, Box], Box]) -> Origin:
    left, top, right, bottom = shown(page, box)
    return Origin("pdf", page=page, box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)))


def goes_on(before: Table, after: Table) -> bool:
    """Whether the last table of a page goes on as the first of the next: as wide, and its outer columns alike."""
    return abs((before.box[2] - before.box[0]) - (after.box[2] - after.box[0])) <= _SAME_PLACE


def join_torn_rows(tables: Sequence[Table]) -> None:
    """Where a page end cut a row in two, put the whole row on the first page and take it from the second."""
    for before, after in pairwise(tables):
        if after.page == before.page + 1 and before.rows and after.rows and goes_on(before, after):
            pairs = _halves(before, after)
            if pairs is not None and _is_torn(pairs, is_open=before.open_bottom and after.open_top):
                for upper, lower in pairs:
                    _join(upper, lower)
                del after.rows[0]


def close_open_ends(tables: Sequence[Table]) -> None:
    """Areas at an open top or bottom have all their borders only if the table goes on over the page end."""
    met = {
        (id(one), id(other))
        for one, other in pairwise(tables)
        if other.page == one.page + 1 and goes_on(one, other)
    }
    begun = {other for _, other in met}
    continued = {one for one, _ in met}
    for table in tables:
        if table.open_top and id(table) not in begun:
            _unclose(table.rows[:1])
        if table.open_bottom and id(table) not in continued:
            _unclose(table.rows[-1:])


def _unclose(rows: Sequence[Sequence[Area]]) -> None:
    for row in rows:
        for area in row:
            area.whole = False


def _halves(before: Table, after: Table) -> list[tuple[Area, Area]] | None:
    """The last row's areas with those of the next page's first row, column by column; None where they differ."""
    shift = after.box[0] - before.box[0]
    upper, lower = _once(before.rows[-1]), _once(after.rows[0])
    if len(upper) != len(lower):
        return None
    pairs = list(zip(upper, lower, strict=True))
    for one, other in pairs:
        if (
            abs(one.box[0] + shift - other.box[0]) > _SAME_PLACE
            or abs(one.box[2] + shift - other.box[2]) > _SAME_PLACE
        ):
            return None
    return pairs


def _once(row: Sequence[Area]) -> list[Area]:
    return [area for before, area in pairwise([None, *row]) if area is not None and area is not before]


def _is_torn(pairs: Sequence[tuple[Area, Area]], *, is_open: bool) -> bool:
    """Whether the two halves can only be one row.

    Where both have text in a column, the upper text must have filled its line and the lower must not begin
    like a row of the form. Closed borders on both sides ask for such a column; open ones only that nothing
    speaks against it.
    """
    own = [
        (upper, lower) for upper, lower in pairs if upper.top == upper.bottom and lower.top == lower.bottom
    ]
    both = [(upper, lower) for upper, lower in own if upper.text and lower.text]
    if any(is_numbered(lower.text) for _, lower in own) or not all(_runs_on(*pair) for pair in both):
        return False
    one_sided = [bool(upper.text) for upper, lower in own if bool(upper.text) != bool(lower.text)]
    if not one_sided:
        return bool(both) and is_open
    return bool(both) or (is_open and len(set(one_sided)) == 1)


def _runs_on(upper: Area, lower: Area) -> bool:
    above, below = _inked_lines(upper), _inked_lines(lower)
    return bool(above and below) and is_full(above[-1], below[0], upper.width)


def _inked_lines(area: Area) -> list[list[Char]]:
    return [line for line in lines_of(area.chars) if any(char[0] not in BLANKS for char in line)]


def _join(upper: Area, lower: Area) -> None:
    """The lower half's text into the upper; where only the lower has text, its place is the origin too."""
    upper.inked |= lower.inked
    if not lower.text or upper.top != upper.bottom:
        return
    if not upper.text:
        upper.text, upper.box, upper.page, upper.chars = lower.text, lower.box, lower.page, lower.chars
        return
    upper.text = joined_lines([*_inked_lines(upper), *_inked_lines(lower)], upper.width)
