"""Section two: small blocks, each with its own headings, that every edition orders differently."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from parsers.doubts import cells_and_headings
from parsers.editions import DISCLOSURE, editions
from parsers.labels import canonical, row_labels, wordings
from parsers.normalise import normalise
from parsers.rows import Harvest, Row, Taken, Unknown, holds_value, printed, repeats

if TYPE_CHECKING:
    from parsers.editions import Axis, Table
    from parsers.model import Cell

_HEADING = re.compile(r"第二十条第\(?[一二三四五六七八九十]+\)?项")
_CORNER = "信息内容"
_UNIT = re.compile(r"亿元|万元|千元|元")


class DisclosureTable:
    """Takes the rows of section two. Headings decide what a column means; the label decides the row."""

    def __init__(self, edition: str) -> None:
        first = editions()[edition]
        others = [other for other in editions().values() if other is not first]
        self.blocks: list[Table] = [block for one in (first, *others) for block in one.disclosure]
        self.own_blocks = len(first.disclosure)
        self.header: tuple[Cell, ...] = ()
        self.grid = -1  # where the header stands
        self.begun = False  # before its first heading, "行政许可" may stand in any other table

    def feed(self, row: Row, harvest: Harvest) -> bool:
        """Take the row if it belongs to section two."""
        if _HEADING.search(row.joined):
            self.header, self.begun = (), True
            return True
        if self._is_header(row):
            self.grid = row.grid
            self.header = row.own[1:] if canonical(row.own[0].text) == _CORNER else row.own
            self.begun = True
            return True
        return self.begun and self._values(row, harvest)

    def _is_header(self, row: Row) -> bool:
        if row.prints_values:
            return False
        texts = [canonical(cell.text) for cell in row.own]
        return texts[0] == _CORNER or any(map(_names_a_column, texts))

    def _values(self, row: Row, harvest: Harvest) -> bool:
        for place, cell in enumerate(row.own[:-1]):
            key = row_labels(DISCLOSURE).find(cell.text)
            values = row.own[place + 1 :]
            if key and (any(map(holds_value, values)) or len(values) == len(self.header)):
                taken = self._taken(key, cell, values)
                if repeats(harvest, (DISCLOSURE, key), row.grid, taken.cells):
                    self._unknown(cell.text, values, harvest, repeated=True)
                harvest.taken.append(taken)
                return True
        return bool(self.header) and self._unnamed(row, harvest)

    def _unnamed(self, row: Row, harvest: Harvest) -> bool:
        """Figures under a label that no edition has, under a blank one, or with none at all."""
        label, values = row.own[0].text, row.own[1:]
        width = len(self.header)
        if row.grid == self.grid and len(row.own) <= width and all(row.holds) and row.prints_values:
            bare = normalise(label) or len(row.own) == width
            self._unknown("", row.own if bare else values, harvest)
            return True
        named = normalise(label) and not row.holds[0]
        fits = len(values) == width or (0 < len(values) < width and row.grid == self.grid and named)
        if not (fits and all(row.holds[1:]) and printed(values)):
            return False
        self._unknown(label, values, harvest)
        return True

    def _unknown(
        self, label: str, values: tuple[Cell, ...], harvest: Harvest, *, repeated: bool = False
    ) -> None:
        harvest.unknown.append(Unknown(DISCLOSURE, label, values, self._rows_here(), repeated))

    def _rows_here(self) -> tuple[str, ...]:
        """The rows of the blocks whose headings stand here."""
        blocks = [block for block in self.blocks if self._columns(block, len(self.header))]
        return tuple(dict.fromkeys(row.key for block in blocks for row in block.rows))

    def _taken(self, key: str, label: Cell, values: tuple[Cell, ...]) -> Taken:
        for block in self.blocks:
            if any(row.key == key for row in block.rows) and (columns := self._columns(block, len(values))):
                keys = tuple(f"{DISCLOSURE}.{key}.{column.key}" for column in columns)
                return Taken(DISCLOSURE, key, label.text, keys, values, unit=self._unit(columns))
        block = next(block for block in self.blocks if any(row.key == key for row in block.rows))
        keys = tuple(f"{DISCLOSURE}.{key}.{column.key}" for column in block.columns)
        doubt = cells_and_headings(len(values), len(self.header))
        return Taken(DISCLOSURE, key, label.text, keys, values, doubt)

    def _columns(self, block: Table, values: int) -> list[Axis] | None:
        """The block's columns in the order of the headings, if the headings are this block's and fit the row."""
        if not self.header:  # a table that begins after its heading: only a single column leaves no choice
            alone = len(block.columns) == 1 == values and block in self.blocks[: self.own_blocks]
            return list(block.columns) if alone else None
        found = [_match(cell.text, block) for cell in self.header]
        columns = [column for column in found if column is not None]
        complete = len(columns) == len(found) == len({column.key for column in columns}) == values
        return columns if complete else None

    def _unit(self, columns: list[Axis]) -> str | None:
        if len(columns) == 1 and self.header:
            found = _UNIT.search(normalise(self.header[0].text))
            return found[0] if found else None
        return None


@cache
def _headings() -> frozenset[str]:
    """Every wording of every heading of section two, over all editions."""
    blocks = [block for form in editions().values() for block in form.disclosure]
    return frozenset(wording for block in blocks for column in block.columns for wording in wordings(column))


@lru_cache(maxsize=4096)
def _names_a_column(text: str) -> bool:
    known = _headings()
    return text in known or any(len(word) >= 4 and word in text for word in known)  # noqa: PLR2004 - see CONTAINED


def _match(text: str, block: Table) -> Axis | None:
    label = canonical(text)
    for column in block.columns:
        if label in wordings(column):
            return column
    inside = [c for c in block.columns if any(len(w) >= 4 and w in label for w in wordings(c))]  # noqa: PLR2004 - shorter words are parts of others
    return inside[0] if len(inside) == 1 else None
