"""The tables of one page of a PDF: its lines, its characters and all that stands on them, brought together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from parsers.readers.pdf_chars import (
    LARGE,
    numbered_chars,
    sideways_turns,
    split_large,
    usual_height,
)
from parsers.readers.pdf_grid import table_of
from parsers.readers.pdf_marks import Marks, around, sorted_lines
from parsers.readers.pdf_rules import Ruling, rulings_of
from parsers.readers.pdf_seen import SLANTING, UPRIGHT, sight_of, watermark_of
from parsers.readers.pdf_view import Turn, turned, view_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Drawing
    from parsers.readers.pdf_file import OpenPage
    from parsers.readers.pdf_grid import Table
    from parsers.readers.pdf_seen import Way
    from parsers.readers.pdf_sheet import Sheet
    from parsers.readers.pdf_view import View

_RIM = 2.5  # points inside a cell's borders that may hold their ink


@dataclass(frozen=True, slots=True)
class _Found:
    """What a page holds, in its upright points: the same for each of its tables."""

    page: int
    view: View
    chars: list[Char]
    usual: float
    marks: Marks
    ways: dict[Box, Way]


def tables_of(page: OpenPage, string: str, drawing: Drawing, *, layers: bool) -> tuple[list[Table], int]:
    """The page's tables, top to bottom, and the quarter turns that bring its text upright.

    `layers`: the document may hide content in layers.
    """
    view = view_of(page.page)
    numbered = numbered_chars(page, string, drawing.forms)
    chars = list(numbered.values())
    turns = sideways_turns(page, chars, view)
    sight = sight_of(page, numbered, drawing, view, layers=layers)
    most = LARGE * usual_height(chars)
    unseen = [*sight.unseen, *_out_of_way(sight.ways, chars, turns)]
    unseen = [box for box in unseen if box[3] - box[1] <= most]  # larger ones are no text of a table
    over = frozenset() if turns else watermark_of(page, numbered, view, most)
    if turns:
        drawing.turn(turns, view)
        chars = [_turned_char(char, turns, view) for char in chars]
        unseen = [turned(box, turns, view.width, view.height) for box in unseen]
    usual = usual_height(chars)
    chars, large = split_large(chars, LARGE * usual)
    large = [box for box in large if box not in over]
    rulings, loose = rulings_of(drawing)
    width, height = (view.height, view.width) if turns % 2 else (view.width, view.height)
    drawing.notes += around((0.0, 0.0, width, height))
    marks = _marks(drawing, rulings, loose, large, unseen)
    found = _Found(page.number, view, chars, usual, marks, {} if turns else sight.ways)
    tables = [table for table in (_table(ruling, found) for ruling in rulings) if table is not None]
    if sight.sheet is not None:
        for table in tables:
            _look_at_blanks(table, sight.sheet, turns, view)
    return tables, turns


def _out_of_way(ways: dict[Box, Way], chars: Iterable[Char], turns: int) -> list[Box]:
    """On a page that is turned as a whole, the digits that do not stand as its text does."""
    if not turns:
        return []
    digits = (char[1:] for char in chars if char[0].isdigit())
    return [box for box in digits if ways.get(box, UPRIGHT) != (turns, False)]


def _marks(
    drawing: Drawing, rulings: Sequence[Ruling], loose: list[Box], large: list[Box], unseen: list[Box]
) -> Marks:
    lines = [line for ruling in rulings for line in ruling.level]
    lines += [(top, left, right) for left, top, right, bottom in loose if top == bottom]
    return Marks(
        [*drawing.ink, *large],
        drawing.pictures,
        drawing.fills,
        drawing.notes,
        unseen,
        sorted_lines(lines),
        loose,
        drawing.slants,
    )


def _table(ruling: Ruling, found: _Found) -> Table | None:
    """The table that these lines rule, brought upright where its digits stand otherwise than the page."""
    ways = {box: way for box, way in found.ways.items() if _is_in(box, ruling.box)}
    if not ways:
        return table_of(ruling, found.chars, found.marks, found.page, found.usual)
    digits = [char[1:] for char in found.chars if char[0].isdigit() and _is_in(char[1:], ruling.box)]
    way, often = Counter(ways.get(box, UPRIGHT) for box in digits).most_common(1)[0]
    others = [box for box in digits if ways.get(box, UPRIGHT) != way]
    if way in (UPRIGHT, SLANTING) or often <= len(digits) / 2:
        slanting = digits if way != UPRIGHT else others
        marks = _with_unseen(found.marks, slanting)
        return table_of(ruling, found.chars, marks, found.page, found.usual)
    return _turned_table(ruling, found, Turn(*way, found.view.width, found.view.height), others)


def _turned_within(boxes: Iterable[Box], turn: Turn, table: Box) -> list[Box]:
    return [turn.upright(box) for box in boxes if _is_in(box, table)]


def _turned_table(ruling: Ruling, found: _Found, turn: Turn, others: list[Box]) -> Table | None:
    chars = [(char[0], *turn.upright(char[1:])) for char in found.chars if _is_in(char[1:], ruling.box)]
    marks = _with_unseen(found.marks, others)
    within = partial(_turned_within, turn=turn, table=ruling.box)
    upright = Marks(
        ink=within(marks.ink),
        pictures=within(marks.pictures),
        fills=within(marks.fills),
        notes=within(marks.notes),
        unseen=within(marks.unseen),
        loose=[turn.upright(box) for box in marks.loose],
    )
    table = table_of(_turned_ruling(ruling, turn), chars, upright, found.page, found.usual)
    if table is not None:
        table.shown = turn.back(table.box)
        for row in table.rows:
            for area in row:
                area.shown = turn.back(area.box)
    return table


def _turned_ruling(ruling: Ruling, turn: Turn) -> Ruling:
    level = [turn.upright((left, y, right, y)) for y, left, right in ruling.level]
    upright = [turn.upright((x, top, x, bottom)) for x, top, bottom in ruling.upright]
    if turn.turns % 2:
        level, upright = upright, level
    return Ruling(
        tuple((top, left, right) for left, top, right, _ in level),
        tuple((left, top, bottom) for left, top, _, bottom in upright),
        turn.upright(ruling.box),
    )


def _with_unseen(marks: Marks, boxes: Sequence[Box]) -> Marks:
    return Marks(
        marks.ink,
        marks.pictures,
        marks.fills,
        marks.notes,
        [*marks.unseen, *boxes],
        marks.lines,
        marks.loose,
        marks.slants,
    )


def _look_at_blanks(table: Table, sheet: Sheet, turns: int, view: View) -> None:
    """Where a cell without text shows ink on the page drawn, it is no blank."""
    width, height = (view.height, view.width) if turns % 2 else (view.width, view.height)
    for area in {id(area): area for row in table.rows for area in row}.values():
        if not area.text and not area.inked:
            box = area.shown or (turned(area.box, -turns, width, height) if turns else area.box)
            area.inked = _has_ink(box, sheet)


def _has_ink(box: Box, sheet: Sheet) -> bool:
    left, top, right, bottom = box
    inner = (left + _RIM, top + _RIM, right - _RIM, bottom - _RIM)
    return inner[0] < inner[2] and inner[1] < inner[3] and sheet.has_ink(inner)


def _is_in(box: Box, outer: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _turned_char(char: Char, turns: int, view: View) -> Char:
    letter, left, top, right, bottom = char
    return (letter, *turned((left, top, right, bottom), turns, view.width, view.height))
