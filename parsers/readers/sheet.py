"""Spreadsheets that are not XML: .xls and WPS .et (which are the same), .xlsb, by python-calamine.

Calamine gives values and merged ranges. Formats, errors, borders and what is hidden are known from the records of an
.xls (sheet_biff); raised or struck digits within a text are not. Of .xlsb, and of .xls older than Excel 97, only the
values are known: a number that its cell prints as a percentage cannot be told from one printed as it is, an error not
from an empty cell. There decimals, which a format would round, are doubtful, and no cell is known to be empty.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import python_calamine as calamine

from parsers.model import Unreadable
from parsers.readers.sheet_biff import facts
from parsers.readers.sheet_layout import MAX_CELLS, READER, Sheet, Written, reading
from parsers.readers.sheet_styles import Look, shown_number

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

    from parsers.model import Reading
    from parsers.readers.sheet_biff import Facts
    from parsers.readers.sheet_layout import Place

_VISIBLE = calamine.SheetVisibleEnum.Visible
_UNKNOWN = Look(places=0)  # decimals are doubtful
_SHEETS = calamine.SheetTypeEnum.WorkSheet


def read(body: bytes) -> Reading:
    """Read a workbook. Raises Unreadable: encrypted, broken, too_large."""
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        shown = [one.name for one in book.sheets_metadata if one.visible == _VISIBLE and one.typ == _SHEETS]
        known = facts(body)
        return reading(READER, [_sheet(book.get_sheet_by_name(name), known.get(name)) for name in shown])
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


def _sheet(given: CalamineSheet, known: Facts | None) -> Sheet:
    if given.total_height * given.total_width > MAX_CELLS:
        raise Unreadable("too_large", f"the sheet “{given.name}” covers more than {MAX_CELLS} cells")
    sheet = Sheet(given.name, blanks_known=known is not None)
    for row, values in enumerate(given.to_python(skip_empty_area=False)):
        for column, value in enumerate(values):
            written = _written(value, known, (row, column))
            if written:
                sheet.cells[row, column] = written
    sheet.merged = [(*first, *last) for first, last in given.merged_cell_ranges or ()]
    if known:
        sheet.hidden_rows, sheet.hidden_columns = known.hidden_rows, known.hidden_columns
    return sheet


def _written(value: object, known: Facts | None, place: Place) -> Written:
    look = known.looks.get(place) if known else None
    doubtful = known is not None and place in known.doubtful
    if isinstance(value, bool):
        return Written(str(value).upper())
    shown = look or _UNKNOWN
    written = shown_number(value, shown) if isinstance(value, int | float) else Written(str(value))
    if look is None:
        return written
    text = look.mark + written.text if written.text else ""
    return Written(text, written.ink or doubtful or (look.unseen and bool(text)), look.edge)
