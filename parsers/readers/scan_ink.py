"""What is drawn in the cells of a scanned table: ink in two strengths, red, and lines that rule nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.readers.scan_lines import DARKER, ink_of
from parsers.readers.scan_strokes import lean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_grid import Area
    from parsers.readers.scan_lines import Straight

    Image = NDArray[np.uint8]
    Span = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_EDGE = 1.0  # points beside a border that belong to it
_SPECK = 1.3  # points: nothing smaller is a sign
_FAINT = 2.4  # points: the smallest sign that is looked for in faint ink
_FAINTER = 2  # times fainter than ink
_ENOUGH = 30  # pixels of borders under a seal
_VISIBLE = 48  # grey levels by which a border under a seal must be darker than paper


@dataclass(frozen=True, slots=True)
class Letter:
    """One character of the page's own lines: its box in points, its score."""

    char: Char
    score: float


@dataclass(frozen=True, slots=True)
class InkedCell:
    """A cell with what is drawn in it, in pixels of the straight page.

    `lines` are its lines of ink, `signs` the connected pieces of it, `inside` the cell without its borders.
    `stained`: struck, red or faint ink makes it doubtful. `reddened`: red stands wholly inside. `hidden`: a seal lies
    over it that hides what is under it. `highest`: the height of its highest sign, faint ones too. `leans`: how far
    each of its signs leans that is one thin stroke.
    """

    area: Area
    letters: list[Letter]
    lines: list[Span]
    signs: list[Span]
    inside: Span
    stained: bool
    reddened: bool
    hidden: bool
    highest: int
    leans: tuple[float, ...]


class Ink:
    """What is drawn on the page beside its ruling lines, in three strengths."""

    def __init__(self, page: Straight, ruled: Image, areas: Sequence[Area], loose: Sequence[Box]) -> None:
        self.loose = loose
        away = _away_from(ruled, 3)
        self.scale = page.scale
        self.ink: Image = page.ink * away
        self.faint: Image = ink_of(page.dark, page.scale, DARKER // _FAINTER) * away
        self.red = page.red
        self.faint_black: Image = self.faint * _away_from(page.red, 5)
        self.opaque = bool(page.red.any()) and _hides(page, areas)

    def cell(self, area: Area, letters: list[Letter], usual: float) -> InkedCell:
        """Where the cell's lines of ink stand, and whether anything else may be drawn in it."""
        left, top, right, bottom = area.box
        edge = _EDGE
        inside = (
            max(0, round((left + edge) * self.scale)),
            max(0, round((top + edge) * self.scale)),
            round((right - edge) * self.scale),
            round((bottom - edge) * self.scale),
        )
        signs = _signs(self.ink, inside, _SPECK * self.scale)
        struck = len(signs) > 1 and any(_crosses(line, area.box) for line in self.loose)
        red = _signs(self.red, inside, _FAINT * self.scale)
        reddened = any(_is_within(sign, inside) for sign in red)
        pale = _signs(self.faint, inside, _FAINT * self.scale)
        faint = not signs and not red and bool(pale)
        besides_red = _signs(self.faint_black, inside, _FAINT * self.scale) if red else pale
        highest = max((sign[3] - sign[1] for sign in besides_red), default=0)
        lines = lines_of_ink(signs, usual * self.scale)
        return InkedCell(
            area,
            letters,
            lines,
            signs,
            inside,
            struck or reddened or faint,
            reddened,
            bool(red) and self.opaque,
            highest,
            tuple(lean(self.ink, sign, usual * self.scale) for sign in signs),
        )


def _away_from(mask: Image, width: int) -> Image:
    """The mask of what is not within `width` // 2 pixels of another."""
    return (1 - cv2.dilate(mask, np.ones((width, width), np.uint8))).astype(np.uint8)


def _hides(page: Straight, areas: Sequence[Area]) -> bool:
    """Whether what is under a seal may be hidden: known by the borders of cells that run under it."""
    borders = np.zeros_like(page.red)
    for area in areas:
        left, top, right, bottom = (round(value * page.scale) for value in area.box)
        cv2.rectangle(borders, (left, top), (right, bottom), (1,), 1)
    deep = cv2.erode(page.red, np.ones((7, 7), np.uint8)).astype(np.uint8)
    under = (borders & deep) > 0
    if int(under.sum()) < _ENOUGH:
        return True
    darkest = cv2.erode(page.grey, np.ones((5, 5), np.uint8))
    paper = float(np.percentile(page.grey, 75))
    return paper - float(np.percentile(darkest[under], 70)) < _VISIBLE


def _crosses(line: Box, box: Box) -> bool:
    """Whether the middle of a line that rules nothing is inside a cell."""
    x, y = (line[0] + line[2]) / 2, (line[1] + line[3]) / 2
    return box[0] < x < box[2] and box[1] < y < box[3]


def _is_within(sign: Span, inside: Span) -> bool:
    return sign[0] > inside[0] and sign[1] > inside[1] and sign[2] < inside[2] and sign[3] < inside[3]


def _signs(mask: Image, inside: Span, least: float) -> list[Span]:
    """The boxes of connected ink inside a cell, specks left out."""
    left, top, right, bottom = inside
    part = mask[top:bottom, left:right]
    if part.size == 0 or not part.any():
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.ascontiguousarray(part))
    return [
        (left + int(x), top + int(y), left + int(x + w), top + int(y + h))
        for x, y, w, h, _ in stats[1:]
        if max(w, h) >= least
    ]


def lines_of_ink(signs: Sequence[Span], usual: float) -> list[Span]:
    """The signs as lines, top to bottom: signs that share half of the lower one's height are beside each other."""
    lines: list[Span] = []
    for sign in sorted(signs, key=lambda sign: sign[1]):
        beside = bool(lines) and min(lines[-1][3], sign[3]) - sign[1] > 0.2 * min(usual, sign[3] - sign[1])
        if beside or (lines and _is_broken(lines[-1], sign, usual)):
            lines[-1] = around(lines[-1], sign)
        else:
            lines.append(sign)
    return lines


def _is_broken(line: Span, sign: Span, usual: float) -> bool:
    """Whether a sign just below a line is a part of it: thin strokes of a copy break."""
    return sign[1] - line[3] <= 0.15 * usual and sign[3] - line[1] <= 1.15 * usual


def around(one: Span, other: Span) -> Span:
    """The smallest box around two."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
