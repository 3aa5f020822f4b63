"""The form's tables from words alone: which words are labels, which are headings, and what stands in each cell.

Nothing is claimed of a cell but what its place proves: a figure belongs to the label whose lines it stands beside
and to the column that it shares with a heading. A cell is blank where both are known and nothing stands there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.editions import DISCLOSURE, DISPUTES, REQUESTS, editions
from parsers.labels import canonical, column_labels, row_labels, wordings
from parsers.model import Cell, Grid, Origin
from parsers.readers.pdf_text import is_numbered
from parsers.readers.pdf_words_blocks import Block, blocks_of, columns_of, united
from parsers.readers.pdf_words_page import cut
from parsers.readers.pdf_words_rows import (
    BESIDE,
    PITCH,
    Line,
    beside,
    doubt_strays,
    is_value,
    printed_cell,
    reunited,
    rounded,
    row_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.readers.pdf_words_page import PageWords, Word
    from parsers.readers.pdf_words_rows import Pages

_BLOCK_BEGINS = re.compile(r"第二十条第?")
_BLOCK_GOES_ON = re.compile(
    r"条?第?\(?[一二三四五六七八九十]+\)?项?|\)?项"
)  # what is left of it on its next line
# Shares of the gap between two columns: for text in the middle, at the left, at the right.
_CUTS = (0.5, 0.9, 0.1)
_CORNER = "信息内容"
_LAWSUITS = "行政诉讼"
_SPANNING = frozenset({"申请人情况", "法人或其他组织"})  # headings over several columns


@dataclass(slots=True)
class Region:
    """The words of one table of the form, top to bottom, over all its pages."""

    table: str
    words: list[Word] = field(default_factory=list)


def grids_of(pages: Sequence[PageWords]) -> tuple[Grid, ...]:
    """The form's tables, in order, from the words of the pages that may carry them."""
    by_number = {page.number: page for page in pages}
    found: list[Grid] = []
    for region in regions(pages):
        rows = _READ[region.table](region.words, by_number)
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


@cache
def _row_wordings(table: str) -> frozenset[str]:
    """Every label of a row, and of a group of rows, as labels are compared."""
    names = set(row_labels(table).exact)
    for edition in editions().values():
        for name, one in edition.tables():
            if name == table:
                names |= {canonical(row.group) for row in one.rows if row.group}
    return frozenset(names | ({"本年度办理结果"} if table == REQUESTS else set()))


def _requests(words: list[Word], pages: Pages) -> list[list[Cell]]:
    """Section three: two or three columns of labels, seven of figures."""
    official = [axis.label for axis in editions()["2021"].requests.columns]
    known = frozenset(column_labels(REQUESTS).exact)
    body = _first_label(words)
    headings = _leaves(words[:body], known)
    labels = [word for word in words[body:] if not is_value(word)]
    blocks = blocks_of(labels, _row_wordings(REQUESTS))
    named = [block for block in blocks if row_labels(REQUESTS).find(block.text)]
    if named and len(headings) < len(official):
        right = max((block.right for block in named if is_numbered(block.words[0].plain)), default=0.0)
        figures = [word for word in words[body:] if is_value(word) and word.box[0] > right - word.em / 2]
        headings = _cut_headings(words[:body], figures, known, len(official)) or headings
    if not named or len(headings) < len(official) - 1:
        return []
    edge = min(block.left for block in headings)
    blocks = [block for block in blocks if block.left < edge]
    right = max((block.right for block in named if block.right < _far(headings)), default=edge)
    values = _values(words, headings, right)
    lines, orphans = beside([block for block in _rightmost(blocks) if not _is_group(block)], values, pages)
    doubt_strays(lines, [word for word in words[body:] if word not in values])
    columns = columns_of(headings, values) if len(headings) == len(official) else None
    rows = [_heading_row(headings, "申请人情况")]
    told = [line for line in lines if line.words or row_labels(REQUESTS).find(line.label.text)]
    return rows + [row_of(line, columns, len(official), pages, orphans, len(official) - 1) for line in told]


def _is_group(block: Block) -> bool:
    """Whether a label is one over several rows: no figure is its own."""
    return block.label in _row_wordings(REQUESTS) and not row_labels(REQUESTS).find(block.text)


def _cut_headings(
    words: Sequence[Word], figures: Sequence[Word], known: frozenset[str], width: int
) -> list[Block]:
    """Headings that touch one another, cut where the figures' columns part; none where that gives no whole set."""
    columns = united((), figures)
    if len(columns) != width:
        return []
    for share in _CUTS:
        edges = [one.right + share * (two.left - one.right) for one, two in pairwise(columns)]
        whole = known | _SPANNING
        pieces = [piece for one in words for piece in ([one] if one.plain in whole else cut(one, edges))]
        found = _leaves(pieces, known)
        if len(found) == width:
            return found
    return []


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
    first = (place for place, word in enumerate(words) if re.match(r"(?:一、)?本年新收", word.plain))
    place = next(first, None)
    return len(words) if place is None else _line_begin(words, place)


def _line_begin(words: Sequence[Word], place: int) -> int:
    """The first word that stands on the same line: a figure may lie a hair higher than its label."""
    word = words[place]
    while place and words[place - 1].page == word.page:
        if word.middle - words[place - 1].middle > BESIDE * word.em:
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


def _heading_row(headings: Sequence[Block], corner: str) -> list[Cell]:
    page = headings[0].words[0].page
    cells = [printed_cell(block) for block in headings]
    return [Cell(corner, Origin("pdf", page=page, box=rounded(headings[0].box), column=0)), *cells]


def _disclosure(words: list[Word], pages: Pages) -> list[list[Cell]]:
    """Section two: small blocks, each between its own heading ("信息内容") and that of the next."""
    corners = [place for place, word in enumerate(words) if word.plain == _CORNER]
    rows: list[list[Cell]] = []
    for place, corner in enumerate(corners):
        begin = _line_begin(words, corner)
        stop = _line_begin(words, corners[place + 1]) if place + 1 < len(corners) else len(words)
        above = _heading_above(words, corner, corners[place - 1] if place else -1)
        rows += _block(words[above:begin], words[begin:stop], words[corner], pages)
    return rows


def _heading_above(words: Sequence[Word], corner: int, before: int) -> int:
    """The place after the last "第二十条第…项" over a block: what follows are its headings."""
    for place in range(corner - 1, before, -1):
        if _BLOCK_BEGINS.match(words[place].plain):
            return place + 1
    return corner


def _block(above: Sequence[Word], words: Sequence[Word], corner: Word, pages: Pages) -> list[list[Cell]]:
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
    heads = [word for word in (*above, *body) if word.box[0] >= corner.box[2] and _before(word, first)]
    heads = [word for word in heads if not _BLOCK_GOES_ON.fullmatch(word.plain)]
    headings = sorted(blocks_of(reunited(heads), _column_wordings()), key=lambda block: block.left)
    if not headings:
        return []
    headed = {(word.page, word.box) for block in headings for word in block.words}
    figures = [word for word in body if is_value(word) and (word.page, word.box) not in headed]
    values = [word for word in figures if word.box[0] > right - word.em / 2]
    lines, orphans = beside(blocks, values, pages)
    columns = columns_of(headings, values)
    corner_cell = Cell(_CORNER, Origin("pdf", page=corner.page, box=rounded(corner.box)))
    rows = [[corner_cell, *map(printed_cell, headings)]]
    return rows + [row_of(line, columns, len(headings), pages, orphans) for line in lines]


def _before(word: Word, place: tuple[int, float]) -> bool:
    return (word.page, word.middle + BESIDE * word.em) < place


@cache
def _column_wordings() -> frozenset[str]:
    blocks = [block for edition in editions().values() for block in edition.disclosure]
    return frozenset(wording for block in blocks for column in block.columns for wording in wordings(column))


def _disputes(words: list[Word], pages: Pages) -> list[list[Cell]]:
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
        return _stacked(leaves, groups, values, pages)
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
    line = Line(Block(figures[:1]), _stack(figures))
    top = [printed_cell(group) for group, span in zip(groups, spans, strict=True) for _ in span]
    row = row_of(line, columns, width * kinds, pages, (), width - 1)[1:]
    return [top, [printed_cell(leaf) for leaf in leaves], row]


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
        if word.page != found[-1].page or word.middle - found[-1].middle > PITCH * word.em:
            break
        found.append(word)
    return found


def _stacked(
    leaves: Sequence[Block],
    groups: Sequence[Block],
    values: Sequence[Word],
    pages: Pages,
) -> list[list[Cell]]:
    labels = sorted(groups, key=lambda block: block.words[0].place)
    right = max(block.right for block in labels)
    figures = [word for word in values if word.box[0] > right - word.em / 2]
    lines, orphans = beside(labels, figures, pages)
    columns = columns_of(leaves, [word for line in lines for word in line.words])
    rows = [_heading_row(leaves, "")]
    return rows + [row_of(line, columns, len(leaves), pages, orphans, len(leaves) - 1) for line in lines]


_READ = {DISCLOSURE: _disclosure, REQUESTS: _requests, DISPUTES: _disputes}
