"""What calamine does not tell of an old workbook (.xls, .et): formats, fonts, borders, errors, hidden rows and columns.

Source: [MS-XLS] 2.4 (records) and 2.5.98 (the result of a formula). Only the records of a whole BIFF8 workbook are
read; of older ones (Excel 5) nothing is known here.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.ole import stream
from parsers.readers.sheet_styles import Look, shown_as_it_is

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsers.readers.sheet_layout import Place

_BOUNDSHEET, _FORMAT, _XF, _FONT, _BOF, _EOF = 0x85, 0x41E, 0xE0, 0x31, 0x809, 0x0A
_ROW, _COLINFO, _FORMULA, _BOOLERR, _MULRK, _MULBLANK = 0x208, 0x7D, 0x06, 0x205, 0xBD, 0xBE
_ONE_CELL = frozenset({0x203, 0x27E, 0xFD, 0x201, 0x204, 0xD6, _FORMULA, _BOOLERR})
_RICH = 0xD6
_SEVERAL = {_MULRK: 6, _MULBLANK: 2}  # bytes for each cell
_STRUCK, _WHITE = 0x08, frozenset({1, 9})
_ERROR, _NO_TEXT = 2, 0xFFFF


@dataclass(slots=True)
class Facts:
    """What is known of one sheet: the look of each cell, which are errors or rich text, what is hidden."""

    looks: dict[Place, Look] = field(default_factory=dict)
    doubtful: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def facts(body: bytes) -> dict[str, Facts]:
    """The facts of each sheet by its name; none where the workbook is older or damaged."""
    written = stream(body, "Workbook")
    try:
        looks, places = _globals(written)
        return {name: _sheet(written, place, looks) for name, place in places.items()}
    except (struct.error, IndexError, ValueError):
        return {}


def _records(written: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one part of the workbook, to its end."""
    while start + 4 <= len(written):
        kind, length = struct.unpack_from("<HH", written, start)
        if kind == _EOF:
            return
        yield kind, written[start + 4 : start + 4 + length]
        start += 4 + length


def _globals(written: bytes) -> tuple[list[Look], dict[str, int]]:
    """The look of each cell format, and where each sheet begins."""
    formats: dict[str, str] = {}
    fonts: list[tuple[str, bool]] = []
    cell_formats: list[bytes] = []
    places: dict[str, int] = {}
    for kind, content in _records(written, 0):
        if kind == _BOUNDSHEET:
            places[_text(content[6], content[7:])] = struct.unpack_from("<I", content)[0]
        elif kind == _FORMAT:
            number, length = struct.unpack_from("<HH", content)
            formats[str(number)] = _text(length, content[4:])
        elif kind == _FONT:
            fonts.append(_font(content))
        elif kind == _XF:
            cell_formats.append(content)
    return [_look(content, formats, fonts) for content in cell_formats], places


def _text(length: int, content: bytes) -> str:
    wide = content[0] & 1
    return content[1 : 1 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _font(content: bytes) -> tuple[str, bool]:
    """The mark of a font, and whether it is white or too small to see."""
    height, style, colour, _, script = struct.unpack_from("<5H", content)
    mark = "^" if script else "~" if style & _STRUCK else ""
    return mark, colour in _WHITE or height <= 40  # noqa: PLR2004 - twentieths of a point


def _look(content: bytes, formats: dict[str, str], fonts: list[tuple[str, bool]]) -> Look:
    font, number = struct.unpack_from("<HH", content)
    borders, pattern = struct.unpack_from("<II", content, 10)
    mark, faint = fonts[font - (font > 4)]  # noqa: PLR2004 - there is no font 4, [MS-XLS] 2.5.129
    signs, places = shown_as_it_is(str(number), formats)
    return Look(signs, places, mark, faint and not pattern >> 26, bool(borders & 0xFFFF))


def _sheet(written: bytes, start: int, looks: list[Look]) -> Facts:
    found = Facts()
    for kind, content in _records(written, start):
        if kind == _ROW:
            row, height = struct.unpack_from("<H4xH", content)
            if content[12] & 0x20 or not height & 0x7FFF:
                found.hidden_rows.add(row)
        elif kind == _COLINFO:
            first, last, width, _, flags = struct.unpack_from("<5H", content)
            if flags & 1 or not width:
                found.hidden_columns.update(range(first, last + 1))
        else:
            _cells(kind, content, looks, found)
    return found


def _cells(kind: int, content: bytes, looks: list[Look], found: Facts) -> None:
    """One cell, or several side by side."""
    if kind in _ONE_CELL:
        row, column, look = struct.unpack_from("<3H", content)
        found.looks[row, column] = looks[look]
        if kind == _RICH or _is_error(kind, content):
            found.doubtful.add((row, column))
    elif kind in _SEVERAL:
        row, column = struct.unpack_from("<HH", content)
        for place in range(4, len(content) - 2, _SEVERAL[kind]):
            found.looks[row, column] = looks[struct.unpack_from("<H", content, place)[0]]
            column += 1


def _is_error(kind: int, content: bytes) -> bool:
    if kind == _BOOLERR:
        return bool(content[7])
    return kind == _FORMULA and struct.unpack_from("<H", content, 12)[0] == _NO_TEXT and content[6] == _ERROR
