"""Spreadsheets that are not XML: .xls and WPS .et (which are the same), .xlsb, by python-calamine.

Calamine gives values and merged ranges, and no formats: a number that its cell prints as a percentage, rounded or
hidden cannot be told from one printed as it is, nor can hidden rows and columns from others. Whole numbers are
taken as printed; decimals, which a format would round, are doubtful. Hidden sheets are left out.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import python_calamine as calamine

from parsers.model import Unreadable
from parsers.readers.sheet_layout import MAX_CELLS, READER, Sheet, Written, number_text, reading

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from parsers.model import Reading

_VISIBLE = calamine.SheetVisibleEnum.Visible
_SHEETS = calamine.SheetTypeEnum.WorkSheet


def read(body: bytes) -> Reading:
    """Read a workbook. Raises Unreadable: encrypted, broken, too_large."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        shown = [one.name for one in book.sheets_metadata if one.visible == _VISIBLE and one.typ == _SHEETS]
        return reading(READER, [_sheet(book.get_sheet_by_name(name)) for name in shown])
    except calamine.PasswordError as error:
        raise Unreadable(
            "encrypted", "the workbook asks for a password: ask for a copy without one"
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("broken", f"the workbook cannot be opened: {error}") from error
    except (
        BaseException
    ) as panic:  # calamine is Rust: its panics are no Exception, and their class has no name here
        if type(panic).__name__ != "PanicException":
            raise
        raise Unreadable("broken", f"the workbook is damaged: {panic}") from panic


def _sheet(given: CalamineSheet) -> Sheet:
    if given.total_height * given.total_width > MAX_CELLS:
        raise Unreadable("too_large", f"the sheet “{given.name}” covers more than {MAX_CELLS} cells")
    sheet = Sheet(given.name)
    for row, values in enumerate(given.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            written = _written(value)
            if written.text:
                sheet.cells[row, column] = written
    sheet.merged = [(*first, *last) for first, last in given.merged_cell_ranges or ()]
    return sheet


def _written(value: object) -> Written:
    if isinstance(value, bool):
        return Written(str(value).upper())
    if isinstance(value, int | float):
        written = number_text(value)
        return Written(written.text, written.ink or "." in written.text)
    return Written(str(value))
