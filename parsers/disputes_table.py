"""Section four: reviews and lawsuits, printed as one row of fifteen figures or as three rows of five."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsers.doubts import HEADINGS
from parsers.editions import DISPUTES, editions
from parsers.labels import canonical, column_labels, row_labels
from parsers.normalise import normalise
from parsers.rows import Harvest, Row, Taken, Unknown, holds_value, printed, repeats

if TYPE_CHECKING:
    from parsers.doubts import Doubt
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
        self.leaves = tuple(column.key for column in table.columns)
        self.header: list[Row] = []
        self.over = False

    def feed(self, row: Row, harvest: Harvest) -> bool:
        """Take the row if it belongs to section four."""
        if self._is_header(row):
            if self.over:  # headings begin again; those that a page's end tore are put together
                self.header, self.over = [], False
            self.header.append(row)
            return True
        taken = self._stacked(row, harvest) or self._single(row, harvest) or self._unknown(row, harvest)
        self.over = self.over or taken
        return taken

    def _is_header(self, row: Row) -> bool:
        if row.prints_values:
            return False
        leaves = sum(_leaf(cell) is not None for cell in row.own)
        groups = sum(_group(cell) is not None or canonical(cell.text) == LAWSUITS for cell in row.own)
        return leaves >= 2 or groups >= 2  # noqa: PLR2004 - one word alone may stand anywhere

    def _stacked(self, row: Row, harvest: Harvest) -> bool:
        """A row that begins with the name of a procedure: its five figures follow."""
        named = [place for place, cell in enumerate(row.own) if _group(cell) is not None]
        if len(named) != 1 or named[0] == len(row.own) - 1:
            return False
        label, values = row.own[named[0]], row.own[named[0] + 1 :]
        cells, doubt = self._under_leaves(row, values)
        if not cells:
            return False
        group = _group(label) or ""
        keys = tuple(f"{DISPUTES}.{group}.{leaf}" for leaf in cells)
        self._again(group, row, cells, harvest)
        harvest.taken.append(Taken(DISPUTES, group, label.text, keys, tuple(cells.values()), doubt))
        return True

    def _again(self, group: str, row: Row, cells: dict[str, Cell], harvest: Harvest) -> None:
        """A procedure that stands twice may be misprinted for one that is missing."""
        if repeats(harvest, (DISPUTES, group), row.grid, tuple(cells.values())):
            harvest.unknown.append(
                Unknown(DISPUTES, group, tuple(cells.values()), self._after(harvest), repeated=True)
            )

    def _under_leaves(self, row: Row, values: tuple[Cell, ...]) -> tuple[dict[str, Cell], Doubt | None]:
        """The figures of a row by outcome: by the places of the headings, else by their order."""
        for above in self.header:
            placed = [(leaf, place) for place, cell in enumerate(above.cells) if (leaf := _leaf(cell))]
            keys = [leaf for leaf, _ in placed]
            if sorted(keys) == sorted(self.leaves) and len(above.cells) == len(row.cells):
                found = {leaf: row.cells[place] for leaf, place in placed}
                if set(found.values()) <= set(values) and len(set(found.values())) == len(found):
                    return found, None
        if len(values) != len(self.leaves):
            return {}, None
        order = self._leaf_order()
        return dict(zip(order or self.leaves, values, strict=True)), None if order else HEADINGS

    def _leaf_order(self) -> tuple[str, ...]:
        for row in self.header:
            leaves = [leaf for cell in row.own if (leaf := _leaf(cell))]
            if sorted(leaves) == sorted(self.leaves):
                return tuple(leaves)
        return ()

    def _unknown(self, row: Row, harvest: Harvest) -> bool:
        """A row of five figures under a label that is none of the form's, under a blank one, or under none."""
        label, values = row.own[0].text, row.own[1:]
        if len(row.own) == len(self.leaves):
            label, values = "", row.own
        named = not normalise(label) or not holds_value(row.own[0])
        fits = len(values) == len(self.leaves) and all(map(holds_value, values)) and printed(values)
        if not (named and fits and self._leaf_order()):
            return False
        harvest.unknown.append(Unknown(DISPUTES, label, values, self._after(harvest)))
        return True

    def _after(self, harvest: Harvest) -> tuple[str, ...]:
        """The procedures that the form has behind the last one taken."""
        last = next((one.row for one in reversed(harvest.taken) if one.table == DISPUTES), None)
        return self.rows[self.rows.index(last) + 1 if last in self.rows else 0 :]

    def _single(self, row: Row, harvest: Harvest) -> bool:
        if not self.header or (row.own and _group(row.own[0]) is not None):
            return False
        found = self._by_place(row) or self._by_order(row)
        if not found:
            return False
        if any(taken.table == DISPUTES and printed(taken.cells) for taken in harvest.taken) and not printed(
            found.values()
        ):
            return True  # an empty line under the figures
        for group in dict.fromkeys(group for group, _ in found):
            mine = {leaf: cell for (of, leaf), cell in found.items() if of == group}
            keys = tuple(f"{DISPUTES}.{group}.{leaf}" for leaf in mine)
            harvest.taken.append(Taken(DISPUTES, group, group, keys, tuple(mine.values())))
        return True

    def _by_place(self, row: Row) -> dict[tuple[str, str], Cell]:
        """The headings above each figure, where the spans of the headings are right; columns of others are left out."""
        header = [above for above in self.header if above.grid == row.grid]
        if any(len(above.cells) != len(row.cells) for above in header):
            return {}  # a cell is missing, and everything behind it has moved
        found: dict[tuple[str, str], Cell] = {}
        for place, cell in enumerate(row.cells):
            above = [h.cells[place] for h in header]
            group = next((group for one in reversed(above) if (group := _group(one))), None)
            leaf = next((leaf for one in reversed(above) if (leaf := _leaf(one))), None)
            if group is None or leaf is None:
                continue
            if (group, leaf) in found or cell not in row.own or not _may_be_figure(cell):
                return {}
            found[group, leaf] = cell
        whole = set(found) == set(self.official) and len(set(found.values())) == len(found)
        return found if whole and self._lawsuits_are_where_they_belong(header) else {}

    def _lawsuits_are_where_they_belong(self, header: list[Row]) -> bool:
        """Whether the heading over both lawsuits stands over them and nothing else: else its span is wrong."""
        if not header:
            return False
        stacks = [[h.cells[place] for h in header] for place in range(len(header[0].cells))]
        groups = [[group for one in stack if (group := _group(one))] for stack in stacks]
        lawsuit = [any(canonical(one.text) == LAWSUITS for one in stack) for stack in stacks]
        known = [(found, over) for found, over in zip(groups, lawsuit, strict=True) if found]
        one_each = all(len(set(found)) == 1 for found, _ in known)
        return one_each and (
            not any(lawsuit) or all(over == (found[0] != self.rows[0]) for found, over in known)
        )

    def _by_order(self, row: Row) -> dict[tuple[str, str], Cell]:
        """All fifteen headings in the official order, whatever their spans; a page's end may have cut them."""
        if len(row.own) != len(self.official) or not all(map(_may_be_figure, row.own)):
            return {}
        headings = [canonical(cell.text) for above in self.header for cell in above.own if _is_leaf(cell)]
        official = self.official_labels * len(self.rows)
        in_order = len(headings) == len(official) and all(map(str.startswith, official, headings))
        complete = in_order and self._groups_in_order()
        return dict(zip(self.official, row.own, strict=True)) if complete else {}

    def _groups_in_order(self) -> bool:
        """Whether the three procedures stand from left to right: on one row, or with both lawsuits' heading between."""
        named = [[group for cell in above.own if (group := _over(cell))] for above in self.header]
        words = [group for row in named for group in row]
        if tuple(word for word in words if word != LAWSUITS) != self.rows:
            return False
        beside = any(set(self.rows) <= set(row) for row in named)
        return beside or LAWSUITS not in words or words.index(LAWSUITS) == 1


def _may_be_figure(cell: Cell) -> bool:
    """Whether this may stand in a figure's place: "暂无" may, but no part of a heading that a page's end tore."""
    text = canonical(cell.text)
    return holds_value(cell) or not any(text in label for label in column_labels(DISPUTES).exact)


def _is_leaf(cell: Cell) -> bool:
    text = canonical(cell.text)
    return bool(text) and text != LAWSUITS and _group(cell) is None


def _over(cell: Cell) -> str | None:
    """A procedure, or the heading over both kinds of lawsuit."""
    return LAWSUITS if canonical(cell.text) == LAWSUITS else _group(cell)


def _leaf(cell: Cell) -> str | None:
    return column_labels(DISPUTES).exact.get(canonical(cell.text))


def _group(cell: Cell) -> str | None:
    return row_labels(DISPUTES).exact.get(canonical(cell.text))
