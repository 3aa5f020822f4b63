"""Sheets of any spreadsheet laid out as grids, and as text, one cell a line.

A sheet has no end: a row of a table reaches as far to the right as any row of its block has a text or a border.
A row of one text in the first column is a heading or a paragraph: it begins a block, or stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from parsers.model import Cell, Grid, Origin, Reading, Unreadable
from parsers.numbers import UNKNOWN_GLYPH
from parsers.readers.sheet_hidden import reveal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    """What a cell holds. `ink`: it may show something else than its text, or something where there is no text.

    `edge`: it has a border, and is a cell of a table also where it is empty.
    """

    text: str
    ink: bool = False
    edge: bool = False

    def __bool__(self) -> bool:
        return bool(self.text) or self.ink or self.edge


@dataclass(slots=True)
class Sheet:
    """One visible sheet: its cells by row and column from 0, and merged ranges (top, left, bottom, right)."""

    name: str
    cells: dict[Place, Written] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    blanks_known: bool = True  # an empty cell holds nothing that its file does not tell


def reading(reader: str, sheets: Iterable[Sheet]) -> Reading:
    """The tables of all sheets as grids, and all text. Raises Unreadable ("too_large")."""
    budget = MAX_CELLS
    grids: list[Grid] = []
    texts: list[str] = []
    for sheet in sheets:
        reveal(sheet)
        for rows, is_table in _blocks(sheet, budget):
            cells = dict.fromkeys(cell for row in rows for cell in row)
            budget -= sum(map(len, rows))
            texts += [cell.text for cell in cells if cell.text]
            if is_table:
                grids.append(Grid(Origin("sheet", sheet=sheet.name), rows))
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


def _blocks(sheet: Sheet, budget: int) -> Iterator[tuple[tuple[tuple[Cell, ...], ...], bool]]:
    """The rows of a sheet in blocks, each with its heading, and whether there is more to it than a heading."""
    merged_at, starts = _merges(sheet)
    made: dict[Place, Cell] = {}
    used = _used(sheet)
    for block, has_heading in _row_numbers(used, sheet, starts):
        width = max(used[row] for row in block) + 1
        budget -= width * len(block)
        if budget < 0 or width > MAX_COLUMNS:
            raise Unreadable("too_large", f"the sheet “{sheet.name}” covers more than {MAX_CELLS} cells")
        rows = []
        for row in block:
            reach = used[row] + 1 if has_heading and row == block[0] else width
            shown = [column for column in range(reach) if column not in sheet.hidden_columns]
            places = (merged_at.get((row, column), (row, column)) for column in shown)
            rows.append(tuple(_cell(sheet, place, made) for place in places))
        yield tuple(rows), len(block) > has_heading


def _row_numbers(
    used: dict[int, int], sheet: Sheet, starts: dict[Place, int]
) -> Iterator[tuple[list[int], bool]]:
    """Rows that stand together: a heading or an empty row begins anew."""
    block: list[int] = []
    has_heading = False
    for row in sorted(used):
        heading = _is_heading(row, used[row], sheet, starts)
        gap = bool(block) and not set(range(block[-1] + 1, row)) <= sheet.hidden_rows
        if block and (heading or gap):
            yield block, has_heading
            block = []
        if not block:
            has_heading = heading
        block.append(row)
    if block:
        yield block, has_heading


def _used(sheet: Sheet) -> dict[int, int]:
    """The last column of each visible row that has anything in a visible place."""
    used: dict[int, int] = {}
    shown = ((place, place[1]) for place, written in sheet.cells.items() if written)
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


def _is_heading(row: int, last: int, sheet: Sheet, starts: dict[Place, int]) -> bool:
    """A row of one text in the first column, perhaps over several columns, with nothing beside it."""
    written = sheet.cells.get((row, 0))
    return written is not None and bool(written.text) and last <= starts.get((row, 0), 0)


def _cell(sheet: Sheet, place: Place, made: dict[Place, Cell]) -> Cell:
    if place in made:
        return made[place]
    written = sheet.cells.get(place) or Written("")
    text = written.text
    if written.ink and len(text) <= _MAX_FIGURE and any(map(str.isdigit, text)):
        text += UNKNOWN_GLYPH
    made[place] = Cell(
        text,
        Origin("sheet", sheet=sheet.name, cell=name_of(*place)),
        closed=bool(text) or (sheet.blanks_known and not written.ink),
    )
    return made[place]
