"""Words of a PDF page with their boxes: what tables without lines are read from.

A word is what stands together on one line: characters that follow one another without a gap as wide as a cell's
padding. Everything is measured in the page's own full-width character, so that font sizes do not matter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter
from statistics import median
from typing import TYPE_CHECKING

from parsers.normalise import normalise
from parsers.readers.pdf_chars import BLANKS
from parsers.readers.pdf_text import line_text, lines_of
from parsers.readers.pdf_view import bounds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_drawing import Piece

_CHINESE = "\u2e80"  # characters from here on are as wide as the font is large
_GAP = 0.26  # of a full-width character: a wider gap between two Chinese characters ends a word
_FIGURE_GAP = 0.24  # the same between others, which stand closer
_EM_OF_HEIGHT = 0.8  # a full-width character's width, of the height of a digit's line
_OVERLAP = 1.0  # points that two characters may overlap and still be two
_SAME_LEVEL = 1.5  # points: pieces that near are one line
_MOST_OF_THE_WIDTH = 0.5
_STEP = 4.0  # points: lines are looked for that far above and below
_LEVEL = 0.35  # of a full-width character: centres nearer than this are on one line


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters on one line of a page. `em` is the width of a full-width character there."""

    text: str
    page: int
    box: Box
    em: float

    @property
    def plain(self) -> str:
        """The normalised text."""
        return normalise(self.text)

    @property
    def middle(self) -> float:
        """The height of its centre on its page."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def place(self) -> tuple[int, float]:
        """Where it stands from the top of the document: page, then centre."""
        return self.page, self.middle


@dataclass(frozen=True, slots=True)
class PageWords:
    """One page: its words from top to bottom, the boxes of ink that is no text, and where level lines run.

    `rules` are the heights, sorted, of lines and of the edges of shades that run over most of the text's width.
    `marks` are drawn boxes and lines: a border or a shade where they reach over a cell, else a sign in it.
    """

    number: int
    words: tuple[Word, ...]
    ink: tuple[Box, ...]
    rules: tuple[float, ...] = ()
    marks: tuple[Box, ...] = ()


def page_words(number: int, chars: Sequence[Char], ink: Iterable[Box], marks: Iterable[Box]) -> PageWords:
    """The words of a page whose text is upright; `chars` in content order, boxes as displayed.

    `marks` are the lines and painted boxes there.
    """
    runs = _joined(list(_runs(char for char in chars if char[0] not in BLANKS)))
    words = sorted((_word(run, number) for run in runs), key=lambda word: (word.middle, word.box[0]))
    drawn = tuple(marks)
    levels = [(y, left, right) for left, top, right, bottom in drawn for y in {top, bottom} if right > left]
    shown = tuple(word for word in words if word.text)
    return PageWords(number, shown, tuple(ink), _rules(levels, words), drawn)


def _rules(levels: Iterable[Piece], words: Sequence[Word]) -> tuple[float, ...]:
    """Where pieces on one level cover most of the width of the page's text."""
    if not words:
        return ()
    width = max(word.box[2] for word in words) - min(word.box[0] for word in words)
    found: list[float] = []
    row: list[Piece] = []
    for piece in [*sorted(levels), None]:
        if row and (piece is None or piece[0] - row[0][0] > _SAME_LEVEL):
            if _covered(row) >= _MOST_OF_THE_WIDTH * width:
                found.append(row[0][0])
            row = []
        if piece is not None:
            row.append(piece)
    return tuple(found)


def _covered(row: Sequence[Piece]) -> float:
    length, end = 0.0, float("-inf")
    for _, left, right in sorted(row, key=itemgetter(1)):
        length += max(0.0, right - max(left, end))
        end = max(end, right)
    return length


def _em(char: Char) -> float:
    """How wide a full-width character of the same size is."""
    return char[3] - char[1] if char[0] >= _CHINESE else _EM_OF_HEIGHT * (char[4] - char[2])


def _follows(before: Char, char: Char) -> bool:
    """Whether a character goes on with the word that ends with the one before."""
    em = max(_em(before), _em(char))
    if abs(before[2] + before[4] - char[2] - char[4]) > 2 * _LEVEL * em:
        return False
    words = before[0] >= _CHINESE and char[0] >= _CHINESE
    return -em < char[1] - before[3] <= (_GAP if words else _FIGURE_GAP) * em


def _runs(chars: Iterable[Char]) -> Iterator[list[Char]]:
    """Characters that follow one another in the content and on the page."""
    run: list[Char] = []
    for char in chars:
        if run and not _follows(run[-1], char):
            yield run
            run = []
        run.append(char)
    if run:
        yield run


def _joined(runs: list[list[Char]]) -> list[list[Char]]:
    """Runs that touch on one line as one: a file may write the end of a word before its beginning."""
    levels: dict[int, list[list[Char]]] = defaultdict(list)
    for run in sorted(runs, key=_first_left):
        level = round((run[0][2] + run[0][4]) / 2 / _STEP)
        rows = (row for near in (level, level - 1, level + 1) for row in levels[near])
        row = next((row for row in rows if _follows(row[-1], run[0])), None)
        if row is None:
            levels[level].append(run)
        else:
            row += run
    return [run for rows in levels.values() for run in rows]


def _first_left(run: list[Char]) -> float:
    return run[0][1]


def _word(run: list[Char], page: int) -> Word:
    in_order = all(before[3] <= char[1] + _OVERLAP for before, char in pairwise(run))
    text = line_text(run) if in_order else " ".join(line_text(line) for line in lines_of(run))
    box = bounds_of(point for _, left, top, right, bottom in run for point in ((left, top), (right, bottom)))
    return Word(text.strip(), page, box, median(map(_em, run)))


def cut(word: Word, edges: Sequence[float]) -> list[Word]:
    """The parts of a word between the edges (from left to right), all characters taken as equally wide."""
    left, top, right, bottom = word.box
    step = (right - left) / len(word.text)
    parts: dict[int, list[int]] = defaultdict(list)
    for place in range(len(word.text)):
        parts[bisect_right(edges, left + (place + 0.5) * step)].append(place)
    return [
        replace(
            word,
            text=word.text[places[0] : places[-1] + 1],
            box=(left + places[0] * step, top, left + (places[-1] + 1) * step, bottom),
        )
        for places in parts.values()
    ]
