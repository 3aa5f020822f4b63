"""Text from characters: lines inside a cell, and a page's lines in the order a person reads them."""

from __future__ import annotations

import re
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from parsers.readers.pdf_chars import BLANKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parsers.readers.pdf_chars import Char

_STRUCK_TWICE = 0.35  # of a character's width: the same character nearer than this is fake bold
_WIDE_GAP = 0.6  # of a character's height: a gap this wide is a space
_SAME_LINE = 0.5  # of a character's height: centres nearer than this are on one line
_SMALL = 0.8  # of its neighbour's height: a digit lower than this is a note's mark
_OFF_LINE = 0.2  # of a digit's height: its foot farther from its neighbour's is raised or lowered
RAISED = "^"  # as the reader of web pages marks raised digits
_OVERPRINTED = 0.4  # of a digit's width: more of it under another digit
_EQUAL = 0.1  # of a digit's height: digits that differ more are not of one number
_ROUGH = 2.0  # points that a line's width may differ from what the program that broke it thought
_NUMBER_GOES_ON = re.compile(r"\d[,.，．]?$")
_NUMBER_BEGUN = re.compile(r"[,.，．]?\d|[,，]$")
_NUMBERED = re.compile(r"\s*(?:[(（]?[一二三四五六七八九十]+\s*[)）、.．]|[(（]?\d{1,2}\s*[)）、.．](?!\d))")
_NEVER_FIRST = frozenset(",.，．")  # what does not begin a line
Line = tuple[float, float, list["Char"]]  # centre, height, characters left to right


def lines_of(chars: Sequence[Char]) -> list[list[Char]]:
    """The characters as lines, top to bottom, each left to right, fake bold undone."""
    if _on_one_line(chars):
        return [_once(sorted(chars, key=itemgetter(1)))]
    rows: list[Line] = []
    for char in sorted(chars, key=_height_twice):
        centre, height = (char[2] + char[4]) / 2, max(char[4] - char[2], 1.0)
        if rows and centre - rows[-1][0] < _SAME_LINE * max(height, rows[-1][1]):
            rows[-1][2].append(char)
        else:
            rows.append((centre, height, [char]))
    return [_once(sorted(row, key=itemgetter(1))) for _, _, row in rows]


def _on_one_line(chars: Sequence[Char]) -> bool:
    """Whether all characters stand exactly side by side, as those of nearly every figure do."""
    for _, _, top, _, bottom in chars:
        if top != chars[0][2] or bottom != chars[0][4]:
            return False
    return len(chars) > 0


def _height_twice(char: Char) -> float:
    return char[2] + char[4]


def _once(row: list[Char]) -> list[Char]:
    if len(row) == 1:
        return row
    kept: list[Char] = []
    for char in row:
        for before in kept[-3:]:
            if char[0] == before[0] and _is_struck_twice(before, char):
                break
        else:
            kept.append(char)
    return kept


def _is_struck_twice(before: Char, char: Char) -> bool:
    width = max(char[3] - char[1], before[3] - before[1])
    return char[0] not in BLANKS and char[1] - before[1] < _STRUCK_TWICE * width


def line_text(line: Sequence[Char]) -> str:
    """A line as printed: one space where the document has blanks or a gap as wide as a digit."""
    if len(line) == 1:
        return line[0][0].strip(" ")
    parts: list[str] = []
    for before, char in pairwise([None, *line]):
        if char is None:
            continue
        if before and char[1] - before[3] > _WIDE_GAP * (char[4] - char[2]):
            parts.append(" ")
        if before and before[0].isdigit() and char[0].isdigit() and _is_doubtful(before, char):
            parts.append(RAISED)
        parts.append(char[0])
    return re.sub(" {2,}", " ", "".join(parts)).strip(" ")


def _is_doubtful(before: Char, char: Char) -> bool:
    """Whether two digits side by side differ in height or baseline, or lie on each other.

    One of them is a note's mark then, or is painted out.
    """
    height, other = before[4] - before[2], char[4] - char[2]
    low, high = sorted((height, other))
    width = min(before[3] - before[1], char[3] - char[1])
    raised = low < _SMALL * high or abs(before[4] - char[4]) > _OFF_LINE * high
    return raised or before[3] - char[1] > _OVERPRINTED * width


def inked_lines(chars: Sequence[Char]) -> list[list[Char]]:
    """The lines of a cell that hold more than blanks, without blanks at their ends."""
    return [line for line in map(_stripped, lines_of(chars)) if line]


def _stripped(line: list[Char]) -> list[Char]:
    first, last = 0, len(line)
    while first < last and line[first][0] in BLANKS:
        first += 1
    while first < last and line[last - 1][0] in BLANKS:
        last -= 1
    return line[first:last]


def joined_lines(lines: Iterable[Sequence[Char]], width: float, padding: Callable[[], float]) -> str:
    """Lines of one cell as text; digits go on without a newline only where the next one had no room.

    `width` is that of the cell, `padding` gives the points left and right of the text that it keeps free.
    """
    text = ""
    before: Sequence[Char] = ()
    for line in lines:
        printed = line_text(line)
        if before:
            text += (
                "" if _is_one_number(text, printed) and _is_broken(before, line, width, padding()) else "\n"
            )
        text += printed
        before = line
    return text


def _is_one_number(text: str, following: str) -> bool:
    return _NUMBER_GOES_ON.search(text) is not None and _NUMBER_BEGUN.match(following) is not None


def _is_broken(line: Sequence[Char], following: Sequence[Char], width: float, padding: float) -> bool:
    """Whether a number goes on in the following line: in digits of one size, and only for want of room."""
    last, first = line[-1], following[0]
    heights = sorted((last[4] - last[2], first[4] - first[2]))
    alike = heights[1] - heights[0] <= _EQUAL * heights[1]
    return alike and is_full(line, following, width, padding + _ROUGH)


def breaks_numbers(lines: Sequence[Sequence[Char]], width: float, padding: float) -> bool:
    """Whether one of these lines of a cell ends in digits, the next begins with some, and there was room for more."""
    return any(
        _is_one_number(line_text(line), line_text(following))
        and not is_full(line, following, width, padding + _ROUGH)
        for line, following in pairwise(lines)
    )


def is_full(line: Sequence[Char], following: Sequence[Char], width: float, padding: float) -> bool:
    """Whether the following line's first character had no room left on the line in a cell that wide."""
    return room_left(line, following, width) < padding


def room_left(line: Sequence[Char], following: Sequence[Char], width: float) -> float:
    """The points a line would leave free in a cell that wide, had the following one begun on it."""
    inked = [char for char in line if char[0] not in BLANKS]
    follows = [char for char in following if char[0] not in BLANKS]
    if not inked or not follows:
        return float("inf")
    used = max(char[3] for char in inked) - min(char[1] for char in inked)
    return width - used - _inseparable(follows)


def _inseparable(follows: Sequence[Char]) -> float:
    """How wide the beginning of a line is that cannot be broken: a comma stays with the digit before it."""
    stays = 2 if len(follows) > 1 and follows[1][0] in _NEVER_FIRST else 1
    return follows[stays - 1][3] - follows[0][1]


def is_numbered(text: str) -> bool:
    """Whether the text begins like a row of the form of its own: 一、 （三） 2."""
    return _NUMBERED.match(text) is not None
