"""Tables that go on over a page end (torn rows made whole, open borders closed), and tables as grids."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.model import Cell, Grid, Origin
from parsers.readers.pdf_chars import UNKNOWN
from parsers.readers.pdf_text import is_full, is_numbered, joined_lines
from parsers.readers.pdf_wrapped import doubt_unproved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_grid import Area, Table

_CHINESE = "\u2e80"  # characters from here on are no digits, dashes or letters
_CHINESE_WORD = re.compile("[\u4e00-\u9fff]")
_PAGE_NUMBER = 8  # Chinese characters that a page number may have
_PADDING = 11.0  # points: left and right padding of a cell together, Word's own
_SAME_PLACE = 4.0  # points two borders of one column may differ between pages


def grids_of(
    tables: Sequence[Table], shown: Callable[[int, Box], Box] = lambda _page, box: box
) -> tuple[Grid, ...]:
    """The tables of all pages, in order, as the rest of the program knows them; `shown` turns a page's box.

    A table that goes on over a page end is one grid.
    """
    wholes: list[list[Table]] = []
    for table in tables:
        if wholes and goes_on(wholes[-1][-1], table):
            _meet(wholes[-1][-1], table, _repeated(wholes[-1][0], table))
            wholes[-1].append(table)
        else:
            wholes.append([table])
    doubt_unproved(tables)
    for pieces in wholes:
        _unclose(pieces[0].rows[:1], "open_top")
        _unclose(pieces[-1].rows[-1:], "open_bottom")
    return tuple(_grid(pieces, shown) for pieces in wholes)


def goes_on(before: Table, after: Table) -> bool:
    """Whether a table goes on as the first of the next page: as wide, and no text of the report between them."""
    if after.page != before.page + 1 or not (before.rows and after.rows):
        return False
    width, next_width = (table.box[2] - table.box[0] for table in (before, after))
    if abs(width - next_width) > _SAME_PLACE:
        return False
    head = _words(char for char in after.chars if char[4] <= after.box[1] + 1)
    foot = _words(char for char in before.chars if char[2] >= before.box[3] - 1)
    head_runs = len(head) <= _PAGE_NUMBER or _words(before.chars).startswith(head)
    return head_runs and (len(foot) <= _PAGE_NUMBER or _words(after.chars).endswith(foot))


def _words(chars: Iterable[Char]) -> str:
    """The Chinese characters from top to bottom: no digits, by which running heads and feet differ."""
    chinese = (char for char in chars if char[0] > _CHINESE)
    return "".join(char[0] for char in sorted(chinese, key=lambda char: (round(char[2] + char[4]), char[1])))


def _repeated(first: Table, after: Table) -> int:
    """How many rows at the top of a page are the table's headings, printed again there."""
    found = 0
    for row, again in zip(first.rows, after.rows[:-1], strict=False):
        printed = [area.text for area in _once(again)]
        if printed != [area.text for area in _once(row)] or not _is_heading(printed):
            break
        found += 1
    return found


def _is_heading(printed: Sequence[str]) -> bool:
    return any(printed) and not any(map(str.isdigit, "".join(printed)))


def _meet(before: Table, after: Table, headings: int) -> None:
    """What the page end did to the rows at it: one row torn in two, or cells that reach over it.

    The page begins with that many rows of repeated headings, which stay.
    """
    torn = _halves(before, after, headings)
    is_open = before.open_bottom and after.open_top and not headings
    if torn is not None and _is_torn(torn, is_open=is_open):
        for upper, lower in torn:
            _join(upper, lower)
        del after.rows[headings]
    elif torn is not None and _may_be_torn(torn):
        for upper, _ in torn:
            upper.spilled, upper.text = True, upper.text + UNKNOWN
    elif before.open_bottom and not all(area.open_bottom for area in before.rows[-1]):
        _reach_over(before, after)


def _reach_over(before: Table, after: Table) -> None:
    """Where only some of the last row's cells lack a lower border, those go on in the cells below them."""
    shift = after.box[0] - before.box[0]
    for upper in _once(before.rows[-1]):
        lower = next((area for area in after.rows[0] if _is_below(upper, area, shift)), None)
        if upper.open_bottom and lower is not None and lower.open_top:
            upper.lines = [*upper.lines, *lower.lines]
            upper.text = joined_lines(upper.lines, upper.width, _padding(upper))
            upper.inked |= lower.inked
            upper.spilled |= lower.spilled
            after.rows[:] = [[upper if area is lower else area for area in row] for row in after.rows]


def _is_below(upper: Area, lower: Area, shift: float) -> bool:
    left, right = upper.box[0] + shift - lower.box[0], upper.box[2] + shift - lower.box[2]
    return abs(left) <= _SAME_PLACE and abs(right) <= _SAME_PLACE


def _unclose(rows: Sequence[Sequence[Area]], side: str) -> None:
    """Areas open at the very top or bottom of a whole table have a border that nobody knows."""
    for row in rows:
        for area in row:
            area.whole = area.whole and not getattr(area, side)


def _grid(pieces: Sequence[Table], shown: Callable[[int, Box], Box]) -> Grid:
    """One grid of a table's pieces, each merged cell repeated in all columns that any piece has."""
    edges = _columns(pieces)
    cells: dict[int, Cell] = {}
    rows = []
    for piece in pieces:
        own = [x - piece.xs[0] for x in piece.xs]
        places = [
            min(max(bisect_right(own, (left + right) / 2), 1), len(own) - 1) - 1
            for left, right in pairwise(edges)
        ]
        for row in piece.rows:
            for area in row:
                if id(area) not in cells:
                    cells[id(area)] = _cell(area, shown)
            rows.append(tuple(cells[id(row[place])] for place in places))
    return Grid(_origin(pieces[0].page, pieces[0].shown or pieces[0].box, shown), tuple(rows))


def _columns(pieces: Sequence[Table]) -> list[float]:
    """The borders of all pieces' columns, from the table's left edge."""
    edges: list[float] = []
    for x in sorted(x - piece.xs[0] for piece in pieces for x in piece.xs):
        if not edges or x - edges[-1] > _SAME_PLACE:
            edges.append(x)
    return edges


def _cell(area: Area, shown: Callable[[int, Box], Box]) -> Cell:
    closed = area.whole and not area.inked and not area.spilled
    inked = area.inked or area.spilled
    return Cell(area.text, _origin(area.page, area.shown or area.box, shown), closed, inked)


def _origin(page: int, box: Box, shown: Callable[[int, Box], Box]) -> Origin:
    left, top, right, bottom = shown(page, box)
    return Origin("pdf", page=page, box=(round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)))


def _halves(before: Table, after: Table, headings: int) -> list[tuple[Area, Area]] | None:
    """The last row's areas with those of the next page's first row, column by column; None where they differ."""
    shift = after.box[0] - before.box[0]
    upper, lower = _once(before.rows[-1]), _once(after.rows[headings])
    if len(upper) != len(lower):
        return None
    pairs = list(zip(upper, lower, strict=True))
    return pairs if all(_is_below(one, other, shift) for one, other in pairs) else None


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


def _may_be_torn(pairs: Sequence[tuple[Area, Area]]) -> bool:
    """Whether digits without a label go on under digits that have one: the lower row can be no row of its own."""
    labelled = any(_CHINESE_WORD.search(upper.text) for upper, _ in pairs)
    unlabelled = not any(_CHINESE_WORD.search(lower.text) for _, lower in pairs)
    goes = any(_is_digits(upper.text) and _is_digits(lower.text) for upper, lower in pairs)
    return labelled and unlabelled and goes


def _is_digits(text: str) -> bool:
    return text.replace("\n", "").isdigit()


def _runs_on(upper: Area, lower: Area) -> bool:
    above, below = upper.lines, lower.lines
    return bool(above and below) and is_full(above[-1], below[0], upper.width, _PADDING)


def _padding(area: Area) -> Callable[[], float]:
    return area.padding or (lambda: _PADDING)


def _join(upper: Area, lower: Area) -> None:
    """The lower half's text into the upper; where only the lower has text, its place is the origin too."""
    upper.inked |= lower.inked
    if not lower.text or upper.top != upper.bottom:
        return
    if not upper.text:
        upper.text, upper.box, upper.page, upper.chars = lower.text, lower.box, lower.page, lower.chars
        upper.shown, upper.lines = lower.shown, lower.lines
        return
    upper.lines = [*upper.lines, *lower.lines]
    upper.text = joined_lines(upper.lines, upper.width, _padding(upper))
