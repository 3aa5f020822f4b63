"""The cells of a table as they are met, and the grid that a browser lays them out in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.model import Cell, Grid, Origin, Unreadable
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.html_tree import BREAK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

# A report has about 400 cells; a hostile page multiplies spans (65534 x 1000) until memory is gone.
MAX_CELLS = 60_000
MAX_SPAN = 1_000
MAX_FIGURE = 40  # characters
EDGES = " \u00a0\u3000\u200b\ufeff"
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A template that a script would fill: what stands there is not what is shown.
_TEMPLATE = re.compile(r"\{\{|\$\{|<%|\{%|\[\[")


@dataclass(slots=True)
class Td:
    """A cell as met. `begin` and `nested`: where its text and that of the tables in it stand among the page's parts.

    `drawn`: it may show something that is not its text.
    """

    rows: int
    columns: int
    element: _Element
    begin: int
    text: str = ""
    drawn: bool = False
    nested: list[tuple[int, int]] = field(default_factory=list)
    whole: str | None = None

    @property
    def words(self) -> str:
        """All text in it, whether it is shown or not."""
        if self.whole is None:
            self.whole = "".join(self.element.itertext()).strip()
        return self.whole


Table = list[list[Td]]


def lines(parts: Iterable[str]) -> str:
    """The text of some parts, line by line, without empty ones."""
    text = "".join(parts)
    if text.isalnum():
        return text
    if BREAK not in text and "\n" not in text and "  " not in text:
        return text.strip(EDGES + "\t\r\f")
    stripped = (line.strip(EDGES) for line in _SPACE.sub(" ", text).split(BREAK))
    return "\n".join(line for line in stripped if line)


def is_figure(text: str) -> bool:
    """Whether it is short and has a digit."""
    return len(text) <= MAX_FIGURE and any(map(str.isdigit, text))


def expand(tables: Iterable[Table]) -> tuple[Grid, ...]:
    """The grids of a page's tables. Raises Unreadable (too_large)."""
    budget = MAX_CELLS
    grids = []
    for number, table in enumerate(tables, 1):
        grid = _expand(table, number, budget)
        budget -= sum(map(len, grid.rows))
        grids.append(grid)
    return tuple(grids)


def _expand(table: Table, number: int, budget: int) -> Grid:
    """Lay the cells out as a browser does, a merged cell at every place that it covers."""
    hanging: dict[int, tuple[int, Cell]] = {}
    rows = []
    for row_number, tds in enumerate(table, 1):
        if not hanging and all(td.rows == td.columns == 1 for td in tds):
            rows.append(_simple(tds, number, row_number))
        else:
            row = {column: cell for column, (_, cell) in hanging.items()}
            hanging = {column: (left - 1, cell) for column, (left, cell) in hanging.items() if left > 1}
            _lay(tds, row, hanging, Origin("html", table=number, row=row_number), budget)
            rows.append(tuple(row[place] for place in sorted(row)))
        budget -= len(rows[-1])
        if budget < 0:
            raise Unreadable("too_large", f"table {number} covers more than {MAX_CELLS} cells")
    return Grid(Origin("html", table=number), tuple(rows))


def _lay(
    tds: list[Td], row: dict[int, Cell], hanging: dict[int, tuple[int, Cell]], origin: Origin, budget: int
) -> None:
    """Put the cells of a row beside those that hang down into it."""
    column = 0
    for td in tds:
        while column in row:
            column += 1
        cell = _cell(td, Origin("html", table=origin.table, row=origin.row, column=column + 1))
        for place in range(column, column + td.columns):
            if place not in row:
                row[place] = cell
                if td.rows > 1:
                    hanging[place] = (td.rows - 1, cell)
        column += td.columns
        if len(row) > budget:
            raise Unreadable("too_large", f"table {origin.table} covers more than {MAX_CELLS} cells")


def _simple(tds: list[Td], table: int, row: int) -> tuple[Cell, ...]:
    """A row of single cells."""
    return tuple(
        _cell(td, Origin("html", None, None, table, row, column)) for column, td in enumerate(tds, 1)
    )


def _cell(td: Td, origin: Origin) -> Cell:
    """The cell as read; a picture beside digits may be a digit."""
    text = td.text
    if (td.drawn and is_figure(text)) or (not text.isalnum() and _TEMPLATE.search(text)):
        text += UNKNOWN_GLYPH
    return Cell(text, origin, closed=bool(text) or not td.drawn)
