"""Numbers that a cell's width broke into lines: put together only where more than the width says so.

That a line was full is a guess, since how much room a cell keeps free is not written in a PDF. It is proved where the
row's figures make its total with the number whole; how full those lines are tells what full means in that document.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from parsers.numbers import read_number
from parsers.readers.pdf_chars import UNKNOWN
from parsers.readers.pdf_text import room_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from parsers.readers.pdf_grid import Area, Table

_COMMAS = frozenset(",，")
_ROUGH = 2.0  # points that lines' widths may differ
_PARTS = {7: 7, 5: 5, 15: 5}  # figures in a row of the form: how many make a total with it


def doubt_unproved(tables: Sequence[Table]) -> None:
    """Give cells whose number was put together a sign for what is not known, unless it is proved.

    Proved: its row adds up, its lines are as full as those of such rows, no digit had room without any padding, or they
    end in a comma.
    """
    rows = [row for table in tables for row in map(_once, table.rows)]
    whole = [(row, [area for area in row if _is_whole(area)]) for row in rows]
    proved = {id(area) for row, broken in whole if broken and _adds_up(row) for area in broken}
    every = {id(area): area for _, broken in whole for area in broken}
    most = max([0.0, *(_room(every[one]) + _ROUGH for one in proved)])
    for one, area in every.items():
        if one not in proved and _room(area) > most:
            area.spilled, area.text = True, area.text + UNKNOWN


def _once(row: Sequence[Area]) -> list[Area]:
    return list({id(area): area for area in row}.values())


def _is_whole(area: Area) -> bool:
    """Whether it is one number of several lines."""
    return len(area.lines) > 1 and "\n" not in area.text and read_number(area.text).state == "number"


def _room(area: Area) -> float:
    """The most points that a line but the last would have left free with one digit more; a comma at its end goes on."""
    broken = [pair for pair in pairwise(area.lines) if pair[0][-1][0] not in _COMMAS]
    return max((room_left(line, following, area.width) for line, following in broken), default=0.0)


def _adds_up(row: Iterable[Area]) -> bool:
    """Whether a row's figures, those right of its labels, make its totals."""
    numbers = [read_number(area.text) for area in row]
    labels = max((place + 1 for place, one in enumerate(numbers) if one.state == "unsure"), default=0)
    values = [number.value or 0 for number in numbers[labels:]]
    size = _PARTS.get(len(values))
    if size is None:
        return False
    groups = [values[begin : begin + size] for begin in range(0, len(values), size)]
    return all(sum(group[:-1]) == group[-1] for group in groups)
