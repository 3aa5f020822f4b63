"""The headings over the figures of section three: which column stands where, and in which order they are printed.

Two things must agree with the official form or with each other: the places of the headings, and the order in which
they are read, row by row. Wrong spans move places; they never change the order of reading.
"""

from __future__ import annotations

from operator import is_
from typing import TYPE_CHECKING

from parsers.editions import REQUESTS
from parsers.labels import CONTAINED, canonical, column_labels, row_labels
from parsers.rows import number_in

if TYPE_CHECKING:
    from parsers.model import Cell
    from parsers.rows import Row

# Fewer known headings than this in a row say nothing: "其他" and "总计" are row labels too.
ENOUGH_HEADINGS = 2
APPLICANTS = "申请人情况"
ORGANISATIONS = "法人或其他组织"


class Headings:
    """The headings of the latest table, put together from top to bottom, place by place."""

    def __init__(self, official: tuple[str, ...]) -> None:
        self.official = official
        self.grid = -1
        self.stacks: dict[int, tuple[str, ...]] = {}
        self.places: dict[str, int] = {}
        self.printed: list[tuple[str, int]] = []
        self.read: tuple[str, ...] = ()
        self.twice = False
        self.widths: set[int] = set()
        self.over = False

    def takes(self, row: Row) -> bool:
        """Whether the row is one of headings: two known ones, or any words under those of the same grid."""
        if row.prints_values:
            return False
        exact = column_labels(REQUESTS).exact
        known = [key for cell in row.own if (key := exact.get(canonical(cell.text)))]
        begins = len(set(known)) >= ENOUGH_HEADINGS or APPLICANTS in row.joined
        goes_on = not self.over and row.grid == self.grid and not any(map(_names_a_row, row.own))
        if begins or (self.stacks and goes_on):
            self._add(row, known)
            return True
        return False

    def _add(self, row: Row, known: list[str]) -> None:
        if self.over or row.grid != self.grid:
            again = self.over  # headings begin again after rows of figures; else a page's end tore them
            self.grid, self.stacks, self.widths = row.grid, {}, set()
            self.read, self.twice = ((), False) if again else (self.read, self.twice)
        self.over = False
        self.twice = self.twice or len(set(known)) != len(known)
        self.read = tuple(dict.fromkeys((*self.read, *known)))
        self.widths.add(len(row.cells))
        for place, cell in enumerate(row.cells):
            if cell in row.own:
                self.stacks[place] = (*self.stacks.get(place, ()), canonical(cell.text))
        self.places = self._with_the_last_one(self._found())
        self.printed = self._printed()

    def _found(self) -> dict[str, int]:
        """The column at each place; one that stands at two places is known at none."""
        several: dict[str, list[int]] = {}
        before: tuple[str, ...] | None = None
        for place, stack in sorted(self.stacks.items()):
            if (key := _column_of(stack)) and stack != before:
                several.setdefault(key, []).append(place)
            before = stack
        return {key: places[0] for key, places in several.items() if len(places) == 1}

    def _with_the_last_one(self, found: dict[str, int]) -> dict[str, int]:
        """One heading torn beyond recognition is the one that is left, in the one place that is left."""
        missing = [key for key in self.official if key not in found]
        left = [
            p for p, stack in self.stacks.items() if APPLICANTS in "".join(stack) and not _column_of(stack)
        ]
        return {**found, missing[0]: left[0]} if len(missing) == 1 == len(left) else found

    def in_official_order(self) -> bool:
        """Whether the headings are those of the form in its order, read row by row, however wrong their spans."""
        if self.twice:
            return False
        orders = (self.official, (self.official[0], self.official[-1], *self.official[1:-1]))
        whole = set(self.read) == set(self.official)
        placed = tuple(sorted(self.places, key=self.places.__getitem__)) == self.official
        return (whole or placed) and any(_follows(self.read, order) for order in orders)

    def cells(self, row: Row, values: tuple[Cell, ...]) -> dict[str, Cell] | None:
        """The cell under each heading, where all headings have their place and the row is as wide as they are."""
        if not self.printed or self.widths != {len(row.cells)}:
            return None
        found = {key: row.cells[place] for key, place in self.printed}
        if len(found) == len(values) and all(map(is_, found.values(), values)):
            return found  # nearly every row: its figures are the last seven cells
        under, own = set(found.values()), set(values)
        if not under <= own or (len(under) < len(found) and _share_a_number(found)):
            return None
        return None if own > under and self._moved(row, values[0], own - under) else found

    def _printed(self) -> list[tuple[str, int]]:
        """The columns with their places from left to right; none where not every one has a place of its own."""
        whole = len(self.places) == len(self.official) and not self.twice
        return sorted(self.places.items(), key=lambda one: one[1]) if whole and self._grouped() else []

    def _moved(self, row: Row, first: Cell, others: set[Cell]) -> bool:
        """Whether a cell beside the seven stands under the heading of the labels: then the row has a cell too many."""
        labels = self.stacks.get(max(row.cells.index(first) - 1, 0))
        places = [place for place, cell in enumerate(row.cells) if cell in others]
        return any(self.stacks.get(place) in (labels, self.stacks.get(0)) for place in places)

    def _grouped(self) -> bool:
        """Whether the heading over the organisations covers them and no other column: else its span is wrong."""
        over = {
            key for key, place in self.places.items() if ORGANISATIONS in "".join(self.stacks.get(place, ()))
        }
        return not over or over == set(self.official[1:-1])


def _share_a_number(found: dict[str, Cell]) -> bool:
    cells = list(found.values())
    return any(cells.count(cell) > 1 and number_in(cell).state in {"number", "unsure"} for cell in cells)


def _column_of(stack: tuple[str, ...]) -> str | None:
    """The column whose heading ends the stack; it may be torn over several rows."""
    exact = column_labels(REQUESTS).exact
    for first in range(len(stack) - 1, -1, -1):
        if key := exact.get("".join(stack[first:])):
            return key
    return None


def _follows(read: tuple[str, ...], order: tuple[str, ...]) -> bool:
    """Whether all that was read stands in this order."""
    places = [order.index(key) for key in read if key in order]
    return places == sorted(places)


def _names_a_row(cell: Cell) -> bool:
    label = canonical(cell.text)
    return len(label) >= CONTAINED and row_labels(REQUESTS).find(label) is not None
