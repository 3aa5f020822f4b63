"""A report as a spreadsheet."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from bench.made.report import TITLES

if TYPE_CHECKING:
    from random import Random

    from bench.made.form import Field, Table
    from bench.made.report import Report

MADE = datetime(2024, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def sheet_file(report: Report, chance: Random) -> bytes:
    """The bytes of an .xlsx: all on one sheet, or a sheet for each table; numbers as numbers, or as text."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    book.set_properties({"created": MADE})  # the clock's date would make every run another file
    look = {"border": 1, "text_wrap": True, "align": "center"}
    formats = book.add_format(look), book.add_format({**look, "num_format": "#,##0.####"})
    writer = _Writer(formats, as_text=chance.random() < 1 / 3, pretty=chance.random() < 1 / 3)
    together = chance.random() < 1 / 2
    sheet = book.add_worksheet("年报" if together else "总体情况")
    sheet.write(0, 0, report.title)
    sheet.write(1, 0, TITLES[0])
    for row, text in enumerate(report.before, 2):
        sheet.write(row, 0, text)
    row = len(report.before) + 3
    for title, table in zip(TITLES[1:4], report.tables, strict=True):
        if not together:
            sheet, row = book.add_worksheet(title[:2] + title[2:12]), 0
        sheet.write(row, 0, title)
        row = writer.table(sheet, row + 1, table) + 1
    sheet.write(row, 0, TITLES[4])
    for extra, text in enumerate((*report.after, TITLES[5], "无"), row + 1):
        sheet.write(extra, 0, text)
    book.close()
    return written.getvalue()


class _Writer:
    """Places fields among rows and columns, merged ones as merged ranges."""

    def __init__(self, formats: tuple[object, object], *, as_text: bool, pretty: bool) -> None:
        self.formats, self.as_text, self.pretty = formats, as_text, pretty

    def table(self, sheet: object, top: int, table: Table) -> int:
        """Write a table whose first row is `top`; the row below its last one."""
        taken: set[tuple[int, int]] = set()
        for row, fields in enumerate(table):
            column = 0
            for field in fields:
                while (row, column) in taken:
                    column += 1
                places = [(row + y, column + x) for y in range(field.rows) for x in range(field.columns)]
                taken.update(places)
                self._field(sheet, top + row, column, field)
        return top + len(table)

    def _field(self, sheet: object, row: int, column: int, field: Field) -> None:
        number = field.key is not None and _NUMBER.fullmatch(field.text) and not self.as_text
        value: float | str = field.text
        if number:
            value = float(field.text) if "." in field.text else int(field.text)
        look = self.formats[bool(number and self.pretty)]
        if field.rows == field.columns == 1:
            sheet.write(row, column, value, look)  # type: ignore[attr-defined]  # xlsxwriter ships no types
            return
        end = row + field.rows - 1, column + field.columns - 1
        sheet.merge_range(row, column, *end, value, look)  # type: ignore[attr-defined]  # xlsxwriter ships no types
