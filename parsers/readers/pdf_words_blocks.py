"""Labels and headings put together from words that stand below one another, and the columns that words make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from parsers.labels import canonical
from parsers.normalise import normalise
from parsers.readers.pdf_text import is_numbered
from parsers.readers.pdf_view import bounds_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_words_page import Word

_UNIT = "(单位"  # a heading's unit is part of it
_PITCH = 2.6  # full-width characters from one line of a label to the next, at most
_NEAR = 1.75  # the same, for a line that no known label goes on with
_SHARED = 0.4  # of the narrower of two lines of one cell that stand below one another
_CORE = 0.4  # full-width characters above and below a line's centre: line spacing is no ink
_TOUCH = 0.1  # full-width characters two words of one column must share


@dataclass(slots=True)
class Block:
    """A cell's words, line by line. It may go on over a page end."""

    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines as printed."""
        return "\n".join(word.text for word in self.words)

    @property
    def label(self) -> str:
        """The text as labels are compared."""
        return canonical(self.text)

    @property
    def left(self) -> float:
        """Its left end."""
        return min(word.box[0] for word in self.words)

    @property
    def right(self) -> float:
        """Its right end."""
        return max(word.box[2] for word in self.words)

    def lines(self, page: int) -> tuple[float, float] | None:
        """From the upper to the lower edge of its ink on a page; None where it has none there."""
        here = [word for word in self.words if word.page == page]
        if not here:
            return None
        return here[0].middle - _CORE * here[0].em, here[-1].middle + _CORE * here[-1].em

    @property
    def box(self) -> Box:
        """Around its words on its first page."""
        here = [word.box for word in self.words if word.page == self.words[0].page]
        return bounds_of(point for a, b, c, d in here for point in ((a, b), (c, d)))


def blocks_of(words: Iterable[Word], known: Collection[str]) -> list[Block]:
    """The cells that these words (of labels or headings, top to bottom) make; `known` are labels as compared.

    A line goes on with the one above where the two begin a known label, where a bracket is open, or where they
    stand close and the upper is no whole label; a line with a number of its own ("（三）", "2.") never does.
    """
    blocks: list[Block] = []
    for word in words:
        above = None if is_numbered(word.plain) else _above(blocks, word, known)
        if above is None:
            blocks.append(Block([word]))
        else:
            above.words.append(word)
    return blocks


def _above(blocks: Sequence[Block], word: Word, known: Collection[str]) -> Block | None:
    near = [block for block in blocks[::-1][:40] if _is_above(block.words[-1], word)]
    sure = [block for block in near if _goes_on(block, word, known)]
    if sure:
        return sure[0]
    for block in near[:1]:
        close = word.middle - block.words[-1].middle <= _NEAR * word.em and word.page == block.words[-1].page
        if close and block.label not in known:
            return block
    return None


def _is_above(upper: Word, word: Word) -> bool:
    if word.page == upper.page and not 0.5 * word.em < word.middle - upper.middle <= _PITCH * word.em:
        return False
    if word.page not in (upper.page, upper.page + 1):
        return False
    shared = min(upper.box[2], word.box[2]) - max(upper.box[0], word.box[0])
    return shared >= _SHARED * min(upper.box[2] - upper.box[0], word.box[2] - word.box[0])


def _goes_on(block: Block, word: Word, known: Collection[str]) -> bool:
    text = normalise(block.text)
    if text.count("(") > text.count(")") or word.plain.startswith(_UNIT):
        return True
    label, whole = block.label, canonical(f"{block.text}{word.text}")
    return len(whole) > len(label) > 0 and any(one.startswith(whole) for one in known)


@dataclass(slots=True)
class Column:
    """A column: from left to right what its headings and figures cover; `words` are the ends of each of its figures."""

    left: float
    right: float
    headings: list[Block] = field(default_factory=list)
    words: list[tuple[float, float]] = field(default_factory=list)

    def holds(self, word: Word) -> bool:
        """Whether a word stands in it and nowhere else."""
        return word.box[0] >= self.left - _TOUCH * word.em and word.box[2] <= self.right + _TOUCH * word.em


def columns_of(headings: Sequence[Block], words: Sequence[Word]) -> list[Column] | None:
    """The columns in which words and headings stand, left to right; None where they are not plain.

    Plain: words and headings that overlap from left to right make exactly as many columns as there are headings,
    each with one; or the words alone do, and each heading belongs to the one it stands over or beside, in order.
    """
    whole = united(headings, words)
    if len(whole) == len(headings) and all(len(column.headings) == 1 for column in whole):
        return whole
    alone = united((), words)
    if len(alone) != len(headings):
        return None
    for column, heading in zip(alone, sorted(headings, key=lambda one: one.left), strict=True):
        column.headings = [heading]
    return alone if _in_order(alone) else None


def united(headings: Sequence[Block], words: Sequence[Word]) -> list[Column]:
    """The columns that these make, left to right: what overlaps is one."""
    pieces: list[tuple[float, float, Block | None]] = [(word.box[0], word.box[2], None) for word in words]
    pieces += [(block.left, block.right, block) for block in headings]
    columns: list[Column] = []
    for left, right, heading in sorted(pieces, key=lambda piece: piece[:2]):
        if columns and left < columns[-1].right:
            columns[-1].right = max(columns[-1].right, right)
        else:
            columns.append(Column(left, right))
        if heading is None:
            columns[-1].words.append((left, right))
        else:
            columns[-1].headings.append(heading)
    return columns


def _in_order(columns: Sequence[Column]) -> bool:
    """Whether each heading stands between the columns before and after its own."""
    middles = [(column.left + column.right) / 2 for column in columns]
    bounds = zip([float("-inf"), *middles[:-1]], columns, [*middles[1:], float("inf")], strict=True)
    return all(
        low < (column.headings[0].left + column.headings[0].right) / 2 < high for low, column, high in bounds
    )
