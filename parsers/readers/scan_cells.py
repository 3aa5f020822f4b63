"""What stands in the cells of a scanned table: three looks at every cell that may hold a figure.

The first look is at the lines of the whole page; the second and the third are at the cell alone, cut out in two
ways. A figure is read where looks agree; a cell is blank only where nothing at all is drawn in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.normalise import normalise
from parsers.numbers import UNKNOWN_GLYPH, read_number
from parsers.readers.scan_lines import DARKER, ink_of
from parsers.readers.scan_looks import BLANK, SURE, Verdict, agreed
from parsers.readers.scan_ocr import LOOK_ALIKES, Seen, recognise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
_CHINESE = re.compile("[\u4e00-\u9fff]")
_A_WORD = 2
_FLAT = 0.25  # of a line's height: a sign no higher than this is a dash
_DASHES = frozenset("-一_~=·")
_RINGS = frozenset(LOOK_ALIKES[0])
_DIGIT = 0.5  # of a line's height: a ring no lower than this is a zero
_AS_HIGH = 0.6  # of a line's height: a sign no lower than this may be a digit
_ROOM, _PADDING = (
    0.6,
    9.0,
)  # a digit's width of a line's height, and points beside the text: less room, and a number goes on below


@dataclass(frozen=True, slots=True)
class Letter:
    """One character of the page's own lines: its box in points, its score."""

    char: Char
    score: float


@dataclass(frozen=True, slots=True)
class _Cell:
    area: Area
    letters: list[Letter]
    lines: list[Span]
    signs: list[Span]
    inside: Span
    stained: bool
    reddened: bool


def look(
    page: Straight,
    ruled: Image,
    areas: Sequence[Area],
    letters: Sequence[Letter],
    usual: float,
    loose: Sequence[Box] = (),
) -> list[Verdict]:
    """What each area of a page's tables holds.

    `ruled` masks the lines of tables, `loose` are lines that rule none; `usual` is a line's height in points.
    """
    ink = _Ink(page, ruled, loose)
    of_area = _shared_out(areas, letters)
    cells = [ink.cell(area, of_area[number], usual) for number, area in enumerate(areas)]
    doubtful = [number for number, cell in enumerate(cells) if cell.lines and _may_be_a_figure(cell)]
    second = _second_looks(page, [cells[number] for number in doubtful], usual)
    looked = dict(zip(doubtful, second, strict=True))
    return [_verdict(cell, looked.get(number), page.scale, usual) for number, cell in enumerate(cells)]


def _shared_out(areas: Sequence[Area], letters: Iterable[Letter]) -> list[list[Letter]]:
    boxes = np.array([area.box for area in areas]).reshape(-1, 4)
    shares: list[list[Letter]] = [[] for _ in areas]
    for letter in letters:
        _, left, top, right, bottom = letter.char
        x, y = (left + right) / 2, (top + bottom) / 2
        inside = (boxes[:, 0] <= x) & (x < boxes[:, 2]) & (boxes[:, 1] <= y) & (y < boxes[:, 3])
        for number in np.flatnonzero(inside)[:1]:
            shares[int(number)].append(letter)
    return shares


class _Ink:
    """What is drawn on the page beside its ruling lines, in three strengths."""

    def __init__(self, page: Straight, ruled: Image, loose: Sequence[Box]) -> None:
        self.loose = loose
        away = 1 - cv2.dilate(ruled, np.ones((3, 3), np.uint8))
        self.scale = page.scale
        self.ink = page.ink * away
        self.faint = ink_of(page.dark, page.scale, DARKER // _FAINTER) * away
        self.red = page.red

    def cell(self, area: Area, letters: list[Letter], usual: float) -> _Cell:
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
        faint = not signs and not red and bool(_signs(self.faint, inside, _FAINT * self.scale))
        lines = _lines(signs, usual * self.scale)
        return _Cell(area, letters, lines, signs, inside, struck or reddened or faint, reddened)


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


def _lines(signs: Sequence[Span], usual: float) -> list[Span]:
    """The signs as lines, top to bottom: signs that share half of the lower one's height are beside each other."""
    lines: list[Span] = []
    for sign in sorted(signs, key=lambda sign: sign[1]):
        if lines and min(lines[-1][3], sign[3]) - sign[1] > 0.2 * min(usual, sign[3] - sign[1]):
            lines[-1] = _around(lines[-1], sign)
        else:
            lines.append(sign)
    return lines


def _around(one: Span, other: Span) -> Span:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _may_be_a_figure(cell: _Cell) -> bool:
    text = "".join(letter.char[0] for letter in cell.letters)
    return len(_CHINESE.findall(text)) < _A_WORD or read_number(text).state == "number"


def _second_looks(page: Straight, cells: Sequence[_Cell], usual: float) -> list[list[Seen]]:
    """Each cell's second and third look, all lines of a cell as one."""
    close = [
        _cut(page.grey, cell, line, usual * page.scale, (0.2, 0.35)) for cell in cells for line in cell.lines
    ]
    softer, with_red = (
        cv2.GaussianBlur(plane, (3, 3), 0).astype(np.uint8) for plane in (page.grey, page.dark)
    )
    wide = [
        _cut(with_red if cell.reddened else softer, cell, line, usual * page.scale, (0.4, 0.9))
        for cell in cells
        for line in cell.lines
    ]
    seen = recognise([*close, *wide])
    both = [iter(seen[: len(close)]), iter(seen[len(close) :])]
    return [[_joined([next(one) for _ in cell.lines]) for one in both] for cell in cells]


def _cut(grey: Image, cell: _Cell, line: Span, usual: float, margins: tuple[float, float]) -> Image:
    """A line of a cell with margins (shares of a line's height): the paper's own, never what is beyond the cell."""
    left, top, right, bottom = line
    inside = cell.inside
    short = max(0.0, 0.9 * usual - (bottom - top)) / 2
    high, wide = round(short + margins[0] * usual), round(margins[1] * usual)
    whole = (left - wide, top - high, right + wide, bottom + high)
    kept = (
        max(whole[0], inside[0]),
        max(whole[1], inside[1]),
        min(whole[2], inside[2]),
        min(whole[3], inside[3]),
    )
    part = grey[kept[1] : kept[3], kept[0] : kept[2]]
    paper = int(np.percentile(part, 80))
    return cv2.copyMakeBorder(
        part,
        kept[1] - whole[1],
        whole[3] - kept[3],
        kept[0] - whole[0],
        whole[2] - kept[2],
        cv2.BORDER_CONSTANT,
        value=(paper,),
    ).astype(np.uint8)


def _joined(seen: Sequence[Seen]) -> Seen:
    return Seen(
        "\n".join(one.text for one in seen),
        tuple(score for one in seen for score in (one.scores or (0.0,))),
        (),
    )


def _verdict(cell: _Cell, looks: Sequence[Seen] | None, scale: float, usual: float) -> Verdict:
    page = _page_look(cell.letters)
    if not cell.lines and not page.text:
        return Verdict("", 0.0, strong=False, inked=True) if cell.stained else BLANK
    if looks is None:
        return Verdict(page.text, page.score, strong=True, inked=cell.stained)
    if _is_dash(cell, [page, *looks], scale * usual):
        return Verdict("—", max(one.score for one in looks), strong=True, inked=cell.stained)
    chosen = agreed([page, *looks]) or _ring(cell, [page, *looks], scale * usual)
    doubted = chosen is not None and ((cell.stained and not chosen.strong) or _lacks_a_digit(cell, chosen))
    if chosen is None or doubted:
        texts = [one.text.strip() for one in (page, *looks)]
        return Verdict(next(filter(None, texts), "") + UNKNOWN_GLYPH, 0.0, strong=False, inked=True)
    if "\n" in chosen.text:
        chosen = Verdict(_whole(chosen.text, cell, scale, usual), chosen.score, chosen.strong, chosen.inked)
    return chosen


def _page_look(letters: Sequence[Letter]) -> Seen:
    """The page's characters in the cell, line by line."""
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: one.char[2] + one.char[4]):
        middle = (letter.char[2] + letter.char[4]) / 2
        if rows and middle < rows[-1][0].char[4] and middle - rows[-1][0].char[2] > 0:
            rows[-1].append(letter)
        else:
            rows.append([letter])
    lines = ["".join(one.char[0] for one in sorted(row, key=lambda one: one.char[1])) for row in rows]
    return Seen("\n".join(lines), tuple(letter.score for letter in letters), ())


def _is_dash(cell: _Cell, looks: Sequence[Seen], usual: float) -> bool:
    """Flat ink that some look calls a dash; the recogniser cannot tell a dash from the Chinese one."""
    if len(cell.lines) != 1 or cell.stained:
        return False
    left, top, right, bottom = cell.lines[0]
    flat = bottom - top <= _FLAT * usual < right - left
    texts = [normalise(look.text) for look in looks]
    return flat and any(texts) and all(set(text) <= _DASHES for text in texts)


def _lacks_a_digit(cell: _Cell, chosen: Verdict) -> bool:
    """Whether more signs as high as digits stand beside each other than were read: 2222 is easily read as 222."""
    if len(cell.lines) != 1 or read_number(chosen.text).state != "number":
        return False
    _, top, _, bottom = cell.lines[0]
    beside: list[Span] = []
    for sign in sorted(cell.signs):
        if sign[3] - sign[1] < _AS_HIGH * (bottom - top):
            continue
        if beside and min(beside[-1][2], sign[2]) - sign[0] > 0.3 * (sign[2] - sign[0]):
            beside[-1] = _around(beside[-1], sign)
        else:
            beside.append(sign)
    return len(beside) > sum(not letter.isspace() and letter not in ",.，．" for letter in chosen.text)


def _ring(cell: _Cell, looks: Sequence[Seen], usual: float) -> Verdict | None:
    """A zero that every look calls some ring, as high as a digit."""
    left, top, right, bottom = cell.lines[0]
    high = len(cell.lines) == 1 and bottom - top >= _DIGIT * usual and right - left <= bottom - top
    if not high or not all(look.text.strip() in _RINGS and look.score >= SURE for look in looks):
        return None
    return Verdict("0", min(look.score for look in looks), strong=True, inked=cell.stained)


def _whole(text: str, cell: _Cell, scale: float, usual: float) -> str:
    """Digits on several lines are one number only where each line but the last has filled the cell."""
    if not any(letter.isdigit() for letter in text):
        return text
    room = [cell.inside[2] - cell.inside[0] - (line[2] - line[0]) for line in cell.lines]
    filled = all(left <= (_ROOM * usual + _PADDING) * scale for left in room[:-1])
    parts = text.split("\n")
    goes_on = len(parts) == len(cell.lines) and all(
        re.search(r"\d[,.]?$", one) and re.match(r"[,.]?\d", other) for one, other in pairwise(parts)
    )
    return "".join(parts) if filled and goes_on else text + UNKNOWN_GLYPH


def area_chars(verdict: Verdict, box: Box, usual: float) -> list[Char]:
    """Characters with places for a cell's text, as the code that joins torn rows wants them."""
    left, top, right, bottom = box
    lines = verdict.text.split("\n") if verdict.text else []
    first = (top + bottom) / 2 - usual * len(lines) / 2
    chars: list[Char] = []
    for number, line in enumerate(lines):
        width = sum(usual if letter >= "\u2e80" else usual / 2 for letter in line)
        x = (left + right - width) / 2
        for letter in line:
            step = usual if letter >= "\u2e80" else usual / 2
            chars.append((letter, x, first + number * usual, x + step, first + (number + 1) * usual))
            x += step
    return chars
