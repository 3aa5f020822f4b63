"""What stands in the cells of a scanned table: three looks at every cell that may hold a figure.

The first look is at the lines of the whole page; the second and the third are at the cell alone, cut out in two
ways. A figure is read where looks agree; a cell is blank only where nothing at all is drawn in it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from parsers.normalise import normalise
from parsers.numbers import UNKNOWN_GLYPH, read_number
from parsers.readers.scan_ink import Ink, InkedCell, Letter, around
from parsers.readers.scan_labels import spelled
from parsers.readers.scan_looks import BLANK, SURE, WEAK, Verdict, agreed, fold
from parsers.readers.scan_ocr import LOOK_ALIKES, Seen, recognise
from parsers.readers.scan_strokes import LEANS, SLASH, SLASH_HIGH

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from parsers.model import Box
    from parsers.readers.pdf_chars import Char
    from parsers.readers.pdf_grid import Area
    from parsers.readers.scan_lines import Straight

    Image = NDArray[np.uint8]
    Span = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_CHINESE = re.compile("[\u4e00-\u9fff]")
_A_WORD = 2
_FLAT, _LOW = (
    0.25,
    0.36,
)  # of a line's height: a sign no higher than this is a dash; faint ink around it may be higher
_LONGISH = 1.2  # times as wide as high
_DASHES = frozenset("-一_~=·•.。,:;'\"“”")
_RINGS = frozenset(LOOK_ALIKES[0])
_DIGIT = 0.5  # of a line's height: a ring no lower than this is a zero
_AS_HIGH = 0.6  # of a line's height: a sign no lower than this may be a digit
_FIGURE = re.compile(rf"[\d.,，]+{UNKNOWN_GLYPH}")
_UNCLEAR = 0.01  # of a page's figures: where the looks differ on more of them, the page is not clear
_STRAYS = 0  # small signs between digits that are no point, comma or part of a digit
_ROOM, _PADDING = (
    0.6,
    9.0,
)  # a digit's width of a line's height, and points beside the text: less room, and a number goes on below


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
    ink = Ink(page, ruled, areas, loose)
    of_area = _shared_out(areas, letters)
    cells = [ink.cell(area, of_area[number], usual) for number, area in enumerate(areas)]
    doubtful = [number for number, cell in enumerate(cells) if cell.lines and _may_be_a_figure(cell)]
    second = _second_looks(page, [cells[number] for number in doubtful], usual)
    looked = dict(zip(doubtful, second, strict=True))
    verdicts = [_verdict(cell, looked.get(number), page.scale, usual) for number, cell in enumerate(cells)]
    unclear = sum(_FIGURE.fullmatch(verdicts[number].text) is not None for number in doubtful)
    if unclear > max(1, _UNCLEAR * len(doubtful)):  # on such a page even three looks may be wrong together
        return [replace(verdict, strong=verdict is BLANK) for verdict in verdicts]
    return verdicts


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


def _may_be_a_figure(cell: InkedCell) -> bool:
    text = "".join(letter.char[0] for letter in cell.letters)
    return len(_CHINESE.findall(text)) < _A_WORD or read_number(text).state == "number"


def _second_looks(page: Straight, cells: Sequence[InkedCell], usual: float) -> list[list[Seen]]:
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


def _cut(grey: Image, cell: InkedCell, line: Span, usual: float, margins: tuple[float, float]) -> Image:
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
        "\n".join(one.text for one in seen if one.text.strip()),
        tuple(score for one in seen for score in (one.scores or (0.0,))),
        (),
    )


def _verdict(cell: InkedCell, looks: Sequence[Seen] | None, scale: float, usual: float) -> Verdict:
    page = _page_look(cell.letters)
    if not cell.lines and not page.text:
        return Verdict("", 0.0, strong=False, inked=True) if cell.stained or cell.hidden else BLANK
    if looks is None:
        return _by_the_page_alone(cell, page)
    if _is_dash(cell, [page, *looks], scale * usual):
        return Verdict("—", max(one.score for one in looks), strong=True, inked=False)
    if _is_slash(cell, [page, *looks], scale * usual):
        return Verdict("/", max(one.score for one in looks), strong=True, inked=False)
    chosen = agreed([page, *looks]) or _ring(cell, [page, *looks], scale * usual)
    doubted = chosen is not None and (
        cell.hidden
        or (cell.stained and not chosen.strong)
        or _lacks_a_digit(cell, chosen)
        or ("1" in fold(chosen.text) and max(cell.leans, default=0.0) > LEANS)
    )
    if chosen is None or doubted:
        texts = [one.text.strip() for one in (page, *looks)]
        return Verdict(next(filter(None, texts), "") + UNKNOWN_GLYPH, 0.0, strong=False, inked=True)
    if "\n" in chosen.text:
        chosen = Verdict(_whole(chosen.text, cell, scale, usual), chosen.score, chosen.strong, chosen.inked)
    return chosen


def _by_the_page_alone(cell: InkedCell, page: Seen) -> Verdict:
    """A label. Digits that the page's look saw where nothing is drawn are not known."""
    if any(letter.isdigit() for letter in page.text) and _may_be_a_figure(cell):
        return Verdict(page.text + UNKNOWN_GLYPH, 0.0, strong=False, inked=True)
    return Verdict(spelled(page.text), page.score, strong=True, inked=cell.stained)


def _page_look(letters: Sequence[Letter]) -> Seen:
    """The page's characters in the cell, line by line."""
    rows: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: one.char[2] + one.char[4]):
        middle = (letter.char[2] + letter.char[4]) / 2
        if rows and middle < rows[-1][0].char[4] and middle - rows[-1][0].char[2] > 0:
            rows[-1].append(letter)
        else:
            rows.append([letter])
    lines = [
        "".join(one.char[0] for one in sorted(row, key=lambda one: one.char[1])).strip("[]") for row in rows
    ]
    return Seen("\n".join(filter(None, lines)), tuple(letter.score for letter in letters), ())


def _is_dash(cell: InkedCell, looks: Sequence[Seen], usual: float) -> bool:
    """Flat ink that no look calls a digit; the recogniser cannot tell a dash from the Chinese one or from dots."""
    if len(cell.lines) != 1 or cell.hidden or (cell.stained and not cell.reddened):
        return False
    left, top, right, bottom = cell.lines[0]
    flat = bottom - top <= min(_FLAT * usual, (right - left) / _LONGISH) and cell.highest <= _LOW * usual
    texts = [normalise(look.text) for look in looks if look.score >= WEAK]
    return flat and all(set(text) <= _DASHES for text in texts)


def _is_slash(cell: InkedCell, looks: Sequence[Seen], usual: float) -> bool:
    """One stroke, as high and as slanted as no digit is, that no look calls another digit than 1."""
    if len(cell.signs) != 1 or cell.stained or cell.hidden:
        return False
    _, top, _, bottom = cell.signs[0]
    slanted = cell.leans[0] >= SLASH and bottom - top >= SLASH_HIGH * usual
    return slanted and not any(letter in "023456789" for look in looks for letter in normalise(look.text))


def _lacks_a_digit(cell: InkedCell, chosen: Verdict) -> bool:
    """Whether more signs stand beside each other than were read: 2222 is easily read as 222, a broken 4 as 1."""
    if len(cell.lines) != 1 or read_number(chosen.text).state != "number":
        return False
    _, top, _, bottom = cell.lines[0]
    beside: list[Span] = []
    small: list[Span] = []
    for sign in sorted(cell.signs):
        if sign[3] - sign[1] < _AS_HIGH * (bottom - top):
            small.append(sign)
            continue
        if beside and min(beside[-1][2], sign[2]) - sign[0] > 0.3 * (sign[2] - sign[0]):
            beside[-1] = around(beside[-1], sign)
        else:
            beside.append(sign)
    alone = [one for one in small if not any(_stands_over(one, digit) for digit in beside)]
    points = sum(letter in ",.，．" for letter in chosen.text)
    digits = sum(not letter.isspace() for letter in chosen.text) - points
    return len(beside) > digits or len(alone) > points + _STRAYS


def _stands_over(part: Span, digit: Span) -> bool:
    """Whether a small sign is the broken part of a digit over or under it."""
    return min(part[2], digit[2]) - max(part[0], digit[0]) > 0.5 * (part[2] - part[0])


def _ring(cell: InkedCell, looks: Sequence[Seen], usual: float) -> Verdict | None:
    """A zero that every look calls some ring, as high as a digit."""
    left, top, right, bottom = cell.lines[0]
    high = len(cell.lines) == 1 and bottom - top >= _DIGIT * usual and right - left <= bottom - top
    if not high or not all(look.text.strip() in _RINGS and look.score >= SURE for look in looks):
        return None
    return Verdict("0", min(look.score for look in looks), strong=True, inked=cell.stained)


def _whole(text: str, cell: InkedCell, scale: float, usual: float) -> str:
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
