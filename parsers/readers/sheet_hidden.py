"""Hidden rows and columns of a sheet: left out, but for those of the form, whose figures are doubtful, never absent.

A form whose row is hidden lacks it on paper and keeps it in the file: nobody can say which of the two is meant.
Working columns and notes, which no form has, stay out of sight.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from parsers.editions import editions
from parsers.labels import canonical, wordings

if TYPE_CHECKING:
    from parsers.readers.sheet_layout import Sheet

# A shorter heading ("合计", "其他") stands over many a working column.
TELLING = 4


def reveal(sheet: Sheet) -> None:
    """Bring back the rows and columns of the form that are hidden, every cell of them doubtful."""
    rows, columns = sheet.hidden_rows, sheet.hidden_columns
    if not (rows or columns):
        return
    labels = [(place, canonical(written.text)) for place, written in sheet.cells.items() if written.text]
    shown = {label for (row, column), label in labels if label and row not in rows and column not in columns}
    lost = [(place, label) for place, label in labels if label not in shown]
    again = {row for (row, column), label in lost if row in rows and label in _labels()}
    beside = {column for (_, column), label in lost if column in columns and label in _headings()}
    rows -= again
    columns -= beside
    _doubt(sheet, again, beside)


def _doubt(sheet: Sheet, rows: set[int], columns: set[int]) -> None:
    """Doubt every cell of these rows and columns, also the empty ones."""
    if not (rows or columns):
        return
    any_cell = next(iter(sheet.cells.values()))
    width = max(column for _, column in sheet.cells) + 1
    everywhere = {row for row, _ in sheet.cells}
    places = {(row, column) for row in rows for column in range(width)}
    for place in places | {(row, column) for column in columns for row in everywhere}:
        written = sheet.cells.get(place)
        sheet.cells[place] = replace(written, ink=True) if written else replace(any_cell, text="", ink=True)


@cache
def _labels() -> frozenset[str]:
    """The labels of all rows, over all editions."""
    tables = [table for edition in editions().values() for _, table in edition.tables()]
    return frozenset(wording for table in tables for row in table.rows for wording in wordings(row))


@cache
def _headings() -> frozenset[str]:
    """The headings of all columns, over all editions, and the labels of rows: their column may be hidden too."""
    tables = [table for edition in editions().values() for _, table in edition.tables()]
    found = {wording for table in tables for column in table.columns for wording in wordings(column)}
    return frozenset(word for word in found | _labels() if len(word) >= TELLING)
