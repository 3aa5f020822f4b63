"""The form's tables from words alone: which words are labels, which are headings, and what stands in each cell.

Nothing is claimed of a cell but what its place proves: a figure belongs to the label whose lines it stands beside
and to the column that it shares with a heading. A cell is blank where both are known and nothing stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, editions
from parsers.labels import canonical, column_labels, row_labels, wordings
from parsers.model import Cell, Grid, Origin
from parsers.numbers import NOT_NUMBER, read_number
from parsers.readers.pdf_chars import UNKNOWN
from parsers.readers.pdf_rules import overlap
from parsers.readers.pdf_text import is_numbered
from parsers.readers.pdf_words_blocks import Block, Column, blocks_of, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_words_page import PageWords, Word

_BESIDE = 0.25  # full-width characters beyond a label's lines at which a figure still stands beside it
_REACH = 1.3  # the same, where no other label is as near
_PITCH = 2.6  # from one line of a cell to the next, at most
_DIGIT_WIDTH = 0.45  # of a full-width character: digits are no narrower
_CHINESE = re.compile("[\u4e00-\u9fff]")
_NUMERALS = frozenset("零〇一二三四五六七八九十两")  # one alone may be meant as a figure
_BLOCK_BEGINS = re.compile(r"第二十条第?")
_TOUCHED = re.compile(r"[\u4e00-\u9fff)]\d+$")
_CORNER = "信息内容"
_LAWSUITS = "行政诉讼"


_SPANNING = frozenset({"申请人情况", "法人或其他组织"})  # headings over several columns


@dataclass(slots=True)
class Region:
    """The words of one table of the form, top to bottom, over all its pages."""

    table: str
    words: list[Word] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """A row of the form: its label, and the words that stand beside it."""

    label: Block
    words: list[Word] = field(default_factory=list)
    doubted: bool = False


def grids_of(pages: Sequence[PageWords]) -> tuple[Grid, ...]:
    """The form's tables, in order, from the words of the pages that may carry them."""
    ink = {page.number: page.ink for page in pages}
    found: list[Grid] = []
    for region in regions(pages):
        rows = _READ[region.table](region.words, ink)
        if rows:
            found.append(Grid(rows[0][0].origin, tuple(tuple(row) for row in rows)))
    return tuple(found)


def regions(pages: Sequence[PageWords]) -> list[Region]:
    """Where each table begins and ends: by the words that only it has, and by the titles of sections."""
    found: list[Region] = []
    current: Region | None = None
    for page in pages:
        for word in page.words:
            plain = word.plain
            begun = _begins(plain, current)
            if begun:
                current = Region(begun)
                found.append(current)
            elif _ENDS.match(plain):
                current = None
            if current is not None:
                current.words.append(word)
    return found


_ENDS = re.compile(
    r"[三四五六][、.](?:收到和处理|政府信息公开行政复议|(?:政府信息公开工作)?存在的?(?:主要)?问题|其他需要|因政府信息)"
)
_BEGINS = {
    DISCLOSURE: re.compile(r"第二十条第\(?一|^信息内容$"),
    REQUESTS: re.compile(r"勾稽关系|^申请人情况$"),
    DISPUTES: re.compile(r"^(?:行政复议|结果维持|未经复议.*|复议后起诉)$"),
}


def _begins(plain: str, current: Region | None) -> str | None:
    """The table that this word begins; a table that is open already does not begin again."""
    for table, pattern in _BEGINS.items():
        if pattern.search(plain) and (current is None or current.table != table):
            return table
    return None


def is_value(word: Word) -> bool:
    """Whether a word may be what stands in a figure's cell: a number, a sign for none, or anything but words."""
    plain = word.plain
    if plain in NOT_NUMBER or read_number(word.text).state == "number":
        return True
    chinese = len(_CHINESE.findall(plain))
    if is_numbered(plain) and chinese:
        return False
    return not chinese or plain[0].isdigit() or plain in _NUMERALS


@cache
def _row_wordings(table: str) -> frozenset[str]:
    """Every label of a row, and of a group of rows, as labels are compared."""
    names = set(row_labels(table).exact)
    for edition in editions().values():
        for name, one in edition.tables():
            if name == table:
                names |= {canonical(row.group) for row in one.rows if row.group}
    return frozenset(names | ({"本年度办理结果"} if table == REQUESTS else set()))


def _requests(words: list[Word], ink: dict[int, tuple[Box, ...]]) -> list[list[Cell]]:
    """Section three: two or three columns of labels, seven of figures."""
    official = [axis.label for axis in editions()["2021"].requests.columns]
    known = frozenset(column_labels(REQUESTS).exact)
    body = _first_label(words)
    headings = _leaves(words[:body], known)
    labels = [word for word in words[body:] if not is_value(word)]
    blocks = blocks_of(labels, _row_wordings(REQUESTS))
    named = [block for block in blocks if row_labels(REQUESTS).find(block.text)]
    if not named or len(headings) < len(official) - 1:
        return []
    edge = min(block.left for block in headings)
    blocks = [block for block in blocks if block.left < edge]
    right = max((block.right for block in named if block.right < _far(headings)), default=edge)
    values = _values(words, headings, right)
    lines, orphans = _beside(_rightmost(blocks), values)
    _doubt_strays(lines, [word for word in words[body:] if word not in values])
    columns = columns_of(headings, values) if len(headings) == len(official) else None
    rows = [_heading_row(headings, "申请人情况")]
    told = [line for line in lines if line.words or row_labels(REQUESTS).find(line.label.text)]
    return rows + [_row(line, columns, len(official), ink, orphans, len(official) - 1) for line in told]


def _values(words: Iterable[Word], headings: Sequence[Block], right: float) -> list[Word]:
    """What may be a figure: below the headings and right of the labels. A wrapped one may begin above its label."""
    below = max(block.words[-1].place for block in headings)
    return [
        word for word in words if is_value(word) and word.box[0] > right - word.em / 2 and word.place > below
    ]


def _far(headings: Sequence[Block]) -> float:
    """The right end of the first heading: no label reaches over it."""
    return min(headings, key=lambda block: block.left).right


def _first_label(words: Sequence[Word]) -> int:
    """The place of the first row's label: what stands before it are headings."""
    for place, word in enumerate(words):
        if re.match(r"一、本年新收|本年新收", word.plain):
            return _line_begin(words, place)
    return len(words)


def _line_begin(words: Sequence[Word], place: int) -> int:
    """The first word that stands on the same line: a figure may lie a hair higher than its label."""
    word = words[place]
    while place and words[place - 1].page == word.page:
        if word.middle - words[place - 1].middle > _BESIDE * word.em:
            break
        place -= 1
    return place


def _leaves(words: Sequence[Word], known: frozenset[str]) -> list[Block]:
    """The headings that stand over one column each, left to right; the same heading only once in one place."""
    blocks = blocks_of([word for word in words if not word.plain.isdigit()], known | _SPANNING)
    leaves: list[Block] = []
    for block in sorted((block for block in blocks if block.label in known), key=lambda block: block.left):
        if not any(block.left < other.right and other.left < block.right for other in leaves):
            leaves.append(block)
    return leaves


def _rightmost(blocks: Sequence[Block]) -> list[Block]:
    """The labels of rows: those that have no other label beside them on the right."""
    return [block for block in blocks if not any(_is_right_of(other, block) for other in blocks)]


def _is_right_of(other: Block, block: Block) -> bool:
    if other is block or other.left < block.right - 1:
        return False
    for page in {word.page for word in block.words}:
        one, two = block.lines(page), other.lines(page)
        if one and two and min(one[1], two[1]) - max(one[0], two[0]) > 0:
            return True
    return False


def _beside(blocks: Sequence[Block], values: Sequence[Word]) -> tuple[list[_Line], list[Word]]:
    """Each label with the words that stand beside it, and the words that stand beside none or between two."""
    lines = [_Line(block) for block in blocks]
    orphans: list[Word] = []
    for word in values:
        ranked = sorted(
            ((_distance(line.label, word), place) for place, line in enumerate(lines)), key=lambda one: one[0]
        )
        if not ranked or ranked[0][0] > _REACH * word.em:
            orphans.append(word)
            continue
        lines[ranked[0][1]].words.append(word)
        second = ranked[1][0] if len(ranked) > 1 else float("inf")
        if ranked[0][0] > _BESIDE * word.em and second < 2 * ranked[0][0]:
            lines[ranked[0][1]].doubted = lines[ranked[1][1]].doubted = True
    near = [word for word in orphans if _doubts_its_neighbours(word, lines)]
    return lines, near


def _doubt_strays(lines: Sequence[_Line], others: Iterable[Word]) -> None:
    """A figure that stands among the labels, or touches one, is not known to be in any column."""
    for word in others:
        if is_value(word) and any(map(str.isdigit, word.plain)):
            stray = [line for line in lines if _distance(line.label, word) <= _BESIDE * word.em]
        else:
            stray = [line for line in lines if word in line.label.words and _TOUCHED.search(word.plain)]
        for line in stray:
            line.doubted = True


def _doubts_its_neighbours(word: Word, lines: Sequence[_Line]) -> bool:
    """A word beside no label may be a part of the number above or below it. Far from all it is a page number."""
    close = [line for line in lines if _distance(line.label, word) <= 2 * _PITCH * word.em]
    for line in close:
        line.doubted |= any(_is_stacked(word, other) for other in line.words)
    return bool(close)


def _is_stacked(word: Word, other: Word) -> bool:
    shared = min(word.box[2], other.box[2]) - max(word.box[0], other.box[0])
    return word.page == other.page and shared > 0 and abs(word.middle - other.middle) <= _PITCH * word.em


def _distance(label: Block, word: Word) -> float:
    """How far a word's centre is above or below a label's lines."""
    lines = label.lines(word.page)
    if lines is None:
        return float("inf")
    return max(lines[0] - word.middle, word.middle - lines[1], 0.0)


def _heading_row(headings: Sequence[Block], corner: str) -> list[Cell]:
    page = headings[0].words[0].page
    cells = [_printed(block) for block in headings]
    return [Cell(corner, Origin("pdf", page=page, box=_rounded(headings[0].box), column=0)), *cells]


def _printed(block: Block) -> Cell:
    return Cell(block.text, Origin("pdf", page=block.words[0].page, box=_rounded(block.box)))


def _rounded(box: Box) -> Box:
    left, top, right, bottom = box
    return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


def _row(
    line: _Line,
    columns: Sequence[Column] | None,
    width: int,
    ink: dict[int, tuple[Box, ...]],
    orphans: Sequence[Word],
    parts: int = 0,
) -> list[Cell]:
    """A label and its cells; where a word is not plainly in one column, the row is given whole and is no number."""
    label = _printed(line.label)
    if columns is None or line.doubted:
        return [label, *_unplaced(line, width)]
    places = [[n for n, column in enumerate(columns) if column.holds(word)] for word in line.words]
    if any(len(place) != 1 for place in places):
        return [label, *_unplaced(line, width)]
    inside = [
        [word for word, place in zip(line.words, places, strict=True) if place == [number]]
        for number in range(len(columns))
    ]
    cells = [_cell(line, column, words, ink, orphans) for column, words in zip(columns, inside, strict=True)]
    whole = [
        replace(cell, text=_made_whole(column, words))
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


def _unplaced(line: _Line, width: int) -> Iterator[Cell]:
    text = " ".join(word.text for word in line.words) + UNKNOWN
    lines = _band(line)
    for place in range(width):
        box = (line.label.left, lines[1], line.label.right, lines[2])
        yield Cell(text, Origin("pdf", page=int(lines[0]), box=_rounded(box), column=place + 1), closed=False)


def _band(line: _Line) -> tuple[int, float, float]:
    """The page, top and bottom of a row: that of its figures, or of its label."""
    page = line.words[0].page if line.words else line.label.words[0].page
    lines = line.label.lines(page)
    assert lines is not None  # noqa: S101 - a figure stands beside a label on the label's page only
    tops = [word.box[1] for word in line.words if word.page == page]
    bottoms = [word.box[3] for word in line.words if word.page == page]
    return page, min([lines[0], *tops]), max([lines[1], *bottoms])


def _cell(
    line: _Line,
    column: Column,
    inside: Sequence[Word],
    ink: dict[int, tuple[Box, ...]],
    orphans: Sequence[Word],
) -> Cell:
    page, top, bottom = _band(line)
    if inside:
        own = [word.box for word in inside if word.page == inside[0].page]
        box = (
            min(b[0] for b in own),
            min(b[1] for b in own),
            max(b[2] for b in own),
            max(b[3] for b in own),
        )
        text = "\n".join(word.text for word in inside)
        return Cell(text, Origin("pdf", page=inside[0].page, box=_rounded(box)))
    box = (column.left, top, column.right, bottom)
    inked = any(overlap(box, one) for one in ink.get(page, ()))
    return Cell("", Origin("pdf", page=page, box=_rounded(box)), not orphans and not inked, inked)


def _disclosure(words: list[Word], ink: dict[int, tuple[Box, ...]]) -> list[list[Cell]]:
    """Section two: small blocks, each between its own heading ("信息内容") and that of the next."""
    corners = [place for place, word in enumerate(words) if word.plain == _CORNER]
    rows: list[list[Cell]] = []
    for place, corner in enumerate(corners):
        begin = _line_begin(words, corner)
        stop = _line_begin(words, corners[place + 1]) if place + 1 < len(corners) else len(words)
        above = _heading_above(words, corner, corners[place - 1] if place else -1)
        rows += _block(words[above:begin], words[begin:stop], words[corner], ink)
    return rows


def _heading_above(words: Sequence[Word], corner: int, before: int) -> int:
    """The place after the last "第二十条第…项" over a block: what follows are its headings."""
    for place in range(corner - 1, before, -1):
        if _BLOCK_BEGINS.match(words[place].plain):
            return place + 1
    return corner


def _block(
    above: Sequence[Word], words: Sequence[Word], corner: Word, ink: dict[int, tuple[Box, ...]]
) -> list[list[Cell]]:
    known = _row_wordings(DISCLOSURE)
    ends = next((n for n, word in enumerate(words) if _BLOCK_BEGINS.match(word.plain)), len(words))
    body = words[:ends]
    left = [
        word for word in body if word is not corner and not is_value(word) and word.box[0] < corner.box[2]
    ]
    blocks = [block for block in blocks_of(left, known) if row_labels(DISCLOSURE).find(block.text)]
    if not blocks:
        return []
    first = min(block.words[0].place for block in blocks)
    right = max(corner.box[2], *(block.right for block in blocks))
    heads = [
        word
        for word in (*above, *body)
        if not is_value(word) and word.box[0] >= corner.box[2] and _before(word, first)
    ]
    headings = sorted(blocks_of(heads, _column_wordings()), key=lambda block: block.left)
    if not headings:
        return []
    values = [word for word in body if is_value(word) and word.box[0] > right - word.em / 2]
    lines, orphans = _beside(blocks, values)
    columns = columns_of(headings, values)
    corner_cell = Cell(_CORNER, Origin("pdf", page=corner.page, box=_rounded(corner.box)))
    rows = [[corner_cell, *map(_printed, headings)]]
    return rows + [_row(line, columns, len(headings), ink, orphans) for line in lines]


def _before(word: Word, place: tuple[int, float]) -> bool:
    return (word.page, word.middle + _BESIDE * word.em) < place


@cache
def _column_wordings() -> frozenset[str]:
    blocks = [block for edition in editions().values() for block in edition.disclosure]
    return frozenset(wording for block in blocks for column in block.columns for wording in wordings(column))


def _disputes(words: list[Word], ink: dict[int, tuple[Box, ...]]) -> list[list[Cell]]:
    """Section four: fifteen headings over one row of figures, or five over three rows."""
    columns_known = frozenset(column_labels(DISPUTES).exact)
    known = columns_known | _row_wordings(DISPUTES) | {_LAWSUITS}
    values = [word for word in words if is_value(word)]
    blocks = blocks_of([word for word in words if not is_value(word)], known)
    leaves = sorted((b for b in blocks if b.label in columns_known), key=lambda block: block.left)
    groups = sorted(_procedures(blocks), key=lambda block: block.left)
    width, kinds = len(editions()["2021"].disputes.columns), len(editions()["2021"].disputes.rows)
    if len(groups) != kinds:
        return []
    if len(leaves) == width:
        return _stacked(leaves, groups, values, ink)
    if len(leaves) != width * kinds:
        return []
    below = max(leaf.words[-1].place for leaf in leaves)
    figures = [word for word in values if word.place > below]
    columns = columns_of(leaves, _stack(figures))
    spans = [leaves[n * width : (n + 1) * width] for n in range(kinds)]
    over = [
        span[0].left < (group.left + group.right) / 2 < span[-1].right
        for group, span in zip(groups, spans, strict=True)
    ]
    if not all(over) or columns is None or not figures:
        return []
    line = _Line(Block(figures[:1]), _stack(figures))
    top = [_printed(group) for group, span in zip(groups, spans, strict=True) for _ in span]
    row = _row(line, columns, width * kinds, ink, (), width - 1)[1:]
    return [top, [_printed(leaf) for leaf in leaves], row]


def _procedures(blocks: Sequence[Block]) -> list[Block]:
    """The headings of procedures, without the one over both kinds of lawsuit."""
    names = row_labels(DISPUTES).exact
    found = [block for block in blocks if block.label in names and block.label != _LAWSUITS]
    kinds = {names[block.label] for block in found}
    return found if len(kinds) == len(found) else []


def _stack(figures: Sequence[Word]) -> list[Word]:
    """The words from the first figure down, as long as line follows line; what stands far below is a page number."""
    found = list(figures[:1])
    for word in figures[1:]:
        if word.page != found[-1].page or word.middle - found[-1].middle > _PITCH * word.em:
            break
        found.append(word)
    return found


def _stacked(
    leaves: Sequence[Block],
    groups: Sequence[Block],
    values: Sequence[Word],
    ink: dict[int, tuple[Box, ...]],
) -> list[list[Cell]]:
    labels = sorted(groups, key=lambda block: block.words[0].place)
    right = max(block.right for block in labels)
    figures = [word for word in values if word.box[0] > right - word.em / 2]
    lines, orphans = _beside(labels, figures)
    columns = columns_of(leaves, [word for line in lines for word in line.words])
    rows = [_heading_row(leaves, "")]
    return rows + [_row(line, columns, len(leaves), ink, orphans, len(leaves) - 1) for line in lines]


_READ = {DISCLOSURE: _disclosure, REQUESTS: _requests, DISPUTES: _disputes}
