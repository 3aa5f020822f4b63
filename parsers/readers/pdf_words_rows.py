"""Rows of a table without lines: which words stand beside which label, and what each cell then holds.

A figure belongs to the label whose lines it stands beside and to the column that holds it and no other does. What is
not plain is given as a text that is no number.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from parsers.model import Cell, Origin
from parsers.numbers import NOT_NUMBER, read_number
from parsers.readers.pdf_chars import UNKNOWN
from parsers.readers.pdf_rules import overlap
from parsers.readers.pdf_text import is_numbered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_words_blocks import Block, Column
    from parsers.readers.pdf_words_page import PageWords, Word

BESIDE = 0.25  # full-width characters beyond a label's lines at which a figure still stands beside it
PITCH = 2.6  # from one line of a cell to the next, at most
_REACH = 1.3  # as BESIDE, where no other label is as near
_LEVELLED = 0.2  # full-width characters that the lines of one cell may be out of line
_REACHES = 0.8  # of a cell's text: what is drawn over that much is its border or its shade
_THIN = 2.6  # points: a flatter box is a line
_SET_OFF = 0.5  # full-width characters between a digit and the Chinese characters beside it
_DIGIT_WIDTH = 0.45  # of a full-width character: digits are no narrower
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NUMERALS = frozenset("零〇一二三四五六七八九十两")  # one alone may be meant as a figure
_TOUCHED = re.compile(r"[\u4e00-\u9fff)]\d+$")

Pages = dict[int, "PageWords"]


@dataclass(slots=True)
class Line:
    """A row of the form: its label, and the words that stand beside it.

    `doubted`: its words are not known to be its figures. `between` are words that may belong to it or to its neighbour.
    """

    label: Block
    words: list[Word] = field(default_factory=list)
    doubted: bool = False
    between: list[Word] = field(default_factory=list)


def is_value(word: Word) -> bool:
    """Whether a word may be what stands in a figure's cell: a number, a sign for none, or anything but words."""
    plain = word.plain
    if plain in NOT_NUMBER or read_number(word.text).state == "number":
        return True
    chinese = len(_CHINESE.findall(plain))
    if is_numbered(plain) and chinese:
        return False
    return not chinese or plain[0].isdigit() or plain in _NUMERALS


def beside(blocks: Sequence[Block], values: Sequence[Word], pages: Pages) -> tuple[list[Line], list[Word]]:
    """Each label with the words that stand beside it, and the words that stand beside none or between two."""
    lines = [Line(block) for block in blocks]
    orphans: list[Word] = []
    for word in values:
        rules = pages[word.page].rules
        away = [_away(line.label, word, rules) for line in lines]
        ranked = sorted(range(len(lines)), key=away.__getitem__)
        if not ranked or away[ranked[0]] > _REACH * word.em:
            orphans.append(word)
            continue
        nearest = ranked[0]
        lines[nearest].words.append(word)
        second = away[ranked[1]] if len(ranked) > 1 else float("inf")
        if away[nearest] > BESIDE * word.em and second < 2 * away[nearest]:
            lines[nearest].between.append(word)
            lines[ranked[1]].between.append(word)
    near = [word for word in orphans if _doubts_its_neighbours(word, lines)]
    for word in orphans:
        _doubt_page_end(word, lines)
    return lines, near


def _doubt_page_end(word: Word, lines: Sequence[Line]) -> None:
    """A word over the first row of a page may end the number above it on the page before."""
    here = [other for line in lines for other in line.words if other.page == word.page]
    over = any(_distance(line.label, word) <= PITCH * word.em for line in lines)
    if not over or any(other.middle < word.middle - BESIDE * word.em for other in here):
        return
    last = [line for line in lines if line.words and line.words[-1].page == word.page - 1]
    for line in sorted(last, key=lambda line: line.words[-1].middle)[-1:]:
        if any(_is_aligned(word, other) for other in line.words):
            line.between.append(word)


def _is_aligned(word: Word, other: Word) -> bool:
    """Whether two words begin, end or have their middle at the same place, as the lines of one cell have."""
    near = _LEVELLED * word.em
    left, right = word.box[0] - other.box[0], word.box[2] - other.box[2]
    return min(abs(left), abs(right), abs(left + right) / 2) <= near


def _away(label: Block, word: Word, rules: Sequence[float]) -> float:
    """How far a word is above or below a label; a line or the edge of a shade between them parts them for good."""
    distance = _distance(label, word)
    if 0 < distance < float("inf") and rules:
        centres = [one.middle for one in label.words if one.page == word.page]
        near = min(centres, key=lambda centre: abs(centre - word.middle))
        low, high = sorted((near, word.middle))
        if bisect_left(rules, high) > bisect_right(rules, low):
            return float("inf")
    return distance


def doubt_strays(lines: Sequence[Line], others: Iterable[Word]) -> None:
    """A figure that stands among the labels, or touches one, is not known to be in any column."""
    for word in others:
        if is_value(word) and any(map(str.isdigit, word.plain)):
            stray = [line for line in lines if _distance(line.label, word) <= BESIDE * word.em]
        else:
            stray = [line for line in lines if word in line.label.words and _TOUCHED.search(word.plain)]
        for line in stray:
            line.doubted = True


def _doubts_its_neighbours(word: Word, lines: Sequence[Line]) -> bool:
    """A word beside no label may be a part of the number above or below it. Far from all it is a page number."""
    close = [line for line in lines if _distance(line.label, word) <= 2 * PITCH * word.em]
    for line in close:
        if any(_is_stacked(word, other) for other in line.words):
            line.between.append(word)
    return bool(close)


def _is_stacked(word: Word, other: Word) -> bool:
    shared = min(word.box[2], other.box[2]) - max(word.box[0], other.box[0])
    return word.page == other.page and shared > 0 and abs(word.middle - other.middle) <= PITCH * word.em


def _distance(label: Block, word: Word) -> float:
    """How far a word's centre is above or below a label's lines."""
    lines = label.lines(word.page)
    if lines is None:
        return float("inf")
    return max(lines[0] - word.middle, word.middle - lines[1], 0.0)


def reunited(words: Sequence[Word]) -> list[Word]:
    """Words on one line that a digit tore apart ("保留4位小数"): programs set digits off from Chinese characters."""
    found: list[Word] = []
    for word in sorted(words, key=lambda word: (word.page, round(word.middle), word.box[0])):
        last = found[-1] if found else None
        if last and last.page == word.page and abs(last.middle - word.middle) <= BESIDE * word.em:
            digit = last.text[-1:].isdigit() or word.text[:1].isdigit()
            if digit and 0 <= word.box[0] - last.box[2] <= _SET_OFF * word.em:
                box = (last.box[0], min(last.box[1], word.box[1]), word.box[2], max(last.box[3], word.box[3]))
                found[-1] = replace(last, text=last.text + word.text, box=box)
                continue
        found.append(word)
    return [word for word in found if word.plain == ")" or not is_value(word)]


def printed_cell(block: Block) -> Cell:
    """A label or heading as it is printed."""
    return Cell(block.text, Origin("pdf", page=block.words[0].page, box=rounded(block.box)))


def rounded(box: Box) -> Box:
    """A box to a hundredth of a point."""
    left, top, right, bottom = box
    return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


def row_of(
    line: Line,
    columns: Sequence[Column] | None,
    width: int,
    pages: Pages,
    orphans: Sequence[Word],
    parts: int = 0,
) -> list[Cell]:
    """A label and its cells; where a word is not plainly in one column, the row is given whole and is no number."""
    label = printed_cell(line.label)
    if columns is None or line.doubted:
        return [label, *_unplaced(line, width)]
    places = [[n for n, column in enumerate(columns) if column.holds(word)] for word in line.words]
    if any(len(place) != 1 for place in places):
        return [label, *_unplaced(line, width)]
    inside = [
        [word for word, place in zip(line.words, places, strict=True) if place == [number]]
        for number in range(len(columns))
    ]
    cells = [
        _cell(line, column, words, pages, orphans) for column, words in zip(columns, inside, strict=True)
    ]
    whole = [
        cell if UNKNOWN in cell.text else replace(cell, text=_made_whole(column, words))
        for column, words, cell in zip(columns, inside, cells, strict=True)
    ]
    return [label, *(whole if whole != cells and _adds_up(whole, parts) else cells)]


def _made_whole(column: Column, words: Sequence[Word]) -> str:
    """A number that its column broke into lines, in one piece: each line but the last leaves no room for a digit."""
    room = max((right - left for left, right in column.words), default=0.0)
    full = all(word.box[2] - word.box[0] + _DIGIT_WIDTH * word.em > room for word in words[:-1])
    return ("" if full else "\n").join(word.text for word in words)


def _adds_up(cells: Sequence[Cell], parts: int) -> bool:
    """Whether every `parts` figures and the total after them are numbers that fit: what proves a number made whole."""
    numbers = [read_number(cell.text) for cell in cells]
    if not parts or any(number.state == "unsure" for number in numbers):
        return False
    values = [number.value or 0 for number in numbers]
    return all(
        sum(values[begin : begin + parts]) == values[begin + parts]
        for begin in range(0, len(values), parts + 1)
    )


def _is_a_sign(mark: Box, cell: Box) -> bool:
    """Whether something drawn in an empty cell does not reach over it, as borders and shades do."""
    if not overlap(mark, cell):
        return False
    wide = min(mark[2], cell[2]) - max(mark[0], cell[0]) >= _REACHES * (cell[2] - cell[0])
    high = min(mark[3], cell[3]) - max(mark[1], cell[1]) >= _REACHES * (cell[3] - cell[1])
    flat = mark[3] - mark[1] < _THIN
    return not wide or not (high or flat)


def _unplaced(line: Line, width: int) -> Iterator[Cell]:
    text = " ".join(word.text for word in line.words) + UNKNOWN
    lines = _band(line)
    for place in range(width):
        box = (line.label.left, lines[1], line.label.right, lines[2])
        yield Cell(text, Origin("pdf", page=int(lines[0]), box=rounded(box), column=place + 1), closed=False)


def _band(line: Line) -> tuple[int, float, float]:
    """The page, top and bottom of a row: that of its figures, or of its label."""
    page = line.words[0].page if line.words else line.label.words[0].page
    lines = line.label.lines(page)
    assert lines is not None  # noqa: S101 - a figure stands beside a label on the label's page only
    tops = [word.box[1] for word in line.words if word.page == page]
    bottoms = [word.box[3] for word in line.words if word.page == page]
    return page, min([lines[0], *tops]), max([lines[1], *bottoms])


def _cell(
    line: Line,
    column: Column,
    inside: Sequence[Word],
    pages: Pages,
    orphans: Sequence[Word],
) -> Cell:
    page, top, bottom = _band(line)
    near = [word for word in line.between if word.box[0] < column.right and word.box[2] > column.left]
    if near:
        text = " ".join(word.text for word in dict.fromkeys((*inside, *near))) + UNKNOWN
        box = (column.left, top, column.right, bottom)
        return Cell(text, Origin("pdf", page=page, box=rounded(box)), closed=False)
    if inside:
        own = [word.box for word in inside if word.page == inside[0].page]
        box = (
            min(b[0] for b in own),
            min(b[1] for b in own),
            max(b[2] for b in own),
            max(b[3] for b in own),
        )
        text = "\n".join(word.text for word in inside)
        return Cell(text, Origin("pdf", page=inside[0].page, box=rounded(box)))
    box = (column.left, top, column.right, bottom)
    inked = any(overlap(box, one) for one in pages[page].ink)
    inked = inked or any(_is_a_sign(one, box) for one in pages[page].marks)
    return Cell("", Origin("pdf", page=page, box=rounded(box)), not orphans and not inked, inked)
