"""Grids as one stream of rows, and what the mapper takes out of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from parsers.model import Finding
from parsers.normalise import normalise
from parsers.numbers import NOT_NUMBER, Number, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.doubts import Doubt
    from parsers.model import Cell, Grid, State

# In these the text of a cell is put together from glyphs, and digits on two lines of a narrow cell are one number.
# The PDF readers know the cell's width and join such digits themselves: what they leave apart are two numbers.
_PRINTED = frozenset({"image"})


_CHINESE = re.compile("[\u4e00-\u9fff]")
# "3.其他" is a label; "约3" is a figure that is not understood.
A_WORD = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid. `cells` are by place; `own` begin here; `above` hang down from earlier rows.

    `joined`: the normalised text of the row's own cells. `holds`: whether each of them could stand in a figure's
    place (`holds_value`). `prints_values`: whether any that could is not empty.
    """

    grid: int
    cells: tuple[Cell, ...]
    own: tuple[Cell, ...]
    above: tuple[Cell, ...]
    joined: str
    holds: tuple[bool, ...]
    prints_values: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A row of the form found in the document: its keys with the cells that hold their figures, in printed order.

    `doubt` is why the cells cannot be trusted to belong to these keys.
    """

    table: str
    row: str
    label: str
    keys: tuple[str, ...]
    cells: tuple[Cell, ...]
    doubt: Doubt | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A row that holds figures under a label that no edition has, or that stands there already (`repeated`).

    `after` are the rows of the form that may follow the last one known, in their order: it may be one of them.
    """

    table: str
    label: str
    cells: tuple[Cell, ...]
    after: tuple[str, ...] = ()
    repeated: bool = False


@dataclass(slots=True)
class Harvest:
    """Everything that was taken from one report's tables, and all rows of each table for the second reading.

    `grids` remembers in which grid a row (table, row) was met first.
    """

    taken: list[Taken] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    misprints: list[tuple[str, str]] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    grids: dict[tuple[str, str], int] = field(default_factory=dict)

    def has_row(self, table: str, row: str) -> bool:
        """Whether this row of the form was already met."""
        return any(taken.row == row and taken.table == table for taken in self.taken)


def together(harvests: Sequence[Harvest], titled: Sequence[bool]) -> tuple[Harvest, ...]:
    """Tables under no title of their own belong to the report before them (the first ones to that after them).

    A form that then stands twice, with this year's figures and others, is doubted wherever the two differ.
    """
    found: list[Harvest] = []
    for number, (harvest, own) in enumerate(zip(harvests, titled, strict=True)):
        if found and not (own and any(titled[:number])):
            found[-1] = _joined(found[-1], harvest)
        else:
            found.append(harvest)
    return tuple(found)


def _joined(one: Harvest, other: Harvest) -> Harvest:
    rows = {
        table: [*one.rows.get(table, ()), *other.rows.get(table, ())] for table in {**one.rows, **other.rows}
    }
    return Harvest(
        [*one.taken, *other.taken], [*one.unknown, *other.unknown], [*one.misprints, *other.misprints], rows
    )


def rows_of(grids: Iterable[Grid]) -> Iterator[Row]:
    """All rows of all grids in order. A cell equal to one of the row before hangs down from there."""
    for number, grid in enumerate(grids):
        before: set[Cell] = set()
        for cells in grid.rows:
            distinct = dict.fromkeys(cells)
            here = set(distinct)
            again = here & before
            above = tuple(cell for cell in distinct if cell in again) if again else ()
            own = tuple(cell for cell in distinct if cell not in again) if again else tuple(distinct)
            if own:
                yield _row(number, cells, own, above)
            before = here


def _row(grid: int, cells: tuple[Cell, ...], own: tuple[Cell, ...], above: tuple[Cell, ...]) -> Row:
    texts = [normalise(cell.text) for cell in own]
    holds = tuple(map(holds_value, own))
    prints_values = any(text for text, holding in zip(texts, holds, strict=True) if holding)
    return Row(grid, cells, own, above, "".join(texts), holds, prints_values)


def number_in(cell: Cell) -> Number:
    """The number of a cell, by the habits of its kind of document."""
    if cell.origin.kind in _PRINTED:
        return read_number(cell.text, digits_may_be_apart=True)
    return read_number(cell.text)


def holds_value(cell: Cell) -> bool:
    """Whether the cell could stand in a figure's place: a number, nothing, or a sign for nothing. No heading."""
    return _holds_value(cell.text, number_in(cell).state)


@lru_cache(maxsize=4096)
def _holds_value(text: str, state: State) -> bool:
    if state in {"number", "blank"}:
        return True
    plain = normalise(text)
    return plain in NOT_NUMBER if state == "not_number" else len(_CHINESE.findall(plain)) < A_WORD


def printed(cells: Iterable[Cell]) -> bool:
    """Whether any of the cells holds something."""
    return any(normalise(cell.text) for cell in cells)


def repeats(harvest: Harvest, place: tuple[str, str], grid: int, cells: Sequence[Cell]) -> bool:
    """Whether a row (table, row) was met before, and this is no mere repeat of it on a new page."""
    first = harvest.grids.setdefault(place, grid)
    before = next((one for one in harvest.taken if (one.table, one.row) == place), None)
    if before is None:
        return False
    texts = [normalise(cell.text) for cell in cells]
    return first == grid or texts != [normalise(cell.text) for cell in before.cells]


def label_findings(harvest: Harvest) -> tuple[Finding, ...]:
    """What is told of labels: rows of no edition, and misprints that were understood."""
    unknown = tuple(
        Finding(
            "unknown label",
            "unsure",
            "warning",
            f"A row of {row.table} has a label that no edition of the form has: “{normalise(row.label)}” with {_shown(row)}.",
            f"{row.table}表中有一行标签不属于任何版本的格式：“{normalise(row.label)}”，内容为{_shown(row)}。",
        )
        for row in harvest.unknown
        if not row.repeated
    )
    return unknown + tuple(
        Finding(
            "misprinted label",
            "form",
            "info",
            f"The label “{normalise(label)}” is misprinted; by its place and wording it is read as {key}.",
            f"标签“{normalise(label)}”印刷有误，按位置和文字读作{key}。",
        )
        for label, key in harvest.misprints
    )


def _shown(row: Unknown) -> str:
    return " | ".join(normalise(cell.text) or "—" for cell in row.cells)
