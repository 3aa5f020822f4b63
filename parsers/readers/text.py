"""Text without tables: rows of the form rebuilt from the words and numbers between its headings.

For text files, and for PDFs whose tables have no lines. Only a row with exactly as many numbers as the form has
columns is given whole; where a cell is blank nobody can tell which, and the row is given as it is, to be doubted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, editions, key_order
from parsers.labels import canonical
from parsers.model import Cell, Grid, Origin, Reading
from parsers.readers.charset import decode
from parsers.readers.stream import fold, regions, spaced, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsers.editions import Axis, Edition, Table

READER = "text"
# As many characters of a label as nearly always stand on one line.
ANCHOR = 8
SHORT = 3
_ENUMERATION = re.compile(r"^(?:\((.)\)|(\S{1,2})[.、])")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row found in the text: the number of its line, then label and numbers."""

    number: int
    texts: tuple[str, ...]


def read(body: bytes) -> Reading:
    """Read a text file. Its tables are found later, once the edition is known."""
    return Reading(READER, (), decode(body))


def grids_of(text: str, edition: str, kind: Literal["text", "pdf"] = "text") -> tuple[Grid, ...]:
    """The tables of the form as the text gives them. Rows of origins are lines of the text."""
    form = editions()[edition]
    part = _Part(fold(text))
    places = regions(part.text)
    found: list[list[_Line]] = []
    if DISCLOSURE in places:
        found += [_block(block, part.cut(*places[DISCLOSURE])) for block in form.disclosure]
    if REQUESTS in places:
        found.append(_requests(form, edition, part.cut(*places[REQUESTS])))
    if DISPUTES in places:
        found.append(_disputes(form, part.cut(*places[DISPUTES])))
    return tuple(_grid(number, lines, kind) for number, lines in enumerate(found, 1) if lines)


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the text that remembers on which line it begins."""

    text: str
    line: int = 1

    def cut(self, begin: int, end: int) -> _Part:
        return _Part(self.text[begin:end], self.line_at(begin))

    def line_at(self, place: int) -> int:
        return self.line + self.text.count("\n", 0, place)


def _grid(number: int, lines: list[_Line], kind: Literal["text", "pdf"]) -> Grid:
    cells = tuple(
        tuple(
            Cell(text, Origin(kind, table=number, row=line.number, column=column), closed=False)
            for column, text in enumerate(line.texts, 1)
        )
        for line in lines
    )
    return Grid(Origin(kind, table=number), cells)


def _block(block: Table, part: _Part) -> list[_Line]:
    """A block of section two: its headings must all be printed, in order."""
    heading = re.search(spaced(fold(block.heading)), part.text) if block.heading else None
    words = ".*?".join(spaced(fold(column.label.partition("（")[0])) for column in block.columns)
    begin = re.compile(words, re.DOTALL).search(part.text, heading.end() if heading else 0)
    if begin is None:
        return []
    following = re.compile(spaced("第二十条第")).search(part.text, begin.end())
    rows = _rows(block.rows, part.cut(begin.end(), following.start() if following else len(part.text)))
    header = ("信息内容", *(column.label for column in block.columns))
    return [_Line(part.line_at(begin.start()), header), *rows] if rows else []


def _requests(form: Edition, edition: str, part: _Part) -> list[_Line]:
    """Section three. Its headings are torn over several lines: the first and the last must be there."""
    columns = form.requests.columns
    rows = _rows(_all_rows(edition), part)
    ends = (columns[0].label[:2], columns[-1].label)
    if all(re.search(spaced(label), part.text) for label in ends):
        rows.insert(0, _Line(part.line, tuple(column.label for column in columns)))
    return rows


@cache
def _all_rows(edition: str) -> tuple[Axis, ...]:
    rows = {row.key: row for form in editions().values() for row in form.requests.rows}
    order = dict.fromkeys(key.split(".")[1] for key in key_order(edition) if key.startswith(f"{REQUESTS}."))
    return tuple(rows[key] for key in order)


def _rows(axes: Sequence[Axis], part: _Part) -> list[_Line]:
    """Each label with the stand-alone numbers up to the next label; a label without numbers is a group's."""
    places: list[tuple[Axis, int, int]] = []
    position = 0
    for axis in axes:
        if match := _anchor(axis).search(part.text, position):
            places.append((axis, match.start(), match.end()))
            position = match.end()
    stops = [*(start for _, start, _ in places[1:]), len(part.text)]
    lines = [
        _Line(part.line_at(begin), (axis.label, *tokens(part.text[end:stop])))
        for (axis, begin, end), stop in zip(places, stops, strict=bool(places))
    ]
    return [line for line in lines if len(line.texts) > 1]


@cache
def _anchor(axis: Axis) -> re.Pattern[str]:
    """The beginning of a label, however torn. A short one ("3.其他") only with its number, or on a new line."""
    label = fold(axis.label)
    name = canonical(axis.label)
    if len(name) > SHORT:
        return re.compile(r"\W*".join(map(re.escape, name[:ANCHOR])))  # quotes and commas come and go
    number = _ENUMERATION.match(label)
    before = rf"[(]?\s*{re.escape(number[1] or number[2])}\s*[).、．]\s*" if number else r"^\s*"
    return re.compile(before + spaced(name), re.MULTILINE)


def _disputes(form: Edition, part: _Part) -> list[_Line]:
    """Section four: fifteen numbers in the official order, or nothing."""
    table = form.disputes
    numbers = tokens(part.text)
    complete = len(numbers) == len(table.rows) * len(table.columns)
    if not complete or not re.search(spaced("复议后起诉"), part.text):
        return []
    groups = tuple(row.label for row in table.rows for _ in table.columns)
    leaves = tuple(column.label for _ in table.rows for column in table.columns)
    texts = (groups, leaves, numbers)
    return [_Line(part.line + number, line) for number, line in enumerate(texts)]
