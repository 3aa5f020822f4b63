"""Ruling lines: pieces joined to whole lines, and lines that touch gathered into tables."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING

from parsers.model import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.model import Box
    from parsers.readers.pdf_drawing import Drawing, Piece

TOUCH = 3.0  # points: a gap this small between two lines is none
MAX_LINES = 2_500  # on one page and in one direction, once joined
_SAME = 1.2  # points: pieces this near each other lie on one line
_SIDE_SHARE = 0.8  # of its height and the table's that a side shares with the table
_DOTTED = 8.0  # points: a shorter row of dots is no line


@dataclass(frozen=True, slots=True)
class Ruling:
    """The lines of one table: `level` (y, left, right) and `upright` (x, top, bottom), and the box around them."""

    level: tuple[Piece, ...]
    upright: tuple[Piece, ...]
    box: Box


def rulings_of(drawing: Drawing) -> tuple[list[Ruling], list[Box]]:
    """The tables that lines make on a page, top to bottom, and the lines that belong to none (ink).

    Filled boxes rule a table only where no line does: shading inside a ruled table is no border.
    """
    level = _joined([*drawing.level, *_dotted(drawing.dots, 1)])
    upright = _joined([*drawing.upright, *_dotted(drawing.dots, 0)])
    rulings, loose = gathered(level, upright)
    fills = [fill for fill in drawing.fills if not any(overlap(fill, ruling.box) for ruling in rulings)]
    if len(fills) > 1:
        painted, _ = gathered(_joined(_level_edges(fills)), _joined(_upright_edges(fills)))
        rulings += [ruling for ruling in painted if _has_columns(ruling)]
    return sorted(rulings, key=lambda ruling: ruling.box[1]), loose


def _has_columns(ruling: Ruling) -> bool:
    """Whether anything divides it from left to right: shaded lines of text do not make a table."""
    left, _, right, _ = ruling.box
    return any(left + TOUCH < x < right - TOUCH for x, _, _ in ruling.upright)


def gathered(level: Sequence[Piece], upright: Sequence[Piece]) -> tuple[list[Ruling], list[Box]]:
    """The lines as tables: groups that touch, groups that overlap taken as one."""
    if max(len(level), len(upright)) > MAX_LINES:
        raise Unreadable("too_large", f"A page of the PDF draws more than {MAX_LINES:,} lines.")
    groups = _touching(level, upright)
    tables = _overlapping([_ruling(group, level, upright) for group in groups if len(group) > 1])
    loose: list[Box] = []
    for number in (group[0] for group in groups if len(group) == 1):
        side = None if number < len(level) else upright[number - len(level)]
        table = side and next(
            (place for place, ruling in enumerate(tables) if _is_side_of(side, ruling)), None
        )
        if side is None or table is None:
            loose.append(_line_box(number, level, upright))
        else:
            tables[table] = _boxed(tables[table].level, (*tables[table].upright, side))
    return tables, loose


def _is_side_of(line: Piece, ruling: Ruling) -> bool:
    """Whether an upright line that touches nothing is a table's side: of a cell as high as the table."""
    _, begin, end = line
    _, top, _, bottom = ruling.box
    shared = min(end, bottom) - max(begin, top)
    return shared >= _SIDE_SHARE * max(end - begin, bottom - top)


def overlap(box: Box, other: Box, gap: float = 0.0) -> bool:
    """Whether two boxes share a point, or come within `gap` of it."""
    return (
        box[0] <= other[2] + gap
        and other[0] <= box[2] + gap
        and box[1] <= other[3] + gap
        and other[1] <= box[3] + gap
    )


class Sets:
    """Disjoint sets of the numbers below `count`."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def find(self, member: int) -> int:
        """The number that stands for the member's set."""
        parents = self._parents
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        self._parents[self.find(one)] = self.find(other)

    def groups(self) -> list[list[int]]:
        """The members of each set."""
        found: dict[int, list[int]] = {}
        for member in range(len(self._parents)):
            found.setdefault(self.find(member), []).append(member)
        return list(found.values())


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces on one line that meet, as one piece; the line lies in the middle of them."""
    lines: list[Piece] = []
    row: list[Piece] = []
    for piece in sorted(pieces):
        if row and piece[0] - row[0][0] > _SAME:
            lines += _joined_row(row)
            row = []
        row.append(piece)
    return lines + _joined_row(row)


def _joined_row(row: list[Piece]) -> list[Piece]:
    lines: list[Piece] = []
    for place, begin, end in sorted(row, key=itemgetter(1)):
        if lines and begin <= lines[-1][2] + TOUCH:
            before = lines[-1]
            lines[-1] = (before[0], before[1], max(before[2], end))
        else:
            lines.append((place, begin, end))
    return lines


def _dotted(dots: Sequence[Box], axis: int) -> list[Piece]:
    """Rows of dots as lines; `axis` 1 for level rows, 0 for upright ones."""
    other = 1 - axis
    pieces = (((dot[axis] + dot[axis + 2]) / 2, dot[other], dot[other + 2]) for dot in dots)
    return [line for line in _joined(pieces) if line[2] - line[1] >= _DOTTED]


def _level_edges(boxes: Iterable[Box]) -> list[Piece]:
    return [(y, left, right) for left, top, right, bottom in boxes for y in (top, bottom)]


def _upright_edges(boxes: Iterable[Box]) -> list[Piece]:
    return [(x, top, bottom) for left, top, right, bottom in boxes for x in (left, right)]


def _touching(level: Sequence[Piece], upright: Sequence[Piece]) -> list[list[int]]:
    """Groups of line numbers (level ones first, then upright ones) in which each line touches another."""
    order = sorted(range(len(upright)), key=lambda index: upright[index][0])
    places = [upright[index][0] for index in order]
    sets = Sets(len(level) + len(upright))
    for number, (y, left, right) in enumerate(level):
        for at in range(bisect_left(places, left - TOUCH), bisect_right(places, right + TOUCH)):
            _x, top, bottom = upright[order[at]]
            if top - TOUCH <= y <= bottom + TOUCH:
                sets.join(number, len(level) + order[at])
    return sets.groups()


def _ruling(group: list[int], level: Sequence[Piece], upright: Sequence[Piece]) -> Ruling:
    across = tuple(level[index] for index in group if index < len(level))
    down = tuple(upright[index - len(level)] for index in group if index >= len(level))
    return _boxed(across, down)


def _boxed(level: tuple[Piece, ...], upright: tuple[Piece, ...]) -> Ruling:
    xs = [x for _, left, right in level for x in (left, right)] + [x for x, _, _ in upright]
    ys = [y for y, _, _ in level] + [y for _, top, bottom in upright for y in (top, bottom)]
    return Ruling(level, upright, (min(xs), min(ys), max(xs), max(ys)))


def _overlapping(rulings: list[Ruling]) -> list[Ruling]:
    """Tables whose boxes overlap or nearly touch as one: cells drawn one by one, tables inside cells."""
    while True:
        rulings.sort(key=lambda ruling: ruling.box[1])
        sets = Sets(len(rulings))
        for index, ruling in enumerate(rulings):
            for other in range(index + 1, len(rulings)):
                if rulings[other].box[1] > ruling.box[3] + TOUCH:
                    break
                if overlap(ruling.box, rulings[other].box, TOUCH):
                    sets.join(index, other)
        groups = sets.groups()
        if len(groups) == len(rulings):
            return rulings
        rulings = [_merged([rulings[index] for index in group]) for group in groups]


def _merged(rulings: list[Ruling]) -> Ruling:
    if len(rulings) == 1:
        return rulings[0]
    return _boxed(
        tuple(line for ruling in rulings for line in ruling.level),
        tuple(line for ruling in rulings for line in ruling.upright),
    )


def _line_box(index: int, level: Sequence[Piece], upright: Sequence[Piece]) -> Box:
    if index < len(level):
        y, left, right = level[index]
        return left, y, right, y
    x, top, bottom = upright[index - len(level)]
    return x, top, x, bottom
