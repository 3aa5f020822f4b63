"""Section four: reviews and lawsuits, printed as one row of fifteen figures or as three rows of five."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.doubts import HEADINGS
from parsers.editions import DISPUTES, editions
from parsers.labels import canonical, column_labels, row_labels
from parsers.normalise import normalise
from parsers.rows import Harvest, Row, Taken, holds_value, printed

if TYPE_CHECKING:
    from parsers.model import Cell


# The heading over both kinds of lawsuit.
LAWSUITS = "行政诉讼"


class DisputesTable:
    """Takes the figures of section four. What stands above a cell says what it counts."""

    def __init__(self, edition: str) -> None:
        table = editions()[edition].disputes
        self.rows = tuple(row.key for row in table.rows)
        self.official_labels = tuple(canonical(column.label) for column in table.columns)
        self.official = tuple((row.key, column.key) for row in table.rows for column in table.columns)
        self.width = len(table.columns)
        self.header: list[Row] = []

    def feed(self, row: Row, harvest: Harvest) -> bool:
        """Take the row if it belongs to section four."""
        if self._is_header(row):
            self.header.append(row)
            return True
        return self._stacked(row, harvest) or self._single(row, harvest)

    def _is_header(self, row: Row) -> bool:
        if any(normalise(cell.text) and holds_value(cell) for cell in row.own):
            return False
        leaves = sum(canonical(cell.text) in column_labels(DISPUTES).exact for cell in row.own)
        groups = sum(_group(cell) is not None or canonical(cell.text) == LAWSUITS for cell in row.own)
        return leaves >= 2 or groups >= 2  # noqa: PLR2004 - one word alone may stand anywhere

    def _stacked(self, row: Row, harvest: Harvest) -> bool:
        """A row that begins with the name of a procedure: its five figures follow."""
        named = [place for place, cell in enumerate(row.own) if _group(cell) is not None]
        if len(named) != 1 or len(row.own) - named[0] - 1 != self.width:
            return False
        values = row.own[named[0] + 1 :]
        if not all(map(holds_value, values)):
            return False
        label = row.own[named[0]]
        leaves = self._leaf_order()
        keys = tuple(f"{DISPUTES}.{_group(label)}.{leaf}" for leaf in leaves or self._official_leaves())
        doubt = None if leaves else HEADINGS
        harvest.taken.append(Taken(DISPUTES, _group(label) or "", label.text, keys, values, doubt))
        return True

    def _leaf_order(self) -> tuple[str, ...]:
        for row in self.header:
            leaves = [
                key for cell in row.own if (key := column_labels(DISPUTES).exact.get(canonical(cell.text)))
            ]
            if len(leaves) == self.width == len(set(leaves)):
                return tuple(leaves)
        return ()

    def _official_leaves(self) -> tuple[str, ...]:
        return tuple(column for _, column in self.official[: self.width])

    def _single(self, row: Row, harvest: Harvest) -> bool:
        values = row.own
        if not self.header or not all(map(holds_value, values)):
            return False
        columns = self._by_place(row) or self._by_order(len(values))
        if columns is None:
            return False
        if any(taken.table == DISPUTES and printed(taken.cells) for taken in harvest.taken) and not printed(
            values
        ):
            return True  # an empty line under the figures
        for group in dict.fromkeys(group for group, _ in columns):
            mine = [(leaf, cell) for (of, leaf), cell in zip(columns, values, strict=True) if of == group]
            keys = tuple(f"{DISPUTES}.{group}.{leaf}" for leaf, _ in mine)
            harvest.taken.append(Taken(DISPUTES, group, group, keys, tuple(cell for _, cell in mine)))
        return True

    def _by_place(self, row: Row) -> list[tuple[str, str]] | None:
        """The headings above each figure, where the spans of the headings are right."""
        header = [above for above in self.header if above.grid == row.grid]
        if any(len(above.cells) != len(row.cells) for above in header):
            return None  # a cell is missing, and everything behind it has moved
        columns = []
        for place, cell in enumerate(row.cells):
            above = [h.cells[place] for h in header if place < len(h.cells)]
            groups = [group for one in above if (group := _group(one))]
            leaves = [
                leaf for one in above if (leaf := column_labels(DISPUTES).exact.get(canonical(one.text)))
            ]
            if not groups or not leaves or cell not in row.own:
                return None
            columns.append((groups[-1], leaves[-1]))
        return columns if len(columns) == len(set(columns)) == len(row.own) else None

    def _by_order(self, figures: int) -> list[tuple[str, str]] | None:
        """All fifteen headings in the official order, whatever their spans; a page's end may have cut them."""
        headings = [canonical(cell.text) for row in self.header for cell in row.own if _is_leaf(cell)]
        official = self.official_labels * len(self.rows)
        in_order = len(headings) == len(official) and all(map(str.startswith, official, headings))
        groups = {group for row in self.header for cell in row.own if (group := _group(cell))}
        complete = in_order and len(groups) * self.width == figures == len(self.official)
        return list(self.official) if complete else None


def _is_leaf(cell: Cell) -> bool:
    text = canonical(cell.text)
    return bool(text) and text != LAWSUITS and _group(cell) is None


def _group(cell: Cell) -> str | None:
    return row_labels(DISPUTES).exact.get(canonical(cell.text))
