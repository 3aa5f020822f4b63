"""publishers.csv as text: rows are added and cells changed, and everything else stays byte for byte. Pure.

People edit this file in a spreadsheet: its byte order mark, its ends of lines and its quotes are theirs.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.watchlist_publishers import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BOM = "\ufeff"
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n|\n|\r|\Z)')


@dataclass(frozen=True, slots=True)
class _Record:
    """One row as it stands: its cells with their quotes, and its end of line."""

    cells: tuple[str, ...]
    ending: str

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(_value(cell) for cell in self.cells)

    @property
    def is_blank(self) -> bool:
        return not any(value.strip() for value in self.values)

    def __str__(self) -> str:
        return ",".join(self.cells) + self.ending


def with_rows(text: str, rows: Sequence[Mapping[str, str]]) -> str:
    """The text with these rows at its end, each column name → cell. A column that the file lacks is added to it.

    An empty text gets a header, and what a spreadsheet needs to know that it is UTF-8. ValueError: unknown columns.
    """
    if unknown := {name for row in rows for name in row} - set(COLUMNS):
        raise ValueError(f"publishers.csv has no columns {', '.join(sorted(unknown))}")
    if not rows:
        return text
    if not text.removeprefix(BOM).strip():
        text = BOM + _line(COLUMNS, "\r\n")
    used = {name for row in rows for name, cell in row.items() if cell}
    text = _with_columns(text, used)
    records = list(_records(text.removeprefix(BOM)))
    header = _header(records)
    ending = records[0].ending or "\n"
    if text and not text.endswith(("\n", "\r")):
        text += ending
    return text + "".join(_line([row.get(name, "") for name in header], ending) for row in rows)


def with_cell(text: str, key: str, column: str, value: str) -> str:
    """The text with one cell of the row of that id changed. KeyError if there is no such row."""
    text = _with_columns(text, {column})
    mark, records = text[: len(BOM)] if text.startswith(BOM) else "", list(_records(text.removeprefix(BOM)))
    header = _header(records)
    place, ids = header.index(column), header.index("id")
    for number, record in enumerate(records[1:], start=1):
        if len(record.cells) == len(header) and record.values[ids].strip() == key:
            cells = (*record.cells[:place], _raw(value), *record.cells[place + 1 :])
            records[number] = _Record(cells, record.ending)
            return mark + "".join(map(str, records))
    raise KeyError(key)


def _with_columns(text: str, names: Iterable[str]) -> str:
    """The text with the columns that it lacks at the end of its header, and an empty cell for each in every row."""
    mark, records = text[: len(BOM)] if text.startswith(BOM) else "", list(_records(text.removeprefix(BOM)))
    absent = tuple(name for name in COLUMNS if name in set(names) - set(_header(records)))
    if not absent:
        return text
    first = _Record((*records[0].cells, *absent), records[0].ending)
    rest = (
        record if record.is_blank else _Record((*record.cells, *([""] * len(absent))), record.ending)
        for record in records[1:]
    )
    return mark + "".join(map(str, (first, *rest)))


def _header(records: Sequence[_Record]) -> tuple[str, ...]:
    return tuple(value.strip() for value in records[0].values)


def _records(text: str) -> Iterator[_Record]:
    cells: list[str] = []
    place, open_row = 0, False
    while place < len(text) or open_row:
        found = _CELL.match(text, place)
        if found is None:
            raise ValueError("a quote is not closed")
        cells.append(found[1])
        open_row = found[2] == ","
        if not open_row:
            yield _Record(tuple(cells), found[2])
            cells = []
        place = found.end()


def _value(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _line(cells: Sequence[str], ending: str) -> str:
    made = io.StringIO(newline="")
    csv.writer(made, lineterminator=ending).writerow(cells)
    return made.getvalue()


def _raw(value: str) -> str:
    return _line([value, ""], "").removesuffix(",")
