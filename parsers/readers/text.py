"""Text without tables: rows of the form rebuilt from the words and numbers between its headings.

For text files, and for PDFs whose tables have no lines. Only a row with exactly as many numbers as the form has
columns is given whole; where a cell is blank nobody can tell which, and the row is given as it is, to be doubted.

A text file has one text only, so it is read in two ways that must agree: the numbers of a table one after the other,
as many as its rows and columns ask for and no other; and the numbers after each label up to the next. The headings
must stand in the order of the form, to the last character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, editions, key_order
from parsers.labels import canonical
from parsers.model import Cell, Grid, Origin, Reading
from parsers.numbers import NOT_NUMBER
from parsers.readers.charset import decode
from parsers.readers.stream import fold, regions, spaced
from parsers.readers.text_headings import disputes_in_order, requests_in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from parsers.editions import Axis, Edition, Table

READER = "text"
# As many characters of a label as nearly always stand on one line.
ANCHOR = 8
SHORT = 3
_ENUMERATION = re.compile(r"^(?:\((.)\)|(\S{1,2})[.、])")
_NUMBERING = re.compile(r"[(（]?\d{1,2}[)）、.．]")
# The number before the first label of section three.
_FIRST = re.compile(r"[(（]?\s*[一1]\s*[)）、.．]?\s*$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_DIGIT = re.compile(r"\d")
# The ends of the titles of sections three and four: their headings follow.
_TITLES = {
    REQUESTS: re.compile(spaced("公开") + r"\s*(?:申\s*请\s*)?(?:的\s*)?" + spaced("情况")),
    DISPUTES: re.compile(spaced("行政诉讼") + r"\s*(?:的\s*)?" + spaced("情况")),
}
# Numbers alone on the first or last line of so many pages, each one more than the one before, are page numbers.
ENOUGH_PAGES = 2


@dataclass(frozen=True, slots=True)
class _Line:
    """A row found in the text: the number of its line, then labels, and numbers from `begin` on.

    `beside`: the first number stands on the same line as the label's end.
    """

    number: int
    texts: tuple[str, ...]
    begin: int
    beside: bool = True

    @property
    def figures(self) -> tuple[str, ...]:
        """The numbers."""
        return self.texts[self.begin :]


def read(body: bytes) -> Reading:
    """Read a text file. Its tables are found later, once the edition is known."""
    text = decode(body).replace("\r\n", "\n").replace("\r", "\n")
    return Reading(READER, (), "\n".join(_without_numbers(text.split("\f"))))


def _without_numbers(pages: list[str]) -> list[str]:
    """The pages without the numbers of pages at their ends or beginnings."""
    for last in (True, False):
        lines = [[n for n, line in enumerate(page.split("\n")) if line.strip()] for page in pages]
        places = [(numbers[-1] if last else numbers[0]) if numbers else -1 for numbers in lines]
        words = [page.split("\n")[n].strip() if n >= 0 else "" for page, n in zip(pages, places, strict=True)]
        counted = [(int(word) - n) for n, word in enumerate(words) if word.isascii() and word.isdigit()]
        if len(counted) >= ENOUGH_PAGES and len(set(counted)) == 1 and len(counted) >= len(pages) - 2:
            pages = [
                "\n".join(
                    line for number, line in enumerate(page.split("\n")) if number != n or not word.isdigit()
                )
                for page, n, word in zip(pages, places, words, strict=True)
            ]
    return pages


def numbers_of(text: str) -> tuple[str, ...]:
    """Every word that stands for a figure: a number, a sign for none, or digits that are no number we know."""
    return tuple(
        word
        for word in text.split()
        if word in NOT_NUMBER
        or (_DIGIT.search(word) and not _CHINESE.search(word) and not _NUMBERING.fullmatch(word))
    )


def grids_of(text: str, edition: str, kind: Literal["text", "pdf"] = "text") -> tuple[Grid, ...]:
    """The tables of the form as the text gives them. Rows of origins are lines of the text."""
    form = editions()[edition]
    part = _Part(fold(text))
    places = regions(part.text)
    found: list[list[_Line]] = []
    if DISCLOSURE in places:
        region = part.cut(*places[DISCLOSURE])
        blocks = [_block(block, region) for block in form.disclosure]
        found += _counted(form.disclosure, blocks, region, alone=True) if kind == "text" else blocks
    if REQUESTS in places:
        region = part.cut(*places[REQUESTS])
        before = _headings_before(part.text, REQUESTS, places[REQUESTS])
        lines = _requests(form, edition, region, before, proved=kind == "text")
        found += _counted([form.requests], [lines], region, alone=False) if kind == "text" else [lines]
    if DISPUTES in places:
        before = _headings_before(part.text, DISPUTES, places[DISPUTES])
        found.append(_disputes(form, part.cut(*places[DISPUTES]), before, proved=kind == "text"))
    return tuple(_grid(number, lines, kind) for number, lines in enumerate(found, 1) if lines)


def _headings_before(text: str, table: str, region: tuple[int, int]) -> str:
    """What stands between a section's title and the place where its table is known to have begun."""
    titles = list(_TITLES[table].finditer(text, 0, region[0]))
    return text[titles[-1].end() : region[0]] if titles else ""


def _counted(
    tables: Sequence[Table], found: list[list[_Line]], region: _Part, *, alone: bool
) -> list[list[_Line]]:
    """The tables, if all numbers there are make whole rows; else rows in doubt, with those whose labels were not found.

    `alone`: no sum tells whether a row is whole (section two), so that one doubtful row makes all doubtful, and so
    does a number that does not stand where the others do: it may be a page's.
    """
    rows = [(line, len(table.columns)) for table, lines in zip(tables, found, strict=True) for line in lines]
    figures = [(line, width) for line, width in rows if line.figures]
    counted = numbers_of(region.text) == tuple(text for line, _ in figures for text in line.figures)
    whole = all(len(line.figures) == width for line, width in figures)
    if alone:
        counted = counted and whole and len({line.beside for line, _ in figures}) <= 1
    if counted and whole:
        return found
    return [
        [*(lines if counted else map(_of_nobody, lines)), *_not_found(table, lines, region.line)]
        for table, lines in zip(tables, found, strict=True)
    ]


def _of_nobody(line: _Line) -> _Line:
    """A row whose numbers may be another's: as one text, and a single one not at all."""
    if not line.figures:
        return line
    shown = "\n".join(line.figures) if len(line.figures) > 1 else ""  # with spaces it might be one number
    return replace(line, texts=(*line.texts[: line.begin], shown))


def _not_found(table: Table, lines: Sequence[_Line], number: int) -> Iterator[_Line]:
    """The rows of a table whose labels were not found, but for those that a mixed form prints as one row."""
    found = {line.texts[0] for line in lines}
    groups = {row.group for row in table.rows if row.label in found}
    for row in table.rows:
        if row.label not in found and row.group not in found and row.label not in groups:
            yield _Line(number, (row.label, ""), 1)
            number += 1  # two equal cells would be one that hangs down


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
    return [_Line(part.line_at(begin.start()), header, len(header)), *rows] if rows else []


def _requests(form: Edition, edition: str, part: _Part, before: str, *, proved: bool) -> list[_Line]:
    """Section three. Without headings in the order of the form nobody knows whose the figures are."""
    columns = form.requests.columns
    axes = _all_rows(edition)
    rows = _rows(axes, part)
    first = _anchor(axes[0])
    begin = first.search(part.text)
    over = _FIRST.sub("", before + (part.text[: begin.start()] if begin else ""))
    again = begin is not None and first.search(part.text, begin.end()) is not None
    if not again and requests_in_order(over, [column.key for column in columns], proved=proved):
        labels = tuple(column.label for column in columns)
        rows.insert(0, _Line(part.line, labels, len(labels)))
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
        _Line(
            part.line_at(begin),
            (axis.label, *numbers_of(part.text[end:stop])),
            1,
            bool(numbers_of(part.text[end:stop].partition("\n")[0])),
        )
        for (axis, begin, end), stop in zip(places, stops, strict=bool(places))
    ]
    return [line for line in lines if line.figures]


@cache
def _anchor(axis: Axis) -> re.Pattern[str]:
    """The beginning of a label, however torn. A short one ("3.其他") only with its number, or on a new line."""
    label = fold(axis.label)
    name = canonical(axis.label)
    if len(name) > SHORT:
        begins = dict.fromkeys(
            word[:ANCHOR] for word in (name, *map(canonical, axis.also)) if len(word) > SHORT
        )
        torn = (r"\W*".join(map(re.escape, begin)) for begin in begins)  # quotes and commas come and go
        return re.compile("|".join(torn))
    number = _ENUMERATION.match(label)
    # it begins on its own line: a row of the line before would be another one
    before = (
        rf"(?:[(]\s*|(?<!\d)){re.escape(number[1] or number[2])}\s*[).、．]\s*" if number else r"^[^\S\n]*"
    )
    return re.compile(before + spaced(name), re.MULTILINE)


def _disputes(form: Edition, part: _Part, before: str, *, proved: bool) -> list[_Line]:
    """Section four: fifteen numbers under headings in the official order, or nothing."""
    table = form.disputes
    numbers = numbers_of(part.text)
    if len(numbers) != len(table.rows) * len(table.columns):
        return []
    if not _disputes_in_order(table, before + part.text, proved=proved):
        return []
    groups = tuple(row.label for row in table.rows for _ in table.columns)
    leaves = tuple(column.label for _ in table.rows for column in table.columns)
    texts = ((groups, len(groups)), (leaves, len(leaves)), (numbers, 0))
    return [_Line(part.line + number, line, begin) for number, (line, begin) in enumerate(texts)]


def _disputes_in_order(table: Table, text: str, *, proved: bool) -> bool:
    """Fifteen headings before the figures, or five and then the name of each procedure before its own five."""
    words = [(match[0], match.start()) for match in re.finditer(r"\S+", text)]
    figures = [place for word, place in words if numbers_of(word)]
    keys = [column.key for column in table.columns], [row.key for row in table.rows]
    if disputes_in_order(text[: figures[0]], *keys, len(table.rows), proved=proved):
        return True
    width = len(table.columns)
    firsts = figures[::width]
    before = [0, *(place + 1 for place in figures[width - 1 :: width])]
    labels = [text[start:stop] for start, stop in zip(before, firsts, strict=False)]
    return disputes_in_order("\n".join(labels), *keys, 1, proved=proved)
