"""Sheets of any spreadsheet laid out as one grid each, and as text, one cell a line.

A sheet has no end and no edges: a row of the grid reaches as far to the right as the rows around it have anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from parsers.model import Cell, Grid, Origin, Reading, Unreadable
from parsers.numbers import UNKNOWN_GLYPH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

READER = "sheet"
# A report has about 400 cells; a hostile sheet names cells in its last row and column.
MAX_CELLS = 200_000
MAX_COLUMNS = 1_000
_MAX_FIGURE = 40  # characters
# A cell in the format General shows eleven characters at most, and rounds what does not fit.
_SHOWN_DIGITS = 10
_LARGEST = 10**11

Place = tuple[int, int]
Range = tuple[int, int, int, int]


@dataclass(slots=True)
class Written:
    """What a cell holds. `ink`: it may show something else than its text, or something where there is no text."""

    text: str
    ink: bool = False


@dataclass(slots=True)
class Sheet:
    """One visible sheet: its cells by row and column from 0, and merged ranges (top, left, bottom, right)."""

    name: str
    cells: dict[Place, Written] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def reading(reader: str, sheets: Iterable[Sheet]) -> Reading:
    """Every sheet as a grid, and the text of all. Raises Unreadable ("too_large")."""
    budget = MAX_CELLS
    grids, texts = [], []
    for sheet in sheets:
        grid = _grid(sheet, budget)
        budget -= sum(map(len, grid.rows))
        grids.append(grid)
        for row in grid.rows:
            texts += [cell.text for cell, _ in groupby(row) if cell.text]
    return Reading(reader, tuple(grids), "\n".join(_once(texts)))


def _once(texts: list[str]) -> list[str]:
    return [line.strip() for text in texts for line in text.split("\n") if line.strip()]


def number_text(value: float | str) -> Written:
    """A number as a cell in the format General shows it; doubtful where it would be rounded or in powers of ten."""
    number = float(value)
    if number.is_integer() and abs(number) < _LARGEST:
        return Written(str(int(number)))
    exact = Decimal(repr(number))
    digits = len(exact.as_tuple().digits)
    return Written(format(exact, "f"), ink=digits > _SHOWN_DIGITS or abs(number) >= _LARGEST)


def name_of(row: int, column: int) -> str:
    """The name of a place, from 0: (6, 2) is "C7"."""
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


def _grid(sheet: Sheet, budget: int) -> Grid:
    merged_at, starts = _merges(sheet)
    widths = _widths(_used(sheet), sheet, starts)
    if sum(widths.values()) > budget or max(widths.values(), default=0) > MAX_COLUMNS:
        raise Unreadable("too_large", f"the sheet “{sheet.name}” covers more than {MAX_CELLS} cells")
    made: dict[Place, Cell] = {}
    rows = []
    for row, width in sorted(widths.items()):
        places = (
            merged_at.get((row, column), (row, column))
            for column in range(width)
            if column not in sheet.hidden_columns
        )
        rows.append(tuple(_cell(sheet, place, made) for place in places))
    return Grid(Origin("sheet", sheet=sheet.name), tuple(rows))


def _used(sheet: Sheet) -> dict[int, int]:
    """The last column of each visible row that has anything in a visible place."""
    used: dict[int, int] = {}
    shown = ((place, place[1]) for place, written in sheet.cells.items() if written.text or written.ink)
    reaching = [
        ((row, left), right)
        for top, left, bottom, right in sheet.merged
        if (written := sheet.cells.get((top, left))) and written.text
        for row in range(top, bottom + 1)
    ]
    for (row, column), last in (*shown, *reaching):
        if row not in sheet.hidden_rows and column not in sheet.hidden_columns:
            used[row] = max(used.get(row, 0), last)
    return used


def _merges(sheet: Sheet) -> tuple[dict[Place, Place], dict[Place, int]]:
    """Each place of a merged range with its first place; and the last column of each range by its first place."""
    merged_at: dict[Place, Place] = {}
    for top, left, bottom, right in sheet.merged:
        if (bottom - top + 1) * (right - left + 1) > MAX_CELLS or len(merged_at) > MAX_CELLS:
            raise Unreadable(
                "too_large", f"the merged cells of the sheet “{sheet.name}” cover more than {MAX_CELLS} cells"
            )
        merged_at |= {
            (row, column): (top, left) for row in range(top, bottom + 1) for column in range(left, right + 1)
        }
    return merged_at, {(top, left): right for top, left, _, right in sheet.merged}


def _widths(used: dict[int, int], sheet: Sheet, starts: dict[Place, int]) -> dict[int, int]:
    """How many columns each row has: as many as any of the rows that stand together has."""
    widths: dict[int, int] = {}
    block: list[int] = []
    for row in sorted(used):
        if (
            block and not set(range(block[-1] + 1, row)) <= sheet.hidden_rows
        ):  # an empty row ends what stands above it
            _close(block, used, widths)
            block = []
        if _is_heading(row, used[row], sheet, starts):
            _close(block, used, widths)
            widths[row] = used[row] + 1
            block = []
            continue
        block.append(row)
    _close(block, used, widths)
    return widths


def _is_heading(row: int, last: int, sheet: Sheet, starts: dict[Place, int]) -> bool:
    """A row of one text, over several columns or with nothing beside it in a sheet's first column."""
    texts = [
        column for column in range(last + 1) if (written := sheet.cells.get((row, column))) and written.text
    ]
    return len(texts) == 1 and texts[0] == 0 and starts.get((row, 0), 0) == last and last > 0


def _close(block: Sequence[int], used: dict[int, int], widths: dict[int, int]) -> None:
    width = max((used[row] for row in block), default=0) + 1
    widths.update(dict.fromkeys(block, width))


def _cell(sheet: Sheet, place: Place, made: dict[Place, Cell]) -> Cell:
    if place in made:
        return made[place]
    written = sheet.cells.get(place) or Written("")
    text = written.text
    if written.ink and len(text) <= _MAX_FIGURE and any(map(str.isdigit, text)):
        text += UNKNOWN_GLYPH
    made[place] = Cell(
        text, Origin("sheet", sheet=sheet.name, cell=name_of(*place)), closed=bool(text) or not written.ink
    )
    return made[place]
