"""Tables whose rows and columns are exchanged: applicants down the side, results along the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.editions import DISPUTES, REQUESTS
from parsers.labels import canonical, column_labels, row_labels
from parsers.model import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parsers.model import Cell

# So many labels of rows along the top, and of columns down the side, and the table stands on its side.
ENOUGH = {REQUESTS: (6, 4), DISPUTES: (2, 4)}
# Labels stand in the first few columns.
SIDE = 3


def upright(grid: Grid) -> Grid:
    """The grid with its rows as rows; as it is where it already stands so, or where its rows differ in width."""
    if len({len(row) for row in grid.rows}) != 1:
        return grid
    return Grid(grid.origin, tuple(zip(*grid.rows, strict=True))) if _on_its_side(grid) else grid


def _on_its_side(grid: Grid) -> bool:
    side = [cell for row in grid.rows for cell in row[:SIDE]]
    for table, (along, down) in ENOUGH.items():
        if len(_known(side, column_labels(table).exact)) < down:
            continue
        if any(len(_known(row, row_labels(table).exact)) >= along for row in grid.rows):
            return True
    return False


def _known(cells: Iterable[Cell], labels: Mapping[str, str]) -> set[str]:
    """The keys named, but for "其他" and "总计", which name both rows and columns."""
    short = {canonical("其他"), canonical("总计")}
    texts = {canonical(cell.text) for cell in cells} - short
    return {labels[text] for text in texts if text in labels}
