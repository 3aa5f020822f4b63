"""Tables without lines in scans: the words of a page with their places, every number of them looked at again.

What a cell is, is told by the code that reads the words of PDFs; here only the words come from a picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.readers.pdf_grid import Area
from parsers.readers.pdf_words_page import page_words
from parsers.readers.scan_cells import look
from parsers.readers.scan_ink import Letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_words_page import PageWords
    from parsers.readers.scan_lines import Straight
    from parsers.readers.scan_looks import Verdict
    from parsers.readers.scan_ocr import Line

    Image = NDArray[np.uint8]

_CHINESE = "\u2e80"
_EM = 0.66  # of the height of a line as the detector finds it: the width of a full-width character
_APART = 0.9  # of that width: a wider gap between two characters parts two words
_MARGIN = 0.45  # of that width: what a number may reach beyond the places of its characters
_LEVEL = 0.2  # of a line's height: middles nearer than this are at one height
_LONGEST = 20  # characters of a word that may be a figure
_SIGN = 2.4  # points: ink this large outside all lines may be a figure


@dataclass(frozen=True, slots=True)
class Token:
    """A word that may be a figure: where it stands (points of the straight page) and what the looks say of it."""

    page: int
    box: Box
    verdict: Verdict


def words_of(
    number: int, page: Straight, ruled: Image, lines: Sequence[Line], usual: float
) -> tuple[PageWords, list[Token]]:
    """The words of a page, and those of them that may be figures, each looked at three times."""
    groups = [group for line in _levelled(lines, usual) for group in _groups(line)]
    figures = [group for group in groups if _may_be_a_figure(group)]
    areas = [Area(_box(group), 0, 0, 0, 0, whole=False, page=number) for group in figures]
    letters = [letter for group in figures for letter in group]
    verdicts = look(page, ruled, areas, letters, usual) if areas else []
    tokens = [Token(number, area.box, verdict) for area, verdict in zip(areas, verdicts, strict=True)]
    said = {id(group): verdict for group, verdict in zip(figures, verdicts, strict=True)}
    chars = [char for group in groups for char in _chars(group, said.get(id(group)))]
    return page_words(number, chars, _other_ink(page, ruled, lines), ()), tokens


def _levelled(lines: Sequence[Line], usual: float) -> Iterator[Line]:
    """Lines that stand beside each other at one height: the detector is a hair off, and order goes by height."""
    first = 0.0
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
        left, top, right, bottom = line.box
        middle = (top + bottom) / 2
        if not first or middle - first > _LEVEL * usual:
            first = middle
        half = (bottom - top) / 2
        yield replace(line, box=(left, first - half, right, first + half))


def _groups(line: Line) -> Iterator[list[Letter]]:
    """The characters of a line, parted where there is a blank or a gap; each as wide as it is printed."""
    left, top, right, bottom = line.box
    middle, em = (top + bottom) / 2, _em(line)
    group: list[Letter] = []
    last = 0.0
    for letter, score, place in zip(line.seen.text, line.seen.scores, line.seen.places, strict=True):
        x = left + place * (right - left)
        if group and (not letter.strip() or x - last > (1 + _APART) * em):
            yield _closed(group)
            group = []
        if letter.strip():
            half = em / 2 if letter >= _CHINESE else em / 4
            char = (letter, x - half, middle - 0.6 * em, x + half, middle + 0.6 * em)
            group.append(Letter(char, score))
            last = x
    if group:
        yield _closed(group)


def _em(line: Line) -> float:
    left, top, right, bottom = line.box
    xs = [left + place * (right - left) for place in line.seen.places]
    steps = [
        after - before
        for (one, before), (other, after) in pairwise(zip(line.seen.text, xs, strict=True))
        if one >= _CHINESE and other >= _CHINESE
    ]
    return median(steps) if len(steps) > 2 else _EM * (bottom - top)  # noqa: PLR2004 - two may be anything


def _closed(group: list[Letter]) -> list[Letter]:
    """The characters of a word side by side: the recogniser knows their places only roughly."""
    chars = [letter.char for letter in group]
    edges = [chars[0][1], *((a[3] + b[1]) / 2 for a, b in pairwise(chars)), chars[-1][3]]
    return [
        Letter((char[0], low, char[2], max(low, high), char[4]), letter.score)
        for letter, char, (low, high) in zip(group, chars, pairwise(edges), strict=True)
    ]


def _may_be_a_figure(group: Sequence[Letter]) -> bool:
    chinese = sum("\u4e00" <= letter.char[0] <= "\u9fff" for letter in group)
    return chinese < 2 and len(group) <= _LONGEST  # noqa: PLR2004 - a word


def _box(group: Sequence[Letter]) -> Box:
    _, left, top, _, bottom = group[0].char
    margin = _MARGIN * (bottom - top)
    return left - margin, top - margin / 2, group[-1].char[3] + margin, bottom + margin / 2


def _chars(group: Sequence[Letter], verdict: Verdict | None) -> Iterable[Char]:
    """The characters of a word as the page's look saw them, or as the looks agree, in the same room."""
    if verdict is None:
        return [letter.char for letter in group]
    text = "".join(verdict.text.split())
    if not text:
        return []
    _, left, top, _, bottom = group[0].char
    step = (group[-1].char[3] - left) / len(text)
    return [(letter, left + n * step, top, left + (n + 1) * step, bottom) for n, letter in enumerate(text)]


def _other_ink(page: Straight, ruled: Image, lines: Sequence[Line]) -> list[Box]:
    """What is drawn where no line of text was seen: a single figure is easily overlooked."""
    rest = page.ink * (1 - cv2.dilate(ruled, np.ones((3, 3), np.uint8)))
    for line in lines:
        left, top, right, bottom = (max(0, round(value * page.scale)) for value in line.box)
        rest[top:bottom, left:right] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8))
    return [
        (x / page.scale, y / page.scale, (x + w) / page.scale, (y + h) / page.scale)
        for x, y, w, h in (tuple(map(int, one[:4])) for one in stats[1:])
        if max(w, h) >= _SIGN * page.scale
    ]
